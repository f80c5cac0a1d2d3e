"""One look of the controller: modes, orders, money, and what it leaves behind."""

from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from surgeline.adapters.system_texts import lead_words
from surgeline.domain.surge import control as looks
from surgeline.domain.surge.facts import Ahead, Source
from surgeline.domain.surge.policy import Led, Mode, SurgePolicy
from surgeline.domain.surge.state import EVERYTHING, Observed, Override, State

from tests.often import often

control = partial(looks.control, words=lead_words("en"))
MINUTE = 60_000
DAY = "2026-03-01"
PEAK = 80 / 3600
AGENCY = Source(
    id="agency", here=0, maximum=10, cost_per_hour=28, start_up_seconds=900, minimum_seconds=1800
)
CROWD = Source(
    id="crowd", here=0, maximum=10, cost_per_hour=30, start_up_seconds=600, minimum_seconds=1800
)
POLICY = SurgePolicy(
    mode="act",
    pools=(Led("agency", start_up_seconds=900), Led("crowd")),
    handle_seconds=(480, 560, 660),
    spend_cap=None,
)


def seen(minute: int = 1, rate: float = PEAK, **changes: Any) -> Observed:
    """Return what there is to see at a minute of the day."""
    about: dict[str, Any] = {
        "now": minute * MINUTE,
        "day": DAY,
        "day_began": 0,
        "ahead": (Ahead(minute * MINUTE, rate, 1.0),),
        "live_factor": 1.0,
        "backlog": 0,
        "sources": (AGENCY, CROWD),
        "wanted": {"agency": 0, "crowd": 0},
    }
    return Observed(**(about | changes))


def mode(name: Mode, **changes: Any) -> SurgePolicy:
    return replace(POLICY, mode=name, **changes)


def ordered(people: int, until: int = 60, pool: str = "agency") -> Override:
    return Override(
        pool=pool, until=until * MINUTE, people=people, by="Ann (lead)", reason="the match"
    )


# ---------------------------------------------------------------- modes


def test_it_acts_where_it_may() -> None:
    """In the mode `act` the pools are told at once, and remembered as told."""
    found = control(POLICY, seen(), State())
    assert (found.tell, found.decision.did) == ({"agency": 5}, "acted")
    assert found.state.told["agency"] == 5
    assert found.state.memory.asked["agency"].people == 5


def test_it_only_advises_where_it_may_not_act() -> None:
    """In the mode `advise` nobody is told, and the same advice comes again a minute later."""
    found = control(mode("advise"), seen(), State())
    assert (found.tell, found.decision.did) == ({}, "advised")
    again = control(mode("advise"), seen(2), found.state)
    assert [(act.pool, act.people) for act in again.decision.acts] == [("agency", 5)]


def test_off_is_off() -> None:
    """In the mode `off` nobody is told, whatever the advice would be."""
    found = control(mode("off"), seen(), State())
    assert (found.tell, found.decision.did) == ({}, "nothing")


def test_it_asks_a_lead_first_and_does_what_the_lead_approved() -> None:
    """In the mode `ask` the acts are proposed, and carried out once somebody said yes."""
    found = control(mode("ask"), seen(), State())
    assert (found.tell, found.decision.did) == ({}, "proposed")
    proposal = found.state.proposal
    assert proposal is not None
    same = control(mode("ask"), seen(2), found.state)
    assert same.state.proposal == proposal
    yes = replace(found.state, proposal=replace(proposal, approved_by="Ann (lead)"))
    done = control(mode("ask"), seen(2), yes)
    assert (done.tell, done.decision.did, done.decision.by) == (
        {"agency": 5},
        "acted",
        "Ann (lead)",
    )
    assert done.state.proposal is None
    assert "Ann (lead) approved it" in done.decision.acts[0].why


def test_an_approval_that_comes_too_late_does_nothing() -> None:
    """After ten minutes a proposal is over, and a new one begins."""
    found = control(mode("ask"), seen(), State())
    assert found.state.proposal is not None
    late = replace(found.state, proposal=replace(found.state.proposal, approved_by="Ann (lead)"))
    after = control(mode("ask"), seen(12), late)
    assert (after.tell, after.decision.did) == ({}, "proposed")
    assert after.state.proposal is not None
    assert after.state.proposal.approved_by is None


def test_a_person_s_mode_goes_before_the_configured_one_until_its_end() -> None:
    """Somebody stops the controller for a while; afterwards it decides again."""
    stop = Override(pool=EVERYTHING, until=30 * MINUTE, mode="off")
    assert control(POLICY, seen(29), State(), [stop]).tell == {}
    assert control(POLICY, seen(30), State(), [stop]).tell == {"agency": 5}


# ---------------------------------------------------------------- overrides


def test_an_override_holds_until_its_end() -> None:
    """The pool has the ordered number, also against the advice, and then the advice counts."""
    found = control(POLICY, seen(rate=0), State(), [ordered(3)])
    assert found.tell == {"agency": 3}
    assert "Ann (lead) ordered it: the match" in found.decision.acts[0].why
    about: dict[str, Any] = {"wanted": {"agency": 3}, "sources": (replace(AGENCY, here=3), CROWD)}
    held = control(POLICY, seen(59, 0, **about), found.state, [ordered(3)])
    assert held.tell == {}
    after = control(POLICY, seen(61, 0, **about), held.state, [ordered(3)])
    assert after.tell == {"agency": 0}


def test_no_override_goes_beyond_a_cap() -> None:
    """The spend cap lets everybody go, whoever ordered them."""
    policy = mode("act", spend_cap=30.0)
    found = control(policy, seen(rate=0), State(), [ordered(10, until=600)])
    assert found.tell == {"agency": 2}
    state, told = found.state, 2
    for minute in range(2, 120):
        found = control(
            policy, seen(minute, 0, wanted={"agency": told}), state, [ordered(10, until=600)]
        )
        state, told = found.state, found.tell.get("agency", told)
        assert found.decision.spent <= 30
    assert told == 0


# ---------------------------------------------------------------- what it takes over and hands back


def test_it_takes_over_what_others_asked_for() -> None:
    """A pool that waiting customers asked for keeps its people when the controller begins."""
    advised = control(mode("advise"), seen(rate=0, wanted={"agency": 4}), State())
    begun = control(POLICY, seen(2, rate=0, wanted={"agency": 4}), advised.state)
    assert begun.tell == {}
    assert begun.state.told["agency"] == 4


def test_a_pool_that_never_heard_is_told_again() -> None:
    """Where the board does not have what was told last, as after a crash, it is told again."""
    found = control(POLICY, seen(), State())
    again = control(POLICY, seen(2), found.state)
    assert again.tell == {"agency": 5}
    heard = control(POLICY, seen(2, wanted={"agency": 5}), found.state)
    assert heard.tell == {}


def test_whoever_stands_in_stays_while_a_pool_fails_now_and_then() -> None:
    """A pool that answers for a minute and fails again is not counted on until it was well."""
    stood: dict[str, Any] = {"wanted": {"agency": 5, "crowd": 5}, "sources": ()}
    both = (replace(AGENCY, here=5), replace(CROWD, here=5))
    out = (replace(both[0], is_out=True), both[1])
    state = control(POLICY, seen(1, **stood | {"sources": both}), State()).state
    state = control(POLICY, seen(59, **stood | {"sources": out}), state).state
    for minute in (60, 61, 63):
        found = control(POLICY, seen(minute, **stood | {"sources": both}), state)
        assert (found.decision.counted, found.tell) == (5, {})
    well = control(POLICY, seen(64, **stood | {"sources": both}), state)
    assert well.decision.counted == 10


# ---------------------------------------------------------------- money


def test_people_are_paid_from_the_request_until_they_are_let_go() -> None:
    """Half an hour of five people costs seventy, and the next day begins at nothing."""
    found = control(POLICY, seen(), State())
    about: dict[str, Any] = {"wanted": {"agency": 5}, "sources": (replace(AGENCY, here=5), CROWD)}
    later = control(POLICY, seen(31, **about), found.state)
    assert later.decision.spent == pytest.approx(70)
    tomorrow = seen(24 * 60 + 30, day="2026-03-02", day_began=24 * 60 * MINUTE, **about)
    after = control(POLICY, tomorrow, later.state)
    assert after.decision.spent == pytest.approx(5 * 28 / 2)


def test_who_does_not_come_is_told_that_it_is_enough_and_not_paid() -> None:
    """After its start-up a pool is told how many came, and the rest is asked for elsewhere."""
    found = control(POLICY, seen(), State())
    about: dict[str, Any] = {"wanted": {"agency": 5}, "sources": (replace(AGENCY, here=2), CROWD)}
    later = control(POLICY, seen(20, **about), found.state)
    asked = {act.pool: act.people for act in later.decision.acts}
    assert later.state.told == {"agency": 2, "crowd": 0} | asked
    assert later.tell == later.state.told
    assert later.state.paid == later.state.told


def test_a_pool_that_is_paid_by_the_conversation_costs_what_was_billed() -> None:
    """Each billed amount counts once, and no hour is counted beside."""
    found = control(POLICY, seen(billed={"agency": 6.0}), State())
    later = control(POLICY, seen(31, billed={"agency": 10.0}, wanted={"agency": 5}), found.state)
    assert later.decision.spent == pytest.approx(10)


def test_a_clock_that_goes_back_costs_nothing() -> None:
    """Money is counted forwards only."""
    found = control(POLICY, seen(30), State())
    before = control(POLICY, seen(10, wanted={"agency": 5}), found.state)
    assert before.decision.spent == 0


# ---------------------------------------------------------------- what it tells


def test_each_decision_has_its_facts_and_a_price_list() -> None:
    """It says what nobody, those on their way and one more would achieve, and for how much."""
    found = control(POLICY, seen(), State()).decision
    assert (found.per_hour, found.on_shift) == (pytest.approx(80), 1)
    none, *_, most = found.prices
    assert (none.people, none.cost_per_hour) == (0, 0)
    assert most.people == 6
    assert most.service_level > 0.8 > none.service_level
    assert most.cost_per_hour == 6 * 28


def test_prices_count_who_waits_and_end_with_everybody_whom_pools_bring() -> None:
    """A crowd that waits is not joined in time by nobody, though no more customers come."""
    nobody = (Ahead(MINUTE, 0, 0),)
    found = control(POLICY, seen(ahead=nobody, sources=(AGENCY,), backlog=30), State()).decision
    none, *_, most = found.prices
    assert none.service_level == 0
    assert none.abandoned > most.abandoned > 0
    assert most.people == AGENCY.maximum < found.wanted


def test_a_quiet_minute_needs_no_record() -> None:
    """Where nobody waits, nobody came and nobody is wanted, there is nothing to tell."""
    assert control(POLICY, seen(rate=0), State()).decision.is_quiet
    assert not control(POLICY, seen(), State()).decision.is_quiet


# ---------------------------------------------------------------- properties


@settings(max_examples=often(10, 25))
@given(
    rates=st.lists(st.floats(0, 0.1), min_size=15, max_size=15),
    backlogs=st.lists(st.integers(0, 8), min_size=150, max_size=150),
    cap=st.none() | st.floats(0, 300),
    own_cap=st.none() | st.floats(0, 100),
    late=st.integers(0, 2),
)
def test_ceilings_caps_and_calm_hold_under_any_load(
    rates: list[float], backlogs: list[int], cap: float | None, own_cap: float | None, late: int
) -> None:
    """No ceiling and no cap is passed, and no pool turns more than twice within an hour.

    At a cap everybody goes at once, which may be a third turn.
    """
    leds = (Led("agency", spend_cap=own_cap, start_up_seconds=900), Led("crowd"))
    policy = replace(POLICY, pools=leds, spend_cap=cap)
    state, wanted = State(), {"agency": 0, "crowd": 0}
    turns: dict[str, list[int]] = {"agency": [], "crowd": []}
    up: dict[str, bool] = {}
    for minute, backlog in enumerate(backlogs, 1):
        here = {name: max(0, people - late) for name, people in wanted.items()}
        sources = tuple(replace(each, here=here[each.id]) for each in (AGENCY, CROWD))
        rate = rates[(minute - 1) // 10]
        found = control(
            policy, seen(minute, rate, backlog=backlog, sources=sources, wanted=wanted), state
        )
        assert all(0 <= people <= 10 for people in found.tell.values())
        for act in found.decision.acts:
            is_more = act.change > 0
            if up.get(act.pool, is_more) != is_more:
                turns[act.pool].append(minute)
            up[act.pool] = is_more
        wanted = {**wanted, **found.tell}
        state = found.state
        assert cap is None or found.decision.spent <= cap + 0.01
        assert own_cap is None or state.spent["agency"] <= own_cap + 0.01
    for moments in turns.values() if cap is None and own_cap is None else ():
        assert all(later - first >= 60 for first, later in zip(moments, moments[2:], strict=False))


def test_the_same_look_gives_the_same_decision() -> None:
    """A decision depends on its arguments alone, so that a rehearsal has one log."""
    assert control(POLICY, seen(), State()) == control(POLICY, seen(), State())


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("ko", ("근무자 외에", "님이 지시했어요: the match")),
        ("fr", ("personnes en plus", "l’a ordonné")),
    ],
)
def test_reasons_are_told_in_the_companys_language(language: str, said: tuple[str, str]) -> None:
    """A decision has its reasons and those of its acts in Korean and French, too."""
    words = lead_words(language)
    found = looks.control(POLICY, seen(), State(), [ordered(3)], words=words).decision
    assert said[0] in found.why[0]
    assert said[1] in found.acts[0].why
    assert not [each for each in (*found.why, *(a.why for a in found.acts)) if "{" in each]
