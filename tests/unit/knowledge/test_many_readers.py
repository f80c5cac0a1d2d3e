"""Each of many people can say that they have read a notice of changed answers."""

import json
from dataclasses import dataclass, field

import pytest
from surgeline.application.answers.notices.notice_book import (
    MOST_NOTICES,
    NoticeBook,
    ReadNotice,
    encoded,
    page_of,
    read_by,
    read_readers,
)
from surgeline.application.ports.notebook import Page
from surgeline.application.ports.refusals import TooLarge
from surgeline.knowledge.articles.notices import Notice

NOON = 1_772_366_400_000  # 2026-03-01T12:00:00Z
NOTICES = [f"kb.{number:020x}" for number in range(MOST_NOTICES)]
FLOOR = [f"person/{number:020x}" for number in range(300)]


@dataclass
class Home:
    """A clock that stands, and pages in memory that are as large as a page may be."""

    pages: dict[str, Page] = field(default_factory=dict)

    def now(self) -> int:
        return NOON

    def read(self, name: str) -> Page:
        return self.pages.get(name, Page())

    def write(self, name: str, body: bytes, *, after: Page) -> Page:
        if len(body) > 400_000:
            raise TooLarge(name)
        self.pages[name] = Page(body, after.version + 1)
        return self.pages[name]


@pytest.fixture
def home() -> Home:
    """Return a home with all notices that a knowledge base may have."""
    made = Home()
    notices = tuple(
        Notice(id=each, at=NOON, knowledge_base="kb", kind="states") for each in NOTICES
    )
    made.write(page_of("kb"), encoded(NoticeBook(notices=notices)), after=Page())
    return made


def test_three_hundred_people_read_all_notices(home: Home) -> None:
    """All but the last one have read everything, and that one still finds room."""
    read = ReadNotice(home, home)
    for each in FLOOR[:-1]:
        assert read(each, NOTICES[0]) == NOON
    for name, page in home.pages.items():
        if name != page_of("kb"):
            [readers] = [each for each in json.loads(page.body)["read"].values() if each]
            all_read = {"schema": 1, "read": dict.fromkeys(NOTICES, readers)}
            home.pages[name] = Page(json.dumps(all_read).encode(), page.version)
    for notice in NOTICES:
        assert read(FLOOR[-1], notice) == NOON
    found = read_readers(home, "kb")
    assert {notice: set(readers) for notice, readers in found.items()} == {
        notice: set(FLOOR) for notice in NOTICES
    }
    assert read_by(home, "kb", FLOOR[7]) == set(NOTICES)
    assert read_by(home, "kb", "pool/vendor") == set()
