"""A thread whose making Slack has not confirmed is known here by the buttons of its first message.

Events of Slack name no offer, so Slack is asked for the first message.
"""

from typing import Final

from surgeline.adapters.channels.calls import Calls
from surgeline.adapters.channels.slack.api import SlackApi, first_of
from surgeline.adapters.channels.slack.judge import judge
from surgeline.adapters.desks.slack.place import place_of
from surgeline.adapters.desks.slack.render import named_offer
from surgeline.adapters.desks.slack.settings import SlackDesk
from surgeline.adapters.signing.field_sets import Fields
from surgeline.application.configuration import PoolSettings
from surgeline.application.desks.acts import DeskSaid
from surgeline.application.ports.deliveries import Posts, SendFailed
from surgeline.application.ports.targets import Refused
from surgeline.errors import Unavailable

SECONDS: Final = 1.0
"""Slack waits three seconds for the answer to its own request."""


def offer_of(posts: Posts, pool: PoolSettings, fields: Fields, said: DeskSaid) -> str:
    """Return the offer of a thread, or an empty text for other talk.

    Raises Unavailable if Slack does not answer in time, so that Slack sends its event again. An
    app that may not read the channel can't tell, and the thread counts as other talk.
    """
    if said.offer_id:
        return said.offer_id
    slack = SlackApi(
        Calls(posts, SECONDS), pool.own(SlackDesk).api_base, fields.get("bot_token", "")
    )
    place = place_of(said.ref)
    try:
        reply = slack.first(place)
    except SendFailed as error:
        raise Unavailable("Slack did not tell whose thread this is") from error
    result = judge(reply)
    if isinstance(result, Refused):
        if result.final or result.outcome.startswith("account"):
            return ""
        raise Unavailable("Slack did not tell whose thread this is")
    return named_offer(first_of(reply, place.thread or ""))
