"""Everything that is held about one customer is read here, page by page, to be handed to them.

What an erasure would delete is what is shown: the thread's log with every effect, its deliveries,
its stored mails and files, and its dead letters. Reports and daily exports follow from the log.
"""

import base64
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict

from surgeline.application.conversations.show_conversation import effect_of, shown_delivery
from surgeline.application.conversations.take_mail import KEPT
from surgeline.application.deliveries.replay_deliveries import Told, places_of
from surgeline.application.media.kept import FOLDER
from surgeline.application.ports.blobs import Blobs
from surgeline.application.ports.conversations import ConversationStore, Record
from surgeline.application.ports.deliveries import DeliveryLog
from surgeline.application.ports.queues import DeadLetter
from surgeline.application.ports.refusals import Absent
from surgeline.domain.media.files import MediaPlace
from surgeline.domain.thread import Thread
from surgeline.domain.times import rfc3339

PAGE_RECORDS = 50
PAGE_BYTES = 1_000_000
"""The size of entries after which a page ends, so that an answer is never too large."""
MOST_MAIL_BYTES = 4_000_000
"""A larger mail is named, with its place in the bucket, because no answer can hold it."""


class ExportCustomer:
    """The use case. Nothing is changed, so that it can be asked again."""

    def __init__(
        self,
        *,
        store: ConversationStore,
        log: DeliveryLog,
        told: Told,
        blobs: Blobs,
        letters: Callable[[], Iterable[DeadLetter]],
        link: Callable[[MediaPlace], str | None],
    ) -> None:
        self._store = store
        self._log = log
        self._told = told
        self._blobs = blobs
        self._letters = letters
        self._link = link

    def page(self, thread_id: str, *, after: int = 0) -> Mapping[str, object]:
        """Return a page of what is held of the thread. The first page has what has no order.

        `next_after` is the value to ask with for the next page. It is None on the last page.
        """
        thread = self._store.thread(thread_id)
        first: dict[str, object] = {} if after else self._about(thread, thread_id)
        if thread is None:
            return {**first, "entries": [], "deliveries": [], "next_after": None}
        read = self._store.records(thread_id, after_seq=after, limit=PAGE_RECORDS)
        entries = _fitting(read)
        shown = read[: len(entries)]
        places = [place for record in shown for place in places_of(thread, record, self._told)]
        is_cut = len(shown) < len(read) or len(read) == PAGE_RECORDS
        return {
            **first,
            "entries": entries,
            "deliveries": [shown_delivery(each) for each in self._log.find(places)],
            "next_after": shown[-1].seq if is_cut else None,
        }

    def mail(self, thread_id: str, name: str) -> Mapping[str, object]:
        """Return a stored mail, or what is kept beside one, in base64. Raises Absent."""
        if "/" in name.removeprefix("other/") or not name:
            raise Absent("no such mail")
        raw = self._blobs.get(f"{_folder(thread_id)}{name}")
        if len(raw) > MOST_MAIL_BYTES:
            return {"name": name, "bytes": len(raw), "base64": None}
        return {"name": name, "bytes": len(raw), "base64": base64.b64encode(raw).decode()}

    def _about(self, thread: Thread | None, thread_id: str) -> dict[str, object]:
        folder = _folder(thread_id)
        mails = [each.removeprefix(folder) for each in self._blobs.keys(folder)]
        files = self._files(thread_id)
        letters = [_letter(each) for each in self._letters() if _is_of(each, thread_id)]
        return {
            "thread_id": thread_id,
            "known": thread is not None or bool(mails or files or letters),
            "customer": asdict(thread) if thread else None,
            "mails": mails,
            "files": files,
            "dead_letters": letters,
        }

    def _files(self, thread_id: str) -> list[dict[str, object]]:
        """Return the customer's files, each with the path that opens it for a day."""
        folder = f"{FOLDER}{thread_id}/"
        places = [
            MediaPlace(thread_id, each.removeprefix(folder)) for each in self._blobs.keys(folder)
        ]
        return [{"id": each.media_id, "path": self._link(each)} for each in places]


def _folder(thread_id: str) -> str:
    return f"{KEPT}{thread_id}/"


def _fitting(records: Sequence[Record]) -> list[dict[str, object]]:
    """Return the entries of the first records that a page can hold, but always one."""
    entries: list[dict[str, object]] = []
    size = 0
    for record in records:
        entry = _entry(record)
        size += len(json.dumps(entry))
        if entries and size > PAGE_BYTES:
            break
        entries.append(entry)
    return entries


def _entry(record: Record) -> dict[str, object]:
    """Return an event as it came, with every effect and the reasons of the decision."""
    return {
        "at": rfc3339(record.at),
        "seq": record.seq,
        "conversation_id": record.conversation_id,
        "event": asdict(record.event),
        "decision": asdict(record.explanation),
        "effects": [effect_of(each) for each in record.effects],
    }


def _is_of(letter: DeadLetter, thread_id: str) -> bool:
    return letter.group is not None and letter.group.partition(".")[0] == thread_id


def _letter(letter: DeadLetter) -> dict[str, object]:
    return {
        "id": letter.id,
        "queue": letter.queue,
        "sent_at": rfc3339(letter.sent_at),
        "body": letter.body,
    }
