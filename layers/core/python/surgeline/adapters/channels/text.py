"""Texts are measured and cut here, for channels that take only so much in one message."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterator

Size = Callable[[str], int]
"""Returns the length of a text in a channel's own units. A longer beginning is never smaller."""

_BREAKS = (
    re.compile(r"\n\s*\n"),
    re.compile(r"\n"),
    re.compile(r"[.!?…][\"')\]]*\s|[。！？]"),
    re.compile(r"\s"),
)
"""The places where a text is cut, the best first: a paragraph, a line, a sentence, a word."""
_BOLD = r"\*\*([^\s*](?:[^*\n]*[^\s*])?)\*\*"
_NAMED = r"\[([^\[\]\n]{1,80})\]\(((?:https?://|mailto:|tel:)[^\s()]+)\)"
_MARKED = re.compile(f"{_BOLD}|{_NAMED}")
_REST = "…"
_JOINER, _REGIONS = "\u200d", ("\U0001f1e6", "\U0001f1ff")
_GOES_ON = re.compile(
    "[\u200c\uff9e\uff9f\u0e33\u0eb3\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f"
    "\u1160-\u11ff\ud7b0-\ud7fb]"
)
"""Characters that belong to the one before them, besides marks.

These are the signs of Kana's narrow letters, the Thai and Lao am, skin colours, the letters of
regions' flags, and the later parts of a Korean syllable.
"""
_VIRAMA = 9
"""The combining class of the sign that makes one of two letters, as in Hindi."""
_KOREAN_BEGINS = re.compile("[\u1100-\u115f\ua960-\ua97c][\u1100-\u115f\ua960-\ua97c\uac00-\ud7a3]")


def utf16(text: str) -> int:
    """Return the length in units of UTF-16, where an emoji has two or more."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def split(text: str, most: int, size: Size = utf16) -> list[str]:
    """Return the text in parts of at most `most` units, without the space around each part.

    A part ends at a paragraph, a line, a sentence or a word if one ends in its second half. No
    character is cut, and neither is an emoji or a letter with its marks.
    """
    return [part for part in map(str.strip, _parts(text.strip(), most, size)) if part]


def unmarked(text: str) -> str:
    """Return a text without the marks of bold words and named links, which only our pages show."""
    return _MARKED.sub(lambda found: found[1] or f"{found[2]}: {found[3]}", text)


def shortened(text: str, most: int, size: Size = utf16) -> str:
    """Return a text of at most `most` units. An ellipsis tells that something was left out."""
    if size(text) <= most:
        return text
    return f"{text[: _longest(text, most - size(_REST), size)].rstrip()}{_REST}"


def _parts(text: str, most: int, size: Size) -> Iterator[str]:
    while size(text) > most:
        end = _end(text, _longest(text, most, size))
        yield text[:end]
        text = text[end:].lstrip()
    yield text


def _end(text: str, longest: int) -> int:
    """Return where the first part ends that has at most `longest` characters."""
    for place in _BREAKS:
        ends = [found.end() for found in place.finditer(text, 0, longest)]
        if ends and ends[-1] > longest // 2:
            return ends[-1]
    return longest


def _longest(text: str, most: int, size: Size) -> int:
    """Return how many characters fit, at least one, without cutting one that people see as one.

    A longer beginning is never smaller, so the end is searched by halves.
    """
    ends = range(1, min(len(text), most) + 1)
    end = bisect_right(ends, most, key=lambda end: size(text[:end]))
    whole = end
    while whole > 0 and _are_one(text, whole):
        whole -= 1
    return max(1, whole or end)


def _are_one(text: str, place: int) -> bool:
    """Return whether the characters before and after the place are seen as one."""
    if place >= len(text):
        return False
    before, after = text[place - 1], text[place]
    if _JOINER in (before, after) or unicodedata.category(after).startswith("M"):
        return True
    if _GOES_ON.match(after) or _KOREAN_BEGINS.match(before + after):
        return True
    if unicodedata.combining(before) == _VIRAMA and after.isalpha():
        return True
    if before == "\r" and after == "\n":
        return True
    return _is_region(after) and _regions_before(text, place) % 2 == 1  # half of a flag


def _regions_before(text: str, place: int) -> int:
    count = 0
    while count < place and _is_region(text[place - 1 - count]):
        count += 1
    return count


def _is_region(character: str) -> bool:
    return _REGIONS[0] <= character <= _REGIONS[1]
