"""A look at the pools costs the same whether ten conversations wait for them or ten thousand.

moto bills every call the same, so that read units are reckoned here as DynamoDB does: a strong read
of each started 4 KiB of the items that a call goes through, whether it returns or counts them.
"""

import json
import math
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from zlib import crc32

from moto.dynamodb.models import dynamodb_backends
from surgeline.adapters.aws.table import WAITCOUNT, expiry, item, number
from surgeline.adapters.aws.waitlist import SHARDS, place_item
from surgeline.application.configuration import Configuration, PoolSettings
from surgeline.application.pools.look import look
from surgeline.application.pools.wake_lines import WakeLines
from surgeline.application.ports.board import PoolBoard, SeatClaim
from surgeline.application.ports.waitlist import Waiting, Waitlist
from surgeline.domain.events import Event
from surgeline.domain.routing import Policy, Step, Trigger

from tests.contract.aws_calls import counted
from tests.contract.aws_home import AwsHome, moto_home
from tests.contract.embedded import embedded_home
from tests.often import often

NOON = 1_772_366_400_000
FEW, MANY = 10, 10_000
MANY_ON_AWS = often(1_000, MANY)
"""A cost of each place would be 75 read units more among a thousand."""
UNIT_BYTES = 4_096
ITEM_BYTES = 300
"""More than any item of the board or of the waitlist has."""
POOLS = ("full", "one-free")
SETTINGS = Configuration(
    pools=tuple(
        PoolSettings(name, "outsourced", "https://pool.example", seats=2, chats_per_seat=1)
        for name in POOLS
    ),
    routing=Policy((Step(only_if=Trigger(backlog_over=25)),)),
)
LAST = Waiting("t-last", "t-last-1", 0, NOON)


def waiting(count: int) -> list[Waiting]:
    return [Waiting(f"t{n:026d}", f"t{n:026d}-1", n % 3, NOON - n * 50) for n in range(count)]


def take_seats(board: PoolBoard) -> None:
    """Leave one seat free in one pool and none in the other."""
    for index, pool in enumerate(("full", "full", "one-free")):
        assert board.claim(SeatClaim(f"o{index}", pool, "2026-03-01", NOON, limit=2))


def what_a_waiting_conversation_does(board: PoolBoard, waitlist: Waitlist) -> None:
    """Look, join, wake the first, ask how many wait, and leave."""
    seen = look(SETTINGS, board, waitlist, now=NOON, place=LAST.place)
    assert [(pool.full, pool.promised) for pool in seen.pools] == [(True, False), (True, True)]
    waitlist.join(LAST, ["full"])
    assert len(waitlist.first("full")) == 1
    assert waitlist.waiting("full") == seen.backlog + 1
    waitlist.leave(LAST, ["full"])


class Noon:
    """A clock that stands."""

    def now(self) -> int:
        """Return the time."""
        return NOON


def what_a_minute_does(board: PoolBoard, waitlist: Waitlist) -> None:
    """Wake whoever is first in the line of the pool that has a seat."""
    woken: list[Event] = []
    assert WakeLines(board, waitlist, woken.extend, Noon())(SETTINGS) == len(woken) == 1


# ---------------------------------------------------------------- DynamoDB


def fill(home: AwsHome, count: int) -> None:
    """Put what so many joins leave behind into moto's own table: its transactions are slow."""
    [regions] = dynamodb_backends.values()
    table = regions[home.clients.dynamodb().meta.region_name].tables[home.prefix]
    shards = [crc32(each.conversation_id.encode()) % SHARDS for each in waiting(count)]
    for pool in ("", *POOLS):
        for each in waiting(count) if pool else ():  # the list of everybody is only counted
            table.put_item(place_item(each, pool))
        for shard in range(SHARDS):
            counter = {"waiting": number(shards.count(shard))}
            table.put_item(
                item(f"{WAITCOUNT}{pool}", str(shard), counter, expires=expiry(NOON, 90))
            )


@contextmanager
def read_units(client: Any) -> Iterator[list[int]]:
    """Yield the read units of each call meanwhile."""
    units: list[int] = []

    def note(parsed: Any, model: Any, **_: Any) -> None:
        if model.name == "Query":
            size = sum(len(json.dumps(each)) for each in parsed.get("Items", ()))
            through = parsed["ScannedCount"] * ITEM_BYTES
            units.append(max(1, math.ceil(max(size, through) / UNIT_BYTES)))
        elif model.name == "BatchGetItem":
            units.extend(1 for items in parsed["Responses"].values() for _ in items)
        elif model.name == "GetItem":
            units.append(1)

    client.meta.events.register("after-call", note)
    try:
        yield units
    finally:
        client.meta.events.unregister("after-call", note)


def cost_on_aws(folder: Path, count: int) -> tuple[list[str], int, list[str]]:
    with moto_home(folder) as home:
        client = home.clients.dynamodb()
        take_seats(home.pool_board)
        fill(home, count)
        home.waitlist.backlog()  # a process asks once for what the first release left
        with counted(client) as calls, read_units(client) as units:
            what_a_waiting_conversation_does(home.pool_board, home.waitlist)
        assert home.waitlist.backlog() == count
        with counted(client) as minute:
            what_a_minute_does(home.pool_board, home.waitlist)
        return calls, sum(units), minute


def test_on_aws_a_wait_costs_the_same_however_many_wait(tmp_path: Path) -> None:
    """The same calls and the same read units at ten and at many waiting."""
    few, many = (cost_on_aws(tmp_path, count) for count in (FEW, MANY_ON_AWS))
    assert few == many
    calls, units, minute = many
    assert calls.count("TransactWriteItems") == 4
    assert sorted(set(calls)) == ["BatchGetItem", "Query", "TransactWriteItems"]
    assert (len(calls), units) == (9, 8)
    assert minute == ["BatchGetItem", "Query"]


# ---------------------------------------------------------------- SQLite


def steps_of(connection: sqlite3.Connection, act: Callable[[], None]) -> int:
    """Yield the number of steps that SQLite's machine makes meanwhile, in tens."""
    steps = 0

    def step() -> int:
        nonlocal steps
        steps += 1
        return 0

    connection.set_progress_handler(step, 10)
    try:
        act()
    finally:
        connection.set_progress_handler(None, 0)
    return steps


def steps_at(folder: Path, count: int) -> tuple[int, int]:
    folder.mkdir()
    with embedded_home(folder) as home:
        take_seats(home.pool_board)
        for each in waiting(count):
            home.waitlist.join(each, POOLS)
        connection = home.database._handle().connection
        doing = (what_a_waiting_conversation_does, what_a_minute_does)
        wait, minute = (
            steps_of(connection, partial(act, home.pool_board, home.waitlist)) for act in doing
        )
        return wait, minute


def test_in_the_embedded_home_a_wait_costs_the_same_however_many_wait(tmp_path: Path) -> None:
    """SQLite's machine makes as many steps at ten thousand waiting as at ten."""
    few, many = steps_at(tmp_path / "few", FEW), steps_at(tmp_path / "many", MANY)
    assert all(m <= f * 1.1 for f, m in zip(few, many, strict=True))
