"""A plan spreads the topology over the processes of one machine, as data.

A plan travels to child processes by its name (`module:ATTRIBUTE`), so that a test can run its own
plan.
"""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from importlib import import_module
from typing import Any, TypeVar

from infra import topology
from infra.topology import Function, Messages, Queue, Route, Schedule, Uploads, WebSocket

UPLOADS_QUEUE = "uploads"
RETENTION = Function(
    "retention",
    "deletes what a home folder has kept long enough; on AWS every store does that by itself",
    wakes=(Schedule(86_400),),
    grants=(),
    timeout_seconds=900,
    memory_mb=256,
)

Wake = TypeVar("Wake")


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan has the functions that run, the lanes of each queue's consumer, and the handlers.

    `at_once` is how many messages a lane takes together, for functions that differ from AWS's
    mapping. Ten is SQS's limit for FIFO queues, and larger batches need fewer transactions.
    `beside` says how many groups a lane may handle at the same time, for functions that wait for
    others' servers. A lane leaves a slow group behind, where Lambda would start another
    environment.

    `handlers` is a module name with `{name}` in it. `own` are functions that only a home folder
    needs, each a module of `local.home`. `provisioned` says whether the first start writes the
    sample configuration and knowledge. `forked` says whether one process imports everything and
    forks the others. Forking is for Linux, because elsewhere a fork is unsafe after
    the import of system frameworks.
    """

    functions: tuple[Function, ...] = topology.FUNCTIONS
    queues: tuple[Queue, ...] = topology.QUEUES
    lanes: Mapping[str, int] = field(default_factory=dict)
    at_once: Mapping[str, int] = field(default_factory=dict)
    beside: Mapping[str, int] = field(default_factory=dict)
    handlers: str = "functions.{name}.handler"
    own: tuple[Function, ...] = (RETENTION,)
    socket_path: str = "/v1/web/{channel_id}/socket"
    provisioned: bool = True
    forked: bool = sys.platform == "linux"

    def function(self, name: str) -> Function:
        """Return the function of that name. Raises KeyError where there is none."""
        return {each.name: each for each in (*self.functions, *self.own)}[name]

    def handler_module(self, name: str) -> str:
        """Return the module whose `handler` is called for that function."""
        if name in {each.name for each in self.own}:
            return f"local.home.{name}"
        return self.handlers.format(name=name)

    def batch(self, name: str) -> int:
        """Return how many messages a lane of that function takes together."""
        return self.at_once.get(name, of_kind(self.function(name), Messages)[0].batch)

    @property
    def web(self) -> tuple[Function, ...]:
        """Return the functions that the front process calls."""
        return tuple(f for f in self.functions if of_kind(f, Route) + of_kind(f, WebSocket))

    @property
    def consumers(self) -> tuple[Function, ...]:
        """Return the functions that are woken by a queue's messages."""
        return tuple(f for f in self.functions if of_kind(f, Messages))

    @property
    def builders(self) -> tuple[Function, ...]:
        """Return the functions that uploads wake.

        Each upload gets a process, and none runs in between.
        """
        return tuple(f for f in self.functions if of_kind(f, Uploads))

    def woken_by_upload(self, key: str) -> tuple[Function, ...]:
        """Return the functions that a new blob of that key wakes."""
        return tuple(
            function
            for function in self.builders
            if any(key.startswith(wake.prefix) for wake in of_kind(function, Uploads))
        )

    def builder_of(self, upload: Mapping[str, Any]) -> Function | None:
        """Return the function that a note of the uploads queue means, or None when it is gone.

        A note of an older release names no function, and means the first function of its prefix.
        """
        woken = self.woken_by_upload(upload["key"])
        named = [each for each in woken if each.name == upload.get("function", each.name)]
        return named[0] if named else None

    def consumer(self, queue_name: str) -> Function:
        """Return the function that takes a queue's messages. Raises KeyError where none does."""
        found = {
            wake.queue: function
            for function in self.functions
            for wake in of_kind(function, Messages)
        }
        return found[queue_name]

    @property
    def all_queues(self) -> tuple[Queue, ...]:
        """Return the topology's queues, and the queue that stands for the bucket's notifications.

        As Lambda does, an asynchronous invocation is tried three times and then becomes a dead
        letter.
        """
        longest = max((f.timeout_seconds for f in self.builders), default=60)
        uploads = Queue(UPLOADS_QUEUE, fifo=False, visibility_seconds=longest, max_receive_count=3)
        return (*self.queues, uploads)


def of_kind(function: Function, kind: type[Wake]) -> tuple[Wake, ...]:
    """Return everything of that kind that wakes the function."""
    return tuple(wake for wake in function.wakes if isinstance(wake, kind))


def named(reference: str) -> Plan:
    """Return the plan that `module:ATTRIBUTE` names."""
    module, _, attribute = reference.partition(":")
    plan = getattr(import_module(module), attribute)
    if not isinstance(plan, Plan):
        raise TypeError(f"{reference} is not a Plan")
    return plan


def with_encoder(plan: Plan) -> Plan:
    """Return the plan with a lane of answers a core, since an encoder doubles an answer's time."""
    return replace(plan, lanes={**plan.lanes, "conversation_worker": _CORES})


def unwatched(plan: Plan) -> Plan:
    """Return the plan without the work of each minute, for days that only customers live through.

    A rehearsed day has 1,440 minutes, and nobody reads its alerts.
    """
    return replace(plan, functions=tuple(each for each in plan.functions if each.name != MINUTE))


MINUTE = "minute"
DEFAULT_NAME = "local.home.plan:DEFAULT"
_CORES = os.cpu_count() or 1
_LANES = max(1, _CORES // 2)
"""Two lanes are busy at a time. On two cores a second lane of each only gets in the first's way."""

DEFAULT = Plan(
    lanes={"conversation_worker": _LANES, "delivery_worker": _LANES, "timer_forwarder": 1},
    at_once={"conversation_worker": 40, "delivery_worker": 20},
    beside={"delivery_worker": 96},
)
