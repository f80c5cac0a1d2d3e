"""Timers that are far off wait in their books, and a minute costs the same however many do."""

import sqlite3
from pathlib import Path

import pytest
from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.dynamo_type import DynamoType, Item
from surgeline.adapters.aws.ledger import LEDGER
from surgeline.adapters.aws.table import expiry, item, number, text
from surgeline.application.books import id_of
from surgeline.application.configuration import Configuration
from surgeline.application.long_timers import HOUR_MS, LongTimers, MoveTimers
from surgeline.application.ports.queues import Outgoing

from tests.contract.aws_calls import counted
from tests.contract.aws_home import moto_home
from tests.contract.embedded import embedded_home
from tests.contract.homes import Home
from tests.contract.test_waitlist_cost import FEW, MANY, NOON, steps_of

DUE = 3
"""So many timers are due soon, however many are far off."""
NEVER = Configuration()


class Sent:
    """What was sent. It refuses all while it is `shut`."""

    def __init__(self) -> None:
        self.messages: list[Outgoing] = []
        self.is_shut = False

    def __call__(self, messages: list[Outgoing]) -> None:
        if self.is_shut:
            raise ConnectionError
        self.messages += messages


def test_a_timer_comes_back_shortly_before_its_time_and_once(home: Home) -> None:
    """A queue gives it to the second. What is due later stays in its book."""
    keep, sent = LongTimers(home.ledger, home.clock).keep, Sent()
    move = MoveTimers(home.ledger, sent, home.clock)
    now = home.clock.now()
    tomorrow = now + 24 * HOUR_MS + 1_000
    assert not keep("near", "near", now + HOUR_MS)
    for _ in range(2):  # a repeat
        assert keep("far", "far", tomorrow)
    assert keep("other", "other", tomorrow + HOUR_MS)
    assert move(NEVER) == 0
    home.clock.advance(24 * 3_600 - 600)
    sent.is_shut = True
    with pytest.raises(ConnectionError):
        move(NEVER)
    sent.is_shut = False
    assert move(NEVER) == 1
    assert sent.messages == [Outgoing("far", delay_seconds=601)]
    assert move(NEVER) == 0
    home.clock.advance(3 * 86_400)  # nobody came for three days
    assert move(NEVER) == 1
    assert sent.messages[-1] == Outgoing("other", delay_seconds=0)


def test_a_process_that_stood_still_leaves_its_timer_to_the_queue(home: Home) -> None:
    """The book may be moved by the time of the write, so the queue carries the timer too."""
    ledger = home.ledger

    class Slow:
        def write(self, entry):  # noqa: ANN001, ANN202 # a port's method
            home.clock.advance(3_600)
            return ledger.write(entry)

    keep = LongTimers(Slow(), home.clock).keep  # type: ignore[arg-type] # the part that is used
    assert not keep("late", "late", home.clock.now() + HOUR_MS + 60_000)


def test_a_long_line_of_timers_is_moved_page_by_page(home: Home) -> None:
    """No timer of a full page is left out, and none is sent twice."""
    keep, sent = LongTimers(home.ledger, home.clock).keep, Sent()
    due_at = home.clock.now() + 2 * HOUR_MS
    names = [f"k{n:04d}" for n in range(7)]
    for each in names:
        assert keep(each, each, due_at)
    home.clock.advance(2 * 3_600 - 300)
    assert MoveTimers(home.ledger, sent, home.clock, page=3)(NEVER) == len(names)
    assert [each.body for each in sent.messages] == names


# ---------------------------------------------------------------- what it costs


def entries(count: int) -> list[tuple[str, str]]:
    """Return the books and ids of timers: a few are due in ten minutes, all others in a month."""
    due = [NOON + 600_000 + n for n in range(DUE)]
    far = [NOON + (700 + n // 100) * HOUR_MS + n for n in range(count)]
    return [(f"due.{at // HOUR_MS}", f"{id_of(at)}-k{at}") for at in (*due, *far)]


def cost_on_aws(folder: Path, count: int) -> tuple[list[str], list[str]]:
    """Return the calls of a minute that moves the books, and of the next one."""
    with moto_home(folder) as home:
        [regions] = dynamodb_backends.values()
        table = regions[home.clients.dynamodb().meta.region_name].tables[home.prefix]
        for book, entry_id in entries(count):
            body = {"body": text("a timer"), "version": number(1)}
            stored = item(f"{LEDGER}{book}", entry_id, body, expires=expiry(NOON, 90))
            made = Item(DynamoType(stored["pk"]), DynamoType(stored["sk"]), stored)
            table.items[made.hash_key][made.range_key] = made
        home.clock.advance((NOON - home.clock.now()) / 1000)
        move = MoveTimers(home.ledger, Sent(), home.clock)
        client = home.clients.dynamodb()
        with counted(client) as first:
            assert move(NEVER) == DUE
        with counted(client) as next_minute:
            assert move(NEVER) == 0
        return first, next_minute


def test_on_aws_a_minute_costs_the_same_however_many_are_far_off(tmp_path: Path) -> None:
    """A day of books is looked through once. Then most minutes read one item."""
    few, many = (cost_on_aws(tmp_path, count) for count in (FEW, MANY))
    assert few == many
    first, next_minute = many
    assert (first.count("Query"), first.count("PutItem"), len(first)) == (25, 1, 27)
    assert next_minute == ["GetItem"]


def steps_at(folder: Path, count: int) -> int:
    folder.mkdir()
    with embedded_home(folder) as home:
        with home.database.write() as db:
            db.executemany("INSERT INTO ledger VALUES (?, ?, 1, 0, 'a timer')", entries(count))
        move = MoveTimers(home.ledger, Sent(), home.clock)
        connection: sqlite3.Connection = home.database._handle().connection
        return steps_of(connection, lambda: move(NEVER))


def test_in_the_embedded_home_a_minute_costs_the_same(tmp_path: Path) -> None:
    """SQLite's machine makes as many steps at ten thousand as at ten."""
    few, many = steps_at(tmp_path / "few", FEW), steps_at(tmp_path / "many", MANY)
    assert many <= few * 1.1
