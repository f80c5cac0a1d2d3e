"""Ids are keyed hashes of what came in, and hashes of an event's id for what follows from it.

The module is pure, because the key is an argument. Ids have 130 bits each, in lower-case base32, so
that they are legal in a URL, a queue group and a webhook id.
"""

import hashlib
import hmac
import re

NAME = "[a-z0-9](?:[a-z0-9_-]{0,62}[a-z0-9])?"
"""The pattern of a name that people give: a channel, a pool, a knowledge base, a skill."""
NAME_FORM = "1 to 64 of a-z 0-9 - _, a letter or digit first and last"
CONVERSATION = "t[a-z2-7]{26}-[0-9]{1,9}"
OFFER = "o[a-z2-7]{26}"
FILE = "f[a-z2-7]{26}"
NOTICE = rf"{NAME}\.c[a-z2-7]{{26}}"
"""The pattern of a notice of changed articles, which begins with its knowledge base."""

_BYTES = 17  # the fewest bytes with 130 bits, which are 26 characters
_SPARE_BITS = _BYTES * 8 - 130
_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"  # RFC 4648's base32, in lower case
_PAIRS = [first + second for first in _LETTERS for second in _LETTERS]
_SHIFTS = range(120, -1, -10)


def is_name(text: str) -> bool:
    """Return whether a channel, a pool or a knowledge base may have this name."""
    return re.fullmatch(NAME, text) is not None


def _short(digest: bytes) -> str:
    """Return the first 130 bits of a digest in base32, two characters at a time."""
    number = int.from_bytes(digest[:_BYTES], "big") >> _SPARE_BITS
    return "".join([_PAIRS[number >> shift & 1_023] for shift in _SHIFTS])


def keyed_id(prefix: str, key: bytes, *parts: str) -> str:
    """Return an id that only we can compute: HMAC-SHA256 over the parts and their lengths."""
    message = b"".join(b"%d:%s" % (len(raw), raw) for raw in (part.encode() for part in parts))
    return prefix + _short(hmac.digest(key, message, hashlib.sha256))


def thread_id(key: bytes, channel_id: str, sender: str) -> str:
    """Return the thread of one sender on one channel, known at intake without a read."""
    return keyed_id("t", key, "thread", channel_id, sender)


def message_id(key: bytes, thread: str, event_id: str) -> str:
    """Return the id of a thread's message that its channel calls `event_id`.

    Every redelivery gets the same id. Two customers never share one, whatever a channel calls
    their messages.
    """
    return keyed_id("m", key, "message of a thread", thread, event_id)


def former_message_id(key: bytes, channel_id: str, event_id: str) -> str:
    """Return the message's id under release 0.1.0, which may have done the message already."""
    return keyed_id("m", key, "message", channel_id, event_id)


def pool_event_id(key: bytes, pool_id: str, webhook_id: str) -> str:
    """Return the event id of one pool callback, the same for every retry of it."""
    return keyed_id("e", key, "pool", pool_id, webhook_id)


def derived_id(prefix: str, event_id: str, name: str) -> str:
    """Return an id that follows from an event.

    It is the same at every replay, and as hard to guess.
    """
    return prefix + _short(hashlib.sha256(f"{event_id}/{name}".encode()).digest())


def conversation_id(thread: str, number: int) -> str:
    """Return an id that starts with the thread's, so that a callback finds its group unread."""
    return f"{thread}-{number}"


def number_of(conversation: str) -> int:
    """Return the conversation's number within its thread, or 0 for any other text."""
    number = conversation.rpartition("-")[2]
    return int(number) if number.isascii() and number.isdigit() else 0


def thread_of(conversation: str) -> str:
    """Return the thread of a conversation id: the text before its last hyphen."""
    return conversation.rpartition("-")[0]
