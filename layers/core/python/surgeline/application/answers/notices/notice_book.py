"""The newest notices of a knowledge base, and who has read them, are kept here as pages.

The page `notices/{base}` is written by the minute alone. Readers write `notices_read/{base}/NN`,
each of them one of a few pages, so that a large floor neither fills a page nor waits for it.
"""

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from surgeline.application.ports.clock import Clock
from surgeline.application.ports.notebook import Notebook, Page
from surgeline.application.ports.refusals import Absent, Changed
from surgeline.domain.ids import is_name
from surgeline.errors import Unavailable, Unreadable
from surgeline.knowledge.articles.notices import Notice, as_object, notice_of

MOST_NOTICES: Final = 30
MOST_BYTES: Final = 300_000
"""The oldest notices go where all together would be larger."""
TRIES: Final = 10
PAGES_OF_READERS: Final = 32
"""A page has room for about 250 readers of all notices, so these have it for some thousands."""
Readers = Mapping[str, Mapping[str, int]]
"""When each reader read each notice, by the notice's id. A reader is `person/ID` or `pool/ID`."""


@dataclass(frozen=True, slots=True)
class NoticeBook:
    """The notices of a knowledge base that people were told, the oldest first.

    `versions` were told of, the one that answers last. `states` is a digest of the states that the
    last look found, and `steps_until` the time of the newest step among them. `untold` are notices
    that pools still have to be sent.
    """

    versions: tuple[str, ...] = ()
    states: str = ""
    steps_until: int = 0
    notices: tuple[Notice, ...] = ()
    untold: tuple[str, ...] = ()
    written_at: int = 0

    @property
    def version(self) -> str | None:
        """Return the version that answered at the last look, or None where none did."""
        return self.versions[-1] if self.versions else None

    def find(self, notice_id: str) -> Notice | None:
        """Return the notice of that id, or None."""
        return next((each for each in self.notices if each.id == notice_id), None)


def page_of(knowledge_base: str) -> str:
    """Return the name of the page with the notices."""
    return f"notices/{knowledge_base}"


def read_notices(notebook: Notebook, knowledge_base: str) -> NoticeBook:
    """Return the notices, none before the first look. Raises Unavailable, Unreadable."""
    return decoded(notebook.read(page_of(knowledge_base)))


def decoded(page: Page) -> NoticeBook:
    """Return the book of a page. Raises Unreadable."""
    if not page.body:
        return NoticeBook()
    try:
        found: Mapping[str, Any] = json.loads(page.body)
        return NoticeBook(
            tuple(map(str, found["versions"])),
            str(found["states"]),
            int(found["steps_until"]),
            tuple(map(notice_of, found["notices"])),
            tuple(map(str, found["untold"])),
            int(found["written_at"]),
        )
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise Unreadable("the notices that are stored can't be read by this release") from error


def encoded(book: NoticeBook) -> bytes:
    """Return the page of a book, without its oldest notices where it would be too large."""
    notices = book.notices[-MOST_NOTICES:]
    while True:
        left = {each.id for each in notices}
        whole = {
            "schema": 1,
            "versions": book.versions[-MOST_NOTICES:],
            "states": book.states,
            "steps_until": book.steps_until,
            "notices": [as_object(each) for each in notices],
            "untold": [each for each in book.untold if each in left],
            "written_at": book.written_at,
        }
        raw = json.dumps(whole, ensure_ascii=False).encode("utf-8", "replace")
        if len(raw) <= MOST_BYTES or not notices:
            return raw
        notices = notices[1:]


# ---------------------------------------------------------------- readers


def read_readers(notebook: Notebook, knowledge_base: str) -> Readers:
    """Return who has read which notice, and when, by that time. Raises Unavailable, Unreadable."""
    found: dict[str, dict[str, int]] = {}
    for number in range(PAGES_OF_READERS):
        page = notebook.read(_page_of_readers(knowledge_base, number))
        for notice, readers in _readers(page).items():
            found.setdefault(notice, {}).update(readers)
    return {
        notice: dict(sorted(readers.items(), key=lambda each: (each[1], each[0])))
        for notice, readers in found.items()
    }


def read_by(notebook: Notebook, knowledge_base: str, reader: str) -> set[str]:
    """Return the ids of the notices that one reader has read. Raises Unavailable, Unreadable."""
    page = notebook.read(_page_of_readers(knowledge_base, _number_of(reader)))
    return {notice for notice, readers in _readers(page).items() if reader in readers}


@dataclass(frozen=True, slots=True)
class ReadNotice:
    """The use case of a reader who has read a notice. A repeat changes nothing."""

    notebook: Notebook
    clock: Clock

    def __call__(self, reader: str, notice_id: str) -> int:
        """Note it, and return when the reader read it first. Raises Absent, Unavailable."""
        base = notice_id.partition(".")[0]
        book = read_notices(self.notebook, base) if is_name(base) else NoticeBook()
        if book.find(notice_id) is None:
            raise Absent("there is no such notice any more")
        name = _page_of_readers(base, _number_of(reader))
        for _ in range(TRIES):
            page = self.notebook.read(name)
            known = _readers(page)
            at = known.get(notice_id, {}).get(reader)
            if at is not None:
                return at
            at = self.clock.now()
            kept = {each.id: dict(known.get(each.id, {})) for each in book.notices}
            kept[notice_id][reader] = at
            try:
                body = json.dumps({"schema": 1, "read": kept}).encode()
                self.notebook.write(name, body, after=page)
            except Changed:
                continue
            return at
        raise Unavailable("others are reading notices right now; try again")


def _readers(page: Page) -> Readers:
    if not page.body:
        return {}
    try:
        found = json.loads(page.body)["read"]
        return {
            str(notice): {str(reader): int(at) for reader, at in readers.items()}
            for notice, readers in found.items()
        }
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise Unreadable("who has read notices can't be read by this release") from error


def _number_of(reader: str) -> int:
    return zlib.crc32(reader.encode("utf-8", "replace")) % PAGES_OF_READERS


def _page_of_readers(knowledge_base: str, number: int) -> str:
    return f"notices_read/{knowledge_base}/{number:02d}"
