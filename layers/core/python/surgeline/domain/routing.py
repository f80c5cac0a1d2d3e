"""Routing finds the pools to offer a conversation to, by a policy of data. It is pure.

Steps follow each other. Step k ends at the request plus the sum of the `seconds` up to k. It also
ends as soon as none of its pools can take the conversation any more. While its pools are only full,
the conversation waits for a seat. A step with `only_if` is the overflow, which only its triggers
open.
"""

import hashlib
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from surgeline.domain.customers.segment import Segment, Traits
from surgeline.domain.on_call.emergency import Emergency
from surgeline.domain.pools import Pool, PoolKind
from surgeline.domain.thread import ESCALATION, HandoffReason

LOOK_AGAIN_SECONDS = 30
"""How often a waiting conversation is looked at, besides its wake-ups."""

Choose = Literal["in_order", "least_loaded", "weighted"]
Prefer = Literal["confirmed_resolution"]


@dataclass(frozen=True, slots=True)
class Trigger:
    """A trigger holds as soon as one of its conditions holds.

    `nobody_available`: no pool of an earlier step can take the conversation, now or soon. `full`:
    the pools that could take it have no seat left. `waited_seconds`: so long since the request.
    `backlog_over`: more than so many conversations wait.
    """

    nobody_available: bool = False
    full: bool = False
    waited_seconds: int | None = None
    backlog_over: int | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One group of pools: the named ones, those of one kind, or all of them.

    `reasons` and `languages` say which conversations the step is for (empty: all). `skills` are
    those that a pool must have. After `relax_after_seconds` since the request a pool needs neither
    the skills nor the language. `prefer` puts pools last whose customers surely confirm less often
    that they were helped. `choose` decides among the others. `segments` are the parts of the
    customers that the step is for.
    """

    pools: tuple[str, ...] = ()
    kind: PoolKind | None = None
    seconds: int | None = None
    choose: Choose = "in_order"
    at_once: int = 1
    reasons: tuple[HandoffReason, ...] = ()
    languages: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    relax_after_seconds: int | None = None
    only_if: Trigger | None = None
    skip_if: Trigger | None = None
    prefer: Prefer | None = None
    segments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Policy:
    """The steps, the segments that they name, and the longest time that one waits for a seat.

    A request that no pool could take is kept for `keep_seconds`, and the bot answers meanwhile.
    With 0 no request is kept. `callbacks` are the ways in which a waiting customer may ask to be
    answered: later on the channel, by e-mail, or by phone. `emergencies` call people on call.
    Who was not helped and comes back within `let_down_days` meets a person, before others. Pools in
    `supervisors` are asked first for what a pool escalates. Other conversations reach them only by
    a step that names them.
    """

    steps: tuple[Step, ...] = field(default_factory=lambda: (Step(),))
    longest_wait_seconds: int = 600
    keep_seconds: int = 259_200
    segments: tuple[Segment, ...] = ()
    callbacks: tuple[Literal["later", "email", "phone"], ...] = ("later",)
    emergencies: tuple[Emergency, ...] = ()
    let_down_days: int = 7
    supervisors: tuple[str, ...] = ()

    def raised(self, traits: Traits) -> int:
        """Return the priority that the customer's segments add to that of a request."""
        mine = (each.priority for each in self.segments if not traits.missing(each))
        return max(mine, default=0)

    @property
    def escalates(self) -> bool:
        """Return whether any pool or step is there for what a pool escalates."""
        return bool(self.supervisors) or any(ESCALATION in each.reasons for each in self.steps)

    @property
    def of_articles(self) -> tuple[Segment, ...]:
        """Return the segments that have articles of their own."""
        return tuple(each for each in self.segments if each.articles)

    @property
    def asks_for_scores(self) -> bool:
        """Return whether any step prefers pools by what is known of their resolutions."""
        return any(step.prefer for step in self.steps)


@dataclass(frozen=True, slots=True)
class Ask:
    """The part of a conversation that routing depends on.

    `since` is when the steps began to count, epoch ms: when a person was asked for, or later.
    `escalated`: a pool passed it on to a supervisor. The `reason` is that of the request still.
    """

    conversation_id: str
    reason: HandoffReason
    language: str | None
    since: int
    tried: tuple[str, ...] = ()
    prefer: str | None = None
    traits: Traits = field(default_factory=Traits)
    escalated: bool = False

    @property
    def reasons(self) -> frozenset[HandoffReason]:
        """Return the reasons of which a step may name any."""
        return frozenset((self.reason, ESCALATION) if self.escalated else (self.reason,))


@dataclass(frozen=True, slots=True)
class Route:
    """The offers to make now (each with its deadline), or when to look again. Neither: give up.

    `waitlist` names the pools that a waiting conversation waits for. `why` is for people. The rest
    is for a request that is kept: the pools that could take it but are `full` or `closed`, the
    first time at which a closed one opens, and the first time at which another pool may be asked.
    `is_over`: the time of a step was over, so that its pools were not looked at. `preferred`: the
    pool is the one that was asked for by name, and no step chose it.
    """

    offers: tuple[tuple[Pool, int], ...] = ()
    look_at: int | None = None
    waitlist: tuple[str, ...] = ()
    why: tuple[str, ...] = ()
    full: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()
    opens_at: int | None = None
    changes_at: int | None = None
    is_over: bool = False
    preferred: bool = False

    @property
    def is_dead_end(self) -> bool:
        """Return whether no pool is asked now, and none is waited for."""
        return not self.offers and self.look_at is None


def route(policy: Policy, pools: Sequence[Pool], ask: Ask, *, now: int, backlog: int = 0) -> Route:
    """Return the route of one conversation at one moment.

    The same arguments give the same route.
    """
    preferred = _preferred(pools, ask)
    if preferred:
        why = f"{preferred.id}: had it before"
        offers = ((preferred, now + preferred.ring_seconds * 1000),)
        return Route(offers, why=(why,), preferred=True)
    look = _Look(policy, pools, ask, now, backlog)
    for name, step in _steps(policy, ask):
        chosen = look.at(name, step)
        if chosen:
            return Route(chosen, why=tuple(look.why))
    return look.waiting()


def _steps(policy: Policy, ask: Ask) -> Iterator[tuple[str, Step]]:
    """Yield the steps with their names. The supervisors' own goes before those of the policy."""
    if policy.supervisors and ask.escalated:
        yield "supervisors", Step(pools=policy.supervisors)
    for number, step in enumerate(policy.steps, 1):
        yield f"step {number}", step


class _Look:
    """One pass over the steps, which notes the full pools and the times of the next changes."""

    def __init__(
        self, policy: Policy, pools: Sequence[Pool], ask: Ask, now: int, backlog: int
    ) -> None:
        self.policy = policy
        self.pools = pools
        self.ask = ask
        self.now = now
        self.backlog = backlog
        self.why: list[str] = []
        self.full: list[str] = []
        self.closed: dict[str, int | None] = {}
        self.is_over = False
        self.holds = False
        self.changes: list[int] = []
        self.end = 0

    def at(self, name: str, step: Step) -> tuple[tuple[Pool, int], ...]:
        """Return the offers that this step makes now.

        There are none out of turn or without a free pool.
        """
        self.end += step.seconds or 0
        ends = self.ask.since + self.end * 1000 if step.seconds else None
        refusal = self._refusal(step, ends)
        if refusal:
            self.why.append(f"{name}: {refusal}")
            return ()
        fits = [pool for pool in self._members(step) if self._fits(name, step, pool)]
        free = [pool for pool in fits if not pool.full]
        if free:
            chosen = _choose(step, free, self.ask)
            self.why += _reasons(name, step, free, chosen)
            return tuple((pool, self._deadline(pool, ends)) for pool in chosen)
        self.full += [pool.id for pool in fits]
        self.why += [f"{name}: {pool.id}: full" for pool in fits]
        if fits:
            self.holds = True
            self.changes += [ends] if ends else []
        return ()

    def waiting(self) -> Route:
        """Return when to look again while a pool may become free, or an empty route to give up.

        Call this when no pool can be asked now. The wait ends with the longest wait.
        """
        ends = self.ask.since + self.policy.longest_wait_seconds * 1000
        changes = [each for each in self.changes if each > self.now]
        opens = {each: at for each, at in self.closed.items() if at and at > self.now}
        later = Route(
            full=tuple(dict.fromkeys(self.full)),
            closed=tuple(self.closed),
            opens_at=min(opens.values(), default=None),
            changes_at=min(changes, default=None),
            is_over=self.is_over,
        )
        soon = [each for each in (*changes, *opens.values()) if each < ends]
        if (not self.holds and not soon) or self.now >= ends:
            end = "waited long enough" if self.holds or soon else "nobody is left to ask"
            return replace(later, why=(*self.why, end))
        look_at = min([*soon, ends, self.now + LOOK_AGAIN_SECONDS * 1000])
        opening = [each for each, at in opens.items() if at < ends]
        waitlist = tuple(dict.fromkeys((*self.full, *opening)))
        return replace(later, look_at=look_at, waitlist=waitlist, why=tuple(self.why))

    def _refusal(self, step: Step, ends: int | None) -> str:
        """Return why it is not this step's turn, or an empty text if it is."""
        if ends is not None and self.now >= ends:
            self.is_over = True
            return "its time is over"
        return self._unmeant(step) or self._out_of_turn(step)

    def _unmeant(self, step: Step) -> str:
        """Return why the step is not for this conversation, or an empty text if it is."""
        if not _is_for(step, self.ask):
            return "not for this reason or language"
        return self._outside(step)

    def _out_of_turn(self, step: Step) -> str:
        """Return why a step that is for this conversation waits, or an empty text."""
        if step.skip_if and self._holds(step.skip_if):
            return "skipped"
        if step.only_if and not self._holds(step.only_if):
            self._note_change(step.only_if)
            return "not triggered"
        if step.only_if is None and self.holds:
            return "an earlier step has the turn"
        return ""

    def _outside(self, step: Step) -> str:
        """Return why the customer is in no segment of the step, or an empty text if in one."""
        named = [each for each in self.policy.segments if each.name in step.segments]
        missing = [self.ask.traits.missing(each) for each in named]
        return "; ".join(missing) if step.segments and all(missing) else ""

    def _holds(self, trigger: Trigger) -> bool:
        waited = self.now - self.ask.since
        return (
            (trigger.nobody_available and not self.full)
            or (trigger.full and bool(self.full))
            or (trigger.waited_seconds is not None and waited >= trigger.waited_seconds * 1000)
            or (trigger.backlog_over is not None and self.backlog > trigger.backlog_over)
        )

    def _note_change(self, trigger: Trigger) -> None:
        if trigger.waited_seconds is not None:
            self.changes.append(self.ask.since + trigger.waited_seconds * 1000)

    def _members(self, step: Step) -> Iterator[Pool]:
        for pool in self.pools:
            is_own = pool.id in self.policy.supervisors
            if (step.pools or is_own) and pool.id not in step.pools:
                continue
            if step.kind in (None, pool.kind):
                yield pool

    def _fits(self, name: str, step: Step, pool: Pool) -> bool:
        unfit = self._unfit(step, pool)
        if unfit:
            self.why.append(f"{name}: {pool.id}: {unfit}")
        return not unfit

    def _unfit(self, step: Step, pool: Pool) -> str:
        """Return why the pool can't take the conversation after any wait, or an empty text."""
        ask = self.ask
        relaxed = step.relax_after_seconds
        strict = relaxed is None or self.now - ask.since < relaxed * 1000
        missing = sorted(set(step.skills) - set(pool.skills))
        speaks = not pool.languages or ask.language is None or ask.language in pool.languages
        if pool.id in ask.tried:
            return "asked before"
        if pool.closed:
            if relaxed is not None or (speaks and not missing):
                self.closed[pool.id] = pool.opens_at
            return pool.closed
        if strict and not speaks:
            self._note_relaxing(relaxed)
            return f"does not speak {ask.language}"
        if strict and missing:
            self._note_relaxing(relaxed)
            return f"lacks {', '.join(missing)}"
        return ""

    def _note_relaxing(self, relaxed: int | None) -> None:
        if relaxed is not None:
            self.changes.append(self.ask.since + relaxed * 1000)

    def _deadline(self, pool: Pool, ends: int | None) -> int:
        rung = self.now + pool.ring_seconds * 1000
        return rung if ends is None else min(rung, ends)


def _is_for(step: Step, ask: Ask) -> bool:
    return (not step.reasons or bool(ask.reasons.intersection(step.reasons))) and (
        not step.languages or ask.language in step.languages
    )


def _preferred(pools: Sequence[Pool], ask: Ask) -> Pool | None:
    """Return the pool that had the conversation before, if it takes its customers back now."""
    for pool in pools:
        if pool.id == ask.prefer and pool.id not in ask.tried and not pool.full:
            return pool if not pool.closed or pool.draining else None
    return None


def _choose(step: Step, free: Sequence[Pool], ask: Ask) -> list[Pool]:
    """Return the best pools, as many as are asked at once. The configured order breaks ties.

    A pool of higher priority comes first. Speed and load decide only among pools of which no one is
    surely better.
    """

    def order(pool: Pool) -> float:
        if step.choose == "least_loaded":
            return pool.load
        return _draw(ask.conversation_id, pool) if step.choose == "weighted" else 0.0

    def rank(pool: Pool) -> tuple[int, int, float]:
        return -pool.priority, len(_better(pool, free)) if step.prefer else 0, order(pool)

    return sorted(free, key=rank)[: max(1, step.at_once)]


def _better(pool: Pool, free: Sequence[Pool]) -> list[Pool]:
    """Return the pools of the same priority whose customers surely confirm more often."""
    return [
        each
        for each in free
        if each.priority == pool.priority and each.score.is_surely_above(pool.score)
    ]


def _reasons(name: str, step: Step, free: Sequence[Pool], chosen: Sequence[Pool]) -> Iterator[str]:
    """Yield why these pools are asked, and which others are passed over for their resolutions."""
    for pool in chosen:
        known = f" ({pool.score})" if step.prefer and pool.score.ended else ""
        yield f"{name}: {pool.id}: offered{known}"
    for pool in free if step.prefer else ():
        better = [each.id for each in _better(pool, free)]
        if better and pool not in chosen:
            yield f"{name}: {pool.id}: surely below {', '.join(better)} ({pool.score})"


def _draw(conversation_id: str, pool: Pool) -> float:
    """Return a number that orders pools, the smallest first, with the shares of their weights.

    This is rendezvous hashing.
    """
    digest = hashlib.sha256(f"{conversation_id}/{pool.id}".encode()).digest()
    chance = (int.from_bytes(digest[:8]) + 1) / (2**64 + 1)
    return -math.log(chance) / max(pool.weight, 1e-9)
