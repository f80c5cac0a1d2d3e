"""The encoding of a text file is found here by its bytes, or refused, but never guessed.

An old encoding is believed only where nearly everything outside ASCII becomes characters of its
language. Bytes that fit no encoding are refused, and the message says how to save the file.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

_ADVICE: Final = 'save it as UTF-8 (in spreadsheet programs: "CSV UTF-8")'
_ANOTHER_WAY: Final = "save a sheet as CSV or .xlsx, and a document as a web page (.html)"
_BINARY: Final = (
    (b"PK\x03\x04", "a sheet, a document or an archive (.ods, .docx, .zip)"),
    (b"\xd0\xcf\x11\xe0", "an old sheet or document (.xls, .doc)"),
    (b"%PDF", "a PDF"),
)
_BYTE_ORDER_MARKS: Final = (
    (b"\xef\xbb\xbf", "utf-8-sig", "UTF-8"),
    (b"\xff\xfe", "utf-16", "UTF-16"),
    (b"\xfe\xff", "utf-16", "UTF-16"),
)
_BELIEVED: Final = 0.8
_SAMPLE_BYTES: Final = 4096
_LETTER: Final = "[\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u00ffœŒŸ]"
# Accented letters stand alone or in twos beside plain ones. Other scripts make long rows of them.
_WESTERN: Final = re.compile(
    f"(?<!{_LETTER})(?:{_LETTER}|(?<=[A-Za-z]){_LETTER}{{2}}|{_LETTER}{{2}}(?=[A-Za-z]))(?!{_LETTER})"
    "|[\u00a0«»°·€‘’“”–—…•]"
)


@dataclass(frozen=True, slots=True)
class Text:
    """A file's characters, and the name of the encoding that they were in."""

    characters: str
    encoding: str


class Undecodable(ValueError):
    """Bytes that are no text in a known encoding; the message says what to do."""


def decode(raw: bytes) -> Text:
    """Return the text of a file. Raises Undecodable."""
    for beginning, what in _BINARY:
        if raw.startswith(beginning):
            raise Undecodable(f"this is {what}, not text; {_ANOTHER_WAY}")
    for mark, codec, name in _BYTE_ORDER_MARKS:
        if raw.startswith(mark):
            return Text(_strictly(raw, codec, name), name)
    unmarked = _utf_16_without_mark(raw)
    if unmarked:
        return Text(_strictly(raw, unmarked, "UTF-16"), "UTF-16")
    if b"\0" in raw:
        raise Undecodable(f"byte {raw.index(0) + 1} is 0: this is no text; {_ADVICE}")
    try:
        return Text(raw.decode(), "UTF-8")
    except UnicodeDecodeError as error:
        return _old_encoding(raw, error)


def _strictly(raw: bytes, codec: str, name: str) -> str:
    try:
        return raw.decode(codec)
    except UnicodeDecodeError as error:
        raise Undecodable(f"byte {error.start + 1} is not {name}; {_ADVICE}") from error


def _utf_16_without_mark(raw: bytes) -> str | None:
    """Return the UTF-16 encoding of mostly ASCII text, in which every other byte is zero."""
    sample = raw[:_SAMPLE_BYTES]
    half = len(sample) // 2
    if not half or len(raw) % 2:
        return None
    low, high = sample[1::2].count(0), sample[0::2].count(0)
    if low > half // 4 and not high:
        return "utf-16-le"
    return "utf-16-be" if high > half // 4 and not low else None


def _old_encoding(raw: bytes, error: UnicodeDecodeError) -> Text:
    for codec, name, fitting in (
        ("cp949", "CP949 (EUC-KR)", _korean_characters),
        ("cp1252", "Windows-1252", _western_characters),
    ):
        found = _if_it_fits(raw, codec, fitting)
        if found is not None:
            return Text(found, name)
    raise Undecodable(
        f"byte {error.start + 1} is not UTF-8, and as UTF-16, CP949 (EUC-KR) or Windows-1252 the "
        f"file makes no sense; {_ADVICE}"
    ) from error


def _if_it_fits(raw: bytes, codec: str, fitting: Callable[[str], int]) -> str | None:
    try:
        text = raw.decode(codec)
    except UnicodeDecodeError:
        return None
    foreign = sum(not character.isascii() for character in text)
    return text if fitting(text) >= _BELIEVED * foreign else None


def _korean_characters(text: str) -> int:
    """Return how many characters are signs or syllables that nearly all Korean is written in.

    These are 2,350 syllables, of two bytes each in the encoding. The codec spells a rarer syllable
    in eight bytes.
    """
    return sum(
        ("가" <= character <= "힣" or "\u2000" <= character <= "\u303f")
        and len(character.encode("euc_kr", "ignore")) == len("가".encode("euc_kr"))
        for character in text
        if not character.isascii()
    )


def _western_characters(text: str) -> int:
    return sum(len(found[0]) for found in _WESTERN.finditer(text))
