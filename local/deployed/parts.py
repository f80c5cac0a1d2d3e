"""The parts of a deployment that hold its state or work on it, over clients of AWS."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from surgeline.adapters.aws.queues import SqsQueue
from surgeline.application.ports.queues import Outgoing

from infra import topology
from infra.names import Names
from local.home.backup.manifest import BackupRefused

WAITS = (
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
)

CHANGES_WITHIN_SECONDS = 180
"""AWS turns a queue's trigger off or on within a minute or two."""


@dataclass(frozen=True, slots=True)
class Deployed:
    """A deployment, by its names and by botocore's clients.

    `now` is the time in epoch milliseconds, and `pause` waits so many seconds.
    """

    names: Names
    dynamodb: Any
    s3: Any
    ssm: Any
    sqs: Any
    functions: Any
    now: Callable[[], int]
    pause: Callable[[float], None]

    def waiting(self, queue: str) -> int:
        """Return how many messages a queue holds, with those that are worked on or are delayed."""
        found = self.sqs.get_queue_attributes(QueueUrl=self._url(queue), AttributeNames=list(WAITS))
        return sum(int(found["Attributes"][each]) for each in WAITS)

    def send(self, queue: str, messages: Sequence[Outgoing]) -> None:
        """Send messages to a queue of the topology."""
        if messages:
            SqsQueue(self.sqs, self._url(queue)).send(messages)

    def secrets(self) -> dict[str, str]:
        """Return the secrets by their names below the deployment's path."""
        pages = self.ssm.get_paginator("get_parameters_by_path").paginate(
            Path=self.names.secrets, Recursive=True, WithDecryption=True
        )
        beginning = f"{self.names.secrets}/"
        return {
            each["Name"].removeprefix(beginning): each["Value"]
            for page in pages
            for each in page["Parameters"]
        }

    def stop(self) -> None:
        """Let no function begin. Callers get a refusal and send again, and messages wait.

        Nothing takes messages from the queues meanwhile. A function that refused them would leave
        them hidden for minutes.
        """
        for name in self._called:
            self.functions.put_function_concurrency(
                FunctionName=name, ReservedConcurrentExecutions=0
            )
        self._listen(on=False)

    def start(self) -> None:
        """Let the functions work again."""
        for name in self._called:
            self.functions.delete_function_concurrency(FunctionName=name)
        self._listen(on=True)

    def _listen(self, *, on: bool) -> None:
        """Let queues wake their functions or not, and wait until it is so."""
        left = [
            mapping["UUID"]
            for name in self._listening
            for mapping in self.functions.list_event_source_mappings(FunctionName=name)[
                "EventSourceMappings"
            ]
        ]
        for each in left:
            self.functions.update_event_source_mapping(UUID=each, Enabled=on)
        wanted = "Enabled" if on else "Disabled"
        for _ in range(CHANGES_WITHIN_SECONDS):
            states = [self.functions.get_event_source_mapping(UUID=e)["State"] for e in left]
            if all(state == wanted for state in states):
                return
            self.pause(1)
        raise BackupRefused(f"a queue's trigger is not {wanted.lower()}: run the command again")

    def _url(self, queue: str) -> str:
        name = self.names.queue(queue, fifo=topology.queue(queue).fifo)
        url: str = self.sqs.get_queue_url(QueueName=name)["QueueUrl"]
        return url

    @property
    def _listening(self) -> list[str]:
        """Return the functions that queues wake."""
        return [self.names.function(f.name) for f in topology.FUNCTIONS if _is_woken_by_queue(f)]

    @property
    def _called(self) -> list[str]:
        """Return the functions that anything else wakes."""
        found = [f for f in topology.FUNCTIONS if not _is_woken_by_queue(f)]
        return [self.names.function(each.name) for each in found]


def _is_woken_by_queue(function: topology.Function) -> bool:
    return any(isinstance(each, topology.Messages) for each in function.wakes)


def deployed(session: Any, names: Names) -> Deployed:  # noqa: ANN401 - botocore's
    """Return the deployment of these names over a session of botocore."""
    ask = session.create_client
    return Deployed(
        names,
        dynamodb=ask("dynamodb"),
        s3=ask("s3"),
        ssm=ask("ssm"),
        sqs=ask("sqs"),
        functions=ask("lambda"),
        now=lambda: time.time_ns() // 1_000_000,
        pause=time.sleep,
    )
