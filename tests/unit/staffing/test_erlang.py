"""The long run of a queue, held to published figures and to what must hold for every queue."""

from math import inf, nan

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from surgeline.domain.staffing.queue import Performance, Work, performance

HOUR = 3600


def run(
    per_hour: float, handle: float | tuple[float, ...], agents: int, within: float,
    patience: float | None = None,
) -> Performance:  # fmt: skip
    times = handle if isinstance(handle, tuple) else (handle,)
    return performance(Work(per_hour / HOUR, times, patience), agents, within)


def six(value: float | None) -> float:
    """Return a value to the six digits in which the figures are published."""
    assert value is not None
    return round(value, 6)


@pytest.mark.parametrize(
    ("per_hour", "handle", "agents", "within", "published"),
    [
        (200, 180, 14, 20, (0.174132, 0.888350, 7.835937, 0.714286)),
        (1000, 120, 40, 20, (0.190737, 0.937211, 3.433271, 0.833333)),
        (400, 160, 21, 60, (0.364361, 0.891167, 18.092423, 0.846561)),
        (80, 160, 6, 60, (0.187933, 0.924855, 12.301091, 0.592593)),
    ],
)
def test_erlang_c(
    per_hour: float, handle: float, agents: int, within: float, published: tuple[float, ...]
) -> None:
    """Erlang C agrees with three packages in every digit that they print."""
    found = run(per_hour, handle, agents, within)
    told = (found.probability_of_wait, found.service_level, found.asa_seconds, found.occupancy)
    assert tuple(six(each) for each in told) == published


@pytest.mark.parametrize(
    ("per_hour", "handle", "patience", "agents", "within", "published"),
    [
        (2880, 60, 120, 50, 20,
         (0.467774, 0.030912, 3.709470, 3.615900, 0.943019, 0.972030, 0.930324)),
        (400, 160, 300, 16, 60,
         (0.782876, 0.136375, 40.912630, 40.971383, 0.613720, 0.684814, 0.959583)),
        (400, 160, 300, 18, 60,
         (0.579999, 0.073939, 22.181613, 21.428325, 0.813369, 0.868199, 0.914628)),
        (200, 180, 120, 12, 20,
         (0.279807, 0.061597, 7.391685, 6.334774, 0.825583, 0.854645, 0.782002)),
        (400, 160, 180, 9, 60,
         (0.994552, 0.494249, 88.964854, 114.084723, 0.082298, 0.113294, 0.999014)),
        (12, 480, 600, 2, 60,
         (0.490562, 0.190860, 114.515869, 90.629311, 0.567480, 0.593476, 0.647312)),
        (1000, 120, 90, 34, 20,
         (0.446008, 0.064328, 5.789529, 5.443311, 0.847279, 0.895972, 0.917325)),
    ],
)  # fmt: skip
def test_erlang_a(
    *, per_hour: float, handle: float, patience: float, agents: int, within: float,
    published: tuple[float, ...],
) -> None:  # fmt: skip
    """Erlang A agrees with the chain, an integral and a simulation in every printed digit."""
    found = run(per_hour, handle, agents, within, patience)
    told = (
        found.probability_of_wait, found.abandoned, found.mean_wait_seconds, found.asa_seconds,
        found.service_level, found.service_level_of_patient, found.occupancy,
    )  # fmt: skip
    assert tuple(six(each) for each in told) == published


@pytest.mark.parametrize(
    ("agents", "published"),
    [
        (22, (0.667857, 0.116339, 34.901800, 0.670472, 2.915347)),
        (24, (0.423885, 0.058665, 17.599622, 0.846038, 2.808065)),
        (26, (0.191805, 0.021446, 6.433801, 0.949734, 2.629441)),
    ],
)
def test_chats_at_a_time(agents: int, published: tuple[float, ...]) -> None:
    """Agents with up to three chats agree with the chain and a simulation in every digit."""
    found = run(400, (480, 560, 660), agents, 60, 300)
    told = (
        found.probability_of_wait, found.abandoned, found.mean_wait_seconds,
        found.service_level, found.contacts_per_agent,
    )  # fmt: skip
    assert tuple(six(each) for each in told) == published


def test_an_overload_is_told_as_such() -> None:
    """Erlang C with too few agents has no wait that could be told, and serves nobody in time."""
    found = run(400, 160, 17, 60)
    assert not found.is_stable
    assert (found.service_level, found.asa_seconds, found.mean_wait_seconds) == (0, None, None)


def test_nobody_writes_and_nobody_is_there() -> None:
    """Without contacts all is well; without agents everybody gives up, or waits for ever."""
    assert run(0, 180, 5, 20).service_level == 1
    assert run(0, 180, 0, 20).service_level == 1
    assert run(9, 180, 0, 20, 60).abandoned == 1
    assert not run(9, 180, 0, 20).is_stable


@pytest.mark.parametrize("agents", [1, 50, 6_000, 6_700])
@pytest.mark.parametrize("patience", [None, 0.01, 300.0, 86_400.0])
def test_very_large_and_very_small_queues_are_computed(agents: int, patience: float | None) -> None:
    """Nothing overflows with thousands of agents, a great overload, or hardly any patience."""
    for per_hour in (1e-6, 400, 133_000, 1e7):
        found = run(per_hour, 180, agents, 20, patience)
        assert 0 <= found.service_level <= 1
        assert 0 <= found.probability_of_wait <= 1


queues = {
    "per_hour": st.floats(0, 2_000),
    "handle": st.lists(st.floats(20, 2_000), min_size=1, max_size=3).map(
        lambda times: tuple(sorted(times))
    ),
    "agents": st.integers(1, 120),
    "within": st.floats(0, 600),
    "patience": st.none() | st.floats(5, 3_000),
}


@settings(max_examples=60)
@given(**queues)
def test_every_number_lies_within_its_bounds(
    per_hour: float, handle: tuple[float, ...], agents: int, within: float, patience: float | None
) -> None:
    """Shares lie between 0 and 1, times are never negative, and work is neither lost nor made."""
    found = run(per_hour, handle, agents, within, patience)
    shares = (
        found.probability_of_wait, found.service_level, found.service_level_of_patient,
        found.abandoned, found.occupancy,
    )  # fmt: skip
    assert all(-1e-9 <= share <= 1 + 1e-9 for share in shares)
    assert found.service_level <= found.service_level_of_patient + 1e-9
    assert found.service_level + found.abandoned <= 1 + 1e-9
    for seconds in (found.asa_seconds, found.mean_wait_seconds):
        assert seconds is None or seconds >= 0
    if len(handle) == 1 and found.is_stable and per_hour:
        busy = per_hour / HOUR * (1 - found.abandoned) * handle[0]
        assert found.occupancy * agents == pytest.approx(busy, rel=1e-6, abs=1e-9)


@settings(max_examples=40)
@given(**queues)
def test_one_agent_more_never_hurts(
    per_hour: float, handle: tuple[float, ...], agents: int, within: float, patience: float | None
) -> None:
    """With one agent more, more are served in time and fewer give up."""
    few, more = (run(per_hour, handle, n, within, patience) for n in (agents, agents + 1))
    if len(handle) == 1:  # a slower second chat may be worse than a wait
        assert more.service_level >= few.service_level - 1e-9
        assert more.abandoned <= few.abandoned + 1e-9
        assert more.occupancy <= few.occupancy + 1e-9


@settings(max_examples=40)
@given(per_hour=st.floats(1, 900), agents=st.integers(1, 60), within=st.floats(0, 300))
def test_endless_patience_is_erlang_c(per_hour: float, agents: int, within: float) -> None:
    """Erlang A with a patience of years approaches Erlang C, where that is stable."""
    patient, waits = run(per_hour, 160, agents, within, 1e12), run(per_hour, 160, agents, within)
    if waits.is_stable and waits.occupancy < 0.98:
        assert patient.service_level == pytest.approx(waits.service_level, abs=1e-6)
        assert patient.asa_seconds == pytest.approx(waits.asa_seconds, rel=1e-4, abs=1e-6)


@pytest.mark.parametrize(
    ("per_second", "handle", "patience", "word"),
    [
        (-1, (180,), None, "contacts"),
        (nan, (180,), None, "contacts"),
        (inf, (180,), None, "contacts"),
        (1, (), None, "handle time"),
        (1, (0,), None, "handle time"),
        (1, (180, nan), None, "handle time"),
        (1, (180,), 0, "patience"),
        (1, (180,), -3, "patience"),
        (1, (180,), inf, "patience"),
    ],
)
def test_impossible_work_is_refused(
    per_second: float, handle: tuple[float, ...], patience: float | None, word: str
) -> None:
    """A negative rate, a handle time of 0 and endless patience are refused by name."""
    with pytest.raises(ValueError, match=word):
        Work(per_second, handle, patience)
