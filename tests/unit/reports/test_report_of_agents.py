"""The report on agents: times at the desk and on shift, and what customers said."""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st
from surgeline.adapters.system_texts import lead_words
from surgeline.domain.account import Account, Stay
from surgeline.domain.outcome import Surveyed
from surgeline.reports.attendance import Attendance, Seat, Shift, common, joined, length
from surgeline.reports.case import Case
from surgeline.reports.days import span_of
from surgeline.reports.named.agents import agents, show
from surgeline.reports.report import Ground

DAY = span_of(date(2026, 3, 2), date(2026, 3, 2), ZoneInfo("UTC"))
HOUR = 3_600_000
NINE = DAY.start + 9 * HOUR
TIMES = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=8)


def case(number: int, *stays: Stay, helped: bool | None = None) -> Case:
    """Return a case of the day, with what its customer said to the question."""
    account = Account(handoffs=1, stays=stays)
    about: dict[str, Any] = {
        "conversation_id": f"ann-{number}", "channel_id": "shop", "language": "en",
        "opened_at": NINE,
    }  # fmt: skip
    asked = Surveyed(**about, at=NINE, helped=helped, pool_id="desk", agent="Kim")
    return Case(**about, ended_by="pool", account=account, surveyed=(asked,))


def read(*cases: Case, attendance: Attendance) -> dict[str, dict[str, Any]]:
    """Return the report's rows by the name of the person."""
    ground = Ground(at=DAY.end + HOUR, quiet=HOUR, attendance=attendance)
    return {each["agent"]: each for each in agents(DAY, cases, ground)["agents"]}


def test_busy_time_is_a_share_of_the_time_at_the_desk() -> None:
    """Two conversations at once count once, and an hour away from the desk does not count."""
    at_once = [case(n, Stay("desk", NINE, "Kim", NINE + HOUR)) for n in (1, 2)]
    late = case(3, Stay("desk", NINE + 6 * HOUR, "Kim", NINE + 7 * HOUR))
    seats = [Seat("desk", "Kim", NINE, NINE + 4 * HOUR), Seat("desk", "Lee", NINE, NINE + HOUR)]
    rows = read(*at_once, late, attendance=Attendance(seats))
    assert (rows["Kim"]["desk_seconds"], rows["Kim"]["occupancy"]) == (4 * 3_600, 0.25)
    assert (rows["Lee"]["conversations"], rows["Lee"]["occupancy"]) == (0, 0.0)


def test_a_shift_is_kept_as_far_as_somebody_sat_at_a_desk() -> None:
    """A shift knows a name alone. Without a desk nobody can tell whether it was kept."""
    shifts = [
        Shift("kim ", NINE - HOUR, NINE + 3 * HOUR),
        Shift("Noa", NINE, NINE + HOUR),
        Shift("Kim", DAY.end, DAY.end + HOUR),
    ]
    seats = [Seat("desk", "Kim", NINE, NINE + 3 * HOUR)]
    vendor = case(1, Stay("vendor", NINE, "Noa", NINE + HOUR))
    rows = read(vendor, attendance=Attendance(seats, shifts))
    assert (rows["Kim"]["shift_seconds"], rows["Kim"]["adherence"]) == (4 * 3_600, 0.75)
    noa = rows["Noa"]
    assert (noa["shift_seconds"], noa["adherence"], noa["occupancy"]) == (3_600, None, None)


def test_a_rating_is_what_customers_said_of_the_person() -> None:
    """Who was asked and said nothing does not count."""
    stay = Stay("desk", NINE, "Kim", NINE + 60_000)
    said = (True, False, True, None)
    cases = [case(number, stay, helped=each) for number, each in enumerate(said)]
    rating = read(*cases, attendance=Attendance())["Kim"]["rating"]
    assert (rating["count"], rating["of"]) == (2, 3)


def test_the_times_have_a_table_of_their_own_where_they_are_known() -> None:
    """Without a desk of the console there is no such table."""
    stay = case(1, Stay("desk", NINE, "Kim", NINE + HOUR))
    for seats, tables in (([], 1), ([Seat("desk", "Kim", NINE, NINE + 2 * HOUR)], 2)):
        ground = Ground(at=DAY.end, quiet=HOUR, attendance=Attendance(seats))
        shown = show(agents(DAY, [stay], ground), lead_words("en"))
        assert len(shown.tables) == tables
    assert shown.tables[-1].rows == [("Kim (desk)", "2.0 h", "50%", "–", "–")]


@given(first=TIMES, second=TIMES)
def test_times_are_counted_as_moments_are(
    first: list[tuple[int, int]], second: list[tuple[int, int]]
) -> None:
    """Each moment counts once, and what lies in both is in each."""

    def moments(times: list[tuple[int, int]]) -> set[int]:
        return {at for since, until in times for at in range(since, until)}

    assert moments(list(joined(first))) == moments(first)
    assert length(first) == len(moments(first))
    assert moments(list(common(first, second))) == moments(first) & moments(second)
