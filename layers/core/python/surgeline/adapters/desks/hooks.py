"""The tools that post events are listed here, with the part of each that hears them.

A tool is a folder of `adapters.desks`, with its `HOOK` in `hook.py` and its `KIND` in `kind.py`. A
new one is that folder, its name here, and its line in `configuration.kinds`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from surgeline.adapters.hooks import Answer, Call, Ignored, Load, Said, bare, whole_json
from surgeline.adapters.signing.field_sets import Fields
from surgeline.application.configuration import PoolSettings
from surgeline.application.desks.acts import DeskSaid
from surgeline.application.ports.deliveries import Posts

DESKS: Mapping[str, str] = {
    "chatwoot": "surgeline.adapters.desks.chatwoot.hook",
    "slack": "surgeline.adapters.desks.slack.hook",
    "zendesk": "surgeline.adapters.desks.zendesk.hook",
    "zendesk-messaging": "surgeline.adapters.desks.zendesk_messaging.hook",
}
"""The modules with a `HOOK`, by the kind that stands in the hook's path."""
NameOf = Callable[[Posts, PoolSettings, Fields, str], str | None]
OfferOf = Callable[[Posts, PoolSettings, Fields, DeskSaid], str]


def _nameless(posts: Posts, pool: PoolSettings, fields: Fields, person: str) -> str | None:
    """Return no name, for a tool whose events already have the names."""
    del posts, pool, fields, person
    return None


def _named(posts: Posts, pool: PoolSettings, fields: Fields, said: DeskSaid) -> str:
    """Return the offer that the event names, for a tool whose events name one."""
    del posts, pool, fields
    return said.offer_id


@dataclass(frozen=True, slots=True)
class DeskHook:
    """The functions by which a pool's tool is heard. All but `name_of` and `offer_of` are pure.

    `verify`, `parse` and `answer` are those of `hooks.Hook`. `read(pool, said)` returns what people
    did, in its order, and raises nothing. `name_of(posts, pool, fields, person)` asks the tool for
    the name that a customer may see, and returns None where that can't be told.
    `offer_of(posts, pool, fields, said)` returns the offer of a place that is not known, or an
    empty text for other talk. It may ask the tool, and raises Unavailable where that fails.
    """

    verify: Callable[[Sequence[Fields], Call], None]
    read: Callable[[PoolSettings, Said], list[DeskSaid | Ignored]]
    parse: Callable[[Call, Load], Said] = whole_json
    answer: Callable[[Said], Answer] = bare
    name_of: NameOf = _nameless
    offer_of: OfferOf = _named
