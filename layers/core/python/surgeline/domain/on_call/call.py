"""A call asks people to come: who is asked next, and what each answer means, is decided here.

A call to people on call asks one after the other. An offer of a shift asks everybody at once, and
the first who say yes have it. Nobody is asked twice in a round, and each answer counts once.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

Kind = Literal["call", "shift", "test"]
Verdict = Literal["coming", "declined", "full", "over", "again", "not_asked"]
"""What became of an answer. `again` repeats what the person has said before."""


@dataclass(frozen=True, slots=True)
class Asking:
    """A person was asked, in a round, at a time."""

    person: str
    at: int
    round: int = 1


@dataclass(frozen=True, slots=True)
class Answer:
    """A person's word: they come and are there from a time on, or they don't come."""

    person: str
    coming: bool
    at: int
    arrives_at: int | None = None


@dataclass(frozen=True, slots=True)
class Coming:
    """Somebody said that they come, from when to when."""

    at: int
    until: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call for so many `people`, from `begins` to `ends`.

    `order` is who is asked, in this order. It was taken when the call was opened, so that a later
    change of the rota changes no call. The next person is asked after `answer_ms`. An `emergency`
    also calls people in their quiet time. `group` is the rota, or empty for an offer to everybody.
    A `test` asks nobody to come, and shows whether the person can be reached.
    """

    id: str
    kind: Kind
    why: str
    people: int
    begins: int
    ends: int
    order: tuple[str, ...]
    opened_at: int
    opened_by: str
    group: str = ""
    answer_ms: int = 600_000
    rounds: int = 1
    arrives_ms: int = 0
    emergency: bool = False
    asked: tuple[Asking, ...] = ()
    answers: tuple[Answer, ...] = ()
    closed_at: int | None = None
    closed_by: str = ""
    schema: int = 1

    @property
    def brings_people(self) -> bool:
        """Return whether a yes means that somebody comes. A test page asks nobody to come."""
        return self.kind != "test"

    @property
    def coming(self) -> tuple[Answer, ...]:
        """Return the answers of those who come."""
        return tuple(each for each in self.answers if each.coming)

    @property
    def is_full(self) -> bool:
        """Return whether as many come as were called for."""
        return len(self.coming) >= self.people

    def is_open(self, now: int) -> bool:
        """Return whether somebody may still answer."""
        return self.closed_at is None and now < self.ends

    def here(self, now: int) -> int:
        """Return how many have arrived by their own word, and are still there."""
        if not self.brings_people:
            return 0
        there = (each.arrives_at is not None and each.arrives_at <= now for each in self.coming)
        return sum(there) if now < self.ends and self.closed_at is None else 0

    def still_to_come(self, now: int) -> list[Coming]:
        """Return those who said that they come later."""
        return [
            Coming(each.arrives_at, self.ends)
            for each in self.coming
            if each.arrives_at is not None
            and now < each.arrives_at
            and self.closed_at is None
            and self.brings_people
        ]

    def answer_of(self, person: str) -> Answer | None:
        """Return what the person said, or None."""
        return next((each for each in self.answers if each.person == person), None)

    def is_exhausted(self, now: int) -> bool:
        """Return whether everybody was asked in every round, and too few come."""
        waits = any(now - each.at < self.answer_ms for each in self._unanswered())
        return not self.is_full and not waits and not list(self._next(self.rounds))

    def due(self, now: int, may_call: Callable[[str], bool]) -> "Call":
        """Return the call with the people added who are asked now. `may_call` may pass one over."""
        if not self.is_open(now) or self.is_full:
            return self
        if self.kind == "shift":
            new = [each for each in self.order if not self._was_asked(each, 1) and may_call(each)]
            return replace(self, asked=(*self.asked, *(Asking(each, now) for each in new)))
        waiting = {each.person for each in self._unanswered() if now - each.at < self.answer_ms}
        missing = self.people - len(self.coming) - len(waiting)
        added: list[Asking] = []
        for person, number in self._next(self.rounds):
            if len(added) >= missing:
                break
            if may_call(person) and person not in waiting:
                added.append(Asking(person, now, number))
                waiting.add(person)
        return replace(self, asked=(*self.asked, *added)) if added else self

    def answered(
        self, person: str, *, coming: bool, now: int, arrives_at: int | None = None
    ) -> "tuple[Call, Verdict]":
        """Return the call after an answer, and what became of the answer."""
        said = self.answer_of(person)
        if said is not None and said.coming == coming:
            return self, "again"
        if not any(each.person == person for each in self.asked):
            return self, "not_asked"
        if not self.is_open(now):
            return self, "over"
        others = tuple(each for each in self.answers if each.person != person)
        if not coming:
            return replace(
                self, answers=(*others, Answer(person, coming=False, at=now))
            ), "declined"
        if self.is_full:
            return self, "full"
        arrives = max(self.begins, now + self.arrives_ms) if arrives_at is None else arrives_at
        answer = Answer(person, coming=True, at=now, arrives_at=max(arrives, now))
        return replace(self, answers=(*others, answer)), "coming"

    def closed(self, now: int, by: str) -> "Call":
        """Return the call after its end. A closed call stays as it is."""
        return self if self.closed_at is not None else replace(self, closed_at=now, closed_by=by)

    def _was_asked(self, person: str, number: int) -> bool:
        return any((each.person, each.round) == (person, number) for each in self.asked)

    def _unanswered(self) -> Iterator[Asking]:
        return (each for each in self.asked if self.answer_of(each.person) is None)

    def _next(self, rounds: int) -> Iterator[tuple[str, int]]:
        """Yield who can still be asked, round by round. Who answered is not asked again."""
        for number in range(1, rounds + 1):
            for person in self.order:
                if self.answer_of(person) is None and not self._was_asked(person, number):
                    yield person, number
