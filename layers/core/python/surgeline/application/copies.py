"""Copies of customers' words that leave the instance are noted here, so that an erasure names them.

    copies.<thread> / <kind>.<name>: when words of the thread last went there

No erasure reaches a pack on somebody's disk, or a report in somebody's mailbox. A note holds no
words. It lets a company ask whoever has a copy to delete it.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final, Literal

from surgeline.application.ports.ledger import Entry, Ledger
from surgeline.domain.ids import thread_of
from surgeline.domain.times import rfc3339

Kind = Literal["pack", "report"]
KEPT_MS: Final = 400 * 86_400_000
"""As long as the log of a thread is kept."""
MOST: Final = 100
"""The number of copies of one thread that are told."""


def note_copies(ledger: Ledger, threads: Iterable[str], kind: Kind, name: str, *, now: int) -> None:
    """Note that words of these threads go out now: in the pack of a pool, or to a subscriber."""
    for thread in dict.fromkeys(threads):
        book, entry_id = _book(thread), f"{kind}.{name}"
        before = ledger.read(book, entry_id)
        version = before.version + 1 if before else 1
        ledger.write(Entry(book, entry_id, str(now), version, now + KEPT_MS))


def copies_of(ledger: Ledger, threads: Iterable[str], *, now: int) -> list[dict[str, str]]:
    """Return where words of these threads went, the newest first."""
    newest: dict[str, int] = {}
    for thread in threads:
        for entry in ledger.find(_book(thread), limit=MOST):
            if entry.expires_at > now:
                newest[entry.id] = max(int(entry.body), newest.get(entry.id, 0))
    found = sorted(newest.items(), key=lambda each: (-each[1], each[0]))
    parts = ((name.partition("."), at) for name, at in found)
    return [{"kind": kind, "name": name, "at": rfc3339(at)} for (kind, _, name), at in parts]


def shown_threads(report: Mapping[str, Any]) -> list[str]:
    """Return the threads whose first words a report may show as samples of its topics."""
    topics = (each for each in report.get("topics", ()) if each.get("samples"))
    return [thread_of(name) for each in topics for name in each["conversations"]]


def _book(thread: str) -> str:
    return f"copies.{thread}"
