"""Times on call that a person offers to others live here, and times at which a person can work."""

from collections.abc import Iterable
from dataclasses import dataclass

from surgeline.domain.on_call.duties import Duty


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A person offers a time on call in a rota. Whoever takes it swaps with the person.

    `withdrawn_at` is when the person took the offer back.
    """

    id: str
    rota: str
    person: str
    since: int
    until: int
    offered_at: int
    withdrawn_at: int | None = None
    schema: int = 1

    def is_open(self, now: int) -> bool:
        """Return whether somebody may still take it, if nobody has."""
        return self.withdrawn_at is None and now < self.until


@dataclass(frozen=True, slots=True)
class Time:
    """A span of time."""

    since: int
    until: int


@dataclass(frozen=True, slots=True)
class Available:
    """The times at which a person says that they can work. Without any nothing is known."""

    person: str
    times: tuple[Time, ...] = ()
    schema: int = 1

    def has(self, since: int, until: int) -> bool:
        """Return whether the person can work for a whole span, as far as is known."""
        if not self.times:
            return True
        return any(each.since <= since and until <= each.until for each in self.times)


def is_on_duty(duties: Iterable[Duty], person: str, since: int, until: int) -> bool:
    """Return whether a person is on call for a whole span, in one or several duties in a row."""
    at = since
    for each in sorted(duties, key=lambda duty: duty.since):
        if each.person == person and each.since <= at < each.until:
            at = each.until
    return at >= until
