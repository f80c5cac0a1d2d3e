"""Taking in a customer's message: ids without a read, one send to the queue, done."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from surgeline.application.ports.clock import Clock
from surgeline.application.ports.queues import Outgoing, Queue
from surgeline.domain.ids import message_id


@dataclass(frozen=True, slots=True)
class Accepted:
    """The ids of an acknowledged message; the same again for every repeat of it."""

    thread_id: str
    message_id: str


def receive_message(
    events: Queue,
    clock: Clock,
    *,
    key: bytes,
    thread: str,
    channel_id: str,
    sender: str,
    provider_event_id: str,
    text: str,
    language: str | None = None,
    attachments: int = 0,
    customer: Mapping[str, object] | None = None,
) -> Accepted:
    """Queue the message for its thread's writer; returns once it is safe.

    `thread` is the sender's (`domain.ids.thread_id`). Written by hand as JSON, because the intake
    imports no wire format library; the codec's tests hold both to the same form. Raises what the
    queue raises; then nothing is acknowledged.
    """
    message = message_id(key, channel_id, provider_event_id)
    event: dict[str, object] = {
        "type": "customer_wrote",
        "schema": 1,
        "id": message,
        "thread_id": thread,
        "channel_id": channel_id,
        "sender": sender,
        "text": text,
        "language": language,
        "attachments": attachments,
    }
    if customer:
        event["customer"] = customer
    content = json.dumps(event)
    dedup_id = hashlib.sha256(content.encode()).hexdigest()
    body = f'{content[:-1]}, "at": {clock.now()}}}'
    events.send([Outgoing(body, group=thread, dedup_id=dedup_id)])
    return Accepted(thread, message)
