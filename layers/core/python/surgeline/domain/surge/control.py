"""One look of the controller is decided here, from what it sees and what it remembers.

The advice says whom to ask. The mode says whether that is done, proposed to a lead, or only told. A
person's override goes before the advice, also where the controller only advises. A spend cap goes
before everything.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from surgeline.domain.staffing.need import Goal
from surgeline.domain.surge.advise import Act, Advice, advise
from surgeline.domain.surge.facts import Asked, Facts, Memory, Source
from surgeline.domain.surge.policy import LEADS, Mode, SurgePolicy
from surgeline.domain.surge.prices import price_list
from surgeline.domain.surge.state import (
    Decision,
    Did,
    Observed,
    Override,
    Proposal,
    State,
    mode_of,
    valid_at,
)
from surgeline.domain.surge.windows import Window, windows_of
from surgeline.domain.texts import Words

PROPOSED_SECONDS: Final = 600
"""A proposal that nobody answered is over after this time."""
UNSURE_SECONDS: Final = 300
"""So long a pool that could not be asked has to be well before its people count again.

A pool that fails answers now and then, and whoever stands in for it would be let go meanwhile.
"""
LONGEST_PAUSE_SECONDS: Final = 86_400
"""People are paid through a pause of the controller, but no longer than this."""

Orders = Mapping[str, tuple[int, str]]
"""The people that somebody ordered of a pool, and the words for it."""


@dataclass(frozen=True, slots=True)
class Controlled:
    """The decision of a look, the memory for the next one, and the pools to ask for people.

    `again` are the pools that are told the same number anew, because their window changes or the
    last look did not tell them.
    """

    decision: Decision
    state: State
    tell: Mapping[str, int]
    again: Mapping[str, int]


def control(
    policy: SurgePolicy,
    seen: Observed,
    before: State,
    overrides: Sequence[Override] = (),
    *,
    words: Words,
) -> Controlled:
    """Decide one look. The same arguments give the same decision.

    The reasons are told in the language of `words`, and are kept as they were told.
    """
    valid = valid_at(overrides, seen.now)
    mode = mode_of(policy, valid)
    approved = _approved(mode, seen, before)
    spent = _spent(seen, before)
    start = _at_start(mode, seen, before)
    orders = _orders(valid, approved, words) if mode != "off" else {}
    led = frozenset(each.id for each in seen.sources if mode in LEADS or each.id in orders)
    out = _out(seen, before)
    facts = _facts(policy, _unsure(seen, out), start.memory, spent, orders)
    found = advise(facts, words)
    carried = tuple(act for act in found.acts if mode == "act" or (act.must and act.pool in led))
    rest = tuple(act for act in found.acts if act not in carried)
    tell = {act.pool: act.people for act in carried}
    lapsed = {name: n for name, n in _lapsed(found, start.told, tell).items() if name in led}
    tell |= lapsed
    if mode in LEADS:
        tell |= _unheard(seen, start.told, tell)
    else:
        tell |= {name: 0 for name in before.ordered if name not in orders and start.told.get(name)}
    decision = Decision(
        at=seen.now,
        mode=mode,
        did=_did(mode, carried, rest),
        wanted=round(found.wanted, 2),
        counted=round(found.counted, 2),
        missing=round(found.missing, 2),
        bound=found.bound,
        why=(*found.why, *(words("surge_came", pool=p, count=n) for p, n in lapsed.items())),
        acts=found.acts,
        per_hour=round(seen.ahead[0].per_second * 3600, 2) if seen.ahead else 0.0,
        on_shift=round(seen.ahead[0].on_shift, 2) if seen.ahead else 0.0,
        live_factor=round(seen.live_factor, 4),
        is_forecast=seen.is_forecast,
        backlog=seen.backlog,
        here={each.id: each.here for each in seen.sources},
        spent=round(sum(spent.values()), 2),
        spend_cap=policy.spend_cap,
        prices=price_list(facts, found.counted, found.wanted) if found.wanted > 0 else (),
        by=approved.approved_by if approved else None,
    )
    told = {**start.told, **lapsed, **{act.pool: act.people for act in carried}}
    if mode not in LEADS:
        told |= {name: 0 for name in before.ordered if name not in orders}
    windows = _windows(led, seen, told, tell, before)
    state = State(
        at=seen.now,
        day=seen.day,
        leads=mode in LEADS,
        memory=_memory(mode, start.memory, found, carried),
        told=told,
        paid=_paid(seen, {name: people for name, people in told.items() if name in led}),
        spent=spent,
        billed=seen.billed,
        counted=seen.counted,
        proposal=_proposal(mode, seen, start, rest),
        windows=windows,
        out=out,
        ordered=() if mode in LEADS else tuple(sorted(orders)),
    )
    again = _again(seen, told, windows, before)
    others = {pool: people for pool, people in again.items() if pool not in tell}
    return Controlled(decision, state, tell, others)


def _out(seen: Observed, before: State) -> dict[str, int]:
    """Return when each pool was last out, where that was lately."""
    found = {each.id: seen.now if each.is_out else before.out.get(each.id) for each in seen.sources}
    since = seen.now - UNSURE_SECONDS * 1000
    return {name: at for name, at in found.items() if at is not None and at > since}


def _unsure(seen: Observed, out: Mapping[str, int]) -> Observed:
    sources = tuple(replace(each, was_out=each.id in out) for each in seen.sources)
    return replace(seen, sources=sources)


def _windows(
    led: frozenset[str],
    seen: Observed,
    told: Mapping[str, int],
    tell: Mapping[str, int],
    before: State,
) -> Mapping[str, Window]:
    """Return the windows of the requests that stand. Who doesn't lead a pool leaves it none.

    Such a pool is told so, because nobody would renew its window.
    """
    mine = tuple(each for each in seen.sources if each.id in led)
    return windows_of(mine, told, tell, before.windows, now=seen.now)


def _again(
    seen: Observed, told: Mapping[str, int], windows: Mapping[str, Window], before: State
) -> Mapping[str, int]:
    """Return the pools whose window changes, and those that the last look did not tell."""
    changed = {
        name
        for name, people in told.items()
        if people and windows.get(name) != before.windows.get(name)
    }
    return {
        each.id: told.get(each.id, 0)
        for each in seen.sources
        if each.id in changed or each.id in before.untold
    }


def _approved(mode: Mode, seen: Observed, before: State) -> Proposal | None:
    """Return the proposal that a lead said yes to and that still holds."""
    found = before.proposal
    holds = found is not None and found.approved_by is not None and seen.now < found.until
    return found if holds and mode == "ask" else None


def _orders(overrides: Mapping[str, Override], approved: Proposal | None, words: Words) -> Orders:
    """Return the people that overrides and an approved proposal order. An override goes first."""
    orders: dict[str, tuple[int, str]] = {}
    if approved is not None:
        for act in approved.acts:
            said = words("surge_approved", by=approved.approved_by, reason=act.why)
            orders[act.pool] = (act.people, said)
    for name, each in overrides.items():
        if each.people is not None:
            key = "surge_ordered_because" if each.reason else "surge_ordered"
            orders[name] = (each.people, words(key, by=each.by, reason=each.reason))
    return orders


def _spent(seen: Observed, before: State) -> dict[str, float]:
    """Return the cost of each pool on this day so far.

    Who was asked for is paid until let go, unless the pool is paid by the conversation.
    """
    since = max(before.at, seen.day_began, seen.now - LONGEST_PAUSE_SECONDS * 1000)
    hours = max(0, seen.now - since) / 3_600_000 if before.at else 0.0
    is_today = before.day == seen.day
    found = {}
    for each in seen.sources:
        earlier = before.spent.get(each.id, 0.0) if is_today else 0.0
        counted = before.billed.get(each.id, 0.0) if is_today else 0.0
        billed = max(0.0, seen.billed.get(each.id, 0.0) - counted)
        by_hour = each.id not in seen.billed
        hourly = each.cost_per_hour * before.paid.get(each.id, 0) if by_hour else 0.0
        found[each.id] = earlier + hourly * hours + billed
    return found


def _at_start(mode: Mode, seen: Observed, before: State) -> State:
    """Return the memory at the start of the look.

    Where others asked the pools until now, it has what those asked for.
    """
    if mode in LEADS and before.leads:
        return before
    asked = dict(before.memory.asked)
    for name, people in seen.wanted.items():
        known = asked.get(name, Asked())
        if known.people != people:
            asked[name] = known.changed(people, seen.now)
    memory = replace(before.memory, asked=asked)
    return replace(before, memory=memory, told=dict(seen.wanted), proposal=None)


def _facts(
    policy: SurgePolicy,
    seen: Observed,
    memory: Memory,
    spent: Mapping[str, float],
    orders: Orders,
) -> Facts:
    return Facts(
        now=seen.now,
        ahead=seen.ahead,
        live_factor=seen.live_factor,
        backlog=seen.backlog,
        handle_seconds=policy.handle_seconds,
        patience_seconds=policy.patience_seconds,
        goal=Goal(
            target=policy.target,
            within_seconds=float(policy.within_seconds),
            minimum=policy.minimum,
        ),
        sources=tuple(_source(each, policy, spent, orders) for each in seen.sources),
        spent=sum(spent.values()),
        spend_cap=policy.spend_cap,
        clear_seconds=policy.clear_seconds,
        hold_seconds=policy.hold_seconds,
        calm_seconds=policy.calm_seconds,
        memory=memory,
    )


def _source(
    source: Source, policy: SurgePolicy, spent: Mapping[str, float], orders: Orders
) -> Source:
    people, why = orders.get(source.id, (None, ""))
    return replace(
        source,
        spent=spent.get(source.id, 0.0),
        spend_cap=policy.cap_of(source.id),
        ordered=people,
        ordered_why=why,
    )


def _lapsed(found: Advice, told: Mapping[str, int], tell: Mapping[str, int]) -> Mapping[str, int]:
    """Return the pools that brought fewer than they were told. They are told that this is enough.

    Who did not come in time is not paid for, and is asked for anew where he is needed.
    """
    return {
        name: asked.people
        for name, asked in found.memory.asked.items()
        if name not in tell and asked.people < told.get(name, 0)
    }


def _unheard(seen: Observed, told: Mapping[str, int], tell: Mapping[str, int]) -> Mapping[str, int]:
    """Return the pools that never heard what they were told last, so that they are told again."""
    return {
        each.id: told.get(each.id, 0)
        for each in seen.sources
        if each.id not in tell
        and not each.is_out
        and seen.wanted.get(each.id, 0) != told.get(each.id, 0)
    }


def _did(mode: Mode, carried: Sequence[Act], rest: Sequence[Act]) -> Did:
    if carried:
        return "acted"
    if not rest or mode == "off":
        return "nothing"
    return "proposed" if mode == "ask" else "advised"


def _memory(mode: Mode, start: Memory, found: Advice, carried: Sequence[Act]) -> Memory:
    """Return the memory for the next advice. Acts that were only advised did not happen."""
    if mode == "act":
        return found.memory
    # In the other modes only orders and caps were carried out.
    happened = {act.pool for act in carried}
    learnt = {name: each for name, each in found.memory.asked.items() if name in happened}
    return Memory(found.memory.wants, {**start.asked, **learnt})


def _paid(seen: Observed, told: Mapping[str, int]) -> dict[str, int]:
    """Return the people who cost something from now on: those told to come, or who are there.

    A pool that can't be reached, and of which nobody is there, brings nobody.
    """
    return {
        each.id: 0 if each.is_out and not each.here else told.get(each.id, each.here)
        for each in seen.sources
    }


def _proposal(mode: Mode, seen: Observed, before: State, rest: tuple[Act, ...]) -> Proposal | None:
    """Return the proposal that stands. The same acts as before don't begin a new one."""
    if mode != "ask" or not rest:
        return None
    stands = before.proposal
    holds = stands is not None and stands.approved_by is None and seen.now < stands.until
    if stands is not None and holds and _numbers(stands.acts) == _numbers(rest):
        return stands
    return Proposal(at=seen.now, until=seen.now + PROPOSED_SECONDS * 1000, acts=rest)


def _numbers(acts: Sequence[Act]) -> dict[str, int]:
    return {act.pool: act.people for act in acts}
