"""Texts are cut into parts that a channel takes, and no character is ever cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from surgeline.adapters.channels.text import shortened, split, utf16

FAMILY, FLAG, KOREAN = "👨‍👩‍👧‍👦", "🇰🇷", "\u1112\u1161\u11ab"
WHOLE = [
    FAMILY,
    FLAG,
    KOREAN,
    "e\u0301",
    "👍🏽",
    "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "น้ำ",
    "ｶ\uff9e",
    "\u1112\ud558\u11ab",
    "क्षि",
]
"""Each is one character to people, also England's flag, a Thai word, narrow Kana, and Hindi."""
PIECES = [
    FAMILY,
    FLAG,
    KOREAN,
    "é",
    "e\u0301",
    "👍🏽",
    " ",
    "\n",
    "\n\n",
    ". ",
    "a",
    "한",
    "。",
    "x" * 9,
]
TEXTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=40).map("".join)


def letters(text: str) -> str:
    """Return a text without the space between its parts."""
    return "".join(text.split())


@given(TEXTS, st.integers(20, 60))
def test_nothing_is_lost_and_every_part_fits(text: str, most: int) -> None:
    """The parts together say the whole text, each within the limit, none of them empty."""
    parts = split(text, most)
    assert letters("".join(parts)) == letters(text)
    assert all(0 < utf16(part) <= most for part in parts)


@given(st.lists(st.sampled_from(WHOLE), min_size=1, max_size=30))
def test_what_people_see_as_one_character_is_never_cut(characters: list[str]) -> None:
    """An emoji of several parts, a flag, a syllable or an accented letter stays whole."""
    left = list(characters)
    for part in split("".join(characters), 20):
        rest = part
        while rest:
            assert rest.startswith(left[0])
            rest = rest.removeprefix(left.pop(0))


@pytest.mark.parametrize("character", WHOLE)
def test_a_row_of_one_character_is_cut_between_them(character: str) -> None:
    """Wherever the limit falls, each part has whole characters only."""
    for most in range(20, 40):
        for part in split(character * 12, most):
            assert part == character * (len(part) // len(character))


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("One.\n\nTwo two two.\nThree", ["One.\n\nTwo two two.", "Three"]),
        ("aaaa bbbb cccc. dddd eeee", ["aaaa bbbb cccc.", "dddd eeee"]),
        ("aaaa bbbb cccc dddd eeee", ["aaaa bbbb cccc dddd", "eeee"]),
        ("a" * 45, ["a" * 20, "a" * 20, "a" * 5]),
        ("  short  ", ["short"]),
        (" \n ", []),
    ],
)
def test_a_part_ends_where_people_would_pause(text: str, parts: list[str]) -> None:
    """A part ends at a paragraph, else a line, a sentence or a word, if one is near its end."""
    assert split(text, 20) == parts


def test_a_character_that_is_longer_than_the_limit_is_cut_at_last() -> None:
    """A heap of marks on one letter still goes out, in several parts."""
    heap = "e" + "\u0301" * 50
    assert "".join(split(heap, 20)) == heap


@pytest.mark.parametrize(
    ("text", "short"),
    [("short", "short"), ("twenty characters 12", "twenty characters 12")],
)
def test_a_label_that_fits_is_left_alone(text: str, short: str) -> None:
    """A label within the limit is not changed."""
    assert shortened(text, 20, len) == short


def test_a_label_that_is_too_long_says_so() -> None:
    """A long label ends with an ellipsis, within the limit and before a whole character."""
    assert shortened("Where is my parcel, please?", 20, len) == "Where is my parcel,…"
    assert shortened("aaaaaaaaaaaaaaaaaa" + FAMILY, 20, len) == "aaaaaaaaaaaaaaaaaa…"
    assert shortened("é" * 11, 20, lambda text: len(text.encode())) == "éééééééé…"
