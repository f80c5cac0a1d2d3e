"""SQS queues: the sending side, and what a consumer says of the messages it holds."""

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from surgeline.adapters.aws.errors import call, of_code
from surgeline.application.ports.queues import Outgoing
from surgeline.application.ports.refusals import TooLarge

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

BATCH: Final = 10
BODY_BYTES: Final = 256 * 1024
LONGEST_DELAY_SECONDS: Final = 900
LONGEST_VISIBILITY_SECONDS: Final = 43_200
FIFO: Final = ".fifo"
DEAD: Final = "-dead"

_NAME = re.compile(r"[!-~]{1,128}")
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# A receipt that is no longer held: the message was deleted, or is visible again.
_STALE = {
    "InvalidParameterValue",
    "MessageNotInflight",
    "AWS.SimpleQueueService.MessageNotInflight",
    "ReceiptHandleIsInvalid",
}


def dead_letters_of(url: str) -> str:
    """The URL of a queue's dead letters: the same name with `-dead`, which the template gives."""
    return f"{url.removesuffix(FIFO)}{DEAD}{FIFO if url.endswith(FIFO) else ''}"


class SqsQueue:
    """ports.Queue for the queue of that URL; a FIFO queue's ends in `.fifo`."""

    def __init__(self, client: "SQSClient", url: str) -> None:
        self._client = client
        self._url = url
        self._fifo = url.endswith(FIFO)

    def send(self, messages: Sequence[Outgoing]) -> None:
        """Send all in order, ten in a call. Raises ValueError for what SQS would refuse."""
        self._send(self._url, messages)

    def bury(self, messages: Sequence[Outgoing]) -> None:
        """Send straight to the dead letters."""
        self._send(dead_letters_of(self._url), messages)

    def hold(self, receipts: Sequence[str], seconds: int) -> None:
        """Make messages in flight visible after so many seconds; stale receipts are ignored."""
        if not 0 <= seconds <= LONGEST_VISIBILITY_SECONDS:
            raise ValueError(f"a message can't be held for {seconds} seconds")
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
    entry: dict[str, Any] = {"MessageBody": message.body}
    if fifo:
        if message.delay_seconds:
            raise ValueError("a FIFO queue takes no delay per message")
        entry["MessageGroupId"] = _name(message.group, "group")
        entry["MessageDeduplicationId"] = _name(message.dedup_id, "dedup_id")
    elif not 0 <= message.delay_seconds <= LONGEST_DELAY_SECONDS:
        raise ValueError(f"a message can't be delayed by {message.delay_seconds} seconds")
    elif message.delay_seconds:
        entry["DelaySeconds"] = message.delay_seconds
    _check(message.body)
    return entry


def _name(name: str | None, what: str) -> str:
    if name is None or not _NAME.fullmatch(name):
        raise ValueError(f"a FIFO message needs a {what} of 1 to 128 printable ASCII characters")
    return name


def _check(body: str) -> None:
    # isprintable is true of every body of ours, and an order of magnitude faster.
    if not body or (not body.isprintable() and _ILLEGAL.search(body)):
        raise ValueError("the body is empty or has characters that queues don't carry")
    if (size := _bytes(body)) > BODY_BYTES:
        raise TooLarge(f"a message of {size} bytes is over the queue's {BODY_BYTES}")


def _bytes(body: str) -> int:
    return len(body) if body.isascii() else len(body.encode())


def _batches(entries: list[dict[str, Any]]) -> Iterator[list[Any]]:
    """Up to ten entries that fit into one call together."""
    batch: list[dict[str, Any]] = []
    room = BODY_BYTES
    for entry in entries:
        size = _bytes(entry["MessageBody"])
        if batch and (len(batch) == BATCH or size > room):
            yield batch
            batch, room = [], BODY_BYTES
        batch.append(entry)
        room -= size
    if batch:
        yield batch
