"""A backup holds no queues, so what may have waited in them is sent again after a restore.

All of it is known by its ids. An event that is done sends its effects again under the same ids, and
a timer that is stale or done is ignored.
"""

from collections.abc import Iterator, Sequence
from itertools import chain

from surgeline.adapters import codec
from surgeline.adapters.aws.table import EVENT, RECORD, Item, unpacked
from surgeline.application.deliveries.delays import delay
from surgeline.application.ports.conversations import Record
from surgeline.application.ports.queues import LONGEST_DELAY_SECONDS, Outgoing
from surgeline.domain.effects import StartTimer
from surgeline.domain.events import TimerFired
from surgeline.domain.thread import Thread

from local.deployed.items import head_of

RECENT_MILLISECONDS = LONGEST_DELAY_SECONDS * 1000
"""Effects of so recent events may have waited in a queue. Timers of longer lie in the table."""


def events_again(items: Sequence[Item], since: int) -> Iterator[Outgoing]:
    """Yield the events of a thread's partition that were handled since then."""
    thread, records = _opened(items)
    for each in records:
        if each.at >= since:
            dedup_id = f"again.{each.event.id}"[:128]
            body = codec.encode_event(each.event)
            yield Outgoing(body, group=thread.id, dedup_id=dedup_id)


def timers_again(items: Sequence[Item], now: int) -> Iterator[Outgoing]:
    """Yield the timers of the thread's open conversation that a queue may have held."""
    thread, records = _opened(items)
    current = thread.conversation
    if current is None or not current.is_open:
        return
    sks = [each["sk"]["S"] for each in items]
    done = {each.removeprefix(EVENT) for each in sks if each.startswith(EVENT)}
    done.add(records[-1].event.id)
    for effect in chain.from_iterable(each.effects for each in records):
        if (
            isinstance(effect, StartTimer)
            and effect.conversation_id == current.id
            and effect.id not in done
            and effect.due_at <= now + RECENT_MILLISECONDS
        ):
            body = codec.encode_event(_fired(thread, effect))
            yield Outgoing(body, delay_seconds=delay(effect.due_at, now))


def _fired(thread: Thread, effect: StartTimer) -> TimerFired:
    return TimerFired(
        id=effect.id,
        thread_id=thread.id,
        at=effect.due_at,
        kind=effect.kind,
        conversation_id=effect.conversation_id,
        subject=effect.subject,
        epoch=effect.epoch,
        due_at=effect.due_at,
    )


def _opened(items: Sequence[Item]) -> tuple[Thread, list[Record]]:
    """Return the thread of a partition, and its records in their order."""
    head = head_of(items)
    assert head is not None
    thread, newest = unpacked(head["body"])
    logged = [each for each in items if each["sk"]["S"].startswith(RECORD)]
    texts = [*(unpacked(each["body"])[-1] for each in logged), newest]
    records = {each.seq: each for each in map(codec.decode_record, texts)}
    return codec.decode_thread(thread), [records[seq] for seq in sorted(records)]
