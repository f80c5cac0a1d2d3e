"""A customer's profile at Slack is asked for here.

A direct conversation names its one person. The app needs the scopes im:read and users:read for it.
"""

from typing import Any
from urllib.parse import urlencode

from surgeline.adapters.channels.in_words import language_of, named
from surgeline.adapters.channels.readings import MAX_WORDS, part, text_of
from surgeline.adapters.channels.slack.place import is_direct, place_of
from surgeline.adapters.media.fetching import CannotFetch, Fetching
from surgeline.adapters.profiles import Profile
from surgeline.application.ports.targets import Refused

THROTTLED = "ratelimited"


def ask(asking: Fetching) -> Profile:
    """Return the person's name and language. Raises CannotFetch."""
    place = place_of(asking.ref)
    if not is_direct(place.channel):
        return Profile()
    there = _ask(asking, "conversations.info", channel=place.channel)
    user = text_of(part(there, "channel").get("user"), MAX_WORDS)
    if not user:
        return Profile()
    person = part(_ask(asking, "users.info", user=user, include_locale="true"), "user")
    profile = part(person, "profile")
    name = profile.get("real_name") or person.get("real_name")
    return Profile(
        named(name, text_of(profile.get("first_name"), MAX_WORDS)) or {},
        language_of(person.get("locale")),
    )


def _ask(asking: Fetching, method: str, **asked: str) -> dict[str, Any]:
    """Call a method that only reads. Slack refuses with the status 200."""
    token = asking.fields.get("bot_token", "")
    found = asking.ask(
        f"{asking.settings.api_base}/api/{method}?{urlencode(asked)}",
        {"authorization": f"Bearer {token}"},
    )
    if found.get("ok") is not True:
        error = text_of(found.get("error"), MAX_WORDS)
        known = error if error.replace("_", "").isalnum() else "refused"
        raise CannotFetch(Refused(outcome=f"profile: {known}", final=error != THROTTLED))
    return found
