"""A calendar that people subscribe to is written here, by RFC 5545, with all times in UTC."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

_LINE_BYTES: Final = 75


@dataclass(frozen=True, slots=True)
class Event:
    """An event of a calendar. Its `uid` stays the same as long as it is the same event."""

    uid: str
    begins: int
    ends: int
    summary: str
    description: str = ""


def calendar(name: str, events: Iterable[Event], *, now: int) -> str:
    """Return a calendar as a file. Who subscribes is told to ask again after an hour."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Surgeline//On call//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_text(name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
    ]
    for event in events:
        lines += _lines_of(event, now)
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line))


def _lines_of(event: Event, now: int) -> list[str]:
    lines = [
        "BEGIN:VEVENT",
        f"UID:{_text(event.uid)}",
        f"DTSTAMP:{_moment(now)}",
        f"DTSTART:{_moment(event.begins)}",
        f"DTEND:{_moment(event.ends)}",
        f"SUMMARY:{_text(event.summary)}",
    ]
    if event.description:
        lines.append(f"DESCRIPTION:{_text(event.description)}")
    return [*lines, "TRANSP:TRANSPARENT", "END:VEVENT"]


def _moment(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(text: str) -> str:
    """Return a text as a value, with what would end it or part it escaped."""
    for plain in ("\\", ";", ","):
        text = text.replace(plain, f"\\{plain}")
    return "\\n".join(text.splitlines())


def _folded(line: str) -> Iterator[str]:
    """Yield the parts of a line, none longer than 75 bytes, and no character cut in two."""
    part, size = "", 0
    for character in line:
        length = len(character.encode())
        if size + length > _LINE_BYTES:
            yield part
            part, size = " ", 1
        part += character
        size += length
    yield part
