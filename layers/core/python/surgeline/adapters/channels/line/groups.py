"""Messages of groups that mention the account are heard here, where the channel says so.

The group is the customer then: its thread is one, and replies go to the group.
"""

import re
from collections.abc import Sequence

from surgeline.adapters.channels.readings import Part, id_of, part, parts, text_of
from surgeline.adapters.hooks import Said
from surgeline.adapters.signing.field_sets import Fields

FIELD, MENTIONS = "groups", "mentions"
_PLACES = {"group": "groupId", "room": "roomId"}
_PLACE = re.compile(r"[CRU][0-9a-f]{32}")
_IDS = ("C", "R")
"""The first letters of the ids of groups and rooms. A person's id begins with U."""


def part_for(keys: Sequence[Fields], said: Said) -> Said:
    """Return the request with each mention in a group as a message of the group."""
    if not keys or keys[0].get(FIELD) != MENTIONS:
        return said
    events = said.get("events")
    listed = events if isinstance(events, list) else []
    return {**said, "events": [_heard(each) for each in listed]}


def is_place(sender: str) -> bool:
    """Return whether a customer is a group or a room, where only a mention is heard.

    A quick reply writes no mention, so it would be of no use there.
    """
    return sender.startswith(_IDS)


def wrong_place(name: str) -> str:
    """Return what is wrong with a person, group or room that somebody names, or nothing."""
    if _PLACE.fullmatch(name):
        return ""
    return (
        "give the id of a group, room or person: C, R or U and 32 signs, as LINE's events have it"
    )


def _heard(event: object) -> object:
    if not isinstance(event, dict) or event.get("type") != "message":
        return event
    source, message = part(event, "source"), part(event, "message")
    place = id_of(source.get(_PLACES.get(str(source.get("type")), "")))
    ours = [each for each in parts(part(message, "mention"), "mentionees") if _is_ours(each)]
    if not place or not ours:
        return event
    text = _without(text_of(message.get("text")), ours)
    return {
        **event,
        "source": {"type": "user", "userId": place},
        "message": {**message, "text": text},
    }


def _is_ours(mentioned: Part) -> bool:
    return mentioned.get("isSelf") is True


def _without(text: str, mentioned: Sequence[Part]) -> str:
    """Return a text without the mentions, whose places count units of UTF-16."""
    units = text.encode("utf-16-le", "surrogatepass")
    for each in sorted(mentioned, key=lambda each: str(each.get("index")).rjust(9), reverse=True):
        start, length = each.get("index"), each.get("length")
        if isinstance(start, int) and isinstance(length, int) and start >= 0 and length >= 0:
            units = units[: 2 * start] + units[2 * (start + length) :]
    return units.decode("utf-16-le", "replace").strip()
