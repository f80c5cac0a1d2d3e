"""Whose turn it is: turns, hand-overs over a change of the clock, layers, swaps, quiet times."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from surgeline.domain.hours import Hours
from surgeline.domain.on_call.duties import duties
from surgeline.domain.on_call.rota import (
    Swap,
    bound,
    handover_of,
    is_quiet,
    on_call,
    swaps_of,
    turn_at,
)
from surgeline.domain.on_call.settings import Layer, OnCallPerson, Rota

PARIS = ZoneInfo("Europe/Paris")
LAYER = Layer(people=("mina", "lee", "kim"), begins="2026-03-02")


def at(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=PARIS).timestamp() * 1000)


def rota(*layers: Layer, **changes: Any) -> Rota:
    return Rota(id="evening", layers=layers or (LAYER,), zone="Europe/Paris", **changes)


@pytest.mark.parametrize(
    ("moment", "person"),
    [
        ("2026-03-02T08:59", None),
        ("2026-03-02T09:00", "mina"),
        ("2026-03-09T08:59", "mina"),
        ("2026-03-09T09:00", "lee"),
        ("2026-03-23T09:00", "mina"),
        ("2026-03-30T08:59", "mina"),
        ("2026-03-30T09:00", "lee"),
        ("2026-10-26T08:59", "mina"),
        ("2026-10-26T09:00", "lee"),
    ],
)
def test_turns_change_at_their_time_on_the_wall(moment: str, person: str | None) -> None:
    """A hand-over at nine stays at nine, also in the weeks in which the clocks change."""
    turn = turn_at(rota(), LAYER, at(moment))
    assert (turn.person if turn else None) == person


@given(st.integers(0, 60 * 24 * 400))
def test_every_moment_has_one_turn_that_holds_it(minute: int) -> None:
    """From the first hand-over on there is neither a gap nor an overlap."""
    moment = at("2026-03-02T09:00") + minute * 60_000
    turn = turn_at(rota(), LAYER, moment)
    assert turn is not None
    assert turn.since <= moment < turn.until


def test_layers_come_first_and_then_the_others() -> None:
    """Who is on turn in each layer is called before the rest of the rota."""
    second = Layer(people=("ann", "bob"), begins="2026-03-02")
    assert on_call(rota(LAYER, second), at("2026-03-10T12:00")) == (
        "lee",
        "bob",
        "mina",
        "kim",
        "ann",
    )


def test_outside_the_layer_s_hours_nobody_is_on_call() -> None:
    """A layer may be on call in the evening only."""
    hours = Hours("Europe/Paris", {"tue": ("18:00-22:00",)})
    evening = Layer(people=("mina",), begins="2026-03-02", only=hours)
    assert on_call(rota(evening), at("2026-03-10T12:00")) == ()
    assert on_call(rota(evening), at("2026-03-10T19:00")) == ("mina",)


def test_a_swap_holds_for_its_time() -> None:
    """Somebody takes over from another, who is not called meanwhile."""
    swap = Swap(
        rota="evening",
        since=at("2026-03-10T00:00"),
        until=at("2026-03-11T00:00"),
        instead_of="lee",
        takes_over="ann",
    )
    assert on_call(rota(), at("2026-03-10T12:00"), [swap]) == ("ann", "mina", "kim")
    assert on_call(rota(), at("2026-03-11T00:00"), [swap])[0] == "lee"


def passed(giver: str, taker: str, written_at: int) -> Swap:
    return Swap(
        rota="evening",
        since=at("2026-03-10T00:00"),
        until=at("2026-03-11T00:00"),
        instead_of=giver,
        takes_over=taker,
        written_at=written_at,
    )


@pytest.mark.parametrize(
    ("then", "order"),
    [(("ann", "kim"), ("kim", "mina")), (("ann", "lee"), ("lee", "mina", "kim"))],
)
def test_a_time_that_was_taken_is_given_on_or_back(
    then: tuple[str, str], order: tuple[str, ...]
) -> None:
    """The swap that was written last has the last word, in whatever order swaps are read."""
    first, second = passed("lee", "ann", 1), passed(*then, 2)
    for swaps in ([first, second], [second, first]):
        assert on_call(rota(), at("2026-03-10T12:00"), swaps) == order


@pytest.mark.parametrize(
    ("moment", "quiet"),
    [("2026-03-10T21:59", False), ("2026-03-10T22:00", True), ("2026-03-11T06:59", True)],
)
def test_a_quiet_time_may_pass_midnight(moment: str, *, quiet: bool) -> None:
    """It is judged on the person's own clock."""
    person = OnCallPerson("mina", "Mina", (), "Europe/Paris", "22:00-07:00")
    assert is_quiet(person, at(moment)) is quiet


@pytest.mark.parametrize("text", ["", "monday 09:00", "mon", "mon 9:00", "mon 25:00"])
def test_a_malformed_hand_over_is_refused(text: str) -> None:
    """A hand-over is a weekday and a time."""
    with pytest.raises(ValueError, match=r"."):
        handover_of(text)


def handed_over(hands_over: str, **changes: Any) -> Rota:
    return rota(replace(LAYER, hands_over=hands_over, **changes))


def swapped(since: str, until: str, kept: Rota) -> Swap:
    whole = Swap(
        rota="evening", since=at(since), until=at(until), instead_of="lee", takes_over="ann"
    )
    return bound(kept, whole)


@pytest.mark.parametrize(
    ("later", "since", "until"),
    [
        (handed_over("mon 18:00"), "2026-03-09T18:00", "2026-03-16T18:00"),
        (handed_over("sat 08:00"), "2026-03-14T08:00", "2026-03-21T08:00"),
        (handed_over("mon 09:00", begins="2026-05-04"), "2026-03-09T09:00", "2026-03-16T09:00"),
    ],
)
def test_a_swap_of_a_turn_follows_the_turn(later: Rota, since: str, until: str) -> None:
    """A hand-over that moves takes its swaps along, unless it moves so far that it is another."""
    (found,) = swaps_of(later, [swapped("2026-03-09T09:00", "2026-03-16T09:00", rota())])
    assert (found.since, found.until) == (at(since), at(until))


def test_a_swap_never_follows_a_layer_of_others() -> None:
    """A layer that is put before the person's own leaves the swap where it was written."""
    other = Layer(people=("zoe",), begins="2026-03-02", hands_over="fri 17:00")
    written = swapped("2026-03-09T09:00", "2026-03-16T09:00", rota())
    assert swaps_of(rota(other, LAYER), [written]) == [written]


def test_only_the_edges_at_a_hand_over_move() -> None:
    """A swap from noon to the hand-over still begins at noon."""
    (found,) = swaps_of(
        handed_over("mon 18:00"), [swapped("2026-03-12T12:00", "2026-03-16T09:00", rota())]
    )
    assert (found.since, found.until) == (at("2026-03-12T12:00"), at("2026-03-16T18:00"))


def test_a_swap_of_an_evening_follows_the_layer_s_hours() -> None:
    """The evening of Tuesday stays the other's, also past midnight, and whatever day is asked."""
    early, late = (
        rota(replace(LAYER, only=Hours("Europe/Paris", {"tue": (span,)})))
        for span in ("18:00-22:00", "20:00-01:00")
    )
    for before, after, edges in (
        (early, late, ("2026-03-10T20:00", "2026-03-11T01:00")),
        (late, early, ("2026-03-10T18:00", "2026-03-10T22:00")),
    ):
        turn = next(duties(before, at("2026-03-10T00:00"), at("2026-03-11T12:00")))
        swap = Swap(
            rota="evening", since=turn.since, until=turn.until, instead_of="lee", takes_over="ann"
        )
        (found,) = swaps_of(after, [bound(before, swap)])
        assert (found.since, found.until) == tuple(map(at, edges))


@pytest.mark.parametrize("people", [LAYER.people, LAYER.people[::-1]])
def test_layers_that_change_places_move_no_swap(people: tuple[str, ...]) -> None:
    """A swap belongs to its layer's people, whatever the place of the layer is."""
    night = replace(LAYER, people=people, hands_over="mon 18:00")
    written = swapped("2026-03-09T09:00", "2026-03-16T09:00", rota(LAYER, night))
    assert swaps_of(rota(night, LAYER), [written]) == [written]
    if people != LAYER.people:
        later = rota(night, replace(LAYER, hands_over="mon 10:00"))
        assert swaps_of(later, [written])[0].since == at("2026-03-09T10:00")
