"""The providers of channels are listed here, with the part of each that the intake needs.

A provider is a folder of `adapters.channels`, with its `HOOK` in `hook.py` and its `KIND` in
`kind.py`. A new one is that folder and its name in `PROVIDERS`. The intake imports this module and
the hook, so both import almost nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from surgeline.adapters.signing.field_sets import Fields
from surgeline.application.conversations.intake import Inbound, Left

PROVIDERS = ("line",)
HOOKS: Mapping[str, str] = {name: f"surgeline.adapters.channels.{name}.hook" for name in PROVIDERS}
"""The modules with a `HOOK`, by the kind that stands in the hook's path."""


@dataclass(frozen=True, slots=True)
class Ignored:
    """An event that is no customer's message. `kind` names it in the log, in our own words."""

    kind: str


Heard = Inbound | Left | Ignored


@dataclass(frozen=True, slots=True)
class Hook:
    """The pure functions by which the intake hears a provider.

    `verify(keys, headers, body)` raises Unauthorized unless the provider sent that body. `keys` has
    the channel's fields, the newest set first, and header names are lower-case. `read(channel_id,
    body)` returns every event of a verified request, in its order. It raises nothing.
    """

    verify: Callable[[Sequence[Fields], Mapping[str, str], bytes], None]
    read: Callable[[str, Mapping[str, object]], list[Heard]]
