"""The providers of channels are listed here, with the part of each that the intake needs.

A provider is a folder of `adapters.channels`, with its `HOOK` in `hook.py` and its `KIND` in
`kind.py`. A new one is that folder and its name in `PROVIDERS`. The intake imports this module and
the hook, so both import almost nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from surgeline.adapters.signing.field_sets import Fields
from surgeline.application.conversations.intake import (
    Deleted,
    Inbound,
    Left,
    Moved,
    Spoke,
    Undelivered,
)

PROVIDERS = ("instagram", "kakao", "line", "messenger", "slack", "telegram", "twilio", "whatsapp")
PAGERS = ("pagerduty",)
"""Over these channels nobody writes. What is heard there answers a call."""
HOOKS: Mapping[str, str] = {
    name: f"surgeline.adapters.channels.{name}.hook" for name in (*PROVIDERS, *PAGERS)
}
"""The modules with a `HOOK`, by the kind that stands in the hook's path."""
MOST_BYTES = 3_145_728
"""The most bytes of a provider's request. Meta's may have 3 MB, and a thousand events."""
MOST_ITEMS = 100_000
"""The most items in it. An event of Meta has about thirty."""


@dataclass(frozen=True, slots=True)
class Ignored:
    """An event that is no customer's message. `kind` names it in the log, in our own words."""

    kind: str


Heard = Inbound | Left | Spoke | Deleted | Undelivered | Moved | Ignored


Said = Mapping[str, object]
"""The object in a request's body."""
Load = Callable[[bytes], dict[str, object]]
"""Reads strict JSON. It raises BadRequest and PayloadTooLarge."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request of a provider.

    Header names are lower-case. `body` and the URL's `query` are exactly as they were sent. `now`
    is the time in UTC epoch ms.
    """

    headers: Mapping[str, str]
    body: bytes
    query: str
    now: int


@dataclass(frozen=True, slots=True)
class Answer:
    """The body of an acknowledgement, for a provider that reads it."""

    text: str = "{}"
    content_type: str = "application/json; charset=utf-8"


def whole_json(call: Call, load: Load) -> Said:
    """Return the body of a request that is one JSON object."""
    return load(call.body)


def whole(keys: Sequence[Fields], said: Said) -> Said:
    """Return all that was said, for a provider whose requests are each about one account."""
    del keys
    return said


def bare(said: Said) -> Answer:
    """Return the answer for a provider that reads none."""
    del said
    return Answer()


@dataclass(frozen=True, slots=True)
class Hook:
    """The pure functions by which the intake hears a provider.

    `verify(keys, call)` raises Unauthorized unless the provider sent that request. `keys` has the
    channel's fields, the newest set first. `parse(call, load)` returns the object in a verified
    body, or raises BadRequest. `read(channel_id, said)` returns every event of it, in its order,
    and raises nothing. `answer(said)` is the acknowledgement, once the events are safe.

    `part_for(keys, said)` returns the part that is about the channel's own account, where a request
    may tell of several. `handshake(keys, query)` returns the text that answers the provider's GET,
    where the provider tries a hook by one. It raises Unauthorized for a stranger.
    """

    verify: Callable[[Sequence[Fields], Call], None]
    read: Callable[[str, Said], list[Heard]]
    parse: Callable[[Call, Load], Said] = whole_json
    answer: Callable[[Said], Answer] = bare
    part_for: Callable[[Sequence[Fields], Said], Said] = whole
    handshake: Callable[[Sequence[Fields], Mapping[str, str]], str] | None = None
