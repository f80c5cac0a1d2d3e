"""The state of a home folder is carried into another home, thread by thread. A repeat goes on.

Threads keep their ids, because they hang on the secret `ids`, which is carried first. So the new
home knows every customer, and recognises every repeat of a message.
"""

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from surgeline.application.answers.current_knowledge import current_version
from surgeline.application.answers.publish_knowledge import SOURCES, source_key, upload_again
from surgeline.application.ports.blobs import Blobs, bytes_of
from surgeline.application.ports.clock import Clock
from surgeline.application.ports.conversations import ConversationStore
from surgeline.application.ports.desk_links import DeskLink, DeskLinks
from surgeline.application.ports.ledger import Entry, Ledger
from surgeline.application.ports.notebook import Notebook, Page
from surgeline.application.ports.outcomes import Outcomes
from surgeline.application.ports.queues import LONGEST_DELAY_SECONDS, Outgoing, Queue
from surgeline.application.ports.refusals import AlreadyDone, Changed
from surgeline.application.ports.secrets import Secrets
from surgeline.application.ports.staff import Acts, Staff
from surgeline.application.thread_log import records_after
from surgeline.domain.thread import Thread

from infra import topology
from local.home.backend import EmbeddedBackend
from local.home.backup.carry_configuration import carry_configuration
from local.home.backup.manifest import BackupRefused

MADE_ANEW = ("configuration/", "knowledge/", SOURCES)
"""Blobs below these are published or built in the new home. All others are carried."""
OF_ARTICLES = ("reviews", "life.json")
"""Beside the articles: what people said of answers, and the book of drafts."""
STORE = "conversations.sqlite"
ENDPOINTS = ("channels/", "pools/", "subscriptions/", "customers/")
LEFT_BEHIND = (
    "offers that are open: they end by their deadlines, and the next pool is asked",
    "seats, waitlists and desks: they follow from the threads",
    "the log of deliveries",
    "thresholds that questions moved: they follow from the questions to come",
    "dead letters: send them again before the move",
    "sessions: people sign in again",
)
"""The parts of a home that are not carried, each with what to do or why."""
TABLES = {
    **dict.fromkeys(("threads", "records"), "committed again, in their order"),
    "outcomes": "added, without tombstones",
    "people": "put",
    "acts": "kept",
    "ledger": "written as first versions",
    "notebook": "written as first versions",
    "desk_links": "tied",
    **dict.fromkeys(("offers", "seats", "waitlist", "waiting", "cases"), "left behind"),
    **dict.fromkeys(("presences", "passes", "sockets", "starts"), "left behind"),
    **dict.fromkeys(("deliveries", "capacity", "disabled_pools"), "left behind"),
}
"""The end of each table of the store in a move. A test compares it with a store's tables."""


class Target(Protocol):
    """The home that takes the state in: the part of a Backend that a move needs."""

    @property
    def clock(self) -> Clock:
        """Return the source of time."""

    def store(self) -> ConversationStore:
        """Return the store of threads."""

    def outcomes(self) -> Outcomes:
        """Return the records for reports."""

    def blobs(self) -> Blobs:
        """Return the artifacts."""

    def secrets(self) -> Secrets:
        """Return the secrets."""

    def staff(self) -> Staff:
        """Return the company's own people."""

    def acts(self) -> Acts:
        """Return the record of who changed what."""

    def ledger(self) -> Ledger:
        """Return the books of small documents."""

    def notebook(self) -> Notebook:
        """Return the pages that are replaced whole."""

    def desk_links(self) -> DeskLinks:
        """Return where conversations lie in pools' own tools."""

    def queue(self, name: str) -> Queue:
        """Return a queue of the topology by its name."""


@dataclass(frozen=True, slots=True)
class Carried:
    """How much of each kind is in the new home now, and the version of the configuration there.

    `not_configured` are the problems for which the configuration was not carried.
    """

    threads: int
    records: int
    conversations: int
    messages: int
    articles: tuple[str, ...]
    blobs: int
    people: int
    acts: int
    notes: int
    configuration: str
    not_configured: tuple[str, ...]


def carry(
    home: Path, source: EmbeddedBackend, target: Target, say: Callable[[str], None]
) -> Carried:
    """Carry everything but `LEFT_BEHIND`. Raises BackupRefused before anything is changed.

    The source may not run meanwhile. It is only read.
    """
    _carry_secrets(source, target)
    say("the secrets are there")
    articles = _carry_articles(source.blobs(), target)
    threads = records = 0
    for thread in _threads(home, source):
        threads += 1
        records += carry_thread(source.store(), target.store(), thread)
        if threads % 1_000 == 0:
            say(f"{threads:,} threads are there")
    return Carried(
        threads,
        records,
        _carry_outcomes(source, target),
        sum(_carry_messages(home, each, target) for each in topology.QUEUES),
        articles,
        _carry_blobs(source.blobs(), target.blobs()),
        _carry_people(source.staff(), target.staff()),
        _carry_acts(source, target),
        _carry_books(home, target) + _carry_pages(home, target) + _carry_links(home, target),
        *carry_configuration(source, target),
    )


def carry_thread(source: ConversationStore, target: ConversationStore, thread: Thread) -> int:
    """Append the records that the target lacks, and return how many there were.

    A thread that has gone on in the target stays as it is there.
    """
    there = target.thread(thread.id)
    at = there.seq if there else 0
    missing = [each for each in records_after(source, thread.id) if each.last_seq > at]
    if at > thread.seq:
        return 0
    for record in missing:
        is_last = record is missing[-1]
        state = thread if is_last else replace(thread, seq=record.last_seq)
        try:
            target.commit(record, state, expected_seq=at)
        except AlreadyDone:
            continue
        at = state.seq
    return len(missing)


def _carry_secrets(source: EmbeddedBackend, target: Target) -> None:
    secrets, there = source.secrets(), target.secrets()
    ids = secrets.get("ids")
    if ids is None:
        raise BackupRefused("the home has no secret `ids`: start it once with `surgeline up`")
    known = there.latest("ids")
    if known not in (None, ids):
        raise BackupRefused(
            "the deployment has another secret `ids`, so its threads have other ids. Move before "
            "`surgeline secret init`, or set `ids` anew while no customer has written there"
        )
    there.put("ids", ids)
    for name in secrets.names():
        if name.startswith(ENDPOINTS) and there.latest(name) is None:
            there.put(name, secrets.get(name) or "")


def _carry_articles(blobs: Blobs, target: Target) -> tuple[str, ...]:
    """Upload the articles that answer, so that the new home builds them for its own tier."""
    bases = sorted({each.removeprefix(SOURCES).partition("/")[0] for each in blobs.keys(SOURCES)})
    carried = []
    for base in bases:
        version = current_version(blobs, base)
        if version is None:
            continue
        key = source_key(base, version)
        for name in OF_ARTICLES:
            _carry_blob(blobs, target.blobs(), f"knowledge/{base}/{name}")
        target.blobs().put(key, blobs.get(key))
        upload_again(target.blobs(), base, version, at=target.clock.now())
        carried.append(base)
    return tuple(carried)


def _carry_blob(blobs: Blobs, there: Blobs, key: str) -> None:
    """Put a blob that the new home lacks, if there is one."""
    body = bytes_of(blobs, key)
    if body is not None and bytes_of(there, key) is None:
        there.put(key, body)


def _threads(home: Path, source: EmbeddedBackend) -> Iterator[Thread]:
    ids = [row["id"] for row in _rows(home / STORE, "SELECT id FROM threads")]
    for each in ids:
        thread = source.store().thread(each)
        if thread is not None:
            yield thread


def _carry_outcomes(source: EmbeddedBackend, target: Target) -> int:
    """Add the records for reports. Tombstones of erased people stay behind, without any id."""
    count, after = 0, None
    there = target.outcomes()
    while kept := source.outcomes().find(0, source.clock.now() + 1, after=after, limit=500):
        for each in kept:
            if not each.is_erased:
                count += 1
                for opened in each.opened:
                    there.add(opened)
                for outcome in each.outcomes:
                    there.add(outcome)
        after = kept[-1].place
    return count


def _carry_messages(home: Path, queue: topology.Queue, target: Target) -> int:
    """Send the waiting messages of a queue on, in their order."""
    rows = _rows(home / "queues" / f"{queue.name}.sqlite", _WAITING)
    there, now = target.queue(queue.name), target.clock.now()
    for row in rows:
        delay = max(0, int(row["visible_at"]) - now) // 1000
        there.send(
            [
                Outgoing(row["body"], group=row["name"], dedup_id=row["dedup_id"])
                if queue.fifo
                else Outgoing(row["body"], delay_seconds=min(delay, LONGEST_DELAY_SECONDS))
            ]
        )
    return len(rows)


def _carry_blobs(blobs: Blobs, there: Blobs) -> int:
    keys = [key for key in blobs.keys("") if not key.startswith(MADE_ANEW)]
    for key in keys:
        there.put(key, blobs.get(key))
    return len(keys)


def _carry_people(staff: Staff, there: Staff) -> int:
    people = staff.people()
    for each in people:
        there.put(each)
    return len(people)


def _carry_acts(source: EmbeddedBackend, target: Target) -> int:
    acts = source.acts().find(0, source.clock.now() + 1, limit=1_000_000)
    for each in acts:
        target.acts().keep(each)
    return len(acts)


def _carry_books(home: Path, target: Target) -> int:
    rows = _rows(home / STORE, "SELECT book, id, body, expires_at FROM ledger")
    for row in rows:
        target.ledger().write(Entry(row["book"], row["id"], row["body"], 1, row["expires_at"]))
    return len(rows)


def _carry_pages(home: Path, target: Target) -> int:
    """Write each page that is not there. A page that the new home has begun stays as it is."""
    rows = _rows(home / STORE, "SELECT name, body FROM notebook")
    for row in rows:
        with suppress(Changed):
            target.notebook().write(row["name"], bytes(row["body"]), after=Page())
    return len(rows)


def _carry_links(home: Path, target: Target) -> int:
    rows = _rows(home / STORE, "SELECT body, person FROM desk_links ORDER BY at")
    for row in rows:
        link = DeskLink(**json.loads(row["body"]))
        target.desk_links().tie(link)
        if row["person"]:
            target.desk_links().take(link.pool_id, link.ref, row["person"])
    return len(rows)


_WAITING = (
    "SELECT body, groups.name AS name, dedup_id, visible_at FROM messages"
    " JOIN groups ON groups.id = messages.group_id ORDER BY messages.seq"
)


def _rows(path: Path, statement: str) -> list[Mapping[str, Any]]:
    if not path.exists():
        return []
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute(statement)]
