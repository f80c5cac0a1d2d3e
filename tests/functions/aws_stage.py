"""The stage of the real handlers on moto: each with clients of its own, whose calls are watched.

Every call is kept as the IAM action and resource that it needs, under the function that made it,
and refused as AWS does where the function's role lacks it.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock

import botocore.session
from surgeline.adapters.aws.backend import AwsBackend
from surgeline.adapters.aws.clients import Clients
from surgeline.adapters.aws.queues import SqsQueue
from surgeline.adapters.aws.table import unpacked
from surgeline.adapters.outbound.sender import Sender
from surgeline.adapters.webhooks import SignedWebhooks
from surgeline.runtime import settings
from surgeline.runtime.bootstrap import Handler

from infra import topology
from infra.grants import statements
from infra.topology import Function
from local.engine.queue import Depth, Received
from local.home.context import context_of
from local.home.lambda_events import sqs_event
from local.home.plan import Plan
from local.virtual.clock import VirtualClock
from local.virtual.front import Front
from local.virtual.handlers import build_of, model_of
from local.virtual.home import NOON
from tests.contract.aws_answers import Pushes
from tests.contract.aws_home import (
    ConsumedSqsQueue,
    make_bucket,
    make_queue,
    make_table,
    moto_account,
    received,
)
from tests.functions.aws_needs import API_ID, NAMES, needs
from tests.functions.stage import NOWHERE, AnyStage

PLAN = Plan()
OPERATOR = "operator"
BY_LAMBDA = {"logs:CreateLogStream", "logs:PutLogEvents", "sqs:GetQueueAttributes"}
"""What Lambda does in a function's name, outside of anything that runs here."""


@dataclass(frozen=True, slots=True)
class Call:
    """What one call needed."""

    function: str
    action: str
    resource: str


# ---------------------------------------------------------------- clients that are watched


@dataclass
class Watch:
    """What becomes of the calls of one function's clients."""

    function: str
    calls: list[Call] = field(default_factory=list)

    def before_call(self, model: Any, params: Any, context: Any, **_: Any) -> Any:
        """Keep botocore's call, and answer in AWS's place where the call is forbidden."""
        del params
        asked = context["asked"]
        for action, resource in needs(model.service_model.service_name, model.name, asked):
            if not self.note(action, resource):
                code = "AccessDenied" if action.startswith("s3:") else "AccessDeniedException"
                parsed = {
                    "Error": {"Code": code, "Message": f"not authorized to perform {action}"},
                    "ResponseMetadata": {"HTTPStatusCode": 403, "RetryAttempts": 0},
                }
                return mock.Mock(status_code=403, headers={}), parsed
        return None

    def after_call(self, model: Any, parsed: Any, context: Any, **_: Any) -> None:
        """Hide that a key is absent from a caller without the right to list, as S3 does."""
        if model.name == "GetObject" and parsed.get("Error", {}).get("Code") == "NoSuchKey":
            bucket = f"arn:aws:s3:::{context['asked']['Bucket']}"
            if not self.note("s3:ListBucket", bucket):
                parsed["Error"]["Code"] = "AccessDenied"

    def note(self, action: str, resource: str) -> bool:
        """Keep what was needed; whether the function's role allows it."""
        self.calls.append(Call(self.function, action, resource))
        return any(each.allows(action, resource) for each in permissions(self.function))


@dataclass(frozen=True, slots=True)
class Permission:
    """One action on one resource pattern, as a role has it."""

    action: str
    pattern: str

    def allows(self, action: str, resource: str) -> bool:
        return action == self.action and fnmatchcase(resource, self.pattern)


@cache
def permissions(function: str) -> tuple[Permission, ...]:
    """Return everything that a function's role allows, as tests/infra holds the template to it."""
    found = statements(topology.function(function), NAMES, sockets_api=API_ID)
    return tuple(
        Permission(action, resource)
        for each in found
        for action in each.actions
        for resource in each.resources
    )


def remember(params: Any, context: Any, **_: Any) -> None:
    """Keep the parameters as the caller gave them, for `before_call`."""
    context["asked"] = params


@cache
def loader() -> Any:
    """Return one reader of botocore's models for all sessions, because they are megabytes of
    JSON.
    """
    return botocore.session.get_session().get_component("data_loader")


@cache
def watched(function: str) -> tuple[Clients, Watch]:
    """Return a function's clients, made once because making them takes longer than a test."""
    watch = Watch(function)

    def session() -> botocore.session.Session:
        core = botocore.session.get_session()
        core.register_component("data_loader", loader())
        if function != OPERATOR:
            core.register("before-parameter-build", remember)
            core.register("before-call", watch.before_call)
            core.register("after-call", watch.after_call)
        core.set_credentials("testing", "testing", "testing")
        core.set_config_variable("region", NAMES.region)
        return core

    return Clients(session), watch


# ---------------------------------------------------------------- the stage


def environment(urls: Mapping[str, str]) -> dict[str, str]:
    """Return what the template gives the functions."""
    return {
        "SURGELINE_EVENTS_QUEUE": urls["events"],
        "SURGELINE_DELIVERIES_QUEUE": urls["deliveries"],
        "SURGELINE_TIMERS_QUEUE": urls["timers"],
        "SURGELINE_TABLE": NAMES.table,
        "SURGELINE_BUCKET": NAMES.bucket,
        "SURGELINE_SECRETS": NAMES.secrets,
        "SURGELINE_SOCKETS": NAMES.sockets_url(API_ID),
        "SURGELINE_TIER": "lexical",
        "SURGELINE_WEIGHTS": "/nowhere",
    }


class LoopbackBackend(AwsBackend):
    """A backend of a function that may send to the tests' endpoints on this machine."""

    def webhooks(self) -> SignedWebhooks:
        sender = Sender(allow_loopback=True)
        return SignedWebhooks(sender, self.secrets(), self.clock)


class OperatorBackend(AwsBackend):
    """For looking, by the queues' own names."""

    def __init__(self, clients: Clients, clock: Any, urls: Mapping[str, str]) -> None:
        everything = settings.read(Everything, environment(urls))
        super().__init__(everything, clients, clock=clock)
        self._urls = urls

    def queue(self, name: str) -> "OperatorQueue":
        return OperatorQueue(self._clients, self._urls[name], name)


class OperatorQueue(SqsQueue):
    """A queue and what is asked of the engine's: its depth, and receiving from it."""

    def __init__(self, clients: Clients, url: str, name: str) -> None:
        super().__init__(clients.sqs(), url)
        self.name = name

    def receive(
        self, max_messages: int, *, visibility_seconds: int | None = None
    ) -> list[Received]:
        options: Any = {}
        if visibility_seconds is not None:
            options["VisibilityTimeout"] = visibility_seconds
        answer = self._client.receive_message(
            QueueUrl=self._url,
            MaxNumberOfMessages=max_messages,
            MessageSystemAttributeNames=["All"],
            **options,
        )
        return [received(message) for message in answer.get("Messages", [])]

    def depth(self) -> Depth:
        answer = self._client.get_queue_attributes(QueueUrl=self._url, AttributeNames=["All"])
        counts = answer["Attributes"]
        return Depth(
            visible=int(counts["ApproximateNumberOfMessages"]),
            in_flight=int(counts["ApproximateNumberOfMessagesNotVisible"]),
            delayed=int(counts["ApproximateNumberOfMessagesDelayed"]),
            dead=0,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Everything(settings.Settings):
    """The settings of somebody who may touch everything."""

    events_queue: str
    deliveries_queue: str
    timers_queue: str
    table: str
    bucket: str
    secrets: str
    sockets: str


class AwsStage(AnyStage):
    """The shop over AWS's adapters, each function with clients and a role of its own.

    The functions may send to this machine unless `allows_loopback` is false.
    """

    def __init__(
        self,
        clock: VirtualClock,
        *,
        pool_url: str = NOWHERE,
        reply_url: str = NOWHERE,
        allows_loopback: bool = True,
    ) -> None:
        self.home = self
        self.backend_of = LoopbackBackend if allows_loopback else AwsBackend
        self.clock = clock
        self.pool_url = pool_url
        operator, _ = watched(OPERATOR)
        self.urls = {
            queue.name: make_queue(
                operator,
                f"{NAMES.deployment}-{queue.name}",
                fifo=queue.fifo,
                max_receive_count=queue.max_receive_count,
                visibility_seconds=queue.visibility_seconds,
            )
            for queue in topology.QUEUES
        }
        self.table = make_table(operator, NAMES.table)
        make_bucket(operator, NAMES.bucket)
        self.watches = {function.name: watched(function.name)[1] for function in topology.FUNCTIONS}
        self.forget_calls()
        self.sockets = Sockets()
        self.pushed = self.sockets.pushed
        self.backend = OperatorBackend(operator, clock, self.urls)
        self.handlers = {function.name: self._handler(function) for function in PLAN.functions}
        self.front = Front(PLAN.functions, self.call, clock, self.backend.randomness)
        super().__init__(self, pool_url=pool_url, reply_url=reply_url)

    def call(self, function: str, event: Mapping[str, Any]) -> dict[str, Any]:
        """Invoke a function once."""
        return self.handlers[function](event, context_of(PLAN.function(function)))

    @property
    def calls(self) -> list[Call]:
        """Every call of every function so far."""
        return [call for watch in self.watches.values() for call in watch.calls]

    def calls_of(self, function: str) -> list[str]:
        """Return the actions that a function has taken so far, in order."""
        return [call.action for call in self.watches[function].calls]

    def forget_calls(self) -> None:
        """Begin counting anew."""
        for watch in self.watches.values():
            watch.calls.clear()

    def step(self, queue: str) -> dict[str, Any] | None:
        """Send one batch of a queue through its function, as the source mapping does."""
        function = PLAN.consumer(queue)
        consumed = self.consumed(function.name, queue)
        batch = consumed.receive(10)
        if not batch:
            return None
        answer = self.call(function.name, sqs_event(queue, batch))
        failed = {each["itemIdentifier"] for each in answer["batchItemFailures"]}
        consumed.delete([m.receipt for m in batch if m.id not in failed])
        return answer

    def consumed(self, function: str, queue: str) -> ConsumedSqsQueue:
        """Return a queue with the role of its function."""
        return ConsumedSqsQueue(watched(function)[0], self.urls[queue])

    def size_of(self, item: Mapping[str, Any]) -> int:
        """Return an item's size as DynamoDB bills it (strings, sets, numbers, binaries)."""
        return sum(
            len(name) + len("".join(kept) if isinstance(kept, list) else kept)
            for name, value in item.items()
            for kept in value.values()
        )

    def everything_kept(self) -> str:
        """Every item of the table, as text; queues hold messages until they are received."""
        found = self.table._client.scan(TableName=self.table._name)["Items"]
        return "\n".join(
            str([*each.values(), *(unpacked(value) for value in each.values() if "B" in value)])
            for each in found
        )

    def items(self, pk: str) -> list[dict[str, Any]]:
        """Return a partition of the table."""
        return self.table.between(pk, "!", "~")

    def close(self) -> None:
        self.sockets.close()

    def _handler(self, function: Function) -> Handler:
        build = build_of(PLAN, function.name)
        made = settings.read(model_of(build), environment(self.urls))
        backend = self.backend_of(made, watched(function.name)[0], clock=self.clock)
        return build(backend, made)


class Sockets:
    """The other side of the sockets of every function that may push."""

    def __init__(self) -> None:
        self.pushed: list[tuple[str, str]] = []
        self.gone: set[str] = set()
        self._stack = ExitStack()
        endpoint = NAMES.sockets_url(API_ID).replace("wss://", "https://")
        for function in topology.FUNCTIONS:
            if "SOCKETS" in function.settings:
                pushes = Pushes(watched(function.name)[0], endpoint)
                pushes.pushed, pushes.gone = self.pushed, self.gone
                self._stack.callback(pushes.close)

    def close(self) -> None:
        self._stack.close()


MADE: dict[Callable[..., object], frozenset[Call]] = {}
"""The calls of tests that have run in this process, for `test_on_aws_roles`."""


@contextmanager
def aws_stage(
    folder: Path, *, of: Callable[..., object] | None = None, **options: Any
) -> Iterator[AwsStage]:
    """Yield a stage on an empty account in this process, and keep the calls of the test `of`."""
    del folder  # nothing of it is kept in files
    clock = VirtualClock(NOON)
    with moto_account(clock):
        stage = AwsStage(clock, **options)
        try:
            yield stage
            if of is not None:
                MADE[of] = frozenset(stage.calls)
        finally:
            stage.close()
