"""SQS batches in, partial failures out: order per group, backing off, and burying what is poison.

A failed message and the later ones of its group are returned and held for a while; other groups go
on. What fails because of a bug is buried after a few receives, so that its group goes on too.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    SqsFifoPartialProcessor,
    process_partial_response,
)
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from surgeline.application.ports.queues import Outgoing, Queue
from surgeline.errors import Conflict, Rejected, Unavailable, Unreadable
from surgeline.runtime.bootstrap import LambdaEvent
from surgeline.runtime.logs import Log

ITEM = "itemIdentifier"
BACKOFF_SECONDS = (1, 2, 5, 15, 60)
BURY_AT_RECEIVE = 5
TIME_LEFT_MILLISECONDS = 2_000


class _Kept(Exception):
    """Says to the batch processor that a message stays in the queue."""


class Bury(Exception):
    """A use case's way to say that no later try can mend this message; `body` replaces its own."""

    def __init__(self, why: str, *, body: str | None = None) -> None:
        super().__init__(why)
        self.body = body


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a batch; `received` counts this receive.

    A standard queue has no groups (`fifo_group` is None): there each message is one of its own.
    """

    id: str
    receipt: str
    body: str
    group: str
    received: int
    fifo_group: str | None
    dedup_id: str | None
    record: dict[str, Any]


class Batches:
    """Runs a handler of single messages over batches of one queue.

    With `parallel_groups` so many groups are worked on side by side, in threads that stay, so that
    what a thread opens (a connection to the store) is opened once. Safe to call from several
    threads if the handler is.
    """

    def __init__(
        self,
        queue: Queue,
        handle: Callable[[Message], None],
        *,
        alarm: Log,
        parallel_groups: int = 1,
    ) -> None:
        self._queue = queue
        self._handle = handle
        self._alarm = alarm
        self._threads = ThreadPoolExecutor(parallel_groups) if parallel_groups > 1 else None

    def __call__(self, event: LambdaEvent, context: Any) -> dict[str, Any]:  # noqa: ANN401 # Lambda's
        """The partial batch response for the event."""
        messages = [_message(record) for record in event["Records"]]
        groups = _by_group(messages) if self._threads else [messages]
        if self._threads is None or len(groups) == 1:
            failed = [each for group in groups for each in self._process(group, context)]
        else:
            results = self._threads.map(lambda group: self._process(group, context), groups)
            failed = [each for result in results for each in result]
        return {"batchItemFailures": [{ITEM: each.id} for each in failed]}

    def _process(self, messages: Sequence[Message], context: Any) -> list[Message]:  # noqa: ANN401 # Lambda's
        """Handle in order; what failed, with everything behind it in its group."""
        by_id = {message.id: message for message in messages}
        waits: dict[str, int] = {}

        def one(record: SQSRecord) -> None:
            message = by_id[record.message_id]
            if (wait := self._one(message, context)) is not None:
                waits[message.group] = wait
                raise _Kept

        response = process_partial_response(
            event={"Records": [message.record for message in messages]},
            record_handler=one,
            processor=_processor(messages),  # without `context`, or it reads `one`'s signature
        )
        kept = {each["itemIdentifier"] for each in response["batchItemFailures"]}
        failed = [message for message in messages if message.id in kept]
        self._hold(failed, waits)
        return failed

    def _one(self, message: Message, context: Any) -> int | None:  # noqa: ANN401 # Lambda's
        """Handle one; None when it is done with, else the seconds to wait."""
        if context.get_remaining_time_in_millis() < TIME_LEFT_MILLISECONDS:
            return BACKOFF_SECONDS[0]
        try:
            self._handle(message)
        except (Bury, Rejected) as error:
            self._bury(message, error)
        except Unreadable as error:  # kept as long as it takes: another release can read it
            self._alarm("message_unreadable", **_about(message, error))
            return _backoff(message.received)
        except (Conflict, Unavailable) as error:
            return max(_asked(error), 0) or _backoff(message.received)
        except Exception as error:  # noqa: BLE001 # a bug: alarmed, kept or buried
            if message.received < BURY_AT_RECEIVE:
                self._alarm("message_failed", **_about(message, error))
                return _backoff(message.received)
            self._bury(message, error)
        return None

    def _bury(self, message: Message, error: Exception) -> None:
        body = (error.body if isinstance(error, Bury) else None) or message.body
        outgoing = Outgoing(body, group=message.fifo_group, dedup_id=message.dedup_id)
        self._queue.bury([outgoing])
        self._alarm("message_buried", **_about(message, error))

    def _hold(self, failed: Sequence[Message], waits: Mapping[str, int]) -> None:
        """Shorten the wait of what failed and of what stands behind it in its group."""
        by_wait: dict[int, list[str]] = defaultdict(list)
        for message in failed:
            by_wait[waits[message.group]].append(message.receipt)
        for seconds, receipts in by_wait.items():
            self._queue.hold(receipts, seconds)


def _processor(messages: Sequence[Message]) -> BatchProcessor:
    """A new one each time: it keeps state. In a FIFO queue a failure keeps all behind it."""
    fifo = messages[0].fifo_group is not None
    processor = (
        SqsFifoPartialProcessor(skip_group_on_error=True) if fifo else BatchProcessor(EventType.SQS)
    )
    processor.raise_on_entire_batch_failure = False
    return processor


def _message(record: dict[str, Any]) -> Message:
    attributes = record["attributes"]
    group = attributes.get("MessageGroupId")
    return Message(
        id=record["messageId"],
        receipt=record["receiptHandle"],
        body=record["body"],
        group=group or record["messageId"],
        received=int(attributes.get("ApproximateReceiveCount") or 1),
        fifo_group=group,
        dedup_id=attributes.get("MessageDeduplicationId"),
        record=record,
    )


def _by_group(messages: Sequence[Message]) -> list[list[Message]]:
    groups: dict[str, list[Message]] = defaultdict(list)
    for message in messages:
        groups[message.group].append(message)
    return list(groups.values())


def _asked(error: Conflict | Unavailable) -> int:
    return error.retry_after_seconds if isinstance(error, Unavailable) else 0


def _backoff(received: int) -> int:
    return BACKOFF_SECONDS[min(received, len(BACKOFF_SECONDS)) - 1]


def _about(message: Message, error: Exception) -> dict[str, object]:
    """What a log may say: where and which kind, never a message that may quote the text."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = f"{place.tb_frame.f_code.co_filename}:{place.tb_lineno}" if place else ""
    return {
        "message_id": message.id,
        "group": message.fifo_group,
        "received": message.received,
        "error": type(error).__name__,
        "where": where,
    }
