"""The intake takes in everything that customers do, on every channel.

Ids are known without a read, so a message is acknowledged after one send to the queue. Events are
written by hand as JSON, because the intake imports no wire format library. The codec's tests hold
both writers to the same form.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from surgeline.application.ports.clock import Clock
from surgeline.application.ports.queues import IntakeGate, Outgoing, Queue
from surgeline.domain.ids import former_message_id, message_id, thread_id
from surgeline.errors import TooMany, Unavailable


class Cap(Protocol):
    """A bound on how often one sender may write."""

    def take(self, thread_id: str, now: int) -> None:
        """Count one message at `now` (UTC epoch ms). Raises TooMany."""


@dataclass(frozen=True, slots=True)
class Inbound:
    """One customer's message as the customer's channel brought it.

    `sender` is the channel's name of the customer, and `event_id` its name of the message. An event
    id is unique within its sender only. `reply_token` is the channel's permission to answer this
    message, where the channel gives any. `edits` is the event id of the message that this is the
    new text of. An `automatic` message is a machine's, and nobody answers it. `media` are the
    files that can be fetched, as the event has them (`domain.events.Media`). `also` is another name
    that the channel has for the customer, under which later messages may come.
    """

    channel_id: str
    sender: str
    event_id: str
    text: str
    language: str | None = None
    attachments: int = 0
    customer: Mapping[str, object] | None = None
    reply_token: str | None = None
    edits: str | None = None
    automatic: bool = False
    media: Sequence[Mapping[str, str]] = ()
    also: str = ""


@dataclass(frozen=True, slots=True)
class Left:
    """A customer ended the chat, or blocked us where the channel tells that."""

    channel_id: str
    sender: str
    event_id: str
    blocked: bool = False


@dataclass(frozen=True, slots=True)
class Deleted:
    """A customer took a message back. `deletes` is the event id of that message."""

    channel_id: str
    sender: str
    event_id: str
    deletes: str


WORDLESS: Final = "[message]"
"""The words of a person's message in the provider's app that came without any."""


@dataclass(frozen=True, slots=True)
class Spoke:
    """A person of the company answered the customer in the provider's own app."""

    channel_id: str
    sender: str
    event_id: str
    text: str


@dataclass(frozen=True, slots=True)
class Undelivered:
    """The provider took a text and could not deliver it. `text_id` is our own name for the text.

    `reason` begins with the scope of the failure, as an outcome of a delivery does.
    """

    channel_id: str
    sender: str
    event_id: str
    text_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Moved:
    """The channel names a customer anew: `sender` had the name `before`, or has `after` now.

    The threads of both names are told, each by an event of its own.
    """

    channel_id: str
    sender: str
    event_id: str
    before: str = ""
    after: str = ""


Happened = Inbound | Left | Spoke | Deleted | Undelivered | Moved


@dataclass(frozen=True, slots=True)
class Accepted:
    """The ids of an acknowledged event. Every repeat of the event gets the same ids."""

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

    def receive(self, events: Sequence[Happened]) -> list[Accepted]:
        """Queue the events for the writers of their threads, all in one send, and then return.

        Raises TooMany and Unavailable for a sender who writes too fast or a thread that is full.
        Then the other senders' events are queued all the same. Raises the errors of the queue too.
        Nothing is acknowledged then, and sending all of them again is harmless.
        """
        key, now = self._key(), self._clock.now()
        outgoing: list[Outgoing] = []
        accepted: list[Accepted] = []
        refusal: TooMany | Unavailable | None = None
        for each in events:
            thread = thread_id(key, each.channel_id, each.sender)
            refused = self._refusal(thread, now)
            if refused:
                refusal = refusal or refused
                continue
            ids = Accepted(thread, message_id(key, thread, each.event_id))
            accepted.append(ids)
            outgoing.append(_outgoing(key, ids, each, now))
        if outgoing:
            self._queue.send(outgoing)
        if refusal:
            raise refusal
        return accepted

    def leave(self, channel_id: str, sender: str) -> str:
        """Queue that the customer ended the chat.

        Return the customer's thread. Raises as `receive` does.
        """
        event_id = f"leave/{self._clock.now()}"
        [accepted] = self.receive([Left(channel_id, sender, event_id)])
        return accepted.thread_id

    def _refusal(self, thread: str, now: int) -> TooMany | Unavailable | None:
        """Return why no more of the thread is taken in now, or None."""
        try:
            self._cap.take(thread, now)
            self._gate.admit(thread)
        except (TooMany, Unavailable) as error:
            return error
        return None


def _outgoing(key: bytes, ids: Accepted, event: Happened, now: int) -> Outgoing:
    if isinstance(event, Left):
        return _left(ids, event, now)
    if isinstance(event, Spoke):
        return _spoke(ids, event, now)
    if isinstance(event, Deleted):
        return _deleted(ids, message_id(key, ids.thread_id, event.deletes), event.channel_id, now)
    if isinstance(event, Undelivered):
        return _undelivered(ids, event, now)
    if isinstance(event, Moved):
        return _moved(key, ids, event, now)
    return _written(key, ids, event, now)


def _left(ids: Accepted, left: Left, now: int) -> Outgoing:
    event: dict[str, object] = {
        "type": "customer_left",
        "id": ids.message_id,
        "thread_id": ids.thread_id,
        "channel_id": left.channel_id,
        "at": now,
    }
    if left.blocked:
        event["blocked"] = True
    return Outgoing(json.dumps(event), group=ids.thread_id, dedup_id=ids.message_id)


def _spoke(ids: Accepted, spoke: Spoke, now: int) -> Outgoing:
    event = {
        "type": "person_answered",
        "id": ids.message_id,
        "thread_id": ids.thread_id,
        "channel_id": spoke.channel_id,
        "sender": spoke.sender,
        "at": now,
        "text": spoke.text,
    }
    return Outgoing(json.dumps(event), group=ids.thread_id, dedup_id=ids.message_id)


def _deleted(ids: Accepted, deletes: str, channel_id: str, now: int) -> Outgoing:
    event = {
        "type": "customer_deleted",
        "id": ids.message_id,
        "thread_id": ids.thread_id,
        "channel_id": channel_id,
        "at": now,
        "deletes": deletes,
    }
    return Outgoing(json.dumps(event), group=ids.thread_id, dedup_id=ids.message_id)


def _undelivered(ids: Accepted, failed: Undelivered, now: int) -> Outgoing:
    """Return the event of a late failure. Only the writer knows where the text stands."""
    event = {
        "type": "text_undelivered",
        "id": ids.message_id,
        "thread_id": ids.thread_id,
        "at": now,
        "conversation_id": "",
        "text_seq": 0,
        "reason": failed.reason,
        "text_id": failed.text_id,
        "channel_id": failed.channel_id,
    }
    return Outgoing(json.dumps(event), group=ids.thread_id, dedup_id=ids.message_id)


def _moved(key: bytes, ids: Accepted, moved: Moved, now: int) -> Outgoing:
    before, after = (
        thread_id(key, moved.channel_id, each) if each else ""
        for each in (moved.before, moved.after)
    )
    event = {
        "type": "customer_moved",
        "id": ids.message_id,
        "thread_id": ids.thread_id,
        "channel_id": moved.channel_id,
        "at": now,
        "before": before,
        "after": after,
        "sender": moved.after,
    }
    return Outgoing(json.dumps(event), group=ids.thread_id, dedup_id=ids.message_id)


def _written(key: bytes, ids: Accepted, message: Inbound, now: int) -> Outgoing:
    """Return the event of a message. A repeat has the same dedup id, whenever it comes."""
    former_id = former_message_id(key, message.channel_id, message.event_id)
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
    if message.media:
        event["media"] = list(message.media)
    if message.edits:
        event["edits"] = message_id(key, ids.thread_id, message.edits)
    if message.automatic:
        event["automatic"] = True
    if message.also:
        event["also"] = thread_id(key, message.channel_id, message.also)
    content = json.dumps(event)
    dedup_id = hashlib.sha256(content.encode()).hexdigest()
    token = f', "reply_token": {json.dumps(message.reply_token)}' if message.reply_token else ""
    body = f'{content[:-1]}{token}, "at": {now}}}'
    return Outgoing(body, group=ids.thread_id, dedup_id=dedup_id)
