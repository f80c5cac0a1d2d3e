"""The condition of the AWS home is read from SQS, which counts waiting messages.

Alarms say what broke.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from surgeline.adapters.aws.errors import call
from surgeline.application.ports.condition import Backlog, Condition
from surgeline.application.ports.queues import DeadLetters
from surgeline.errors import SurgelineError

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

WAITING: Final = "ApproximateNumberOfMessages"


class AwsInspection:
    """ports.Inspection over queues by name."""

    def __init__(self, client: "SQSClient", urls: Mapping[str, str], letters: DeadLetters) -> None:
        self._client = client
        self._urls = urls
        self._letters = letters

    def backlogs(self) -> tuple[Backlog, ...]:
        """Ask SQS about each queue. Only an alarm of CloudWatch knows the oldest message's age."""
        return tuple(self._backlog(name) for name in self._urls)

    def look(self) -> Condition:
        """Ask SQS about each queue."""
        backlogs, troubles = [], []
        for name in self._urls:
            try:
                backlogs.append(self._backlog(name))
            except SurgelineError as error:
                troubles.append(f"the queue {name} can't be asked: {error}")
        return Condition(tuple(backlogs), self._letters.count(), tuple(troubles))

    def _backlog(self, name: str) -> Backlog:
        answer = call(
            self._client.get_queue_attributes, QueueUrl=self._urls[name], AttributeNames=[WAITING]
        )
        return Backlog(name, int(answer["Attributes"].get(WAITING, 0)))
