"""Several processes share the engine's files, wake each other, and look things up by an index."""

import os
import re
import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from surgeline.application.ports.queues import Outgoing

from local.engine.queue import Depth
from tests.contract.embedded import EmbeddedHome
from tests.contract.examples import THREAD, fifo, offer, record, thread

# ---------------------------------------------------------------- sharing


def test_only_the_owner_can_read_the_files(embedded: EmbeddedHome, tmp_path: Path) -> None:
    """Customers' texts and keys are nobody else's, in the log and its index too."""
    embedded.secrets.put("ids", "secret")
    embedded.store.commit(record(), thread(), expected_seq=0)
    embedded.queue().send(fifo("g", "1"))
    files = list(tmp_path.glob("*.sqlite*"))
    assert len(files) >= 9
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_many_writers_wait_for_each_other(embedded: EmbeddedHome) -> None:
    """Nobody is refused while others write, and every thread's messages stay in order."""
    queue = embedded.queue()

    def send(group: str) -> None:
        for number in range(40):
            queue.send(fifo(group, f"{number:02}"))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(send, "abcd"))
    for _ in "abcd":
        batch = queue.receive(40)
        assert [message.body for message in batch] == [f"{number:02}" for number in range(40)]
        assert len({message.group for message in batch}) == 1


def test_many_processes_share_a_queue(embedded: EmbeddedHome) -> None:
    """Nothing is refused, lost or out of order while three processes send and this one receives."""
    queue = embedded.queue()
    children = []
    for group in "abc":
        child = os.fork()
        if child == 0:
            for number in range(40):
                queue.send(fifo(group, f"{number:02}"))
            os._exit(0)
        children.append(child)
    received: dict[str | None, list[str]] = {}
    while sum(map(len, received.values())) < 120:
        batch = queue.receive(10)
        for message in batch:
            received.setdefault(message.group, []).append(message.body)
        queue.delete([message.receipt for message in batch])
    assert [os.waitpid(child, 0)[1] for child in children] == [0, 0, 0]
    expected = [f"{number:02}" for number in range(40)]
    assert received == {"a": expected, "b": expected, "c": expected}


def test_a_thread_leaves_no_connection_behind(embedded: EmbeddedHome) -> None:
    """Connections end with their threads, so that a server of many threads keeps few files."""
    embedded.store.thread(THREAD)
    for _ in range(3):
        reader = threading.Thread(target=embedded.store.thread, args=(THREAD,))
        reader.start()
        reader.join()
    assert len(embedded.database._handles) == 1


def test_a_closed_database_opens_again(embedded: EmbeddedHome) -> None:
    """Closing gives back the files; the next use opens them anew."""
    embedded.store.commit(record(), thread(), expected_seq=0)
    embedded.database.close()
    assert embedded.store.thread(THREAD) == thread()


def test_a_forked_child_has_connections_of_its_own(embedded: EmbeddedHome) -> None:
    """Parent and child both go on writing; the child's end takes nothing from the parent."""
    embedded.offers.create(offer("before", expires_at=1))
    parents = embedded.database._handle()
    child = os.fork()
    if child == 0:
        embedded.offers.create(offer("child", expires_at=1))
        shared = embedded.database._handle() is parents
        embedded.database.close()
        os._exit(shared)
    assert os.waitpid(child, 0)[1] == 0
    embedded.offers.create(offer("after", expires_at=1))
    rows = embedded.database.fetch("SELECT offer_id FROM offers ORDER BY rowid")
    assert rows == [("before",), ("child",), ("after",)]
    assert embedded.database.fetch("PRAGMA integrity_check") == [("ok",)]


# ---------------------------------------------------------------- wake-ups


def test_lanes_are_rung_when_there_is_more(embedded: EmbeddedHome) -> None:
    """Sends, holds and redrives ring, and a delete that opens a group with messages left."""
    queue = embedded.queue(max_receive_count=1)
    rings = embedded.rings
    queue.send(fifo("g", "1", "2"))
    assert rings == [queue.name]
    queue.hold([queue.receive(1)[0].receipt], 5)
    assert rings == [queue.name] * 2
    embedded.clock.advance(5)
    [second] = queue.receive(1)
    embedded.dead_letters.redrive([letter.id for letter in embedded.dead_letters.list()])
    assert rings == [queue.name] * 3
    queue.delete([second.receipt])
    assert rings == [queue.name] * 4


def test_nobody_is_rung_for_nothing(embedded: EmbeddedHome) -> None:
    """A duplicate, a stale receipt, an unknown letter or the last delete wakes no lane."""
    queue = embedded.queue()
    queue.send(fifo("g", "1"))
    embedded.rings.clear()
    queue.send(fifo("g", "1"))
    queue.hold(["0-0"], 5)
    embedded.dead_letters.redrive(["unknown"])
    queue.delete([queue.receive(1)[0].receipt])
    assert embedded.rings == []


def test_a_lane_knows_how_long_to_sleep(embedded: EmbeddedHome) -> None:
    """The next time at which a receive would find something, or None."""
    queue = embedded.queue(visibility_seconds=30)
    now = embedded.clock.now()
    assert queue.next_visible_at() is None
    queue.send([*fifo("a", "1"), *fifo("b", "1")])
    assert queue.next_visible_at() == now
    [first] = queue.receive(1)
    assert queue.next_visible_at() == now
    embedded.clock.advance(10)
    queue.receive(1)
    assert queue.next_visible_at() == now + 30_000
    queue.hold([first.receipt], 100)
    assert queue.next_visible_at() == now + 40_000
    embedded.clock.advance(60)
    assert (queue.next_visible_at() or 0) <= embedded.clock.now()
    queue.delete([message.receipt for message in queue.receive(10)])
    assert queue.next_visible_at() == now + 110_000


def test_a_lane_sleeps_until_a_delay_ends(embedded: EmbeddedHome) -> None:
    """Delayed messages count for the next wake-up."""
    queue = embedded.queue(fifo=False)
    queue.send([Outgoing("a", delay_seconds=60), Outgoing("b", delay_seconds=30)])
    assert queue.next_visible_at() == embedded.clock.now() + 30_000


def test_a_redriven_message_is_complete(embedded: EmbeddedHome) -> None:
    """A FIFO event has a group and a dedup id, also after a redrive; the id is a new one."""
    queue = embedded.queue(max_receive_count=1)
    queue.send(fifo("g", "1"))
    queue.receive(1)
    embedded.clock.advance(30)
    queue.receive(1)
    embedded.dead_letters.redrive([letter.id for letter in embedded.dead_letters.list()])
    [again] = queue.receive(1)
    assert again.group == "g"
    assert again.dedup_id not in {None, "1"}


def test_the_depth_counts_every_message_once(embedded: EmbeddedHome) -> None:
    """The depth counts each message once, as visible, in flight, delayed or dead."""
    queue = embedded.queue(fifo=False, max_receive_count=1, visibility_seconds=30)
    queue.send([Outgoing("dead")])
    queue.receive(1)
    embedded.clock.advance(30)
    queue.send([Outgoing("flying"), Outgoing("delayed", delay_seconds=60)])
    assert [message.body for message in queue.receive(1)] == ["flying"]
    queue.send([Outgoing("visible")])
    assert queue.depth() == Depth(visible=1, in_flight=1, delayed=1, dead=1)


def test_a_receive_moves_many_dead_in_steps(embedded: EmbeddedHome) -> None:
    """A receive after an outage may find only dead letters, and the lane sees that more may
    follow.
    """
    queue = embedded.queue(max_receive_count=1)
    queue.send([message for number in range(150) for message in fifo(f"g{number}", "1")])
    receipts = [message.receipt for _ in range(15) for message in queue.receive(10)]
    queue.hold(receipts, 0)
    receives = 0
    while queue.next_visible_at() is not None:
        assert queue.receive(10) == []
        receives += 1
    assert 1 < receives < 10
    assert queue.depth() == Depth(visible=0, in_flight=0, delayed=0, dead=150)


# ---------------------------------------------------------------- speed


def test_no_statement_of_a_lane_reads_a_whole_table(embedded: EmbeddedHome) -> None:
    """However much waits, sending, receiving, holding and deleting go by index, unsorted."""
    queue = embedded.queue(max_receive_count=2)
    connection = queue._database._handle().connection
    statements: set[str] = set()
    connection.set_trace_callback(statements.add)
    for _ in range(3):
        queue.send([*fifo("a", "1", "2"), *fifo("b", "1", "2")])
        batch = queue.receive(3)
        queue.hold([message.receipt for message in batch[1:]], 0)
        queue.delete([message.receipt for message in batch[:1]])
        queue.next_visible_at()
    connection.set_trace_callback(None)
    statements = {each for each in statements if re.match("SELECT|UPDATE|DELETE|INSERT", each)}
    assert len(statements) > 15
    used: set[str] = set()
    for statement in statements:
        for *_, plan in connection.execute(f"EXPLAIN QUERY PLAN {statement}"):
            # "SCAN ... USING INDEX" reads in an index's order and stops at the limit.
            assert "TEMP B-TREE" not in plan, statement
            assert not re.match(r"SCAN (messages|groups|seen|dead)(?!.* USING )", plan), statement
            used |= set(re.findall(r"INDEX (\w+)", plan))
    assert used >= {
        "open_groups",
        "locked_groups",
        "messages_of_group",
        "messages_not_visible",
        "seen_until",
    }


def test_old_dedup_ids_are_forgotten(embedded: EmbeddedHome) -> None:
    """The memory of a surge shrinks again while the queue is used."""
    queue = embedded.queue()
    queue.send(fifo("g", *(str(number) for number in range(500))))
    embedded.clock.advance(300)
    for number in range(100):
        queue.send(fifo("g", f"later-{number}"))
    assert queue._database.fetch("SELECT count(*) FROM seen") == [(100,)]
