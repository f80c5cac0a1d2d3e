"""The readers of notices are found here: everybody who should read, and what each has not read.

Agents of the console's pools read by themselves, and a pool over webhooks says so for its people.
Teams that work in a tool of their own are told there, where nobody can acknowledge it. Nobody is
expected to read for a drill.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from surgeline.application.answers.notices.notice_book import read_by, read_notices
from surgeline.application.answers.notices.tell_pools import changes_for
from surgeline.application.configuration import CONSOLE, PoolSettings
from surgeline.application.ports.clock import Clock
from surgeline.application.ports.notebook import Notebook
from surgeline.application.ports.staff import Person
from surgeline.knowledge.articles.notices import Notice

WEBHOOK: Final = "webhook"
LONGEST_MS: Final = 30 * 86_400_000
"""Notices that are older than this are shown to nobody at a desk."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who should read notices from a time on, in some languages or in all."""

    id: str
    name: str
    since: int = 0
    languages: tuple[str, ...] = ()

    def should_read(self, notice: Notice) -> bool:
        """Return whether a notice is for this reader."""
        shown = changes_for(notice, self.languages)
        return notice.at > self.since and (bool(shown) or bool(notice.more) or not notice.known)


def reader_of(person: Person, pools: Iterable[PoolSettings]) -> Reader:
    """Return a person as a reader for the console's pools in which they work."""
    mine = [each for each in pools if each.reached_by == CONSOLE and _works_in(person, each)]
    all_of_them = not all(each.languages for each in mine)
    languages = dict.fromkeys(one for each in mine for one in each.languages)
    known = () if all_of_them else tuple(languages)
    return Reader(f"person/{person.id}", person.name, person.added_at, known)


def audience(people: Iterable[Person], pools: Sequence[PoolSettings]) -> list[Reader]:
    """Return everybody who should read: agents at a desk of the console, and pools by webhook."""
    desks = [each for each in pools if each.reached_by == CONSOLE and not each.drill]
    agents = [
        reader_of(each, pools)
        for each in people
        if each.role == "agent" and not each.revoked and any(_works_in(each, one) for one in desks)
    ]
    outside = [
        Reader(f"pool/{each.id}", each.id, languages=each.languages)
        for each in pools
        if each.reached_by == WEBHOOK and not each.drill
    ]
    return [*agents, *outside]


def told_in_tools(pools: Iterable[PoolSettings]) -> list[str]:
    """Return the pools that work in a tool of their own."""
    tools = [each for each in pools if each.reached_by not in (CONSOLE, WEBHOOK)]
    return [each.id for each in tools if not each.drill]


def _works_in(person: Person, pool: PoolSettings) -> bool:
    return not person.pools or pool.id in person.pools


@dataclass(frozen=True, slots=True)
class UnreadNotices:
    """Finds the notices that a reader has not read. It reads the pages anew at each question."""

    notebook: Notebook
    clock: Clock

    def of(self, reader: Reader, knowledge_bases: Iterable[str]) -> list[Notice]:
        """Return the reader's unread notices, the newest first."""
        now, unread = self.clock.now(), []
        for base in knowledge_bases:
            notices = read_notices(self.notebook, base).notices
            known = read_by(self.notebook, base, reader.id) if notices else set()
            for each in notices:
                is_new = now - each.at < LONGEST_MS
                if is_new and each.id not in known and reader.should_read(each):
                    unread.append(each)
        return sorted(unread, key=lambda each: -each.at)
