"""Lanes stand back while many wait for their acknowledgement, and never for long."""

from pathlib import Path

from local.runner.pressure import MANY, STAND_BACK_SECONDS, Pressure, stand_back


def test_what_the_front_says_lanes_see(tmp_path: Path) -> None:
    """The front and the lanes see one number, whichever process opened the file first."""
    front, lane = Pressure(tmp_path / "w"), Pressure(tmp_path / "w")
    assert lane.waiting == 0
    front.waiting = 1_000
    assert lane.waiting == 1_000


def test_a_lane_goes_on_when_the_front_has_caught_up(tmp_path: Path) -> None:
    """A lane sleeps while too many messages wait, and does not sleep before that."""
    pressure, slept = Pressure(tmp_path / "w"), list[float]()

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        pressure.waiting = MANY

    stand_back(pressure, sleep)
    assert slept == []
    pressure.waiting = MANY + 1
    stand_back(pressure, sleep)
    assert len(slept) == 1


def test_a_lane_never_stops_altogether(tmp_path: Path) -> None:
    """However many wait, and were the front dead, each batch is put off for a moment only."""
    pressure, slept = Pressure(tmp_path / "w"), list[float]()
    pressure.waiting = 10_000
    stand_back(pressure, slept.append)
    assert 0 < sum(slept) <= STAND_BACK_SECONDS + 0.02
