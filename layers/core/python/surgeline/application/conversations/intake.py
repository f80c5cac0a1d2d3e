"""The intake takes in everything that customers do, on every channel.

Ids are known without a read, so a message is acknowledged after one send to the queue. Events are
written by hand as JSON, because the intake imports no wire format library. The codec's tests hold
both writers to the same form.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from surgeline.application.ports.clock import Clock
from surgeline.application.ports.queues import IntakeGate, Outgoing, Queue
from surgeline.domain.ids import former_message_id, message_id, thread_id


class Cap(Protocol):
    """A bound on how often one sender may write."""

    def take(self, thread_id: str, now: int) -> None:
        """Count one message at `now` (UTC epoch ms). Raises TooMany."""


@dataclass(frozen=True, slots=True)
class Inbound:
    """One customer's message as the customer's channel brought it.

    `sender` is the channel's name of the customer, and `event_id` its name of the message. An event
    id is unique within its sender only.
    """

    channel_id: str
    sender: str
    event_id: str
    text: str
    language: str | None = None
    attachments: int = 0
    customer: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True)
class Accepted:
    """The ids of an acknowledged message. Every repeat of the message gets the same ids."""

    thread_id: str
    message_id: str


class Intake:
    """The use case. One instance serves a process.

    `key()` returns the key that ids are made with. A refused message leaves nothing behind.
    """

    def __init__(
        self,
        queue: Queue,
        clock: Clock,
        cap: Cap,
        gate: IntakeGate,
        key: Callable[[], bytes],
    ) -> None:
        self._queue = queue
        self._clock = clock
        self._cap = cap
        self._gate = gate
        self._key = key

    def receive(self, messages: Sequence[Inbound]) -> list[Accepted]:
        """Queue the messages for the writers of their threads, all in one send, and then return.

        Raises TooMany, Unavailable, and the errors of the queue. Then no message is acknowledged,
        and sending all of them again is harmless.
        """
        key, now = self._key(), self._clock.now()
        threads = [thread_id(key, each.channel_id, each.sender) for each in messages]
        for thread in threads:
            self._admit(thread, now)
        accepted = [
            Accepted(thread, message_id(key, thread, each.event_id))
            for thread, each in zip(threads, messages, strict=True)
        ]
        self._queue.send(
            [
                _written(ids, each, former_message_id(key, each.channel_id, each.event_id), now)
                for ids, each in zip(accepted, messages, strict=True)
            ]
        )
        return accepted

    def leave(self, channel_id: str, sender: str) -> str:
        """Queue that the customer ended the chat.

        Return the customer's thread. Raises as `receive` does.
        """
        key, now = self._key(), self._clock.now()
        thread = thread_id(key, channel_id, sender)
        self._admit(thread, now)
        event = {
            "type": "customer_left",
            "id": message_id(key, thread, f"leave/{now}"),
            "thread_id": thread,
            "channel_id": channel_id,
            "at": now,
        }
        self._queue.send([Outgoing(json.dumps(event), group=thread, dedup_id=str(event["id"]))])
        return thread

    def _admit(self, thread: str, now: int) -> None:
        self._cap.take(thread, now)
        self._gate.admit(thread)


def _written(ids: Accepted, message: Inbound, former_id: str, now: int) -> Outgoing:
    """Return the event of a message. A repeat has the same dedup id, whenever it comes."""
    event: dict[str, object] = {
        "type": "customer_wrote",
        "schema": 1,
        "id": ids.message_id,
        "former_id": former_id,
        "thread_id": ids.thread_id,
        "channel_id": message.channel_id,
        "sender": message.sender,
        "text": message.text,
        "language": message.language,
        "attachments": message.attachments,
    }
    if message.customer:
        event["customer"] = message.customer
    content = json.dumps(event)
    dedup_id = hashlib.sha256(content.encode()).hexdigest()
    return Outgoing(f'{content[:-1]}, "at": {now}}}', group=ids.thread_id, dedup_id=dedup_id)
