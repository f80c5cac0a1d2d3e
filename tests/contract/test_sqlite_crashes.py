"""After kill -9 at every step of every write, all of the write is there or none."""

import os
import random
import signal
import sqlite3
import time
import traceback
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from local.engine.database import Database
from local.engine.queue import SqliteQueue
from tests.contract.embedded import EmbeddedHome
from tests.contract.examples import THREAD, customer_wrote, fifo, offer, record, thread

Work = Callable[[], object]


def dump(database: Database) -> list[str]:
    """Return everything in the file, as a fresh connection sees it."""
    connection = sqlite3.connect(database._path)
    try:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return list(connection.iterdump())
    finally:
        connection.close()


def killed_at(step: int, database: Database, work: Work) -> bool:
    """Kill a working child at its nth statement, and return False if the child got through."""
    child = os.fork()
    if child == 0:
        try:
            connection = database._handle().connection
            steps = count(1)

            def die(_statement: str) -> None:
                if next(steps) == step:
                    os.kill(os.getpid(), signal.SIGKILL)

            connection.set_trace_callback(die)
            work()
            os._exit(0)
        except BaseException:  # noqa: BLE001 - the child may not come back into the tests
            traceback.print_exc()
            os._exit(1)
    status = os.waitpid(child, 0)[1]
    assert status in {0, signal.SIGKILL}
    return status != 0


def commit_first(home: EmbeddedHome) -> tuple[Database, Work]:
    """Return the first event of a thread."""
    return home.database, lambda: home.store.commit(record(), thread(), expected_seq=0)


def commit_next(home: EmbeddedHome) -> tuple[Database, Work]:
    """Return a later event of a thread."""
    home.store.commit(record(), thread(), expected_seq=0)
    later = record(3, customer_wrote("m2"))
    return home.database, lambda: home.store.commit(later, thread(4), expected_seq=2)


def accept(home: EmbeddedHome) -> tuple[Database, Work]:
    """Return a pool's acceptance."""
    home.offers.create(offer(expires_at=2))
    return home.database, lambda: home.offers.accept("o1", pool_id="vendor", now=1)


def send(home: EmbeddedHome) -> tuple[Database, Work]:
    """Three messages for two groups, one of which is known."""
    queue = home.queue()
    queue.send(fifo("a", "1"))
    return queue._database, lambda: queue.send([*fifo("a", "2", "3"), *fifo("b", "1")])


def receive(home: EmbeddedHome) -> tuple[Database, Work]:
    """Return a batch of two groups, with a message that dies on the way."""
    queue = home.queue(max_receive_count=1)
    queue.send(fifo("a", "1", "2"))
    queue.receive(1)
    home.clock.advance(30)
    queue.send(fifo("b", "1"))
    return queue._database, lambda: queue.receive(10)


def delete(home: EmbeddedHome) -> tuple[Database, Work]:
    """Return a group that ends and one that goes on."""
    queue = home.queue()
    queue.send([*fifo("a", "1"), *fifo("b", "1", "2")])
    receipts = [message.receipt for message in queue.receive(2)]
    return queue._database, lambda: queue.delete(receipts)


def hold(home: EmbeddedHome) -> tuple[Database, Work]:
    """Two messages of a batch."""
    queue = home.queue()
    queue.send(fifo("a", "1", "2"))
    receipts = [message.receipt for message in queue.receive(2)]
    return queue._database, lambda: queue.hold(receipts, 5)


def redrive(home: EmbeddedHome) -> tuple[Database, Work]:
    """Redrive two dead letters."""
    queue = home.queue(max_receive_count=1)
    queue.send(fifo("a", "1", "2"))
    queue.receive(2)
    home.clock.advance(30)
    queue.receive(2)
    ids = [letter.id for letter in queue.dead_letters(10)]
    assert len(ids) == 2
    return queue._database, lambda: queue.redrive(ids)


@pytest.mark.parametrize(
    "prepare", [commit_first, commit_next, accept, send, receive, delete, hold, redrive]
)
def test_a_crash_at_any_step_leaves_all_or_nothing(
    embedded: EmbeddedHome, prepare: Callable[[EmbeddedHome], tuple[Database, Work]]
) -> None:
    """F10: a write killed before its commit leaves no trace, and the same write works
    afterwards.
    """
    database, work = prepare(embedded)
    database.fetch("SELECT 1")  # the tables are there
    before = dump(database)
    kills = 0
    while killed_at(kills + 1, database, work):
        assert dump(database) == before
        kills += 1
    assert kills >= 4  # BEGIN, a read, a write and COMMIT at least
    assert dump(database) != before


def test_a_writer_that_dies_frees_the_line(embedded: EmbeddedHome) -> None:
    """The lock of a killed process is nobody's."""
    child = os.fork()
    if child == 0:
        with embedded.database.write():
            os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)
    embedded.offers.create(offer(expires_at=1))
    assert embedded.offers.read("o1") is not None


# ---------------------------------------------------------------- random kills


def write_forever(home: EmbeddedHome, queue: SqliteQueue, first: int, log: int) -> None:
    """Commit, send, receive and delete; tell the pipe what is done, and what will be deleted."""
    for number in count(first):
        event = customer_wrote(f"m{number}")
        home.store.commit(record(number, event), thread(number), expected_seq=number - 1)
        queue.send(fifo(f"g{number % 3}", str(number)))
        os.write(log, b"+%d\n" % number)
        if number % 6 == 1:
            batch = queue.receive(2)
            os.write(log, b"".join(b"-%s\n" % message.body.encode() for message in batch))
            queue.delete([message.receipt for message in batch])


def run_and_kill(home: EmbeddedHome, queue: SqliteQueue, first: int, lines: int) -> list[int]:
    """Return what a child logged until it was killed, soon after that many lines.

    Done is above 0, about to be deleted below.
    """
    read_end, write_end = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            write_forever(home, queue, first, write_end)
        except BaseException:  # noqa: BLE001 - the child may not come back into the tests
            traceback.print_exc()
            os._exit(1)
    os.close(write_end)
    with os.fdopen(read_end) as log:
        logged = [log.readline() for _ in range(lines)]
        time.sleep(random.uniform(0, 0.002))
        os.kill(child, signal.SIGKILL)
        logged += log.readlines()
    assert os.waitpid(child, 0)[1] == signal.SIGKILL
    return [int(line) for line in logged]


def check_the_queues_file(queue: SqliteQueue) -> None:
    """Check that groups and messages fit together."""
    fetch = queue._database.fetch
    assert fetch("PRAGMA integrity_check") == [("ok",)]
    assert fetch("SELECT * FROM messages WHERE group_id NOT IN (SELECT id FROM groups)") == []
    assert fetch("SELECT * FROM groups WHERE id NOT IN (SELECT group_id FROM messages)") == []
    assert (
        fetch(
            "SELECT * FROM groups WHERE locked_until > 0 AND locked_until !="
            " (SELECT max(visible_at) FROM messages WHERE group_id = groups.id)"
        )
        == []
    )


def test_random_kills_lose_nothing(embedded: EmbeddedHome, tmp_path: Path) -> None:
    """I1: acknowledged writes survive any kill whole, and all files fit together."""
    queue = embedded.queue(max_receive_count=1000)
    done = 0
    gone: set[str] = set()
    for _ in range(20):
        log = run_and_kill(embedded, queue, done + 1, lines=random.randint(1, 30))
        acknowledged = max([done, *(number for number in log if number > 0)])
        gone |= {str(-number) for number in log if number < 0}

        state = embedded.store.thread(THREAD)
        done = 0 if state is None else state.seq
        assert done >= acknowledged
        records = embedded.store.records(THREAD, limit=100_000)
        assert [each.seq for each in records] == list(range(1, done + 1))
        check_the_queues_file(queue)
        kept = {body for (body,) in queue._database.fetch("SELECT body FROM messages")}
        assert {str(number) for number in range(1, acknowledged + 1)} <= kept | gone
        queue.send(fifo(f"g{done % 3}", str(done)))  # as a redelivered event would
    assert gone

    embedded.clock.advance(30)
    last = {f"g{number}": 0 for number in range(3)}
    while batch := queue.receive(100):
        for message in batch:
            assert int(message.body) > last[message.group or ""]
            last[message.group or ""] = int(message.body)
        queue.delete([message.receipt for message in batch])
    assert queue.depth().visible == 0
