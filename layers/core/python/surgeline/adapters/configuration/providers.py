"""A channel of a provider is set up with fields that the provider's console shows.

The fields are kept as one secret, never in the configuration.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from surgeline.adapters.signing.field_sets import Fields
from surgeline.application.ports.deliveries import Posts

MAX_FIELD = 1_000


@dataclass(frozen=True, slots=True)
class Checked:
    """A channel whose settings are tried: its own settings, its fields and its hook's URL.

    `now` is the time in UTC epoch ms.
    """

    settings: Any
    fields: Fields
    hook_url: str
    posts: Posts
    now: int


@dataclass(frozen=True, slots=True)
class Finding:
    """The outcome of one try. `said` tells what to do where it is not `ok`."""

    name: str
    ok: bool
    said: str


@dataclass(frozen=True, slots=True, eq=False)  # hashed by identity, because of its mapping
class Provider:
    """A kind of channel tells this of its provider.

    `fields` tells where each field is found. `steps` are done at the provider once the channel is
    added, with `{hook_url}` in place of the hook's URL. `check` tries what can be tried.
    """

    fields: Mapping[str, str]
    steps: tuple[str, ...]
    check: Callable[[Checked], list[Finding]]

    def problems(self, given: object, known: Fields) -> Iterator[str]:
        """Yield the problems of given fields, and the fields that are neither given nor known."""
        if not isinstance(given, Mapping):
            yield "fields: give an object of texts"
            return
        for name, value in given.items():
            if name not in self.fields:
                yield f"fields.{name}: there is no such field; use {', '.join(self.fields)}"
            elif not is_field(value):
                yield f"fields.{name}: give 1 to {MAX_FIELD} ASCII characters without spaces"
        for name, where in self.fields.items():
            if name not in given and name not in known:
                yield f"fields.{name}: is missing; find it in: {where}"


def is_field(value: object) -> bool:
    """Return whether a value can be a field: it may have to stand in a header."""
    if not isinstance(value, str) or not 1 <= len(value) <= MAX_FIELD:
        return False
    return value.isascii() and value.isprintable() and " " not in value
