"""Each day's conversations are exported as compressed JSON lines, for engines of others.

    exports/conversations/day=<UTC date of the opening>/conversations.jsonl.gz
    exports/again/<day>/<thread>: the day is written anew once that thread is erased
    exports/state: the date of the last round

An erasure deletes the files of its days at once (decision 0148).
"""

import gzip
import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Final
from zoneinfo import ZoneInfo

from surgeline.application.ports.blobs import Blobs, bytes_of
from surgeline.application.ports.clock import Clock
from surgeline.application.ports.conversations import ConversationStore
from surgeline.application.ports.outcomes import Outcomes
from surgeline.application.ports.retention import RECORD_DAYS
from surgeline.application.reports.read_cases import read_cases
from surgeline.application.thread_log import records_after
from surgeline.domain.effects import RecordOpened
from surgeline.reports.days import day_of
from surgeline.reports.row import row_of

STATE: Final = "exports/state"
AGAIN: Final = "exports/again/"
DAYS: Final = "exports/conversations/day="
AGES: Final = (1, 2, 3, 7, 30)
"""A day is exported at these ages in days, because its conversations go on and end."""
LONGEST_PAUSE: Final = 31
"""After a longer pause, or at first, so many days are exported."""
ZONE: Final = ZoneInfo("UTC")


class ExportDays:
    """The use case. A repeat writes the same files."""

    def __init__(
        self,
        *,
        store: ConversationStore,
        outcomes: Outcomes,
        blobs: Blobs,
        clock: Clock,
        quiet: Callable[[], int],
        record_days: int = RECORD_DAYS,
    ) -> None:
        self._store = store
        self._outcomes = outcomes
        self._blobs = blobs
        self._clock = clock
        self._quiet = quiet
        self._record_days = record_days

    def __call__(self) -> Iterator[str]:
        """Yield the days that were written: those of an age to be exported, and marked ones."""
        now = self._clock.now()
        today = datetime.fromtimestamp(now / 1000, UTC).date()
        last = self._last_round()
        if last != today:
            self._drop_before(today - timedelta(days=self._record_days))
        due = sorted({*_due(last, today), *self._marked()})
        for day in due:
            if self._write(day, now):
                yield day
        self._blobs.put(STATE, json.dumps({"date": today.isoformat()}).encode())

    def _last_round(self) -> date | None:
        state = bytes_of(self._blobs, STATE)
        return date.fromisoformat(json.loads(state)["date"]) if state else None

    def _drop_before(self, oldest: date) -> None:
        """Delete the days whose records are gone, because no erasure could find them any more."""
        for key in self._blobs.keys(DAYS):
            if key < key_of(oldest.isoformat()):
                self._blobs.delete(key)

    def _marked(self) -> set[str]:
        keys = self._blobs.keys(AGAIN)
        return {each.removeprefix(AGAIN).partition("/")[0] for each in keys}

    def _write(self, day: str, now: int) -> bool:
        """Write a day, unless a person of that day is being erased. Return whether it is there."""
        marks = self._blobs.keys(f"{AGAIN}{day}/")
        if not all(map(self._is_erased, marks)):
            return False
        span = day_of(date.fromisoformat(day), ZONE)
        cases = read_cases(self._store, self._outcomes, span.start, span.end)
        packed = BytesIO()
        quiet, number = self._quiet(), 0
        with gzip.GzipFile(fileobj=packed, mode="wb", mtime=0) as lines:
            for number, case in enumerate(cases, 1):  # noqa: B007 # counted
                lines.write(json.dumps(row_of(case, at=now, quiet=quiet)).encode() + b"\n")
        if number:
            self._blobs.put(key_of(day), packed.getvalue())
        if self._blobs.keys(f"{AGAIN}{day}/") != marks:  # an erasure began meanwhile
            self._blobs.delete(key_of(day))
            return False
        for each in marks:
            self._blobs.delete(each)
        return number > 0

    def _is_erased(self, mark: str) -> bool:
        """Return whether nothing of the thread is left among the records, as it was marked."""
        before = int(json.loads(self._blobs.get(mark))["erased_seq"])
        thread = self._store.thread(mark.rpartition("/")[2])
        if thread is None or thread.erased_seq <= before:
            return thread is None
        first = self._store.records(thread.id, limit=1)
        return not first or first[0].seq >= thread.erased_seq


def forget_exports(store: ConversationStore, blobs: Blobs, thread_id: str) -> None:
    """Delete the exports of the days on which the thread's conversations were opened.

    Marks have them written anew, once the thread is erased.
    """
    thread = store.thread(thread_id)
    mark = json.dumps({"erased_seq": thread.erased_seq if thread else 0}).encode()
    days = {
        datetime.fromtimestamp(effect.opened.opened_at / 1000, UTC).date().isoformat()
        for record in records_after(store, thread_id)
        for effect in record.effects
        if isinstance(effect, RecordOpened)
    }
    for day in sorted(days):
        blobs.put(f"{AGAIN}{day}/{thread_id}", mark)
        blobs.delete(key_of(day))


def key_of(day: str) -> str:
    """Return the key of a day's export."""
    return f"{DAYS}{day}/conversations.jsonl.gz"


def _due(last: date | None, today: date) -> Iterator[str]:
    """Yield the days that have come of an age since the last round."""
    if last is None or (today - last).days > LONGEST_PAUSE:
        yield from ((today - timedelta(days=age)).isoformat() for age in range(1, LONGEST_PAUSE))
        return
    for missed in range((today - last).days):
        yield from ((today - timedelta(days=missed + age)).isoformat() for age in AGES)
