"""A ring wakes a sleeper, at once and without polling."""

import os
import threading
import time
from collections.abc import Iterator

import pytest

from local.home import names
from local.home.doorbell import Doorbell, Sleeper, ring, ringer, seconds_until


@pytest.fixture
def bell() -> Iterator[Doorbell]:
    made = Doorbell()
    yield made
    made.close()


@pytest.fixture
def wake_fds() -> Iterator[tuple[int, int]]:
    read_fd, write_fd = os.pipe()
    os.set_blocking(read_fd, False)
    yield read_fd, write_fd
    os.close(read_fd)
    os.close(write_fd)


def slept(sleeper: Sleeper, seconds: float) -> float:
    started = time.monotonic()
    sleeper.sleep(seconds)
    return time.monotonic() - started


def test_a_ring_wakes_at_once(bell: Doorbell, wake_fds: tuple[int, int]) -> None:
    """A ring ends the sleep long before the fallback."""
    sleeper = Sleeper(bell.listen_fd, wake_fds[0])
    threading.Timer(0.05, ring, [bell.ring_fd]).start()
    assert 0.02 < slept(sleeper, 20) < 5


def test_a_ring_before_the_sleep_is_not_lost(bell: Doorbell, wake_fds: tuple[int, int]) -> None:
    """A ring before the sleep waits in the pipe, and one waking uses up many rings."""
    sleeper = Sleeper(bell.listen_fd, wake_fds[0])
    for _ in range(100):
        ring(bell.ring_fd)
    assert slept(sleeper, 20) < 5
    assert slept(sleeper, 0.05) >= 0.04


def test_a_signal_wakes_as_well(bell: Doorbell, wake_fds: tuple[int, int]) -> None:
    """The wake-up descriptor of signals ends the sleep."""
    os.write(wake_fds[1], b"\x0f")
    assert slept(Sleeper(bell.listen_fd, wake_fds[0]), 20) < 5


def test_a_full_pipe_does_not_stop_who_rings(bell: Doorbell) -> None:
    """A ring into a full pipe is lost and never waited for."""
    for _ in range(100_000):
        ring(bell.ring_fd)


def test_who_has_no_doorbell_rings_nowhere(bell: Doorbell) -> None:
    """Only the queues that the environment names are rung."""
    call = ringer({names.doorbell_fd("events"): str(bell.ring_fd)})
    call("timers")
    with pytest.raises(BlockingIOError):
        os.read(bell.listen_fd, 1)
    call("events")
    assert os.read(bell.listen_fd, 9) == b"\0"


def test_the_sleep_ends_when_something_is_due() -> None:
    """The sleep ends when something is due, is never negative, and is never above the fallback."""
    now = int(time.time() * 1000)
    assert seconds_until(None, 20) == 20
    assert seconds_until(now - 5_000, 20) == 0
    assert 1.5 < seconds_until(now + 2_000, 20) <= 2
    assert seconds_until(now + 600_000, 20) == 20
