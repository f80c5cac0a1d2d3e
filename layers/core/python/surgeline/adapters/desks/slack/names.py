"""Slack's events name people by ids. Slack is asked here for the name that a customer may see."""

from typing import Final
from urllib.parse import urlencode

from surgeline.adapters.channels.calls import Calls, said
from surgeline.adapters.channels.slack.api import SlackApi
from surgeline.adapters.desks.slack.settings import SlackDesk
from surgeline.adapters.signing.field_sets import Fields
from surgeline.application.configuration import PoolSettings
from surgeline.application.ports.deliveries import Posts, SendFailed

SECONDS: Final = 1.0
"""Slack waits three seconds for the answer to its own request."""
MOST_NAME: Final = 100
_FORM = "application/x-www-form-urlencoded"


def name_of(posts: Posts, pool: PoolSettings, fields: Fields, person: str) -> str | None:
    """Return the person's name, or None where Slack does not tell it in time."""
    slack = SlackApi(
        Calls(posts, SECONDS), pool.own(SlackDesk).api_base, fields.get("bot_token", "")
    )
    try:
        reply = slack.call("users.info", _FORM, urlencode({"user": person}).encode())
    except SendFailed:
        return None
    user = said(reply).get("user")
    profile = user.get("profile") if isinstance(user, dict) else None
    if not isinstance(profile, dict):
        return None
    for each in ("display_name", "real_name"):
        name = profile.get(each)
        if isinstance(name, str) and name.strip():
            return name.strip()[:MOST_NAME]
    return None
