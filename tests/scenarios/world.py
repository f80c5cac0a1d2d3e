"""The whole application in one process: a virtual home whose processes crash as they are told to.

A gate stands at every port: it counts the calls and dies, refuses or loses an answer where it was
told to. Who writes and who answers is in `actors`, what must hold in `invariants`.
"""

import base64
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from surgeline.adapters.channels.signed import SignedChannel
from surgeline.adapters.channels.web import WebChannel
from surgeline.adapters.pools.webhook import Webhook
from surgeline.adapters.webhooks import SignedWebhooks
from surgeline.application.configuration import (
    ChannelSettings,
    Configuration,
    PoolSettings,
)
from surgeline.application.ports.answering import Suggestion
from surgeline.application.ports.conversations import Loaded, Record
from surgeline.domain.decide import Decision
from surgeline.domain.effects import Effect
from surgeline.domain.facts import Rules
from surgeline.domain.reading import Abstained, Answered, Reading, Rejected, SmallTalk, WantsPerson
from surgeline.domain.routing import Policy, Step
from surgeline.domain.thread import Thread
from surgeline.errors import SurgelineError
from surgeline.runtime.bootstrap import LambdaEvent
from surgeline.runtime.configuration import shelf_of, unheard

from infra import topology
from local.engine.queue import Received, SqliteQueue
from local.home.context import context_of
from local.home.source_mapping import invoke
from local.virtual.front import Front
from local.virtual.home import VirtualHome
from tests.scenarios.gates import Crash, Gate, Gated
from tests.unit.domain.laws import Ledger

NOW = 1_800_000_000_000
KEY = b"k" * 32
SECRET = "whsec_" + base64.b64encode(b"s" * 32).decode()
QUEUES = tuple(queue.name for queue in topology.QUEUES)
POOLS = ("north", "south")
KEEP_SECONDS = 2_000
"""A kept request is asked for once more, and then ends."""
CHANNEL, WEB = "shop", "chat"
_VARIABLES = {"WEIGHTS": "/nowhere", "LOG_LEVEL": "CRITICAL"}


class WatchedStore:
    """The engine's store; every commit is held to the laws of a thread."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self._store = world.home.store()

    def load(self, thread_id: str, event_id: str) -> Loaded:
        """As the store does."""
        return self._store.load(thread_id, event_id)

    def commit(self, record: Record, thread: Thread, *, expected_seq: int) -> None:
        """As the store does, then check what came of it."""
        self._store.commit(record, thread, expected_seq=expected_seq)
        self._world.committed(record, thread)

    def __getattr__(self, name: str) -> Any:  # of any method
        return getattr(self._store, name)


class GatedBackend:
    """The embedded home as one process sees it."""

    def __init__(self, world: "World", gate: Gate) -> None:
        self._world = world
        self._gate = gate
        self._home = world.home

    def queue(self, name: str) -> Gated:
        """Return a queue's sending side."""
        return Gated(self._home.queue(name), name, self._gate)

    def store(self) -> Gated:
        """Threads, watched."""
        return Gated(WatchedStore(self._world), "store", self._gate)

    def offers(self) -> Gated:
        """Offer records."""
        return Gated(self._home.offers(), "offers", self._gate)

    def pool_board(self) -> Gated:
        """Seats."""
        return Gated(self._home.pool_board(), "board", self._gate)

    def waitlist(self) -> Gated:
        """Who waits for seats."""
        return Gated(self._home.waitlist(), "waitlist", self._gate)

    def outcomes(self) -> Gated:
        """How conversations began and ended."""
        return Gated(self._home.outcomes(), "outcomes", self._gate)

    def delivery_log(self) -> Gated:
        """How deliveries went."""
        return Gated(self._home.delivery_log(), "log", self._gate)

    def sockets(self) -> Gated:
        """Open web sockets."""
        return Gated(self._home.sockets(), "sockets", self._gate)

    def webhooks(self) -> SignedWebhooks:
        """Signed posts to those who live outside."""
        sender: Any = Gated(self._world.virtual.network, "post", self._gate)
        return SignedWebhooks(sender, self._home.secrets(), self._home.clock)

    def __getattr__(self, name: str) -> Any:  # clock, blobs, secrets: reads that nothing hangs on
        return getattr(self._home, name)


class ScriptedAnswerer:
    """Answers by a message's first word."""

    def __init__(self, world: "World") -> None:
        self._world = world

    def answer(self, knowledge_base: str, text: str, **facts: object) -> Reading:
        """Return the answer that the first word names, where any other word is an answered
        question.
        """
        del knowledge_base, facts
        word = text.partition(" ")[0]
        if word == "bug" and self._world.buggy:
            raise RuntimeError("a bug that a release brought")
        plain: dict[str, Reading] = {
            "person": WantsPerson(why="asked", language="en"),
            "unknown": Abstained(why="unsure", language="en", candidates=(("a1", "One"),)),
            "thanks": SmallTalk(why="thanks", language="en", courtesy="thanks"),
            "no": Rejected(why="not it", language="en"),
        }
        found = Answered(why="sure", language="en", article_id="a1", text=f"answer to {text}")
        return plain.get(word, found)

    def suggestions(self, knowledge_base: str, article_ids: Sequence[str]) -> list[Suggestion]:
        """No article is known by its id."""
        del knowledge_base, article_ids
        return []


class Process:
    """One generation of handlers: what a crash ends."""

    def __init__(self, world: "World", gate: Gate) -> None:
        self._world = world
        self._gate = gate
        backend: Any = GatedBackend(world, gate)
        self._handlers = world.virtual.generation(backend)

    def call(self, name: str, event: LambdaEvent) -> dict[str, Any]:
        """Invoke a function once."""
        return self._handlers[name](event, context_of(topology.function(name)))

    def work(self, queue_name: str, *, batch: int = 10) -> list[Received]:
        """Receive and handle one batch, as the lanes do; what was received."""
        source = self._world.home.queue(queue_name)
        found = source.receive(batch)
        if not found:
            return []
        self._world.in_hand = (queue_name, found)
        function = self._world.consumers[queue_name]
        receipts = invoke(self._handlers[function.name], function, queue_name, found)
        try:
            if receipts:
                self._gate.call(f"{queue_name}.delete", source.delete, receipts)
        except SurgelineError:
            return found  # a lane waits its trouble out; the messages come again
        return found


class World:
    """The home folder, the clock, the processes; what they sent and what was seen to go wrong."""

    def __init__(
        self,
        directory: Path,
        *,
        ring_seconds: int = 30,
        silence_seconds: int = 300,
        quick_restarts: bool = True,
        seats: int | None = None,
        at_once: int = 1,
        keep_seconds: int = KEEP_SECONDS,
    ) -> None:
        logging.getLogger("local.home.source_mapping").setLevel(logging.CRITICAL)
        self.virtual = VirtualHome(
            directory,
            begins_at=NOW,
            variables=_VARIABLES,
            answerer=ScriptedAnswerer(self),
            alone=True,
        )
        self.consumers = {name: self.virtual.plan.consumer(name) for name in QUEUES}
        self.home, self.clock = self.virtual.backend, self.virtual.clock
        self.quick_restarts = quick_restarts
        self.buggy = True
        self.in_hand: tuple[str, list[Received]] | None = None
        self.violations: list[str] = []
        self.ledgers: dict[str, Ledger] = {}
        self.threads: dict[str, Thread] = {}
        self.effects: dict[str, tuple[Record, Effect]] = {}
        self.crashes = 0
        self.overtaken = False
        self.gate = Gate(overtake=self._overtake)
        self.process = Process(self, self.gate)
        self._front = Front(
            self.virtual.plan.functions, self._call, self.clock, self.virtual.randomness
        )
        self.seats = seats
        self.keep_seconds = keep_seconds
        self._configure(ring_seconds, silence_seconds, at_once)

    def _configure(self, ring_seconds: int, silence_seconds: int, at_once: int) -> None:
        secrets = self.home.secrets()
        secrets.put("ids", base64.b64encode(KEY).decode())
        for name in (f"channels/{CHANNEL}", *(f"pools/{pool}" for pool in POOLS)):
            secrets.put(name, SECRET)
        configuration = Configuration(
            channels=(
                ChannelSettings(
                    CHANNEL, "signed", settings=SignedChannel("https://channel.example/replies")
                ),
                ChannelSettings(WEB, "web", settings=WebChannel()),
            ),
            pools=tuple(
                PoolSettings(
                    pool,
                    "outsourced",
                    Webhook(f"https://{pool}.example/events"),
                    ring_seconds=ring_seconds,
                    seats=self.seats,
                )
                for pool in POOLS
            ),
            routing=Policy((Step(at_once=at_once),), keep_seconds=self.keep_seconds),
            rules=Rules(
                reopen_seconds=600,
                conversation_seconds=86_400,
                agent_silence_seconds=silence_seconds,
            ),
        )
        shelf = shelf_of(self.home, unheard)
        shelf.publish(configuration, "v1")

    def close(self) -> None:
        """Close the files."""
        self.virtual.close()

    # ------------------------------------------------------------ watching

    def committed(self, record: Record, thread: Thread) -> None:
        """Hold a commit to the laws; handlers would swallow an assertion, so it is noted."""
        before = self.threads.get(thread.id) or Thread(thread.id, thread.channel_id, thread.sender)
        decision = Decision(thread, record.seq, record.effects, record.explanation)
        self.threads[thread.id] = thread
        self.effects |= {effect.id: (record, effect) for effect in record.effects}
        try:
            self.ledgers.setdefault(thread.id, Ledger()).add(before, record.event, decision)
        except AssertionError as error:
            self.wrong(f"{record.event.type} of {thread.id}: {error}")

    def wrong(self, what: str) -> None:
        """Note a broken invariant."""
        self.violations.append(what)

    def records(self, thread_id: str) -> list[Record]:
        """Return a thread's whole log."""
        return self.home.store().records(thread_id, limit=100_000)

    # ------------------------------------------------------------ the processes

    def restart(self) -> None:
        """Start a new process, which gets the old one's messages now or after their timeout."""
        self.crashes += 1
        self.gate.down = False
        self.process = Process(self, self.gate)
        if self.in_hand and self.quick_restarts:
            queue, held = self.in_hand
            self.home.queue(queue).hold([message.receipt for message in held], 0)
        self.in_hand = None

    def work(self, queue_name: str, *, batch: int = 10) -> int:
        """One batch of one queue; how many messages it had."""
        self.in_hand = None
        self.overtaken = False
        try:
            found = self.process.work(queue_name, batch=batch)
        except Crash:
            self.restart()
            return 1
        self.in_hand = None
        return len(found)

    def _overtake(self) -> None:
        """Let the visibility timeout end while a worker is at work, so another takes its place."""
        self.overtaken = True
        other = Process(self, Gate())
        mine = self.in_hand
        if mine:
            self.clock.at += topology.queue(mine[0]).visibility_seconds * 1000
        for queue in QUEUES:
            while other.work(queue):
                pass
        self.in_hand = mine

    def settle(self, *, patience_seconds: float = 0) -> None:
        """Work until nothing is left to do now, or within so many seconds (timers apart)."""
        until = self.clock.at + int(patience_seconds * 1000)
        while True:
            if sum(self._is_due(queue) and self.work(queue) for queue in QUEUES):
                continue
            due = self._next(("events", "deliveries"))
            if due is None or due > until:
                return
            self.clock.at = max(self.clock.at, due)

    def drain(self, retry: Callable[[], bool]) -> None:
        """Work, and let time pass, until every queue is empty and `retry` has nothing to try."""
        for _ in range(3_000):
            self.settle()
            if retry():
                continue
            due = self._next(QUEUES)
            if due is None:
                return
            self.clock.at = max(self.clock.at, due)
        self.wrong("the queues never ran empty")

    def _is_due(self, queue_name: str) -> bool:
        """Return whether a queue has a message to give now, which reads and takes nothing."""
        at = self.home.queue(queue_name).next_visible_at()
        return at is not None and at <= self.clock.at

    def _next(self, queues: Sequence[str]) -> int | None:
        due = [self.home.queue(name).next_visible_at() for name in queues]
        return min((each for each in due if each is not None), default=None)

    # ------------------------------------------------------------ the front

    def request(
        self, path: str, body: bytes, headers: Mapping[str, str]
    ) -> tuple[int, dict[str, Any]] | None:
        """Send a POST and return the answer, or None where the connection dropped."""
        self.in_hand = None
        try:
            answered = self._front.request("POST", path, body, headers)
        except Crash:
            self.restart()
            return None
        except Exception as error:  # noqa: BLE001 # what Lambda would answer with 500
            self.wrong(f"I12: {path} raised {error!r}")
            return None
        return answered.status, json.loads(answered.text)

    def _call(self, name: str, event: LambdaEvent) -> dict[str, Any]:
        return self.process.call(name, event)

    # ------------------------------------------------------------ people at the controls

    def queue(self, name: str) -> SqliteQueue:
        """Return the engine's queue itself."""
        return self.home.queue(name)

    def redrive(self) -> int:
        """Send every dead letter back."""
        letters = self.home.dead_letters().list(limit=10_000)
        return self.home.dead_letters().redrive([letter.id for letter in letters])
