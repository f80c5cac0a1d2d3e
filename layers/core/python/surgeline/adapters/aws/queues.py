"""SQS queues are used here as a sender uses them, and as a consumer holds or buries messages."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from surgeline.adapters.aws.errors import call, of_code
from surgeline.application.ports.queues import BODY_BYTES, Outgoing, body_bytes, check, check_hold

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

BATCH: Final = 10
FIFO: Final = ".fifo"
DEAD: Final = "-dead"

# A receipt that is no longer held, because the message was deleted or is visible again.
_STALE = {
    "InvalidParameterValue",
    "MessageNotInflight",
    "AWS.SimpleQueueService.MessageNotInflight",
    "ReceiptHandleIsInvalid",
}


def dead_letters_of(url: str) -> str:
    """Return the URL of a queue's dead letters, named with `-dead` at the end by the template."""
    return f"{url.removesuffix(FIFO)}{DEAD}{FIFO if url.endswith(FIFO) else ''}"


class SqsQueue:
    """ports.Queue for the queue of that URL. The URL of a FIFO queue ends in `.fifo`."""

    def __init__(self, client: "SQSClient", url: str) -> None:
        self._client = client
        self._url = url
        self._fifo = url.endswith(FIFO)

    def send(self, messages: Sequence[Outgoing]) -> None:
        """Send all messages in order, ten in a call.

        Raises ValueError for a message that SQS would refuse.
        """
        self._send(self._url, messages)

    def bury(self, messages: Sequence[Outgoing]) -> None:
        """Send messages straight to the dead letters."""
        self._send(dead_letters_of(self._url), messages)

    def hold(self, receipts: Sequence[str], seconds: int) -> None:
        """Make messages in flight visible after so many seconds. Stale receipts are ignored."""
        check_hold(seconds)
        for start in range(0, len(receipts), BATCH):
            entries: list[Any] = [
                {"Id": str(number), "ReceiptHandle": receipt, "VisibilityTimeout": seconds}
                for number, receipt in enumerate(receipts[start : start + BATCH])
            ]
            answer = call(
                self._client.change_message_visibility_batch, QueueUrl=self._url, Entries=entries
            )
            for failed in answer.get("Failed", ()):
                if failed["Code"] not in _STALE:
                    raise of_code(failed["Code"], "ChangeMessageVisibilityBatch")

    def _send(self, url: str, messages: Sequence[Outgoing]) -> None:
        entries = [_entry(message, fifo=self._fifo) for message in messages]
        for batch in _batches(entries):
            for number, entry in enumerate(batch):
                entry["Id"] = str(number)
            answer = call(self._client.send_message_batch, QueueUrl=url, Entries=batch)
            for failed in answer.get("Failed", ()):
                raise of_code(failed["Code"], "SendMessageBatch")


def _entry(message: Outgoing, *, fifo: bool) -> dict[str, Any]:
    check(message, fifo=fifo)
    entry: dict[str, Any] = {"MessageBody": message.body}
    if fifo:
        entry |= {"MessageGroupId": message.group, "MessageDeduplicationId": message.dedup_id}
    elif message.delay_seconds:
        entry["DelaySeconds"] = message.delay_seconds
    return entry


def _batches(entries: list[dict[str, Any]]) -> Iterator[list[Any]]:
    """Yield lists of up to ten entries that fit into one call together."""
    batch: list[dict[str, Any]] = []
    room = BODY_BYTES
    for entry in entries:
        size = body_bytes(entry["MessageBody"])
        if batch and (len(batch) == BATCH or size > room):
            yield batch
            batch, room = [], BODY_BYTES
        batch.append(entry)
        room -= size
    if batch:
        yield batch
