"""The permission to answer a customer's message is found here, for the one text that may use it.

Some channels give one with each message: LINE a reply token, Kakao a callback.
"""

from dataclasses import dataclass

from surgeline.application.configuration import ConfigurationShelf
from surgeline.application.ports.conversations import ConversationStore, Record
from surgeline.domain.effects import SendText
from surgeline.domain.events import CustomerWrote
from surgeline.domain.thread import Thread
from surgeline.errors import Unreadable

RECENT = 20
"""The records that are looked through. A permission is good for about a minute."""


@dataclass(frozen=True, slots=True)
class Permission:
    """The permission of the message that came at `received_at` (UTC epoch ms)."""

    token: str
    received_at: int


def permission_of(
    thread: Thread,
    record: Record,
    effect: SendText,
    store: ConversationStore,
    configuration: ConfigurationShelf,
) -> Permission | None:
    """Return the permission that goes with a text, or None.

    The first text that answers a message has the message's. Where a channel takes texts in no other
    way, a later text, such as a person's, has the newest message's if no other text had it.
    """
    if effect.id != next(each.id for each in record.effects if isinstance(each, SendText)):
        return None
    if isinstance(record.event, CustomerWrote):
        return _own(record.event)
    if not _needs_permission(thread, configuration):
        return None
    for each in store.records(thread.id, limit=RECENT, newest_first=True):
        if each.seq >= record.seq:
            continue
        if any(isinstance(other, SendText) for other in each.effects):
            return None
        if isinstance(each.event, CustomerWrote):
            return _own(each.event)
    return None


def _own(message: CustomerWrote) -> Permission | None:
    return Permission(message.reply_token, message.at) if message.reply_token else None


def _needs_permission(thread: Thread, configuration: ConfigurationShelf) -> bool:
    """Return whether the channel's kind says that texts go out only with a permission."""
    try:
        channel = configuration.channel(thread.channel_id)
    except Unreadable:  # a channel of a newer release, whose deliveries wait for that release
        return False
    return channel is not None and getattr(channel.settings, "needs_permission", False) is True
