"""A channel of a provider is set up with fields that the provider's console shows. So is a tool.

The fields are kept as one secret, never in the configuration.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from surgeline.adapters.signing.field_sets import Fields
from surgeline.application.ports.deliveries import Posts
from surgeline.application.ports.mails import Mails

MAX_FIELD = 1_000


THROTTLED, SERVER_ERRORS = 429, 500


@dataclass(frozen=True, slots=True)
class Checked:
    """A channel whose settings are tried: its own settings, its fields and its hook's URL.

    `now` is the time in UTC epoch ms.
    """

    settings: Any
    fields: Fields
    hook_url: str
    posts: Posts
    mails: Mails
    now: int


@dataclass(frozen=True, slots=True)
class Finding:
    """The outcome of one try. `said` tells what to do where it is not `ok`."""

    name: str
    ok: bool
    said: str


def unasked(name: str, whom: str, status: int) -> Finding | None:
    """Return that a server is out of order or has no time, which says nothing of a field."""
    if status != THROTTLED and status < SERVER_ERRORS:
        return None
    return Finding(name, ok=False, said=f"{whom} could not be asked (HTTP {status}); try again")


def _fit(fields: Fields) -> Iterable[str]:
    """Find no problem with fields that do not depend on each other."""
    del fields
    return ()


@dataclass(frozen=True, slots=True, eq=False)  # hashed by identity, because of its mapping
class Provider:
    """A kind of channel tells this of its provider.

    `fields` tells where each field is found. `steps` are done at the provider once the channel is
    added, with `{hook_url}` and `{channel_id}` in place of the hook's URL and the channel. `check`
    tries what can be tried. The `optional` fields may be left out. `together` yields the problems
    of all fields of a channel. Events of a kind without a hook come in by another way. `usual` has
    the fields of the configuration that a new pool has, where the operator is silent.
    """

    fields: Mapping[str, str]
    steps: tuple[str, ...]
    check: Callable[[Checked], list[Finding]]
    optional: frozenset[str] = frozenset()
    together: Callable[[Fields], Iterable[str]] = _fit
    has_hook: bool = True
    usual: Mapping[str, object] = field(default_factory=dict)

    def problems(self, given: object, known: Fields) -> Iterator[str]:
        """Yield the problems of given fields, and the fields that are neither given nor known."""
        if not isinstance(given, Mapping):
            yield "fields: give an object of texts"
            return
        found = [*self._each(given), *self._missing({**known, **given})]
        yield from found or self.together({**known, **given})

    def _each(self, given: Mapping[str, object]) -> Iterator[str]:
        for name, value in given.items():
            if name not in self.fields:
                yield f"fields.{name}: there is no such field; use {', '.join(self.fields)}"
            elif not is_field(value):
                yield f"fields.{name}: give 1 to {MAX_FIELD} ASCII characters without spaces"

    def _missing(self, fields: Mapping[str, object]) -> Iterator[str]:
        for name, where in self.fields.items():
            if name not in fields and name not in self.optional:
                yield f"fields.{name}: is missing; find it in: {where}"


def is_field(value: object) -> bool:
    """Return whether a value can be a field: it may have to stand in a header."""
    if not isinstance(value, str) or not 1 <= len(value) <= MAX_FIELD:
        return False
    return value.isascii() and value.isprintable() and " " not in value
