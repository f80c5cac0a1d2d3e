"""Advice for one moment of a surge is made here: whom to ask, whom to let go, and why.

People are asked for at once. They are let go only after a hold, so that a moment's lull costs
nothing. People who were asked for count only in the share that their pool is known to bring, and
after its start-up only as many as came.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from math import ceil, isfinite
from typing import Final, Literal

from surgeline.domain.staffing.need import Goal, need
from surgeline.domain.staffing.queue import Work
from surgeline.domain.surge.facts import Asked, Facts, Memory, Source
from surgeline.domain.texts import Value, Words

_WHOLE: Final = 1 - 1e-9
"""Less than a whole person is not asked for."""
_TOLERANCE: Final = 0.05
"""So small a surplus is kept."""
_LEARNS: Final = 0.5
"""How much one outcome counts in what a pool is known to bring."""
_LEAST_FILL: Final = 0.2
_GRACE_SECONDS: Final = 120
"""People may come so much later than they said, before their pool is held to have failed."""
_NEXT_SECONDS: Final = 120
"""Until then the next advice comes, at the latest."""
_STEP: Final = 0.02
"""Rates are told apart in steps of two percent."""

Bound = Literal["nothing", "maximum", "spend_cap", "hold", "out"]


@dataclass(frozen=True, slots=True)
class Act:
    """A pool is asked for so many people in all, with the reason.

    The `change` is against those who are counted as asked for. An act that `must` be is a cap's or
    a person's, and needs nobody's leave.
    """

    pool: str
    people: int
    change: int
    why: str
    must: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """The people that are wanted and counted on, the acts, and the rule that bounds them.

    `missing` people are wanted and nobody can bring them. `why` has the reasons for people to read.
    """

    at: int
    wanted: float
    counted: float
    missing: float
    acts: tuple[Act, ...]
    bound: Bound
    why: tuple[str, ...]
    memory: Memory


def advise(facts: Facts, words: Words) -> Advice:
    """Return the advice for a moment, with reasons in the words of a language.

    The same facts give the same advice.
    """
    asked = {source.id: _learnt(facts, source) for source in facts.sources}
    wanted, reason = _wanted(facts, words)
    wants = _recent(facts, wanted)
    counted = _counted(facts, asked)
    turn = _Turn(facts, asked, words)
    if turn.is_at_the_cap():
        turn.send_home(words("surge_cap_reached"), turn.everybody())
    elif costly := turn.at_their_caps():
        turn.send_home(words("surge_pool_cap_reached"), costly)
    else:
        turn.obey()
        counted = _counted(facts, turn.asked)
        if wanted - counted >= _WHOLE:
            turn.bring(wanted - counted)
        elif wanted < counted:
            turn.let_go(counted - max(want for _, want in wants))
    return Advice(
        at=facts.now,
        wanted=wanted,
        counted=counted,
        missing=turn.missing,
        acts=tuple(turn.acts),
        bound=turn.bound,
        why=(reason, words("surge_counted", number=words.number(counted, 1)), *turn.why),
        memory=Memory(wants, turn.asked),
    )


def _wanted(facts: Facts, words: Words) -> tuple[float, str]:
    """Return the people beside the shift that are wanted, as far ahead as pools take to start.

    Every source brings its people in another time, so the longest one counts.
    """
    reach = max((source.start_up_seconds for source in facts.sources), default=0.0)
    most, at = 0.0, facts.now
    for each in facts.ahead:
        if each.at <= facts.now + reach * 1000:
            rate = each.rate(facts.live_factor)
            extra = agents_for(rate, facts.handle_seconds, facts.patience_seconds, facts.goal)
            if extra - each.on_shift > most:
                most, at = extra - each.on_shift, each.at
    clearing = facts.backlog * facts.handle_seconds[-1] / len(facts.handle_seconds)
    waiting = clearing / max(facts.clear_seconds, 1.0)
    ahead = max(0, at - facts.now) // 60_000
    reason = words(
        "surge_needed",
        most=words.number(most, 1),
        minutes=ahead,
        waiting=words.number(waiting, 1),
        count=facts.backlog,
    )
    return most + waiting, reason


def agents_for(
    per_second: float, handle: tuple[float, ...], patience: float | None, goal: Goal
) -> int:
    """Return the fewest agents that keep a goal. A rate that is no number counts as none."""
    if not isfinite(per_second) or per_second <= 0:
        return goal.minimum
    return _agents_for(rounded(per_second), handle, patience, goal)


def rounded(per_second: float) -> float:
    """Return a rate in steps of two percent, rounded up, so that what it asks for is computed once.

    A rate that is no number counts as none.
    """
    if not isfinite(per_second) or per_second <= 0:
        return 0.0
    exact = per_second * 1000
    unit = 10.0 ** len(str(int(exact))) * _STEP / 10
    return ceil(exact / unit) * unit / 1000


@cache
def _agents_for(
    per_second: float, handle: tuple[float, ...], patience: float | None, goal: Goal
) -> int:
    return need(Work(per_second, handle, patience), goal).agents


def _recent(facts: Facts, wanted: float) -> tuple[tuple[int, float], ...]:
    """Return the wants within the hold, the last one being the present one."""
    since = facts.now - facts.hold_seconds * 1000
    kept = [each for each in facts.memory.wants if since < each[0] < facts.now]
    return (*kept, (facts.now, wanted))


def _learnt(facts: Facts, source: Source) -> Asked:
    """Return how a pool stands, with what its last request taught."""
    asked = facts.memory.asked.get(source.id, Asked())
    if not asked.people or asked.at is None:
        return asked
    due = asked.at + (source.start_up_seconds + _GRACE_SECONDS) * 1000
    if facts.now >= due:
        came = min(1.0, source.here / asked.people)
        fill = max(_LEAST_FILL, asked.fill + _LEARNS * (came - asked.fill))
        return replace(asked, people=source.here, at=None, fill=fill)
    return asked


def _counted(facts: Facts, asked: Mapping[str, Asked]) -> float:
    """Return the people beside the shift that can be counted on."""
    return sum(
        source.worth * _people(source, asked[source.id])
        for source in facts.sources
        if not (source.is_out or source.was_out)
    )


def _people(source: Source, asked: Asked) -> float:
    """Return the people of a pool: those who are there, or the likely part of those asked for."""
    if asked.at is None:
        return min(source.here, asked.people)
    return max(min(source.here, asked.people), asked.people * asked.fill)


class _Turn:
    """One look at the pools: the acts so far, and what bounds them."""

    def __init__(self, facts: Facts, asked: Mapping[str, Asked], words: Words) -> None:
        self._facts = facts
        self._words = words
        self.asked = dict(asked)
        self.acts: list[Act] = []
        self.why: list[str] = []
        self.bound: Bound = "nothing"
        self.missing = 0.0

    def obey(self) -> None:
        """Ask each pool for the number that somebody ordered, as far as the caps pay for it."""
        left = self._left_to_spend()
        for source in self._facts.sources:
            asked = self.asked[source.id]
            if source.ordered is None or (source.is_out and source.ordered > asked.people):
                continue
            more = min(source.ordered, source.maximum) - asked.people
            if more > 0:
                payable = self._payable(source, more, left)
                if payable < more:
                    self._note("spend_cap", "surge_cap_of_ordered", payable=payable, more=more)
                left = None if left is None else left - payable * self._shortest_cost(source)
                more = payable
            if more:
                self._ask(source, asked, asked.people + more, source.ordered_why, must=True)

    def bring(self, missing: float) -> None:
        """Ask the cheapest pools for more people."""
        left = self._left_to_spend()
        for source in self._by_cost():
            if missing <= 0:
                break
            if source.ordered is not None:
                continue
            if source.is_out:
                self._note("out", "surge_out", pool=source.id)
                continue
            asked = self.asked[source.id]
            counted = _people(source, asked)
            more = ceil((counted + missing / source.worth) / asked.fill - 1e-9) - asked.people
            if more > source.maximum - asked.people:
                self._note("maximum", "surge_maximum", pool=source.id, count=source.maximum)
                more = source.maximum - asked.people
            if more <= 0:
                continue
            payable = self._payable(source, more, left)
            if payable < more:
                self._note(
                    "spend_cap", "surge_cap_of_pool", payable=payable, more=more, pool=source.id
                )
            if payable:
                left = None if left is None else left - payable * self._shortest_cost(source)
                why = self._words("surge_missing", number=self._words.number(missing, 1))
                self._ask(source, asked, asked.people + payable, why)
                missing -= ((asked.people + payable) * asked.fill - counted) * source.worth
        self.missing = max(0.0, missing)

    def is_at_the_cap(self) -> bool:
        """Return whether the people who are there would cost more than the cap before long."""
        facts = self._facts
        if facts.spend_cap is None:
            return False
        hourly = sum(map(self._hourly, facts.sources))
        return hourly > 0 and facts.spent + hourly * _NEXT_SECONDS / 3600 > facts.spend_cap

    def everybody(self) -> list[Source]:
        """Return the pools of which anybody was asked."""
        return [each for each in self._facts.sources if self.asked[each.id].people]

    def at_their_caps(self) -> list[Source]:
        """Return the pools whose people would cost more than the pool's own cap before long."""
        return [
            each
            for each in self.everybody()
            if each.spend_cap is not None
            and each.spent + self._hourly(each) * _NEXT_SECONDS / 3600 > each.spend_cap
        ]

    def send_home(self, why: str, sources: list[Source]) -> None:
        """Let everybody go whom a cap no longer pays."""
        self.bound = "spend_cap"
        self.why.append(why)
        for source in sources:
            self._ask(source, self.asked[source.id], 0, why, must=True)

    def let_go(self, spare: float) -> None:
        """Let the dearest people go that nobody wanted for a while."""
        people = sum(each.people for each in self.asked.values())
        if spare < max(1.0, _TOLERANCE * people):
            return
        for source in reversed(list(self._by_cost())):
            asked = self.asked[source.id]
            fewer = min(asked.people, int(spare / source.worth + 1e-9))
            if fewer <= 0 or source.ordered is not None:
                continue
            if self._facts.now < asked.turned_at + source.minimum_seconds * 1000:
                self._note("hold", "surge_stay", pool=source.id)
                continue
            if self._is_restless(asked):
                self._note("hold", "surge_restless", pool=source.id)
                continue
            why = self._words("surge_spare", number=self._words.number(spare, 1))
            self._ask(source, asked, asked.people - fewer, why)
            spare -= fewer * source.worth

    def _is_restless(self, asked: Asked) -> bool:
        """Return whether the pool was let go and asked again, the latter within the calm time.

        It may have to be asked once more soon after it is let go, which would be the third turn.
        """
        calm = self._facts.calm_seconds * 1000
        return asked.back_at is not None and self._facts.now < asked.back_at + calm

    def _payable(self, source: Source, more: int, left: float | None) -> int:
        """Return how many more people the caps pay for their shortest time."""
        each = self._shortest_cost(source)
        if not each:
            return more
        own = None
        if source.spend_cap is not None:
            own = source.spend_cap - source.spent - each * self.asked[source.id].people
        caps = [cap for cap in (left, own) if cap is not None]
        return min([more, *(int(max(0.0, cap) / each) for cap in caps)])

    def _hourly(self, source: Source) -> float:
        """Return what the people of a pool cost in an hour."""
        return source.cost_per_hour * self.asked[source.id].people

    def _by_cost(self) -> Iterator[Source]:
        """Yield the pools by what the work of a person of the shift costs, the cheapest first.

        A pool that brings half of what it is asked for comes later, because time is lost with it.
        """
        yield from sorted(
            self._facts.sources,
            key=lambda each: (
                each.cost_per_hour / each.worth / self.asked[each.id].fill,
                each.id,
            ),
        )

    def _shortest_cost(self, source: Source) -> float:
        """Return what one person costs from the request to the earliest end."""
        seconds = max(source.minimum_seconds, source.start_up_seconds)
        return source.cost_per_hour * seconds / 3600

    def _left_to_spend(self) -> float | None:
        """Return what the cap still allows beyond what is committed already."""
        facts = self._facts
        if facts.spend_cap is None:
            return None
        committed = sum(
            self._shortest_cost(source) * self.asked[source.id].people for source in facts.sources
        )
        return facts.spend_cap - facts.spent - committed

    def _ask(
        self, source: Source, asked: Asked, people: int, why: str, *, must: bool = False
    ) -> None:
        self.asked[source.id] = asked.changed(people, self._facts.now)
        self.acts.append(Act(source.id, people, people - asked.people, why, must))

    def _note(self, bound: Bound, key: str, **values: Value) -> None:
        self.bound = bound
        self.why.append(self._words(key, **values))
