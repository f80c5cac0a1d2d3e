"""The gate bounds the waiting messages and lets known conversations in first."""

from typing import Any

import pytest
from surgeline.domain.thread import Thread

from local.engine import intake
from local.engine.intake import ALL_UNTIL, NEW_THREADS_UNTIL, BacklogGate, Overloaded


class World:
    """A clock, a backlog and threads in conversation; counts how often each is looked at."""

    def __init__(self) -> None:
        self.time = 1_000
        self.depth = 0
        self.open: set[str] = set()
        self.counted = 0
        self.looked_up = 0
        self.gate = BacklogGate(self.backlog, self, self)  # type: ignore[arg-type] # what it needs

    def now(self) -> int:
        return self.time

    def backlog(self, limit: int) -> int:
        self.counted += 1
        return min(self.depth, limit)

    def thread(self, thread_id: str) -> Any:
        self.looked_up += 1
        if thread_id not in self.open:
            return None
        return _InConversation(Thread(thread_id, "c", "s"))

    def admits(self, thread_id: str) -> bool:
        try:
            self.gate.admit(thread_id)
        except Overloaded as error:
            return not error.retry_after_seconds
        return True


class _InConversation:
    def __init__(self, thread: Thread) -> None:
        self.id = thread.id
        self.conversation = self
        self.is_open = True


def test_nothing_is_read_per_message_while_all_is_well() -> None:
    """A thousand messages within a quarter of a second cost one count and no look at a thread."""
    world = World()
    assert all(world.admits(f"t{n}") for n in range(1000))
    assert (world.counted, world.looked_up) == (1, 0)


def test_a_deep_backlog_refuses_new_threads_and_goes_on_with_conversations() -> None:
    """A deep backlog refuses new customers with a time, and known conversations are still heard."""
    world = World()
    assert world.admits("began")
    world.open.add("in conversation")
    world.depth = NEW_THREADS_UNTIL
    world.time += intake.COUNT_EVERY_MS
    assert world.admits("began")
    assert world.admits("in conversation")
    assert not world.admits("new")


def test_i13_the_backlog_has_an_end() -> None:
    """Beyond the last limit nobody is taken in; once it is worked off everybody is again."""
    world = World()
    world.open.add("t")
    world.depth = ALL_UNTIL
    assert not world.admits("t")
    world.depth = 0
    world.time += intake.COUNT_EVERY_MS
    assert world.admits("t")
    assert world.admits("new")


def test_a_clock_that_steps_back_counts_anew() -> None:
    """The last count is never taken for fresh for longer than its time."""
    world = World()
    world.admits("t")
    world.time -= 60_000
    world.depth = ALL_UNTIL
    assert not world.admits("t")


def test_i13_it_remembers_a_bounded_number_of_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """The ones admitted longest ago are forgotten first."""
    monkeypatch.setattr(intake, "REMEMBERED_THREADS", 10)
    world = World()
    assert all(world.admits(f"t{n}") for n in range(100))
    assert len(world.gate._admitted) == 10
