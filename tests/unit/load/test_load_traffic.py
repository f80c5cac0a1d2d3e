"""Traffic and its account: what is sent when, and how replies are counted."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.load.ledger import Ledger, Reply, percentiles
from local.load.traffic import Mix, Question, arrivals, messages

QUESTIONS = [Question(f"question {n}", ("en", "ko", "fr")[n % 3]) for n in range(90)]


@given(rate=st.floats(1, 500), seconds=st.floats(1, 20))
def test_a_step_sends_at_the_rate(rate: float, seconds: float) -> None:
    """A step gives rate x seconds arrivals, in order, within the time."""
    times = list(arrivals("step", rate, seconds))
    assert abs(len(times) - rate * seconds) <= 2
    assert times == sorted(times)
    assert times[-1] < seconds


def test_a_peak_has_most_of_the_day_in_two_hours() -> None:
    """80 % of the arrivals of a peak fall within a twelfth of the time."""
    times = list(arrivals("peak", 100, 240))
    inside = [t for t in times if 110 <= t < 130]
    assert 0.78 <= len(inside) / len(times) <= 0.82


def test_the_same_seed_sends_the_same() -> None:
    """Traffic follows from its seed."""

    def run(seed: int) -> list[str]:
        times = arrivals("step", 50, 4)
        mix = Mix(repeated=0.3, handoff=0.1, resend=0.1)
        return [m.text for m in messages(QUESTIONS, times, mix, threads=0, seed=seed, name="x")]

    assert run(1) == run(1)
    assert run(1) != run(2)


def test_a_resend_has_the_event_id_of_what_it_repeats() -> None:
    """A resend repeats sender, id and text of an earlier message."""
    times = arrivals("step", 100, 5)
    sent = list(messages(QUESTIONS, times, Mix(resend=0.3), threads=0, seed=3, name="x"))
    first = {m.event_id: (m.sender, m.text) for m in reversed(sent) if m.kind != "resend"}
    resent = [m for m in sent if m.kind == "resend"]
    assert resent
    assert all(first[m.event_id] == (m.sender, m.text) for m in resent)


def test_who_was_handed_over_is_not_heard_of_again() -> None:
    """A sender writes no more in a run after asking for a person."""
    times = arrivals("step", 100, 5)
    done: set[str] = set()
    for message in messages(QUESTIONS, times, Mix(handoff=0.3), threads=7, seed=3, name="x"):
        assert message.sender not in done
        if message.kind == "handoff":
            done.add(message.sender)


def test_a_customer_keeps_to_one_language() -> None:
    """Each sender's many messages are of one language, and all senders are heard."""
    heard: dict[str, set[str]] = {}
    language_of = {question.text: question.language for question in QUESTIONS}
    times = arrivals("step", 100, 5)
    for message in messages(QUESTIONS, times, Mix(repeated=1), threads=9, seed=3, name="x"):
        heard.setdefault(message.sender, set()).add(language_of[message.text])
    assert all(len(languages) == 1 for languages in heard.values())
    assert set.union(*heard.values()) == {"en", "ko", "fr"}


def ledger_of(*steps: tuple[str, ...]) -> dict[str, object]:
    """`("ack", message)`, `("reply", id, to or "", seq, owner or the bot)` in a row."""
    ledger, at = Ledger(), itertools.count(1)
    for step in steps:
        now = float(next(at))
        if step[0] == "ack":
            ledger.acknowledge(step[1], "t", now - 0.5, now)
        else:
            _, reply_id, to, seq, owner = (*step, "bot")[:5]
            ledger.reply(Reply(reply_id, to or None, "t", int(seq), owner, now))
    return ledger.report(1, 1)


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([("ack", "m1")], {"lost": 1, "replied": 0}),
        ([("ack", "m1"), ("reply", "r1", "m1", "2")], {"lost": 0, "replied": 1}),
        ([("reply", "r1", "m1", "2"), ("ack", "m1")], {"lost": 0, "replied": 1}),
        (
            [("ack", "m1"), ("reply", "r1", "m1", "2"), ("reply", "r2", "m1", "3")],
            {"duplicated": 1},
        ),
        (
            [("ack", "m1"), ("reply", "r1", "m1", "2"), ("reply", "r1", "m1", "2")],
            {"duplicated": 0, "same_id_again": 1, "out_of_order": 0},
        ),
        (
            [("ack", "m1"), ("ack", "m2"), ("reply", "r2", "m2", "4"), ("reply", "r1", "m1", "2")],
            {"out_of_order": 1},
        ),
        ([("ack", "m1"), ("ack", "m1")], {"accepted": 2, "lost": 1}),
        (
            [("ack", "m1"), ("reply", "r1", "m1", "2", "waiting"), ("ack", "m2")],
            {"lost": 0, "kept_for_a_person": 1},
        ),
        (
            [("ack", "m1"), ("ack", "m2"), ("reply", "r1", "m1", "2", "waiting")],
            {"lost": 0, "kept_for_a_person": 1},
        ),
        (
            [("reply", "r1", "m1", "2", "pool"), ("ack", "m1"), ("ack", "m2")],
            {"lost": 0, "replied": 1, "kept_for_a_person": 1},
        ),
        (
            [("ack", "m0"), ("ack", "m1"), ("reply", "r1", "m1", "3", "waiting")],
            {"lost": 1, "kept_for_a_person": 0},
        ),
        (
            [
                *[("ack", "m1"), ("reply", "r1", "m1", "2", "waiting"), ("ack", "m2")],
                *[("reply", "r2", "", "3", "bot"), ("ack", "m3")],
            ],
            {"lost": 1, "kept_for_a_person": 1},
        ),
    ],
)
def test_every_reply_is_accounted_for(
    steps: list[tuple[str, ...]], expected: dict[str, int]
) -> None:
    """Lost, doubled, the same id again, out of order, resent, kept for the person who has the
    thread: each is counted as what it is.
    """
    report = ledger_of(*steps)
    assert {key: report[key] for key in expected} == expected


def test_percentiles_are_milliseconds() -> None:
    """The latencies p50, p95 and p99 come in milliseconds, and as null without any reply."""
    assert percentiles([n / 1000 for n in range(1, 101)]) == {"p50": 51, "p95": 96, "p99": 100}
    assert percentiles([]) == {"p50": None, "p95": None, "p99": None}
