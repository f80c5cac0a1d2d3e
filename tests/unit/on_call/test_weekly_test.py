"""A weekly test page is due at its time, and is told where nobody answers it."""

from datetime import datetime
from zoneinfo import ZoneInfo

from surgeline.domain.on_call.call import Asking
from surgeline.domain.on_call.settings import Layer, Rota
from surgeline.domain.on_call.weekly_test import due_at, page_of, silent_rotas, unasked_rotas

MINUTE = 60_000
ROTA = Rota("evening", (Layer(("mina",), "2026-03-02"),), zone="Europe/Paris", answer_minutes=10)


def at(text: str) -> int:
    zone = ZoneInfo("Europe/Paris")
    return round(datetime.fromisoformat(text).replace(tzinfo=zone).timestamp() * 1000)


def test_it_is_due_once_a_week_and_not_long_after() -> None:
    """The time is that on the wall, also after the clocks changed. A late test waits a week."""
    due = at("2026-03-04T10:00")
    assert due_at(ROTA, "wed 10:00", due - 1) is None
    assert due_at(ROTA, "wed 10:00", due) == due
    assert due_at(ROTA, "wed 10:00", due + 5 * 60 * MINUTE) == due
    assert due_at(ROTA, "wed 10:00", due + 6 * 60 * MINUTE) is None
    assert due_at(ROTA, "wed 23:00", at("2026-03-05T01:00")) == at("2026-03-04T23:00")
    summer = at("2026-04-01T10:00")
    assert due_at(ROTA, "wed 10:00", summer) == summer


def test_a_page_without_an_answer_is_told() -> None:
    """It is silent after both rounds. Any answer ends that, and a newer page counts alone."""
    page = page_of(ROTA, "mina", "p", at("2026-03-04T10:00"))
    first = page.opened_at + 7 * MINUTE
    once = page.due(first, lambda _: True)
    assert once.asked == (Asking("mina", first),)
    assert silent_rotas([once], first + 10 * MINUTE) == []
    second = first + 30 * MINUTE
    twice = once.due(second, lambda _: True)
    late = second + 10 * MINUTE
    assert silent_rotas([twice], late - 1) == []
    assert silent_rotas([twice], late) == ["evening"]
    assert silent_rotas([once], page.ends - 1) == []
    assert silent_rotas([once], page.ends) == ["evening"]
    answered, verdict = twice.answered("mina", coming=False, now=late)
    assert (verdict, silent_rotas([answered], late)) == ("declined", [])
    assert silent_rotas([answered, twice], late) == []


def test_a_page_that_asked_nobody_is_told_apart() -> None:
    """It is never silent, and is told as unasked until somebody is asked."""
    page = page_of(ROTA, "mina", "p", at("2026-03-04T10:00"))
    late = page.opened_at + 20 * MINUTE
    assert (unasked_rotas([page], late - 1), unasked_rotas([page], late)) == ([], ["evening"])
    assert silent_rotas([page], page.ends) == []
    assert unasked_rotas([page.due(late, lambda _: True)], late) == []


def test_a_test_brings_nobody() -> None:
    """Whoever answers a test is counted as nobody who comes."""
    page = page_of(ROTA, "mina", "p", 0).due(0, lambda _: True)
    answered, _ = page.answered("mina", coming=True, now=MINUTE, arrives_at=30 * MINUTE)
    assert (answered.here(40 * MINUTE), answered.still_to_come(2 * MINUTE)) == (0, [])
