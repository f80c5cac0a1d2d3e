"""A fast model of the line for a person plays the same customers as a rehearsal, in milliseconds.

It has the arrivals, the patience and the work of a rehearsal's streams of chance. So a plan that it
finds can be played by the production code, for the same customers.
"""

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from surgeline.domain.ids import conversation_id, thread_id

from local.rehearsal.chance import Chance
from local.rehearsal.customers import Customer
from local.rehearsal.day import Day, People
from local.virtual.shop import CHANNEL, KEY

MOST_AGENTS: Final = 100


@dataclass(frozen=True, slots=True)
class Caller:
    """A customer who asks for a person at a moment (ms), leaves at another, and needs work."""

    asked_at: int
    leaves_at: int
    work: float


@dataclass(frozen=True, slots=True)
class Desk:
    """How the agents of a pool work, as in a rehearsal.

    `steps` are the steps of a conversation. An agent accepts `accepts_after` milliseconds after the
    offer. `within` is the promised time, in milliseconds.
    """

    handle_seconds: tuple[float, ...]
    steps: int
    accepts_after: int
    within: int


def callers_of(day: Day, pool: People, seed: int, customers: Iterable[Customer]) -> list[Caller]:
    """Return those who asked for a person in a rehearsal, with their patience and their work."""
    chance = Chance(seed)
    found = []
    for each in customers:
        if each.asked_at is None:
            continue
        patience = chance.exponential(day.customers.patience_seconds, "patience", each.name)
        chat = conversation_id(thread_id(KEY, CHANNEL, each.name), 1)
        work = chance.work(pool.variation, "work", pool.id, chat)
        found.append(Caller(each.asked_at, each.asked_at + round(patience * 1000), work))
    return sorted(found, key=lambda each: (each.asked_at, each.leaves_at))


def desk_of(day: Day, pool: People) -> Desk:
    """Return how the agents of a day's pool work."""
    return Desk(
        handle_seconds=pool.handle_seconds,
        steps=day.customers.turns + 1,
        accepts_after=round(pool.answers_after_seconds * 1000),
        within=round(day.promise.within_seconds * 1000),
    )


class Line:
    """The line at a moment. It can be copied, so that several plans go on from there."""

    __slots__ = (
        "_busy",
        "_callers",
        "_desk",
        "_events",
        "_late",
        "_load",
        "_next",
        "_number",
        "_wait",
    )

    def __init__(self, callers: Sequence[Caller], desk: Desk) -> None:
        self._callers = callers
        self._desk = desk
        self._next = 0
        self._events: list[tuple[int, int, int, int, Caller]] = []
        self._load = [0] * MOST_AGENTS
        self._busy = 0
        self._wait: list[Caller] = []
        self._late = 0
        self._number = 0

    def copy(self) -> "Line":
        """Return the same line, which goes its own way from now on."""
        other = Line(self._callers, self._desk)
        other._next = self._next
        other._events = self._events.copy()
        other._load = self._load.copy()
        other._busy = self._busy
        other._wait = self._wait.copy()
        other._late = self._late
        other._number = self._number
        return other

    def late(self, now: int) -> int:
        """Return the customers whom nobody joined in time, or can join in time any more."""
        return self._late + sum(now > each.asked_at + self._desk.within for each in self._wait)

    def run(self, now: int, until: int, agents: int) -> None:
        """Play from `now` until a moment with so many agents on seat."""
        self._fill(now, agents)
        while True:
            ends = self._events[0][0] if self._events else until
            comes = self._callers[self._next].asked_at if self._is_to_come() else until
            if min(ends, comes) >= until:
                return
            if comes <= ends:
                self._wait.append(self._callers[self._next])
                self._next += 1
                self._fill(comes, agents)
            else:
                self._step(agents)

    def _is_to_come(self) -> bool:
        return self._next < len(self._callers)

    def _fill(self, now: int, agents: int) -> None:
        """Offer those who wait to the agents who have the fewest chats."""
        chats = len(self._desk.handle_seconds)
        load = self._load
        while self._wait and self._busy < agents * chats:
            fewest = min(load[:agents])
            if fewest >= chats:
                return
            caller = self._wait.pop(0)
            if caller.leaves_at <= now:
                self._late += 1
                continue
            agent = load.index(fewest)
            load[agent] += 1
            self._busy += 1
            self._push(now + self._desk.accepts_after, agent, 0, caller)

    def _step(self, agents: int) -> None:
        """Accept a customer, go on to the next step of a conversation, or end it."""
        now, _, agent, step, caller = heapq.heappop(self._events)
        if step == 0 and caller.leaves_at <= now:
            self._late += 1
        elif step < self._desk.steps:
            if step == 0:
                self._late += now > caller.asked_at + self._desk.within
            whole = self._desk.handle_seconds[self._load[agent] - 1]
            seconds = whole * caller.work / self._desk.steps
            self._push(now + round(seconds * 1000), agent, step + 1, caller)
            return
        self._load[agent] -= 1
        self._busy -= 1
        self._fill(now, agents)

    def _push(self, at: int, agent: int, step: int, caller: Caller) -> None:
        self._number += 1
        heapq.heappush(self._events, (at, self._number, agent, step, caller))
