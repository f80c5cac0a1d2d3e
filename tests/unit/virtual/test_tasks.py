import pytest

from local.virtual.agenda import Agenda
from local.virtual.clock import VirtualClock
from local.virtual.tasks import Tasks


def test_tasks_go_on_in_the_order_of_their_moments() -> None:
    """Two tasks wait side by side, and the one that is due first goes on first."""
    clock, seen = VirtualClock(0), []
    tasks = Tasks(clock)

    def task(name: str, milliseconds: int) -> None:
        seen.append(f"{name} begins")
        tasks.wait(milliseconds)
        seen.append(f"{name} ends at {clock.now()}")

    tasks.start(lambda: task("slow", 500))
    tasks.start(lambda: task("quick", 200))
    while (due := tasks.next_at()) is not None:
        clock.jump_to(due)
        tasks.resume(due)
    assert seen == ["slow begins", "quick begins", "quick ends at 200", "slow ends at 500"]
    tasks.close()


def test_an_error_of_a_task_reaches_whoever_let_it_go_on() -> None:
    """A task that fails before or after waiting raises in the caller, and the next one works."""
    clock = VirtualClock(0)
    tasks = Tasks(clock)

    def fails(milliseconds: int) -> None:
        if milliseconds:
            tasks.wait(milliseconds)
        raise ValueError(milliseconds)

    with pytest.raises(ValueError, match="0"):
        tasks.start(lambda: fails(0))
    tasks.start(lambda: fails(100))
    with pytest.raises(ValueError, match="100"):
        tasks.resume(100)
    tasks.start(lambda: None)
    tasks.close()


def test_closing_ends_a_task_that_waits() -> None:
    """An abandoned task runs its clean-up and not the code after its wait."""
    tasks, seen = Tasks(VirtualClock(0)), []

    def task() -> None:
        try:
            tasks.wait(100)
            seen.append("went on")
        finally:
            seen.append("cleaned up")

    tasks.start(task)
    tasks.close()
    assert seen == ["cleaned up"]
    assert tasks.next_at() is None


def test_only_a_task_can_wait() -> None:
    """Waiting outside of a task would stop the home for ever, so it is refused."""
    with pytest.raises(RuntimeError, match="only a task"):
        Tasks(VirtualClock(0)).wait(1)


def test_the_agenda_acts_by_moment_and_then_by_order() -> None:
    """Acts that are due come by their moments; of one moment, in the order they were added."""
    agenda, seen = Agenda(), []
    agenda.at(200, lambda: seen.append("late"))
    agenda.at(100, lambda: seen.append("first"))
    agenda.at(100, lambda: seen.append("second"))
    assert agenda.next_at() == 100
    assert agenda.act(150) == 2
    assert seen == ["first", "second"]
    assert agenda.next_at() == 200


def test_what_comes_every_minute_comes_every_minute() -> None:
    """A repeated act keeps its own rhythm. It comes once for all turns that were jumped over."""
    agenda, seen = Agenda(), []
    agenda.every(60, lambda: seen.append(agenda.next_at()), first_at=60_000)
    assert [agenda.act(now) for now in (60_000, 120_000, 300_500)] == [1, 1, 1]
    assert seen == [120_000, 180_000, 360_000]


def test_what_rests_comes_once_when_the_agenda_goes_on() -> None:
    """Nothing acts while the agenda rests, and afterwards each act comes once, in its order."""
    agenda, seen = Agenda(), []
    agenda.every(60, lambda: seen.append("minute"), first_at=60_000)
    agenda.at(30_000, lambda: seen.append("early"))
    with agenda.resting():
        agenda.at(250_000, lambda: seen.append("inside"))
        assert (agenda.next_at(), agenda.act(240_000)) == (250_000, 0)
    assert agenda.act(300_500) == 3
    assert seen == ["early", "minute", "inside"]
    assert agenda.next_at() == 360_000
