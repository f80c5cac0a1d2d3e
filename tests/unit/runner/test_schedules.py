"""The clock wakes functions on one machine, as rules of EventBridge do on AWS."""

import asyncio
import json
import subprocess
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from infra import topology
from infra.topology import Schedule
from local.home.backend import open_home
from local.home.clock import SystemClock
from local.home.environment import settings_of
from local.home.lambda_events import schedule_event
from local.home.plan import DEFAULT, RETENTION
from local.home.schedules import Tick, TickTimes, next_at, ticks_of
from local.runner.processes.clockwork import Clockwork
from tests.contract.examples import offer
from tests.unit.runner.night_sweep import SWEEP
from tests.unit.runner.plans import SWEPT

ROOT = Path(__file__).parents[3]
NOON = 1_772_366_400_000  # 2026-03-01T12:00:00Z
DAY_SECONDS = 86_400
[TICK] = ticks_of(SWEPT)


@dataclass
class Clock:
    """Stands still but for sleep, which moves it."""

    at: int = NOON

    def now(self) -> int:
        return self.at

    async def sleep(self, seconds: float) -> None:
        self.at += round(seconds * 1000)


@dataclass
class Home:
    """A home folder with its clockwork; the function fails as often as it is told to."""

    folder: Path
    clock: Clock = field(default_factory=Clock)
    woken: list[int] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    failures: int = 0

    async def run(self, tick: Tick, due: int) -> bool:
        assert tick.function is SWEEP
        self.woken.append(due)
        self.failures -= 1
        return self.failures < 0

    def once(self) -> None:
        """Wait until the schedule is due, and wake its function."""
        times = TickTimes(self.folder / "schedules")
        clockwork = Clockwork(times, self.clock, self.run, self.said.append, self.clock.sleep)
        asyncio.run(clockwork.once(TICK))


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def test_a_new_schedule_is_first_due_after_its_time(home: Home) -> None:
    """The count begins when the schedule is first seen, and goes on without drifting."""
    for _ in range(3):
        home.once()
        home.clock.at += 17  # the work takes a moment
    assert home.woken == [NOON + day * DAY_SECONDS * 1000 for day in (1, 2, 3)]
    assert home.said == []


def test_what_was_missed_while_the_machine_was_off_is_done_once(home: Home) -> None:
    """The first start after three nights wakes the function at once, and then a day later."""
    home.once()
    home.clock.at += 3 * DAY_SECONDS * 1000
    start = home.clock.at
    home.once()
    assert home.clock.at == home.woken[-1] == start
    home.once()
    assert home.clock.at == start + DAY_SECONDS * 1000
    assert len(home.woken) == 3


def test_a_failure_is_tried_three_times_and_then_the_next_time_is_awaited(home: Home) -> None:
    """The same wake is tried again after one and after two minutes; then somebody is told."""
    home.failures = 3
    home.once()
    due = NOON + DAY_SECONDS * 1000
    assert home.woken == [due, due, due]
    assert home.clock.at == due + 180_000
    [said] = home.said
    assert "night_sweep failed three times" in said
    home.once()
    assert home.woken[3] == due + DAY_SECONDS * 1000


def test_a_wake_that_a_crash_cut_short_is_repeated(home: Home) -> None:
    """The time is noted after the work, so the next start does it again under the same time."""

    async def crash(_tick: Tick, _due: int) -> bool:
        raise KeyboardInterrupt

    home.once()
    times = TickTimes(home.folder / "schedules")
    broken = Clockwork(times, home.clock, crash, home.said.append, home.clock.sleep)
    with pytest.raises(KeyboardInterrupt):
        asyncio.run(broken.once(TICK))
    at = home.clock.at
    home.once()
    assert home.woken[-1] == at


def test_a_clock_that_was_set_back_delays_no_longer_than_the_schedule() -> None:
    """A note from the future counts as one of now."""
    assert next_at(NOON + 10**9, 60, NOON) == NOON + 60_000
    assert next_at(NOON - 10_000, 60, NOON) == NOON + 50_000


def test_a_note_that_cannot_be_read_begins_anew(tmp_path: Path) -> None:
    """A damaged file costs one interval and stops nothing."""
    times = TickTimes(tmp_path)
    (tmp_path / TICK.name).write_text("rubbish")
    assert times.due_at(TICK, NOON) == NOON + DAY_SECONDS * 1000


def test_each_schedule_of_a_function_is_a_wake_of_its_own() -> None:
    """A function with two schedules is woken by both."""
    twice = replace(SWEPT, functions=(replace(SWEEP, wakes=(Schedule(60), Schedule(3_600))),))
    assert [each.name for each in ticks_of(twice)] == ["night_sweep-60", "night_sweep-3600"]


def test_the_event_has_the_shape_that_eventbridge_sends() -> None:
    """Both homes send the same keys and the same kinds of values."""
    recorded = json.loads((ROOT / "tests/events/aws/schedule.json").read_text())
    made = schedule_event("night_sweep", DAY_SECONDS, at=NOON)
    assert made.keys() == recorded.keys()
    for key in ("version", "detail-type", "source", "time", "detail"):
        assert made[key] == recorded[key]
    assert made["resources"][0].startswith("arn:aws:events:")
    assert schedule_event("night_sweep", DAY_SECONDS, at=NOON)["id"] == made["id"]
    assert schedule_event("night_sweep", DAY_SECONDS, at=NOON + 60_000)["id"] != made["id"]


def test_every_home_folder_is_swept_once_a_day() -> None:
    """The deletion of old data is a schedule like any other, and it is no function of AWS."""
    [tick] = [each for each in ticks_of(DEFAULT) if each.function is RETENTION]
    assert tick.seconds == DAY_SECONDS
    assert DEFAULT.function("retention") is RETENTION
    assert "retention" not in {each.name for each in topology.FUNCTIONS}


def test_old_data_is_deleted_in_a_process_of_its_own(home: Home) -> None:
    """The real runner's process deletes what is too old, and keeps what is younger."""
    before = open_home(home.folder)
    for name, expires_at in (("old", NOON), ("young", SystemClock().now())):
        before.offers().create(offer(name, expires_at=expires_at - 60 * DAY_SECONDS * 1000))
    before.close()
    environ = {
        "SURGELINE_BACKEND": "local.home.backend",
        "SURGELINE_HOME": str(home.folder),
        "PYTHONPATH": str(ROOT),
    }
    (home.folder / "logs").mkdir()
    subprocess.run(  # noqa: S603 - our own process
        [sys.executable, "-m", "local.runner.lanes.schedule", "retention", "86400", str(NOON)],
        env=environ,
        check=True,
    )
    after = open_home(home.folder)
    assert [after.offers().read(name) is None for name in ("old", "young")] == [True, False]
    after.close()


def test_an_added_function_is_woken_in_a_process_of_its_own(home: Home) -> None:
    """A row, a settings model and a handler are enough for the real runner's process."""
    environ = settings_of(SWEEP, SWEPT.queues) | {
        "SURGELINE_BACKEND": "local.home.backend",
        "SURGELINE_HOME": str(home.folder),
        "SURGELINE_RUNNER_PLAN": "tests.unit.runner.plans:SWEPT",
        "PYTHONPATH": str(ROOT),
    }

    async def run(tick: Tick, due: int) -> bool:
        module = "local.runner.lanes.schedule"
        arguments = (tick.function.name, str(tick.seconds), str(due))
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", module, *arguments), env=environ
        )
        return await process.wait() == 0

    times = TickTimes(home.folder / "schedules")
    (home.folder / "logs").mkdir()
    clockwork = Clockwork(times, home.clock, run, home.said.append, home.clock.sleep)
    asyncio.run(clockwork.once(TICK))
    assert open_home(home.folder, SWEPT).blobs().get("swept/2026-03-02T12:00:00Z") == b"artifacts"
    assert home.said == []
