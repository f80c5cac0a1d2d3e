"""A pool hears each request of the controller, also where a telling failed once."""

from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from surgeline.adapters.staff_format import decode, encode
from surgeline.adapters.system_texts import lead_words
from surgeline.application.configuration import Configuration, PoolSettings
from surgeline.application.ports.board import Wanted
from surgeline.application.ports.deliveries import Delivery
from surgeline.application.surge.observe import NobodyOnCall
from surgeline.application.surge.run_controller import RunController
from surgeline.application.surge.surge_books import surge_books
from surgeline.domain.surge.facts import Ahead, Source
from surgeline.domain.surge.policy import Led, SurgePolicy
from surgeline.domain.surge.state import Observed
from surgeline.errors import Unavailable

from tests.unit.memory_ledger import MemoryLedger

MINUTE = 60_000
VENDOR = Source(
    id="vendor", here=0, maximum=10, cost_per_hour=28, start_up_seconds=300, minimum_seconds=600
)
CONFIGURATION = Configuration(
    pools=(PoolSettings(id="vendor", kind="on_demand", minimum_seats=0, maximum_seats=10),),
    surge=SurgePolicy(
        mode="act",
        pools=(Led("vendor", start_up_seconds=300, minimum_seconds=600),),
        handle_seconds=(480,),
        spend_cap=None,
    ),
)


@dataclass
class World:
    """An hour with customers, one vendor, and a controller whose ways to it may fail."""

    minute: int = 1
    fails: str = ""
    wanted: Wanted = field(default_factory=lambda: Wanted(0, 0))
    by: str = ""
    heard: list[Delivery] = field(default_factory=list)
    callers: NobodyOnCall = field(default_factory=NobodyOnCall)

    def current(self) -> Configuration:
        return CONFIGURATION

    def now(self) -> int:
        return self.minute * MINUTE

    def __call__(self, *_: Any, **__: Any) -> Observed:
        return Observed(
            now=self.now(),
            day="2026-03-01",
            day_began=0,
            ahead=(Ahead(self.now(), 40 / 3600, 0.0),),
            live_factor=1.0,
            backlog=0,
            sources=(replace(VENDOR, here=self.wanted.seats),),
            wanted={"vendor": self.wanted.seats},
        )

    def want(self, pool_id: str, *, seats: int, by: str, **how: bool) -> Wanted | None:
        assert pool_id == "vendor"
        if self.fails == "board":
            raise Unavailable("the board refuses")
        if self.by != by and (how["anew"] or seats != self.wanted.seats):
            self.wanted, self.by = Wanted(seats, self.wanted.seq + 1), by
        return self.wanted if self.by == by else None

    def send(self, delivery: Delivery) -> None:
        if self.fails == "queue":
            raise Unavailable("the queue refuses")
        self.heard.append(delivery)


@pytest.mark.parametrize("way", ["board", "queue"])
@pytest.mark.parametrize("minute", [1, 51])
def test_what_was_not_told_is_told_at_the_next_look(way: str, minute: int) -> None:
    """The first request and the renewal of its window are told once, a minute later."""
    world = World()
    books = surge_books(MemoryLedger(), encode, decode)
    look = RunController(
        shelf=world,  # type: ignore[arg-type] # a configuration is all that is asked for
        books=books,
        observe=world,  # type: ignore[arg-type] # it sees a vendor and no stores
        board=world,  # type: ignore[arg-type] # nothing else is asked of the board
        send=world.send,
        clock=world,
        words=lead_words,
    )
    for now in range(1, 56):
        world.minute, world.fails = now, way if now == minute else ""
        if world.fails:
            with pytest.raises(Unavailable):
                look()
        else:
            look()
    assert [(each.payload["from"], each.at // MINUTE) for each in world.heard] == [
        ("1970-01-01T00:06:00.000Z", 2 if minute == 1 else 1),
        ("1970-01-01T00:51:00.000Z", 52 if minute == 51 else 51),
    ]
