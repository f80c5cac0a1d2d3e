"""The parts of a deployment that hold its state or work on it, over clients of AWS."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from surgeline.adapters.aws.queues import SqsQueue
from surgeline.application.ports.queues import Outgoing

from infra import topology
from infra.names import Names

WAITS = (
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
)


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
        """Let no function begin. Callers get a refusal and send again, and messages wait."""
        for name in self._functions():
            self.functions.put_function_concurrency(
                FunctionName=name, ReservedConcurrentExecutions=0
            )

    def start(self) -> None:
        """Let the functions work again."""
        for name in self._functions():
            self.functions.delete_function_concurrency(FunctionName=name)

    def _url(self, queue: str) -> str:
        name = self.names.queue(queue, fifo=topology.queue(queue).fifo)
        url: str = self.sqs.get_queue_url(QueueName=name)["QueueUrl"]
        return url

    def _functions(self) -> Iterator[str]:
        yield from (self.names.function(each.name) for each in topology.FUNCTIONS)


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
