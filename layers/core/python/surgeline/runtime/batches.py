"""SQS batches in, partial failures out: order per group, backing off, and burying what is poison.

A failed message and the later ones of its group are returned and held for a while; other groups go
on. What fails because of a bug is buried after a few receives, so that its group goes on too.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    SqsFifoPartialProcessor,
    process_partial_response,
)
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from surgeline.application.ports import Outgoing, Queue
from surgeline.errors import Conflict, Rejected, Unavailable
from surgeline.runtime.bootstrap import LambdaEvent
from surgeline.runtime.logs import Log

ITEM = "itemIdentifier"
BACKOFF_SECONDS = (1, 2, 5, 15, 60)
BURY_AT_RECEIVE = 5
TIME_LEFT_MILLISECONDS = 2_000


class OutOfTime(Unavailable):
    """The function's time is nearly over; the rest of the batch is left to the next receive."""


class Bury(Exception):
    """A use case's way to say that no later try can mend this message."""


class Batches:
    """Runs a handler of single messages over batches of one queue."""

    def __init__(
        self,
        queue: Queue,
        handle: Callable[[SQSRecord], None],
        *,
        alarm: Log,
        fifo: bool = True,
        parallel_groups: int = 1,
    ) -> None:
        self._queue = queue
        self._handle = handle
        self._alarm = alarm
        self._fifo = fifo
        self._parallel = parallel_groups

    def __call__(self, event: LambdaEvent, context: Any) -> dict[str, Any]:  # noqa: ANN401 # Lambda's
        """The partial batch response for the event."""
        batches = self._batches(event["Records"])
        if len(batches) == 1:
            results = [self._process(batches[0], context)]
        else:
            with ThreadPoolExecutor(min(self._parallel, len(batches))) as threads:
                results = list(threads.map(lambda batch: self._process(batch, context), batches))
        return {"batchItemFailures": [failure for result in results for failure in result]}

    def _batches(self, records: Sequence[dict[str, Any]]) -> list[list[dict[str, Any]]]:
        """The whole batch, or a batch a group where groups are worked on side by side."""
        if self._parallel == 1:
            return [list(records)]
        groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for record in records:
            groups[record["attributes"]["MessageGroupId"]].append(record)
        return list(groups.values())

    def _process(self, records: list[dict[str, Any]], context: Any) -> list[dict[str, str]]:  # noqa: ANN401 # Lambda's
        waits: dict[str, int] = {}

        def one(record: SQSRecord) -> None:
            if context.get_remaining_time_in_millis() < TIME_LEFT_MILLISECONDS:
                raise OutOfTime("the function's time is nearly over")
            self._one(record, waits)

        response = process_partial_response(
            event={"Records": records},
            record_handler=one,
            processor=self._processor(),
            context=context,
        )
        failures = [{ITEM: str(each["itemIdentifier"])} for each in response["batchItemFailures"]]
        self._hold(records, {failure[ITEM] for failure in failures}, waits)
        return failures

    def _processor(self) -> BatchProcessor:
        """A new one each time: it keeps state."""
        fifo = SqsFifoPartialProcessor(skip_group_on_error=True)
        processor = fifo if self._fifo else BatchProcessor(EventType.SQS)
        processor.raise_on_entire_batch_failure = False
        return processor

    def _one(self, record: SQSRecord, waits: dict[str, int]) -> None:
        received = int(record.attributes.approximate_receive_count or 1)
        try:
            self._handle(record)
        except (Bury, Rejected) as error:
            self._bury(record, error)
        except (Conflict, Unavailable) as error:
            waits[_group(record.raw_event)] = max(_asked(error), 0) or _backoff(received)
            raise
        except Exception as error:
            if received >= BURY_AT_RECEIVE:
                self._bury(record, error)
                return
            waits[_group(record.raw_event)] = _backoff(received)
            self._alarm("message_failed", **_about(record, error))
            raise

    def _bury(self, record: SQSRecord, error: Exception) -> None:
        raw = record.raw_event
        message = Outgoing(
            record.body,
            group=raw["attributes"].get("MessageGroupId"),
            dedup_id=raw["attributes"].get("MessageDeduplicationId"),
        )
        self._queue.bury([message])
        self._alarm("message_buried", **_about(record, error))

    def _hold(self, records: list[dict[str, Any]], failed: set[str], waits: dict[str, int]) -> None:
        """Shorten the wait of what failed and of what stands behind it in its group."""
        by_wait: dict[int, list[str]] = defaultdict(list)
        for record in records:
            if record["messageId"] in failed:
                by_wait[waits.get(_group(record), BACKOFF_SECONDS[0])].append(
                    record["receiptHandle"]
                )
        for seconds, receipts in by_wait.items():
            self._queue.hold(receipts, seconds)


def _group(record: dict[str, Any]) -> str:
    return str(record["attributes"].get("MessageGroupId") or record["messageId"])


def _asked(error: Conflict | Unavailable) -> int:
    return error.retry_after_seconds if isinstance(error, Unavailable) else 0


def _backoff(received: int) -> int:
    return BACKOFF_SECONDS[min(received, len(BACKOFF_SECONDS)) - 1]


def _about(record: SQSRecord, error: Exception) -> dict[str, object]:
    """What a log may say: where and which kind, never a message that may quote the text."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = f"{place.tb_frame.f_code.co_filename}:{place.tb_lineno}" if place else ""
    return {
        "message_id": record.message_id,
        "group": record.raw_event["attributes"].get("MessageGroupId"),
        "received": record.attributes.approximate_receive_count,
        "error": type(error).__name__,
        "where": where,
    }
