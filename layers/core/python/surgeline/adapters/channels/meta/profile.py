"""A customer's profile at Messenger or Instagram is asked for here. Meta tells no language."""

from functools import partial
from urllib.parse import quote

from surgeline.adapters.channels.in_words import named
from surgeline.adapters.channels.meta.graph import VERSION, bearer
from surgeline.adapters.channels.readings import MAX_WORDS, text_of
from surgeline.adapters.media.fetching import Fetching
from surgeline.adapters.profiles import Ask, Profile


def asking_for(*names: str) -> Ask:
    """Return what asks for the fields in which a kind has names, a first name before others."""
    return partial(_ask, names)


def _ask(names: tuple[str, ...], asking: Fetching) -> Profile:
    customer = quote(asking.ref, safe="")
    url = f"{asking.settings.api_base}/{VERSION}/{customer}?fields={','.join(names)}"
    found = asking.ask(url, bearer(asking.fields))
    told = [text_of(found.get(each), MAX_WORDS).strip() for each in names]
    return Profile(named(" ".join(filter(None, told)), told[0]) or {})
