"""What holds of a promised time after every event of a thread."""

from surgeline.domain.decide import Decision
from surgeline.domain.effects import EndLapse, ListLapse, SendText, StartTimer
from surgeline.domain.events import Event, PoolPromised, TimerFired
from surgeline.domain.thread import Promise, Thread


def is_promise(event: Event) -> bool:
    """Return whether the event makes a promise, or is the end of a promised time."""
    is_due = isinstance(event, TimerFired) and event.kind == "promise_due"
    return is_due or isinstance(event, PoolPromised)


def is_missed(decision: Decision) -> bool:
    """Return whether the time that a customer chose was over without a person."""
    return decision.explanation.decision == "callback missed"


def a_promise_ends_by_name(before: Thread, event: Event, decision: Decision) -> None:
    """I7: a promise has a timer and is told; a broken one is listed until somebody speaks."""
    old, new = _promise_of(before), _promise_of(decision.thread)
    due = {e.due_at for e in decision.effects if isinstance(e, StartTimer) and _names(e)}
    lapses = [each for each in decision.effects if isinstance(each, ListLapse | EndLapse)]
    mine = [each for each in lapses if each.what == "promise_broken"]
    listed = [each for each in mine if isinstance(each, ListLapse)]
    ended = [each for each in mine if isinstance(each, EndLapse)]
    said = [each for each in decision.effects if isinstance(each, SendText)]
    if new and (old is None or new.made_at != old.made_at or new.until != old.until):
        assert isinstance(event, PoolPromised)
        assert due == {new.until}
        assert said, "nobody was told of the promise"
    broke = bool(new and new.broken_at and not (old and old.broken_at))
    assert bool(listed) == broke
    assert said or not broke, "nobody was told that a promise was broken"
    was_broken = bool(old and old.broken_at)
    assert bool(ended) == (was_broken and not (new and new.broken_at))


def _promise_of(thread: Thread) -> Promise | None:
    return thread.conversation.promise if thread.conversation else None


def _names(timer: StartTimer) -> bool:
    return timer.kind == "promise_due"
