"""The place of a conversation in Slack is the customer's name here, and where replies go.

It is `team/channel` for a direct conversation with the app, and `team/channel/thread` in a thread.
"""

import re
from dataclasses import dataclass

_NAME = re.compile(r"[A-Z0-9]{1,40}")
_CHANNEL = re.compile(r"[CDG][A-Z0-9]{2,40}")
_TIME = re.compile(r"[0-9]{1,15}\.[0-9]{1,10}")


@dataclass(frozen=True, slots=True)
class Place:
    """A channel of a team, and the thread in it, if any."""

    channel: str
    thread: str | None


def sender_of(team: object, channel: object, thread: object = None) -> str | None:
    """Return the name of a place, or None for what can't be one."""
    names = [each for each in (team, channel) if isinstance(each, str) and _NAME.fullmatch(each)]
    if len(names) != 2:  # noqa: PLR2004 # team and channel
        return None
    if thread is None:
        return "/".join(names)
    return f"{'/'.join(names)}/{thread}" if is_time(thread) else None


def place_of(sender: str) -> Place:
    """Return where a sender's replies go. A channel that a person named has no team before it."""
    first, _, rest = sender.partition("/")
    channel, _, thread = (rest or first).partition("/")
    return Place(channel, thread or None)


def wrong_place(name: str) -> str:
    """Return what is wrong with a channel that a person names, or nothing."""
    if _CHANNEL.fullmatch(name):
        return ""
    return "give the channel's id, such as C0123ABCD: open its details in Slack"


def is_time(value: object) -> bool:
    """Return whether a value is a `ts`, which names a message within its channel."""
    return isinstance(value, str) and _TIME.fullmatch(value) is not None


def is_direct(channel: object) -> bool:
    """Return whether a channel is the direct conversation of one person with the app."""
    return isinstance(channel, str) and channel.startswith("D")
