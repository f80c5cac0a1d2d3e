"""A home's file from an earlier release is opened by this one, and nothing in it is lost.

The schemas stand here as those releases had them; they are never edited.
"""

import sqlite3
from pathlib import Path

import pytest
from surgeline.adapters import codec
from surgeline.application.ports.board import PoolLoad, SeatClaim
from surgeline.application.ports.deliveries import DeliveryQuery
from surgeline.application.ports.offers import Offer
from surgeline.application.ports.waitlist import Waiting

from local.engine.board import SqlitePoolBoard
from local.engine.database import Database
from local.engine.delivery_log import SqliteDeliveryLog
from local.engine.store import SqliteConversationStore, SqliteOffers, open_store
from local.engine.waitlist import SqliteWaitlist
from tests.contract.examples import NOON, THREAD, attempt, customer_wrote, record, sent, thread

FIRST = """
CREATE TABLE threads (id TEXT PRIMARY KEY, seq INTEGER NOT NULL, body TEXT NOT NULL);
CREATE TABLE records (
    thread_id TEXT NOT NULL, seq INTEGER NOT NULL, event_id TEXT NOT NULL, body TEXT NOT NULL,
    UNIQUE (thread_id, seq), UNIQUE (thread_id, event_id)
);
CREATE TABLE offers (
    offer_id TEXT PRIMARY KEY, conversation_id TEXT NOT NULL, pool_id TEXT NOT NULL,
    epoch INTEGER NOT NULL, expires_at INTEGER NOT NULL, status TEXT NOT NULL, agent TEXT,
    schema INTEGER NOT NULL
);
CREATE TABLE attempts (
    delivery_id TEXT PRIMARY KEY, thread_id TEXT NOT NULL, target TEXT NOT NULL,
    number INTEGER NOT NULL, at INTEGER NOT NULL, outcome TEXT NOT NULL, status INTEGER,
    milliseconds INTEGER NOT NULL, ended TEXT
);
CREATE INDEX attempts_of_thread ON attempts (thread_id, at);
CREATE TABLE sockets (
    connection_id TEXT PRIMARY KEY, thread_id TEXT NOT NULL, expires_at INTEGER NOT NULL
);
CREATE INDEX sockets_of_thread ON sockets (thread_id);
CREATE INDEX sockets_expiring ON sockets (expires_at);
"""
SECOND = """
CREATE INDEX offers_of_conversation ON offers (conversation_id, epoch);
CREATE TABLE seats (
    offer_id TEXT PRIMARY KEY, pool_id TEXT NOT NULL, day TEXT NOT NULL, state TEXT NOT NULL
);
CREATE INDEX seats_of_pool ON seats (pool_id, state, day);
CREATE TABLE line (
    conversation_id TEXT NOT NULL, priority INTEGER NOT NULL, since INTEGER NOT NULL,
    thread_id TEXT NOT NULL, pools TEXT NOT NULL, PRIMARY KEY (conversation_id, priority, since)
);
CREATE INDEX line_in_order ON line (priority DESC, since, conversation_id);
CREATE TABLE disabled_pools (pool_id TEXT PRIMARY KEY, reason TEXT NOT NULL);
"""
FOURTH = """
DROP TABLE attempts;
CREATE TABLE deliveries (
    id TEXT PRIMARY KEY, target TEXT NOT NULL, at INTEGER NOT NULL, thread_id TEXT NOT NULL,
    conversation_id TEXT NOT NULL, event TEXT NOT NULL, number INTEGER NOT NULL, ended TEXT,
    attempts TEXT NOT NULL
);
CREATE INDEX deliveries_of_target ON deliveries (target, at);
CREATE TABLE capacity (
    pool_id TEXT PRIMARY KEY, seats INTEGER, until INTEGER NOT NULL DEFAULT 0,
    wanted INTEGER NOT NULL DEFAULT 0, wanted_by TEXT, wanted_seq INTEGER NOT NULL DEFAULT 0
);
"""
RELEASE_0_1_0 = FIRST + SECOND + FOURTH
OFFER = Offer("o1", f"{THREAD}-1", "north", 2, NOON + 30_000)


@pytest.fixture(params=[1, 2])
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    """Return a file that an earlier release wrote, opened by this one."""
    version: int = request.param
    path = tmp_path / "store.db"
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.executescript(FIRST if version == 1 else FIRST + SECOND)
    kept = record(1, customer_wrote())
    connection.execute(
        "INSERT INTO threads VALUES (?, ?, ?)", (THREAD, 1, codec.encode_thread(thread()))
    )
    connection.execute(
        "INSERT INTO records VALUES (?, ?, ?, ?)",
        (THREAD, 1, kept.event.id, codec.encode_record(kept)),
    )
    connection.execute(
        "INSERT INTO offers VALUES (?, ?, ?, ?, ?, 'open', NULL, 1)",
        (OFFER.offer_id, OFFER.conversation_id, OFFER.pool_id, OFFER.epoch, OFFER.expires_at),
    )
    connection.execute(
        "INSERT INTO attempts VALUES ('d1', ?, 'channel:app', 2, ?, 'ok', 200, 12, 'delivered')",
        (THREAD, NOON),
    )
    connection.execute(f"PRAGMA user_version = {version}")
    connection.commit()
    connection.close()
    return open_store(path)


def test_threads_records_and_offers_are_all_there(old: Database) -> None:
    """F52: a file of an earlier schema is read and may be written on."""
    store = SqliteConversationStore(old)
    assert store.load(THREAD, "m1").done == record(1, customer_wrote())
    assert store.thread(THREAD) == thread()
    offers = SqliteOffers(old)
    assert offers.read("o1") == OFFER
    assert offers.accept("o1", pool_id="north", now=NOON).status == "accepted"


def test_deliveries_keep_their_last_attempt_and_take_more(old: Database) -> None:
    """A delivery of before is found by its id and its endpoint, and goes on where it was."""
    log = SqliteDeliveryLog(old)
    assert log.last(sent().place) == attempt(2, outcome="ok")
    [before] = log.find([sent().place])
    assert (before.end, before.attempts) == ("delivered", (attempt(2, outcome="ok"),))
    [listed] = log.list(DeliveryQuery(target="channel:app", since=NOON, until=NOON + 1))
    assert (listed.place, listed.thread_id) == (sent().place, THREAD)
    log.record_attempt(sent(), attempt(3, at=NOON + 1, outcome="timeout"), None)
    [after] = log.find([sent().place])
    assert (after.end, len(after.attempts)) == ("delivered", 2)


def test_what_came_later_works_on_an_older_file(old: Database) -> None:
    """Seats and pools' reports, which the first schema had no room for."""
    board = SqlitePoolBoard(old)
    assert board.claim(SeatClaim("o1", "north", "2026-03-01", NOON, limit=1))
    assert not board.claim(SeatClaim("o2", "north", "2026-03-01", NOON, limit=1))
    board.report("north", seats=3, until=NOON)
    assert board.loads({"north": "2026-03-01"})["north"].reported_seats == 3


def test_who_waited_before_waits_for_the_same_pools(tmp_path: Path) -> None:
    """One list for all pools, as release 0.1.0 kept it, becomes a list for each of them."""
    path = tmp_path / "store.db"
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.executescript(RELEASE_0_1_0)
    connection.executemany(
        "INSERT INTO line VALUES (?, ?, ?, ?, ?)",
        [
            ("t1-1", 0, 10, "t1", '["north", "south"]'),
            ("t2-1", 2, 20, "t2", '["north"]'),
        ],
    )
    connection.execute("INSERT INTO seats VALUES ('o1', 'north', '2026-03-01', 'taken')")
    connection.execute("INSERT INTO seats VALUES ('o2', 'north', '2026-03-01', 'used')")
    connection.execute("PRAGMA user_version = 4")
    connection.commit()
    connection.close()
    database = open_store(path)
    waitlist = SqliteWaitlist(database)
    first, second = Waiting("t2", "t2-1", 2, 20), Waiting("t1", "t1-1", 0, 10)
    assert waitlist.first("north", limit=9) == [first, second]
    assert waitlist.first("south", limit=9) == [second]
    assert (waitlist.waiting("north"), waitlist.backlog()) == (2, 2)
    assert SqlitePoolBoard(database).loads({"north": "2026-03-01"})["north"] == PoolLoad(1, 2)
    tables = "SELECT name, type FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY name"
    assert database.fetch(tables) == open_store(tmp_path / "fresh.db").fetch(tables)


def test_an_older_file_has_the_tables_of_a_new_one(old: Database, tmp_path: Path) -> None:
    """An upgraded file has the same tables as a new file."""
    tables = "SELECT name, type FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY name"
    fresh = open_store(tmp_path / "fresh.db")
    assert old.fetch(tables) == fresh.fetch(tables)
    assert old.fetch("PRAGMA user_version") == fresh.fetch("PRAGMA user_version")
