"""A customer's profile at LINE is asked for here. LINE tells a language only with consent."""

from urllib.parse import quote

from surgeline.adapters.channels.in_words import language_of, named
from surgeline.adapters.channels.line.groups import is_place
from surgeline.adapters.media.fetching import Fetching
from surgeline.adapters.profiles import Profile


def ask(asking: Fetching) -> Profile:
    """Return the name that the customer shows, and the language. Raises CannotFetch."""
    if is_place(asking.ref):
        return Profile()
    token = asking.fields.get("channel_access_token", "")
    found = asking.ask(
        f"{asking.settings.api_base}/v2/bot/profile/{quote(asking.ref, safe='')}",
        {"authorization": f"Bearer {token}"},
    )
    return Profile(named(found.get("displayName")) or {}, language_of(found.get("language")))
