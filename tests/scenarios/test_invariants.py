"""I1 to I9 under crashes at every call, refusals, lost answers, redeliveries and any order of acts.

`SURGELINE_EXAMPLES=5000 pytest tests/scenarios/test_invariants.py` searches for longer.
"""

import os
import random
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from surgeline.application.ports.queues import Outgoing
from surgeline.domain.ids import thread_id

from tests.often import often
from tests.scenarios.actors import Mood, Outside, Request
from tests.scenarios.gates import Fault
from tests.scenarios.invariants import (
    after_draining,
    after_every_step,
    buried_ids,
    i8_others_go_on,
)
from tests.scenarios.script import Day, outside
from tests.scenarios.world import CHANNEL, KEY, POOLS, QUEUES, WEB

EXAMPLES = int(os.environ.get("SURGELINE_EXAMPLES", "0"))
PATIENT = {"ring_seconds": 600, "silence_seconds": 850, "seats": 1}
CHUNKS = 8


# ---------------------------------------------------------------- a crash at every call


READS = (
    *("store.load", "store.thread", "store.records", "board.loads"),
    *("waitlist.first", "waitlist.ahead", "waitlist.waiting", "waitlist.backlog"),
)


def writes_of_the_day() -> list[int]:
    """Return the numbers of the calls that are no reads.

    A crash at a read is one before the next write, because a read leaves nothing behind.
    """
    return [call for call, name in enumerate(the_day()[0], 1) if name not in READS]


@cache
def the_day() -> tuple[list[str], list[str]]:
    """Return the calls that the scripted day makes, by name, and what the customer reads on it."""
    with outside(**PATIENT) as out:
        read = Day(out).play()
        after_draining(out)
        return out.world.gate.trail, read


def survives(orders: dict[int, Fault], *, quick_restarts: bool) -> None:
    """Play the day with these faults; afterwards everything holds and the customer read all."""
    _, expected = the_day()
    with outside(quick_restarts=quick_restarts, **PATIENT) as out:
        out.world.gate.orders |= orders
        read = Day(out).play()
        after_draining(out)
        if set(orders.values()) <= {"before", "after"} and len(orders) == 1:
            assert out.world.crashes == 1
            assert read == expected


def test_the_day_itself() -> None:
    """The scripted day goes as written without a fault, from the first answer to the reopening."""
    calls, read = the_day()
    assert len(calls) > 100
    assert read[0] == "answer to where is my parcel"
    assert read[3:6] == ["I am looking", "Found it", "It arrives tomorrow"]
    assert read[-1] == "answer to and what about the other one"


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_a_crash_before_any_call_loses_and_doubles_nothing(chunk: int) -> None:
    """F01 F03 F10 F11: I1 to I7 when a process dies before its k-th call and restarts at once."""
    for call in writes_of_the_day()[chunk::CHUNKS]:
        survives({call: "before"}, quick_restarts=True)


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_a_crash_after_any_call_loses_and_doubles_nothing(chunk: int) -> None:
    """F02 F11 F12 F24: the laws hold after a crash behind a call, and held messages wait out
    their timeout.
    """
    calls = often(writes_of_the_day(), [*range(1, len(the_day()[0]) + 1)])
    for call in calls[chunk::CHUNKS]:
        survives({call: "after"}, quick_restarts=False)


def some_faults(seed: int, *, faults: int) -> Iterator[dict[int, Fault]]:
    """Return random faults at random calls, the same for the same seed."""
    dice = random.Random(seed)  # a test's dice
    kinds: tuple[Fault, ...] = ("before", "after", "refused", "lost", "overtaken")
    for _ in range(EXAMPLES or often(12, 25)):
        calls = dice.sample(range(1, len(the_day()[0]) + 1), faults)
        yield {call: dice.choice(kinds) for call in calls}


@pytest.mark.parametrize("faults", [1, 2, 4])
def test_random_faults_lose_and_double_nothing(faults: int) -> None:
    """F04 F12 F20: the laws hold on a day of crashes, refusals, lost answers and overtaking
    workers.
    """
    for number, orders in enumerate(some_faults(20_260_101, faults=faults)):
        try:
            survives(orders, quick_restarts=number % 2 == 0)
        except AssertionError as error:
            error.add_note(f"the faults: {orders}, quick restarts: {number % 2 == 0}")
            raise


# ---------------------------------------------------------------- anything, in any order

WHO = ("ann", "bob", "eve")
ON_THE_WEB = ("eve",)
MOODS: tuple[Mood, ...] = ("receipt", "receipt", "receipt", "accept", "accept", "accept")
MOODS += ("decline", "hang", "drop", "broken", "busy", "gone")
PICK = st.sampled_from((0, 0, 0, 0, 1, 2))


def weighted(**weights: int) -> st.SearchStrategy[str]:
    """Return one of the names, each as often as its weight."""
    return st.sampled_from([name for name, weight in weights.items() for _ in range(weight)])


class Life(RuleBasedStateMachine):
    """Customers, pools, operators and accidents in any order.

    Few rules with weighted acts, not many rules: of many, a run would use only some.
    """

    def __init__(self) -> None:
        super().__init__()
        self.buried: frozenset[str] = frozenset()

    @initialize(
        quick=st.booleans(),
        lively=st.booleans(),
        seats=st.sampled_from((None, 1, 2)),
        at_once=st.sampled_from((1, 1, 2)),
    )
    def begin(self, *, quick: bool, lively: bool, seats: int | None, at_once: int) -> None:
        """Choose if restarts free held messages at once, and if workers keep up."""
        self._home = outside(quick_restarts=quick, seats=seats, at_once=at_once)
        self.out: Outside = self._home.__enter__()
        self.world = self.out.world
        self.lively = lively

    def _go_on(self) -> None:
        if self.lively:
            self.world.settle()

    # ------------------------------------------------------------ customers

    @rule(
        act=weighted(customer_sends=8, provider_redelivers=2, customer_leaves=1),
        who=st.sampled_from(WHO),
        word=weighted(question=2, person=3, unknown=1, thanks=1, no=1, bug=1),
        pick=PICK,
    )
    def customers(self, *, act: str, who: str, word: str, pick: int) -> None:
        """Let a customer write or leave, or the channel send an old message again."""
        if act == "customer_sends":
            write = self.out.write_on_the_web if who in ON_THE_WEB else self.out.write
            write(who, f"{word} {self.out.tick}")
        elif act == "customer_leaves":
            self.out.leave("eve")
        elif len(self.out.written) > pick:
            self.out.ask(self.out.written[-1 - pick])
        self._go_on()

    # ------------------------------------------------------------ pools

    @rule(
        act=weighted(
            accepts=6, declines=1, replies=6, resolves=1, returns=1, repeats_itself=1, changes=3
        ),
        pick=PICK,
        off=st.sampled_from((0, 0, 0, 0, 0, -1, 1)),
        who=st.sampled_from(POOLS),
        mood=st.sampled_from(MOODS),
    )
    def pools(self, *, act: str, pick: int, off: int, who: str, mood: Mood) -> None:
        """Let a pool call back about an offer of its own, new or old, or change."""
        offers = self.out.offers()
        if act == "changes":
            self.out.pools[who].mood = mood
        elif act == "repeats_itself":
            self._repeat(pick)
        elif len(offers) > pick:
            pool, offer = offers[pick]
            if act == "accepts":
                self.out.accept(pool, offer)
            elif act == "declines":
                self.out.decline(pool, offer)
            else:
                self._speak(pool, offer, act, off)
        self._go_on()

    def _repeat(self, pick: int) -> None:
        calls = [each for each in self.out.requests if each not in self.out.written]
        if len(calls) > pick:
            self.out.ask(calls[-1 - pick])

    def _speak(self, pool: str, offer: dict[str, Any], act: str, off: int) -> None:
        kind, extra = {
            "replies": ("message.sent", {"text": f"words {self.out.tick}"}),
            "resolves": ("conversation.resolved", {"outcome": "solved"}),
            "returns": ("conversation.returned", {}),
        }[act]
        about = {"conversation_id": offer["conversation_id"], "epoch": offer["epoch"] + off}
        self.out.callback(pool, kind, about | extra)

    # ------------------------------------------------------------ the machinery

    @rule(
        act=weighted(one_batch=2, everything_due=4, time_passes=4),
        queue=st.sampled_from(tuple(QUEUES)),
        batch=st.sampled_from((1, 10)),
        seconds=st.sampled_from((1, 1, 5, 5, 31, 301, 700)),
    )
    def work(self, *, act: str, queue: str, batch: int, seconds: int) -> None:
        """Let workers work, the clock go on, timeouts end and timers come due."""
        if act == "one_batch":
            self.world.work(queue, batch=batch)
        elif act == "everything_due":
            self.world.settle()
        else:
            self.world.clock.at += seconds * 1000
            self._go_on()

    @rule(
        act=weighted(something_fails=6, poison_comes=1, operators_redrive=1, channel_changes=2),
        fault=weighted(before=3, after=3, refused=1, lost=1, overtaken=1),
        at_call=st.integers(1, 12),
        who=st.sampled_from(WHO),
        body=st.sampled_from(("poison", "{}", '{"type":"customer_wrote","schema":9}')),
        mood=st.sampled_from(("ok", "ok", "broken", "drop")),
    )
    def accidents(
        self, *, act: str, fault: str, at_call: int, who: str, body: str, mood: str
    ) -> None:
        """Let a coming call fail, a queue hold an unreadable message, or an endpoint break."""
        if act == "something_fails":
            self.world.gate.order(fault, at_call=at_call)  # type: ignore[arg-type] # a fault
        elif act == "operators_redrive":
            self.buried |= buried_ids(self.out)
            self.world.redrive()
        elif act == "channel_changes":
            self.out.channel_mood = mood  # type: ignore[assignment] # one of its words
        else:
            group = thread_id(KEY, WEB if who in ON_THE_WEB else CHANNEL, who)
            poison = Outgoing(body, group=group, dedup_id=f"poison-{self.out.tick}-{who}")
            self.world.queue("events").send([poison])

    # ------------------------------------------------------------ what must hold

    @invariant()
    def holds(self) -> None:
        """Check I4, I5, I6, I9 and the laws of every thread at any moment."""
        after_every_step(self.out)

    def teardown(self) -> None:
        """Check twice that I1 to I9 hold once all is well and the queues run empty."""
        try:
            self.world.gate.orders.clear()
            self.out.channel_mood = "ok"
            self.world.buggy = False
            self._drain_and_check()
            self.world.redrive()
            self._drain_and_check()
        finally:
            self._home.__exit__(None, None, None)

    def _drain_and_check(self) -> None:
        self.world.drain(self.out.retry)
        self.buried |= buried_ids(self.out)
        after_draining(self.out, buried=self.buried)


TestLife = Life.TestCase
TestLife.settings = settings(
    max_examples=EXAMPLES or often(20, 40),
    stateful_step_count=40,
    derandomize=not EXAMPLES and often(usually=True, exploring=False),
    print_blob=True,
    suppress_health_check=list(HealthCheck),
)


# ---------------------------------------------------------------- poison


def test_poison_stops_only_its_own_thread() -> None:
    """I8: nobody else waits behind an unreadable message or one that a bug chokes on."""
    with outside() as out:
        poisoned = {thread_id(KEY, CHANNEL, "ann"), thread_id(KEY, CHANNEL, "bob")}
        out.world.queue("events").send(
            [Outgoing("poison", group=thread_id(KEY, CHANNEL, "ann"), dedup_id="p")]
        )
        out.write("bob", "bug in here")
        others = [out.write(f"customer-{n}", f"question {n}") for n in range(12)]
        behind = [out.write("ann", "question"), out.write("bob", "question")]
        out.world.settle()
        assert all(_answered(out, each) for each in others)
        assert _answered(out, behind[0])
        out.world.drain(out.retry)
        assert _answered(out, behind[1])
        assert len(out.world.home.dead_letters().list()) == 2
        i8_others_go_on(out, poisoned)
        after_draining(out, buried=buried_ids(out))


def _answered(out: Outside, request: Request) -> bool:
    replies = {
        seen.data["message"]["in_reply_to"] for seen in out.screens.get(request.thread_id, [])
    }
    return request.event_id in replies
