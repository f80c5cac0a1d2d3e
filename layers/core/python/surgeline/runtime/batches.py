"""Batches of a queue become partial answers here: order is kept, and poison is set aside.

A failed message and the later ones of its group are returned and held for a while. Other groups go
on. A message that fails because of a bug is buried after a few receives, so that its group goes on.
So is one that ends its process each time, and after hours one that no release could read
(docs/decisions/0102).
"""

import math
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Protocol

from surgeline.application.ports.queues import Outgoing, Queue, Starts
from surgeline.errors import Conflict, Rejected, Unavailable, Unreadable
from surgeline.records import quick
from surgeline.runtime.bootstrap import LambdaEvent
from surgeline.runtime.logs import Log

ITEM = "itemIdentifier"
BACKOFF_SECONDS = (1, 2, 5, 15, 60)
BURY_AT_RECEIVE = 5
BURY_UNREADABLE_AT_RECEIVE = 500
"""About eight hours, which any deployment or rollback takes less than. See `LEAST_SECONDS`."""
MOST_STARTS = 5
"""How often a message may end its process, from the fifth receive on."""
LEAST_SECONDS = ((500, 900), (100, 60))
"""The least seconds that a message waits, from so many receives on.

A queue drops a message after a thousand receives. An outage must not use those up within minutes.
"""
FINISHING_SECONDS = 2.0
"""The time that stays free after a batch's last call, to hold messages and to answer."""


class Invocation(Protocol):
    """The part of Lambda's context that a batch needs."""

    def get_remaining_time_in_millis(self) -> int:
        """Return the milliseconds until Lambda ends this invocation."""


class Bury(Exception):
    """Raised by a use case when no later try can mend a message.

    `body` replaces the message's own.
    """

    def __init__(self, why: str, *, body: str | None = None) -> None:
        super().__init__(why)
        self.body = body


class Fatal(Bury):
    """Raised for a message whose process did not live to its end, several times in a row."""


@quick
@dataclass(frozen=True, slots=True)
class QueueMessage:
    """One message of a batch. `received` counts the receives, this one included.

    A standard queue has no groups (`fifo_group` is None). There each message is its own group.
    """

    id: str
    receipt: str
    body: str
    group: str
    received: int
    fifo_group: str | None
    dedup_id: str | None
    invocation: Invocation

    def remaining_seconds(self) -> float:
        """Return how long this message may still be worked on, in seconds."""
        left = self.invocation.get_remaining_time_in_millis() / 1000
        return left - FINISHING_SECONDS


@dataclass(slots=True)
class _Batch:
    """One batch while it is worked on. `careful` runs the last step after each message."""

    messages: list[QueueMessage]
    careful: bool
    buried: set[str] = field(default_factory=set)


class Batches:
    """Runs a handler of single messages over batches of one queue.

    `longest_call_seconds` is the longest that one message may take. No message is begun when less
    time is left. `after` sends the handler's collected messages, once a batch. While a send is
    refused, every message of the batch comes again after a second.

    `parallel_groups` is how many groups are worked on side by side, in threads that stay. A
    connection that a thread opens is therefore opened once. The handler must then be safe to call
    from several threads.

    `starts` remembers the messages that end their process. Only one message is then worked on at a
    time, so that no other message is blamed for it.
    """

    def __init__(
        self,
        queue: Queue,
        handle: Callable[[QueueMessage], None],
        *,
        alarm: Log,
        longest_call_seconds: float,
        parallel_groups: int = 1,
        after: Callable[[], None] | None = None,
        starts: Starts | None = None,
    ) -> None:
        if starts and parallel_groups > 1:
            raise ValueError("starts are counted for one message at a time")
        self._queue = queue
        self._handle = handle
        self._alarm = alarm
        self._longest_call_seconds = longest_call_seconds
        self._threads = ThreadPoolExecutor(parallel_groups) if parallel_groups > 1 else None
        self._after = after
        self._starts = starts

    def __call__(self, event: LambdaEvent, context: Any) -> dict[str, Any]:  # noqa: ANN401 # Lambda's
        """Return the partial batch response for the event."""
        messages = [_message(record, context) for record in event["Records"]]
        poison = any(message.received >= BURY_AT_RECEIVE for message in messages)
        batch = _Batch(messages, careful=poison)
        failed = self._work(batch)
        if self._after and not batch.careful:
            failed += self._finish(self._after, batch, failed)
        return {"batchItemFailures": [{ITEM: each.id} for each in failed]}

    def _work(self, batch: _Batch) -> list[QueueMessage]:
        """Handle every group. Return the messages that stay in the queue."""
        groups = _by_group(batch.messages) if self._threads else [batch.messages]
        if self._threads is None or len(groups) == 1:
            return [each for group in groups for each in self._process(group, batch)]
        results = self._threads.map(lambda group: self._process(group, batch), groups)
        return [each for result in results for each in result]

    def _process(self, messages: Sequence[QueueMessage], batch: _Batch) -> list[QueueMessage]:
        """Handle messages in order. Return the failed message and all behind it in its group."""
        failed: list[QueueMessage] = []
        waits: dict[str, int] = {}
        for message in messages:
            if message.group not in waits:
                if (wait := self._kept(message, batch)) is None:
                    continue
                waits[message.group] = wait
            failed.append(message)
        self._hold(failed, waits)
        return failed

    def _kept(self, message: QueueMessage, batch: _Batch) -> int | None:
        """Handle one message as `_one` does. A bug around the handler keeps only its message."""
        try:
            return self._one(message, batch)
        except Exception as error:  # noqa: BLE001 # the answer on the others must not be lost
            self._alarm("message_failed", **_about(message, error))
            return BACKOFF_SECONDS[0]

    def _one(self, message: QueueMessage, batch: _Batch) -> int | None:
        """Handle one message. Return None when the message is done, or the seconds to wait."""
        if message.remaining_seconds() < self._longest_call_seconds:
            return BACKOFF_SECONDS[0]
        try:
            self._begin(message)
            self._handle(message)
            if self._after and batch.careful:
                self._last_step(self._after, message)
        except (Bury, Rejected) as error:
            return self._bury(message, error, batch)
        except Exception as error:  # noqa: BLE001 # what is no answer of a port is a bug
            if message.received >= _most_receives(error):
                return self._bury(message, error, batch)
            return self._wait(message, error)
        self._end(message)  # also of a success, because a later message may end the process
        return None

    def _begin(self, message: QueueMessage) -> None:
        """Note the start of a message that came often. Raises Fatal if too many had no end."""
        if self._starts is None or message.received < BURY_AT_RECEIVE:
            return
        if self._starts.begun(message.id) > MOST_STARTS:
            raise Fatal("it ended its process each time")

    def _end(self, message: QueueMessage) -> None:
        """Note that a start had an end. Without the note, only one more start counts."""
        if self._starts is not None and message.received >= BURY_AT_RECEIVE:
            with suppress(Conflict, Unavailable):
                self._starts.ended(message.id)

    def _wait(self, message: QueueMessage, error: Exception) -> int:
        """Return the seconds until a message that failed comes again."""
        self._end(message)
        wait = _backoff(message.received)
        if isinstance(error, Unreadable):  # kept until a release comes that can read it
            self._alarm("message_unreadable", **_about(message, error))
        elif isinstance(error, Conflict | Unavailable):
            wait = _asked(error) or wait
        else:
            self._alarm("message_failed", **_about(message, error))
        return max(wait, _least_wait(message.received))

    def _last_step(self, after: Callable[[], None], message: QueueMessage) -> None:
        """Run the last step, and raise an alarm if its sends are refused."""
        try:
            after()
        except (Conflict, Unavailable) as refusal:
            self._alarm("sends_refused", **_about(message, refusal))
            raise

    def _finish(
        self, after: Callable[[], None], batch: _Batch, failed: Sequence[QueueMessage]
    ) -> list[QueueMessage]:
        """Run the last step.

        Return the messages that the step keeps: those neither kept nor buried.

        A bug in the step can't be told from the message that caused it. So the messages come again
        until a careful batch finds the one message.
        """
        over = batch.buried | {message.id for message in failed}
        rest = [message for message in batch.messages if message.id not in over]
        try:
            self._last_step(after, batch.messages[0])
        except (Conflict, Unavailable) as error:
            wait = max(_asked(error), BACKOFF_SECONDS[0])
        except Exception as error:  # noqa: BLE001 # a bug: alarmed, and found by a careful batch
            self._alarm("batch_failed", **_about(batch.messages[0], error))
            wait = BACKOFF_SECONDS[0]
        else:
            return []
        self._hold(rest, {message.group: wait for message in rest})
        return rest

    def _bury(self, message: QueueMessage, error: Exception, batch: _Batch) -> int | None:
        """Set the message aside. Return None, or the seconds to wait if the queue refused that."""
        body = (error.body if isinstance(error, Bury) else None) or message.body
        outgoing = Outgoing(body, group=message.fifo_group, dedup_id=message.dedup_id)
        try:
            self._queue.bury([outgoing])
        except Exception as refusal:  # noqa: BLE001 # of whatever kind: it is safe where it is
            self._alarm("bury_refused", **_about(message, refusal))
            return _backoff(message.received)
        batch.buried.add(message.id)
        self._alarm("message_buried", **_about(message, error))
        return None

    def _hold(self, failed: Sequence[QueueMessage], waits: Mapping[str, int]) -> None:
        """Shorten the wait of failed messages, and of the later ones in their groups.

        If the queue refuses that, the messages wait out their visibility timeout. The answer about
        the other messages must not be lost, or they would all be handled again.
        """
        by_wait: dict[int, list[QueueMessage]] = defaultdict(list)
        for message in failed:
            by_wait[waits.get(message.group, BACKOFF_SECONDS[0])].append(message)
        for seconds, messages in by_wait.items():
            try:
                self._queue.hold([message.receipt for message in messages], seconds)
            except Exception as refusal:  # noqa: BLE001 # see above: of whatever kind
                self._alarm("hold_refused", **_about(messages[0], refusal))


def _message(record: dict[str, Any], invocation: Invocation) -> QueueMessage:
    attributes = record["attributes"]
    group = attributes.get("MessageGroupId")
    return QueueMessage(
        id=record["messageId"],
        receipt=record["receiptHandle"],
        body=record["body"],
        group=group or record["messageId"],
        received=int(attributes.get("ApproximateReceiveCount") or 1),
        fifo_group=group,
        dedup_id=attributes.get("MessageDeduplicationId"),
        invocation=invocation,
    )


def _by_group(messages: Sequence[QueueMessage]) -> list[list[QueueMessage]]:
    groups: dict[str, list[QueueMessage]] = defaultdict(list)
    for message in messages:
        groups[message.group].append(message)
    return list(groups.values())


def _asked(error: Conflict | Unavailable) -> int:
    return error.retry_after_seconds if isinstance(error, Unavailable) else 0


def _backoff(received: int) -> int:
    return BACKOFF_SECONDS[min(received, len(BACKOFF_SECONDS)) - 1]


def _most_receives(error: Exception) -> float:
    """Return the receive from which on a message with that failure is buried."""
    if isinstance(error, Unreadable):
        return BURY_UNREADABLE_AT_RECEIVE
    return math.inf if isinstance(error, Conflict | Unavailable) else BURY_AT_RECEIVE


def _least_wait(received: int) -> int:
    return next((seconds for receives, seconds in LEAST_SECONDS if received >= receives), 0)


def _about(message: QueueMessage, error: Exception) -> dict[str, object]:
    """Return the fields for a log: the place and the kind of error.

    No field is a text that may quote a customer.
    """
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
