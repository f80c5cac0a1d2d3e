"""The virtual home runs every function of a topology in one process, on a clock that jumps.

The handlers, the engine and the event shapes are those of the embedded home. The processes, the
sockets and the waiting are left out, because whatever is due next happens next.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from functools import partial
from operator import attrgetter
from pathlib import Path
from typing import Any

from surgeline.adapters.codec import RECORDS, RecordFormat
from surgeline.adapters.configuration.kinds import Kinds
from surgeline.adapters.webhooks import HttpSender
from surgeline.application.ports.answering import Answerer
from surgeline.application.ports.embedding import Embedder
from surgeline.application.ports.picking import Picker
from surgeline.application.ports.refusals import Absent
from surgeline.runtime.bootstrap import Backend, LambdaEvent

from infra import topology
from infra.topology import Function
from local.engine.queue import Received, SqliteQueue
from local.home.backend import open_home
from local.home.context import context_of
from local.home.lambda_events import s3_event, schedule_event, sqs_event
from local.home.plan import UPLOADS_QUEUE, Plan
from local.home.schedules import Tick, ticks_of
from local.home.source_mapping import kept_of
from local.virtual.agenda import Agenda
from local.virtual.clock import VirtualClock
from local.virtual.databases import rows_of
from local.virtual.due import Due
from local.virtual.front import Front
from local.virtual.handlers import Build, Handlers
from local.virtual.journal import Journal
from local.virtual.network import Network
from local.virtual.post_office import PostOffice
from local.virtual.randomness import SeededRandomness
from local.virtual.tasks import Tasks

NOON = 1_772_366_400_000
"""2026-03-01T12:00:00Z, the moment at which a virtual home begins unless another one is given."""


_FACTS = attrgetter(*(field.name for field in fields(Received)))


class VirtualHome:
    """A home in a folder. Nothing happens before the home is asked to work.

    `plan` is the topology and how many messages a function takes together. `seed` determines every
    id and token. A folder that is opened again needs another seed. `variables` change the
    functions' environment, and `builds` make functions that have no folder below `functions/`.
    `answerer` takes the place of the knowledge bases, `picker` and `embedder` of models. `kinds`
    are the kinds of channels and pools. `beyond` answers for addresses that no server of the
    network has. `records` says which effects are kept. `alone` keeps others out of the folder while
    the home is open, so that most writes never reach the disk.
    """

    def __init__(
        self,
        folder: Path,
        *,
        plan: Plan | None = None,
        begins_at: int = NOON,
        seed: int = 0,
        variables: Mapping[str, str] | None = None,
        builds: Mapping[str, Build] | None = None,
        answerer: Answerer | None = None,
        picker: Picker | None = None,
        embedder: Embedder | None = None,
        kinds: Kinds | None = None,
        beyond: HttpSender | None = None,
        records: RecordFormat = RECORDS,
        alone: bool = False,
    ) -> None:
        self.folder = folder
        self.plan = plan or Plan()
        self.clock = VirtualClock(begins_at)
        self.randomness = SeededRandomness(seed)
        self.journal = Journal()
        self.agenda = Agenda()
        self.network = Network(self.clock, self._wait, self.journal, beyond=beyond)
        self.post_office = PostOffice(self.clock, self.journal)
        self.pushed: list[tuple[str, str]] = []
        self._due = Due((each.name for each in self.plan.all_queues), self._queue)
        self.backend = open_home(
            folder,
            self.plan,
            clock=self.clock,
            ring=self._due.touch,
            push=self._push,
            randomness=self.randomness,
            sender=self.network,
            mails=self.post_office,
            parallel_groups=1,
            alone=alone,
            answerer=answerer,
            picker=picker,
            embedder=embedder,
            kinds=kinds,
            records=records,
        )
        self._consumers: dict[str, tuple[Function, int]] = {}
        self._tasks = Tasks(self.clock)
        self._variables = dict(variables or {})
        self._builds = dict(builds or {})
        self.handlers = self.generation(self.backend)
        for tick in ticks_of(self.plan):
            first_at = begins_at + tick.seconds * 1000
            self.agenda.every(tick.seconds, partial(self._tick, tick), first_at=first_at)
        self.front = Front(self.plan.functions, self._answer, self.clock, self.randomness)

    def generation(self, backend: Backend) -> Handlers:
        """Return new handlers over a backend, as after a restart of every process."""
        return Handlers(self.plan, backend, variables=self._variables, builds=self._builds)

    def close(self) -> None:
        """Abandon what still waits, and close the files."""
        self._tasks.close()
        self.backend.close()

    # ------------------------------------------------------------ one thing at a time

    def call(self, name: str, event: LambdaEvent) -> dict[str, Any]:
        """Invoke a function once with an event. Raises what its handler raises."""
        function = self.plan.function(name)
        context = context_of(
            function, now=self.clock.seconds, request_id=self.randomness.token(16).hex()
        )
        return self.handlers[name](event, context)

    def step(self, queue_name: str) -> dict[str, Any] | None:
        """Handle one batch of a queue. Return the answer, or None when there was no message.

        A batch that meets a slow server ends later. Meanwhile other batches go on, and the answer
        is empty. Raises what the handler raises. The messages then come again after the queue's
        visibility timeout.
        """
        function, most = self._consumer(queue_name)
        found = self._receive(queue_name, most)
        if not found:
            return None
        self._note(queue_name, found)
        answer: dict[str, Any] = {}
        self._start(partial(self._handle, function, queue_name, found, answer))
        return answer

    def drain(self, *queue_names: str) -> None:
        """Step the queues (all of them, unless some are named) until none has anything to give."""
        self._due.touch_all()
        self._drain(queue_names or tuple(queue.name for queue in self.plan.all_queues))

    def next_at(self) -> int | None:
        """Return the moment at which something is due again, or None when nothing ever is."""
        self._due.touch_all()
        return self._next_at()

    def run_until(self, moment: int) -> None:
        """Do everything that is due until a moment, each at its own time, and stop there."""
        names = tuple(queue.name for queue in self.plan.all_queues)
        self._due.touch_all()
        while True:
            self._drain(names)
            due = self._next_at()
            if due is None or due > moment:
                break
            self.clock.jump_to(due)
            self.agenda.act(self.clock.now())
            self._tasks.resume(self.clock.now())
        self.clock.jump_to(moment)

    def run_for(self, seconds: float) -> None:
        """Do everything that is due within so many seconds."""
        self.run_until(self.clock.now() + round(seconds * 1000))

    def run_messages_for(self, seconds: float) -> None:
        """Do what is due in the queues within so many seconds, and then what the clock wakes.

        Whatever the clock wakes again and again comes once, at the end.
        """
        with self.agenda.resting():
            self.run_for(seconds)
        self.run_for(0)

    def digest(self) -> str:
        """Return a hash of the whole run: each message, post and push, and all stored data."""
        whole = hashlib.sha256(self.journal.digest().encode())
        self.backend.close()  # the next use opens the files again, and these rows are whole
        for row in rows_of(self.folder):
            whole.update(row.encode())
        blobs = self.backend.blobs()
        for key in blobs.keys(""):
            whole.update(key.encode())
            whole.update(blobs.get(key))
        return whole.hexdigest()

    # ------------------------------------------------------------ inside

    def _queue(self, name: str) -> SqliteQueue:
        return self.backend.queue(name)

    def _consumer(self, queue_name: str) -> tuple[Function, int]:
        """Return the function of a queue, and how many messages the function takes together."""
        if queue_name not in self._consumers:
            function = self.plan.consumer(queue_name)
            self._consumers[queue_name] = function, self.plan.batch(function.name)
        return self._consumers[queue_name]

    def _receive(self, queue_name: str, most: int) -> list[Received]:
        self._due.touch(queue_name)
        return self._queue(queue_name).receive(most)

    def _drain(self, queue_names: Sequence[str]) -> None:
        while any([self._turn(name) for name in queue_names]):  # noqa: C419 # a turn for each
            pass

    def _next_at(self) -> int | None:
        due = (self._due.next_at(), self.agenda.next_at(), self._tasks.next_at())
        return min((moment for moment in due if moment is not None), default=None)

    def _turn(self, queue_name: str) -> bool:
        if not self._due.is_due(queue_name, self.clock.now()):
            return False
        if queue_name == UPLOADS_QUEUE:
            return self._step_uploads()
        return self.step(queue_name) is not None

    def _handle(
        self,
        function: Function,
        queue_name: str,
        found: Sequence[Received],
        answer: dict[str, Any],
    ) -> None:
        answer |= self.call(function.name, sqs_event(queue_name, found)) or {}
        kept = kept_of(answer, [message.id for message in found])
        done = [message.receipt for message in found if message.id not in kept]
        self._queue(queue_name).delete(done)
        self._due.touch(queue_name)

    def _step_uploads(self) -> bool:
        found = self._receive(UPLOADS_QUEUE, 1)
        for message in found:
            self._note(UPLOADS_QUEUE, found)
            self._upload(message)
            self._queue(UPLOADS_QUEUE).delete([message.receipt])
            self._due.touch(UPLOADS_QUEUE)
        return bool(found)

    def _upload(self, message: Received) -> None:
        upload = json.loads(message.body)
        key, function = upload["key"], self.plan.builder_of(upload)
        if function is None:
            return
        try:
            body = self.backend.blobs().get(key)
        except Absent:
            return
        number = int(message.sequence_number)
        event = s3_event(topology.BUCKET, key, body, at=upload["at"], sequencer=number)
        self.call(function.name, event)

    def _tick(self, tick: Tick) -> None:
        name = tick.function.name
        event = schedule_event(name, tick.seconds, at=self.clock.now())
        self._start(partial(self.call, name, event))

    def _answer(self, name: str, event: LambdaEvent) -> dict[str, Any]:
        answer = self.call(name, event)
        asked = (event["routeKey"], event["rawPath"], event.get("body"))
        self.journal.note("request", self.clock.now(), *asked, answer["statusCode"], answer["body"])
        return answer

    def _start(self, call: Callable[[], object]) -> None:
        """Let a call wait for slow servers beside others, where there are any."""
        if self.network.is_slow:
            self._tasks.start(call)
        else:
            call()

    def _wait(self, milliseconds: int) -> None:
        if not milliseconds:
            return
        if self._tasks.is_inside:
            self._tasks.wait(milliseconds)
        else:
            self.run_until(self.clock.now() + milliseconds)

    def _push(self, connection_id: str, text: str) -> bool:
        self.pushed.append((connection_id, text))
        self.journal.note("push", self.clock.now(), connection_id, text)
        return True

    def _note(self, queue_name: str, found: Sequence[Received]) -> None:
        for message in found:
            self.journal.note(queue_name, self.clock.now(), *_FACTS(message))
