"""A weekly test page proves that whoever is on call can be reached.

Its time is on the rota's clock. A test page asks nobody to come. Any answer proves that the person
was reached.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from surgeline.domain.hours import zone_of
from surgeline.domain.on_call.call import Call
from surgeline.domain.on_call.rota import handover_of
from surgeline.domain.on_call.settings import Rota

LATE_MS: Final = 6 * 3_600_000
"""A test that is later than this waits for the next week."""
LASTS_MS: Final = 12 * 3_600_000
ROUNDS: Final = 2
BY: Final = "the weekly test"
WHY: Final = "This is the weekly test. Nobody has to come; any answer shows that it reached you."


def due_at(rota: Rota, weekly: str, now: int) -> int | None:
    """Return the time of the test that is due now, or None between the tests of two weeks."""
    weekday, clock = handover_of(weekly)
    zone = zone_of(rota.zone)
    today = datetime.fromtimestamp(now / 1000, UTC).astimezone(zone).date()
    for back in range(2):
        day = today - timedelta(days=back)
        if day.weekday() == weekday:
            at = round(datetime.combine(day, clock, tzinfo=zone).timestamp()) * 1000
            return at if at <= now < at + LATE_MS else None
    return None


def page_of(rota: Rota, person: str, name: str, now: int) -> Call:
    """Return the page, opened now, that tests whether a person of a rota can be reached."""
    return Call(
        id=name,
        kind="test",
        why=WHY,
        people=1,
        begins=now,
        ends=now + LASTS_MS,
        order=(person,),
        opened_at=now,
        opened_by=BY,
        group=rota.id,
        answer_ms=rota.answer_minutes * 60_000,
        rounds=ROUNDS,
    )


def silent_rotas(calls: Sequence[Call], now: int) -> list[str]:
    """Return the rotas whose newest test page asked somebody and was not answered in time.

    The time counts from when the person was asked last. `calls` are newest first.
    """
    return [rota for rota, call in _newest(calls) if _is_silent(call, now)]


def unasked_rotas(calls: Sequence[Call], now: int) -> list[str]:
    """Return the rotas whose newest test page could ask nobody so far, of calls newest first."""
    return [
        rota
        for rota, call in _newest(calls)
        if not call.asked and now >= call.opened_at + call.rounds * call.answer_ms
    ]


def _newest(calls: Sequence[Call]) -> list[tuple[str, Call]]:
    """Return the newest test page of each rota, by the rotas' ids."""
    newest: dict[str, Call] = {}
    for call in calls:
        if call.kind == "test":
            newest.setdefault(call.group, call)
    return sorted(newest.items(), key=lambda each: each[0])


def _is_silent(call: Call, now: int) -> bool:
    """Return whether somebody was asked in every round, or until the end, without an answer."""
    is_over = call.is_exhausted(now) or now >= call.ends
    return bool(call.asked) and not call.answers and is_over
