"""The benchmark of a crisis under load says what was missed."""

from typing import Any

from benchmarks.crisis.__main__ import problems

LOAD = {"lost": 0, "duplicated": 0, "out_of_order": 0}


def figures(*, on: float = 1.2, off: float = 0.4, **load: int) -> dict[str, Any]:
    """Return the figures of a run, with the last answers that were late."""
    acts = {"on": {"last_late_seconds": on}, "off": {"last_late_seconds": off}}
    return {**acts, "load": LOAD | load}


def test_a_run_misses_a_late_answer_and_a_lost_message() -> None:
    """Answers may follow within five seconds. No message may be lost or come twice."""
    assert problems(figures()) == []
    assert problems(figures(off=5.1)) == ["an answer 5.1 s after the crisis went off was as before"]
    assert problems(figures(lost=2)) == ["2 messages were lost"]
