"""Days and policies that can't be played are refused by their place, and chance has its streams."""

import json
from pathlib import Path
from typing import Any

import pytest

from local.rehearsal.chance import Chance
from local.rehearsal.day import SHIPPED, WrongDay, day_of, read_day, with_arrivals
from tests.unit.rehearsal.small import DESK, document


def test_the_days_that_are_promised_are_shipped() -> None:
    """Each shipped day has its name, its title and customers."""
    assert set(SHIPPED) >= {
        "ordinary-day",
        "two-hour-peak",
        "hundredfold-day",
        "half-staff-ill",
        "vendors-down",
        "viral-question",
        "month-in-a-week",
    }
    assert read_day("ordinary-day").contacts == 1_000
    assert read_day("hundredfold-day").contacts == 100_000
    peak = read_day("two-hour-peak")
    assert max(each.contacts for each in peak.arrivals) == 0.8 * peak.contacts


SPAN = {"from": "09:00", "to": "10:00"}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"arrivals": []}, "arrivals must have at least 1 of them"),
        ({"arrivals": [SPAN | {"contacts": -1}]}, "^here: arrivals.0.contacts must be at least 0$"),
        ({"arrivals": [{"from": "10:00", "to": "09:00", "contacts": 1}]}, "is not after 10:00"),
        ({"arrivals": [{"from": "25:00", "to": "26:00", "contacts": 1}]}, "arrivals.0.from"),
        ({"date": "tomorrow"}, "date"),
        ({"date": "2026-02-30"}, "date"),
        ({"customers": {"patience_seconds": 0}}, "customers.patience_seconds must be more than 0$"),
        ({"customers": {"asks_for_person": 1.5}}, "customers.asks_for_person"),
        ({"customers": {"patients": 3}}, "customers.patients"),
        ({"pools": []}, "pools"),
        ({"pools": [DESK, DESK]}, "same id"),
        ({"pools": [{"id": "desk"}]}, "needs shifts, or growth"),
        ({"pools": [DESK | {"handle_seconds": []}]}, "pools.0.handle_seconds"),
        ({"pools": [DESK | {"cost_per_hour": -1}]}, "pools.0.cost_per_hour"),
        ({"pools": [DESK | {"id": "No Name"}]}, "pools.0.id"),
        ({"pools": [DESK | {"faults": [SPAN | {"kind": "ill"}]}]}, "pools.0.faults.0.kind"),
        ({"weather": "rain"}, "weather"),
    ],
)
def test_a_malformed_day_is_refused(changes: dict[str, Any], words: str) -> None:
    """The place of each problem is named."""
    with pytest.raises(WrongDay, match=words.replace(".", r"\.")):
        day_of(document(**changes), "here")


def written(folder: Path, text: str) -> str:
    file = folder / "file.json"
    file.write_text(text)
    return str(file)


@pytest.mark.parametrize(
    ("text", "words"),
    [("{", "not JSON"), ("[]", "no JSON object|not a JSON object"), ("{}", "title")],
)
def test_a_file_that_is_no_day_is_refused(tmp_path: Path, text: str, words: str) -> None:
    """A file without JSON, with another form, or without the needed parts is refused."""
    with pytest.raises(WrongDay, match=words):
        read_day(written(tmp_path, text))


def test_an_unknown_name_says_which_days_are_shipped() -> None:
    """A name that is neither a file nor a day lists the days."""
    with pytest.raises(WrongDay, match=r"the shipped days are .*ordinary-day"):
        read_day("monday")


def test_a_policy_changes_people_and_keeps_customers(tmp_path: Path) -> None:
    """A policy's pools take the place of the day's by their ids, in part or as a whole."""
    policy = {"pools": [{"id": "desk", "cost_per_hour": 25}], "without_pools": ["vendor"]}
    day = read_day("ordinary-day", written(tmp_path, json.dumps(policy)))
    assert [(pool.id, pool.cost_per_hour) for pool in day.pools] == [("desk", 25)]
    assert day.pools[0].shifts == read_day("ordinary-day").pools[0].shifts


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        ({"arrivals": []}, "not arrivals, because two policies meet the same customers"),
        ({"customers": {}}, "not customers"),
        ({"pools": [{"cost_per_hour": 25}]}, "each with an id"),
        ({"pools": 5}, "a list of objects"),
        ({"without_pools": 5}, "without_pools: use a list"),
        ({"without_pools": ["nobody"]}, "there are desk, vendor"),
        ({"pools": [{"id": "desk", "shifts": 3}]}, "shifts"),
        ({"without_pools": ["desk", "vendor"]}, "pools"),
    ],
)
def test_an_impossible_policy_is_refused(
    tmp_path: Path, policy: dict[str, Any], words: str
) -> None:
    """A policy that changes the customers, or that leaves nobody, is refused."""
    with pytest.raises(WrongDay, match=words):
        read_day("ordinary-day", written(tmp_path, json.dumps(policy)))


def test_too_many_customers_are_refused() -> None:
    """A day has at most a million customers."""
    day = read_day("hundredfold-day")
    with pytest.raises(WrongDay, match="the most is 1,000,000"):
        with_arrivals(day, day.arrivals, 11)


def test_each_purpose_has_its_own_stream() -> None:
    """A draw depends on the seed, the purpose and the key alone, and lies in its bounds."""
    chance = Chance(1)
    first = chance.share("arrival", 1)
    chance.share("patience", 1)
    assert chance.share("arrival", 1) == first != Chance(2).share("arrival", 1)
    draws = [chance.share("x", n) for n in range(2_000)]
    assert all(0 <= each < 1 for each in draws)
    assert sum(draws) / 2_000 == pytest.approx(0.5, abs=0.03)
    works = [chance.work(0.8, "x", n) for n in range(4_000)]
    assert sum(works) / 4_000 == pytest.approx(1, abs=0.05)
    times = [chance.exponential(300, "x", n) for n in range(4_000)]
    assert sum(times) / 4_000 == pytest.approx(300, rel=0.06)
