"""Requests for a person that come while everybody is asleep, and a morning with few seats.

`SURGELINE_KEPT=500 pytest tests/scenarios/test_kept_requests.py` asks as often as a bad night does.
"""

import os
from collections import Counter
from dataclasses import dataclass, field
from functools import cache

import pytest
from surgeline.adapters.pools.webhook import Webhook
from surgeline.application.configuration import Configuration, PoolSettings
from surgeline.domain.hours import Hours
from surgeline.domain.ids import thread_id
from surgeline.runtime.configuration import shelf_of, unheard

from tests.often import often
from tests.scenarios.actors import Outside, Pool, Request, Seen
from tests.scenarios.gates import Fault
from tests.scenarios.invariants import (
    i1_nothing_is_lost,
    i2_processed_once,
    i4_one_owner,
    i7_no_silent_end,
    i9_offers_end,
)
from tests.scenarios.script import outside
from tests.scenarios.world import CHANNEL, KEY, NOW, QUEUES, SECRET

BETWEEN_KILLS = 120
"""So many calls a process lives at least. A batch of ten messages is done in fewer."""
CUSTOMERS = int(os.environ.get("SURGELINE_KEPT", "40"))
EACH = often(2, 1)
MINUTE = 60_000
OPENS = {"north": "12:00-20:00", "south": "12:00-20:00", "east": "12:30-20:00"}
"""The world's clock begins on a Friday at 08:00."""
SEATS = {"north": 2, "south": 2, "east": 1}
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WRITES = {
    *("store.commit", "offers.create", "board.claim", "board.release", "waitlist.join"),
    *("waitlist.leave", "events.send", "timers.send", "deliveries.send", "log.record_attempt"),
    *("events.delete", "timers.delete", "deliveries.delete", "offers.accept"),
}


@dataclass
class Night:
    """Customers who ask while three pools are closed, and the pools' morning."""

    out: Outside
    customers: int
    minutes: int = 2
    asked: list[str] = field(default_factory=list)
    ends: list[tuple[int, str, Seen]] = field(default_factory=list)
    served: set[str] = field(default_factory=set)

    def begin(self) -> None:
        """Open the three pools at their hours only."""
        world = self.out.world
        shelf = shelf_of(world.home, unheard)
        before = shelf.current()
        world.home.secrets().put("pools/east", SECRET)
        self.out.pools = {name: Pool(name, "accept") for name in SEATS}
        pools = tuple(
            PoolSettings(
                name,
                "outsourced",
                Webhook(f"https://{name}.example/events"),
                seats=SEATS[name],
                hours=Hours("UTC", dict.fromkeys(WEEK, (span,))),
            )
            for name, span in OPENS.items()
        )
        shelf.publish(Configuration(channels=before.channels, pools=pools), "v2")
        world.clock.at += 6_000  # until the configuration is read again

    def ask(self) -> None:
        """Have everybody ask for a person; each third one was answered wrongly before."""
        for number in range(self.customers):
            name = f"c{number}"
            if number % 3 == 2:
                self._writes(name, "question about an order")
                self._writes(name, "no that is not it")
            else:
                self._writes(name, "person please")
            self.asked.append(name)
            self.out.world.clock.at += 1_000

    def _writes(self, name: str, text: str) -> None:
        request = self.out.write(name, text)
        while request.pending:
            self.out.ask(request)
        self.out.world.settle()

    def morning(self) -> None:
        """Work until nothing is left to do; each conversation takes its person a few minutes."""
        world, seen = self.out.world, Counter[str]()
        while True:
            world.settle()
            for pool in self.out.pools.values():
                for each in pool.inbox[seen[pool.id] :]:
                    self._takes(pool.id, each)
                seen[pool.id] = len(pool.inbox)
            if self._resolves() or self.out.retry():
                continue
            due = [world.home.queue(name).next_visible_at() for name in QUEUES]
            times = [each for each in (*due, *(end for end, _, _ in self.ends)) if each is not None]
            if not times:
                return
            world.clock.at = max(world.clock.at, min(times))

    def _takes(self, pool: str, each: Seen) -> None:
        if each.event == "handoff.offered" and each.data["offer_id"] not in self.served:
            self.served.add(each.data["offer_id"])
            self.ends.append((each.at + self.minutes * MINUTE, pool, each))

    def _resolves(self) -> bool:
        """Let the pools close what is done by now. Return whether there was anything."""
        now = self.out.world.clock.at
        over = [each for each in self.ends if each[0] <= now]
        self.ends = [each for each in self.ends if each[0] > now]
        for _, pool, each in over:
            about = {"conversation_id": each.data["conversation_id"], "epoch": each.data["epoch"]}
            request: Request = self.out.callback(
                pool, "conversation.resolved", about | {"outcome": "solved"}
            )
            while request.pending:
                self.out.ask(request)
        return bool(over)

    # ------------------------------------------------------------ what must hold

    def offered(self) -> list[tuple[int, str]]:
        """Return when each offer first reached a pool, and whose it is, in order."""
        firsts: dict[str, tuple[int, str]] = {}
        for pool in self.out.pools.values():
            for each in pool.inbox:
                if each.event == "handoff.offered":
                    known = (each.at, each.data["conversation_id"])
                    firsts.setdefault(each.data["offer_id"], known)
        return sorted(firsts.values())

    def right_order(self) -> list[str]:
        """Return the conversations in the order in which they must be offered."""
        names = sorted(self.asked, key=lambda name: int(name[1:]) % 3 != 2)  # is stable by age
        return [f"{thread_id(KEY, CHANNEL, name)}-1" for name in names]

    def check(self) -> None:
        """Check that nobody is forgotten or asked for twice, and that all come in their order."""
        offered = [conversation for _, conversation in self.offered()]
        assert Counter(offered) == Counter(self.right_order()), "forgotten, or offered twice"
        ranks = {each: rank for rank, each in enumerate(self.right_order())}
        seats = sum(SEATS.values())
        away = [abs(ranks[each] - index) for index, each in enumerate(offered)]
        assert max(away) < seats, "somebody jumped the line"
        self.check_ends()

    def check_ends(self) -> None:
        """Check that everybody was helped by a person, and that nothing is left behind."""
        for name in self.asked:
            thread = self.out.world.home.store().thread(thread_id(KEY, CHANNEL, name))
            assert thread is not None
            assert thread.conversation is not None
            assert thread.conversation.ended_by == "pool", f"{name} was left"
        assert self.out.world.violations == []
        loads = self.out.world.home.pool_board().loads(dict.fromkeys(SEATS, "2027-01-15"))
        assert {each.taken for each in loads.values()} == {0}
        waits = [self.out.world.home.waitlist().waiting(pool) for pool in SEATS]
        assert (waits, self.out.world.home.waitlist().backlog()) == ([0, 0, 0], 0)
        assert self.out.world.home.dead_letters().list() == []
        for law in (i1_nothing_is_lost, i2_processed_once, i4_one_owner, i7_no_silent_end):
            law(self.out)
        i9_offers_end(self.out)


def a_night(out: Outside, customers: int) -> Night:
    """Play a whole night and its morning."""
    night = Night(out, customers)
    night.begin()
    night.ask()
    night.morning()
    return night


def test_nobody_who_asked_at_night_is_forgotten() -> None:
    """I1 I7: all are offered once, in the order of priority and age, when pools open and free."""
    with outside() as out:
        night = a_night(out, CUSTOMERS)
        night.check()
        first = [at for at, _ in night.offered()[:5]]
        noon = NOW + 4 * 60 * MINUTE
        assert first[:4] == [noon] * 4, "the two pools that open first have four seats"


@dataclass
class Killer:
    """Kills a process at writes: at each kind as often as at any other, before it or after it."""

    out: Outside
    died: Counter[str] = field(default_factory=Counter)
    calls: int = 0

    def __call__(self, name: str) -> Fault | None:
        """Return whether the process dies at this call."""
        self.calls += 1
        least = min(self.died[each] for each in WRITES)
        if name not in WRITES or self.calls < BETWEEN_KILLS or self.died[name] > least:
            return None
        self.calls = 0
        self.died[name] += 1
        return "before" if self.died[name] % 2 else "after"


def test_nobody_is_forgotten_where_a_process_dies_again_and_again() -> None:
    """I1 I2 I7: a process is killed at every kind of write, again and again in one night."""
    with outside() as out:
        killer = Killer(out)
        out.world.gate.choose = killer
        a_night(out, CUSTOMERS).check()
        assert min(killer.died[each] for each in WRITES) >= CUSTOMERS // 40, killer.died


@cache
def writes_of_a_small_night() -> list[int]:
    """Return the numbers of the writes among the calls of a night with two customers."""
    with outside() as out:
        a_night(out, 2).check()
        return [n for n, name in enumerate(out.world.gate.trail, 1) if name in WRITES]


@pytest.mark.parametrize("fault", ["before", "after"])
@pytest.mark.parametrize("chunk", range(4))
def test_a_crash_at_any_write_of_a_kept_request_forgets_nobody(fault: Fault, chunk: int) -> None:
    """I1 I2 I7: two requests are kept and offered once each, wherever the one crash comes.

    After a write is as before the next one, so both faults at each second write are all places.
    Where what the process held comes back after a ring, the pool's yes may come too late for it.
    """
    for number, call in enumerate(writes_of_a_small_night()[::EACH][chunk::4]):
        is_quick = number % 2 == 0
        with outside(quick_restarts=is_quick) as out:
            out.world.gate.orders[call] = fault
            try:
                night = a_night(out, 2)
                night.check() if is_quick else night.check_ends()
            except AssertionError as error:
                error.add_note(f"{fault} call {call}")
                raise
