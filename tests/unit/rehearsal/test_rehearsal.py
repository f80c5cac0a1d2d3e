"""A rehearsal is the same everywhere, loses nobody, and shows what goes wrong."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from local.rehearsal.day import (
    SHIPPED,
    Arrivals,
    WrongDay,
    day_of,
    minutes,
    read_day,
    with_arrivals,
)
from local.rehearsal.rehearsal import MOST_IN_MEMORY, place_of, rehearse
from local.rehearsal.report import Report
from tests.unit.rehearsal.small import DESK, VENDOR, played

NOTHING_LOST = (0, 0, 0, 0, 0)


def losses(report: Report) -> tuple[int, ...]:
    return (report.lost, report.duplicated, report.untold, report.forgotten, report.refused)


@pytest.fixture(scope="module")
def usual() -> Report:
    return played()


def test_everybody_is_accounted_for(usual: Report) -> None:
    """The bot answers some alone; each other one is served, gives up, or is told nobody is free."""
    assert losses(usual) == NOTHING_LOST
    assert usual.contacts == 30
    assert usual.answered_by_bot + usual.asked_for_person == 30
    assert usual.served + usual.abandoned + usual.turned_away == usual.asked_for_person > 5
    assert sum(pool["accepted"] for pool in usual.pools.values()) == usual.served
    assert sum(each.arrivals for each in usual.slices) == 30
    assert sum(each.asked for each in usual.slices) == usual.asked_for_person


def test_people_cost_their_shifts_and_their_conversations(usual: Report) -> None:
    """Two agents for two hours cost 80 dollars, and each conversation of the vendor four."""
    assert usual.pools["desk"]["spend_usd"] == 80
    assert usual.spend_usd == 80 + 4 * usual.pools["vendor"]["accepted"]
    so_far = [each.spend_usd for each in usual.slices]
    assert so_far == sorted(so_far)
    assert so_far[-1] > 0.9 * usual.spend_usd, "what was spent stays spent after the last shift"


def test_the_same_seed_gives_the_same_day_in_every_process(usual: Report) -> None:
    """A process of its own, with another hash seed, plays the day of this one byte for byte."""
    other = "2" if os.environ.get("PYTHONHASHSEED") == "1" else "1"
    done = subprocess.run(
        [sys.executable, "-m", "tests.unit.rehearsal.small", "1"],
        env=os.environ | {"PYTHONHASHSEED": other},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    here = usual.as_json() | {"wall_seconds": None}
    assert json.loads(done.stdout) | {"wall_seconds": None} == json.loads(json.dumps(here))
    assert here["log_sha256"]


def test_another_seed_gives_another_day(usual: Report) -> None:
    """The hash tells two days apart."""
    assert played(2).log_sha256 != usual.log_sha256


def test_two_policies_meet_the_same_customers(usual: Report) -> None:
    """Fewer people change who is served, and not who comes, asks and when."""
    alone = played(pools=[DESK | {"shifts": [{"from": "02:00", "to": "04:00", "agents": 1}]}])
    assert [each.arrivals for each in alone.slices] == [each.arrivals for each in usual.slices]
    assert alone.asked_for_person == usual.asked_for_person
    assert alone.service_level < usual.service_level
    assert losses(alone) == NOTHING_LOST


@pytest.mark.parametrize("kind", ["down", "error", "declines"])
def test_a_pool_that_fails_loses_nobody(kind: str) -> None:
    """While the desk fails, the vendor serves its customers, and nothing is lost."""
    fault = {"from": "02:00", "to": "03:00", "kind": kind}
    report = played(pools=[DESK | {"faults": [fault]}, VENDOR])
    assert losses(report) == NOTHING_LOST
    assert report.pools["vendor"]["accepted"] > report.pools["desk"]["accepted"]


def test_agents_who_say_nothing_lose_the_conversation() -> None:
    """A conversation that was accepted and left alone is taken back, and somebody else has it."""
    fault = {"from": "02:00", "to": "02:40", "kind": "silent"}
    late = VENDOR | {"shifts": [{"from": "02:00", "to": "05:00", "agents": 5}]}
    report = played(
        pools=[DESK | {"faults": [fault]}, late],
        rules={"agent_silence_seconds": 120},
    )
    assert losses(report) == NOTHING_LOST
    assert report.pools["desk"]["accepted"] > report.pools["desk"]["resolved"]
    assert report.pools["vendor"]["resolved"] > 0


def test_nobody_there_is_told() -> None:
    """Without anybody on seat, customers give up or are told that nobody is free."""
    absent = DESK | {"shifts": [{"from": "02:00", "to": "04:00", "agents": 2, "absent": 2}]}
    report = played(pools=[absent], routing={"longest_wait_seconds": 120, "steps": [{}]})
    assert losses(report) == NOTHING_LOST
    assert report.served == 0
    assert report.turned_away > 0
    assert report.abandoned > 0
    assert report.wait_seconds == {"p50": None, "p95": None}
    assert report.service_level == 0


def growing(**changes: Any) -> Report:
    """Play the day with a pool that brings people ten minutes after it was asked."""
    growth = {"maximum": 6, "start_up_seconds": 120, "minimum_seconds": 600} | changes
    crowd = {"id": "crowd", "kind": "on_demand", "cost_per_hour": 30, "growth": growth}
    customers = {"questions": 1, "asks_for_person": 1}
    return played(pools=[crowd], customers=customers, routing=None)


@pytest.fixture(scope="module")
def grown() -> Report:
    return growing()


def test_a_pool_brings_people_when_it_is_asked(grown: Report) -> None:
    """People come after their start-up, are paid from the request on, and go again."""
    report = grown
    assert losses(report) == NOTHING_LOST
    assert report.served > 15
    seats = [each.seats.get("crowd", 0) for each in report.slices]
    assert max(seats) > 1
    assert seats[-1] == 0
    assert 0 < report.spend_usd < 6 * 30 * 3


def test_a_vendor_that_delivers_half_serves_fewer(grown: Report) -> None:
    """A promise that is half kept brings half of the people, and nobody is lost."""
    half = growing(delivers=0.5)
    assert losses(half) == NOTHING_LOST
    assert half.service_level <= grown.service_level
    assert max(each.seats.get("crowd", 0) for each in half.slices) <= 3


def test_a_configuration_that_is_none_is_refused() -> None:
    """Routing over a pool that the day doesn't have is refused with its place."""
    with pytest.raises(WrongDay, match=r"the configuration: .*routing"):
        played(routing={"steps": [{"pools": ["nobody"]}]})


@pytest.fixture(scope="module")
def shipped() -> dict[str, Report]:
    """Play the busy half-hour of each shipped day."""
    return {name: _part(name) for name in SHIPPED}


def _part(name: str) -> Report:
    """Play a half-hour with what stands in the day an hour before and until an hour after it."""
    begin, end, contacts = BUSY.get(name, ("10:00", "10:30", 40))
    busy = Arrivals.model_validate({"from": begin, "to": end, "contacts": contacts})
    day = with_arrivals(read_day(name), [busy], 1)
    short = {"questions": 1, "turns": 2, "asks_for_person": 0.5}
    day = day.model_copy(update={"customers": day.customers.model_copy(update=short)})
    first, last = minutes(begin) - 60, minutes(end) + 60
    whole = day.model_dump(mode="json", by_alias=True)
    return rehearse(day_of(_between(whole, first, last), name), 3)


def _between(part: Any, first: int, last: int) -> Any:
    """Cut each span of a day to these minutes, of which the first becomes midnight."""
    if isinstance(part, list):
        return [cut for each in part if (cut := _between(each, first, last)) is not None]
    if not isinstance(part, dict):
        return part
    if "from" in part:
        begin, end = max(first, minutes(part["from"])), min(last, minutes(part["to"]))
        if begin >= end:
            return None
        part = part | {"from": _clock(begin - first), "to": _clock(end - first)}
    return {name: _between(each, first, last) for name, each in part.items()}


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


BUSY = {
    "two-hour-peak": ("10:00", "10:30", 60),
    "vendors-down": ("15:00", "15:30", 60),
    "viral-question": ("12:00", "12:30", 60),
}


@pytest.mark.timeout(240)
def test_nothing_is_lost_on_any_shipped_day(shipped: dict[str, Report]) -> None:
    """Each shipped day can be played, and nobody is lost, doubled, untold or forgotten."""
    assert {name: losses(report) for name, report in shipped.items()} == dict.fromkeys(
        SHIPPED, NOTHING_LOST
    )


@pytest.mark.timeout(240)
def test_everything_happens_sometimes(shipped: dict[str, Report]) -> None:
    """Over the shipped days each outcome and each trouble happens: none of them is left untried."""
    reports = shipped.values()
    pools = [pool for report in reports for pool in report.pools.values()]
    happened = {
        "answered by the bot": any(each.answered_by_bot for each in reports),
        "served in time": any(each.service_level > 0.9 for each in reports),
        "served late": any(each.service_level < 0.9 for each in reports),
        "gave up": any(each.abandoned for each in reports),
        "accepted and lost": any(each["accepted"] > each["resolved"] for each in pools),
        "waited": any(each.waiting for report in reports for each in report.slices),
        "brought": any(each.seats.get("crowd") for r in reports for each in r.slices),
    }
    assert [name for name, did in happened.items() if not did] == []


def test_a_day_of_many_contacts_is_kept_on_the_disk(tmp_path: Path) -> None:
    """A small day is played in memory, and the records of a hundredfold day take none."""
    assert place_of(MOST_IN_MEMORY, tmp_path) == tmp_path
    assert place_of(MOST_IN_MEMORY + 1, tmp_path) is None
    assert place_of(1, tmp_path / "no memory") is None
