"""Redaction takes out of a text what a pool's people must not see. It is pure and linear.

`payment` takes out card numbers, resident registration numbers and French social security numbers.
`contact` takes out e-mail addresses and phone numbers as well. `none` leaves everything. Each gap
is named: [card], [e-mail]. `without_names` takes out the names of people that are known.
In doubt a number goes, because a pool can ask for an order number again, but nobody can take a card
back.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from itertools import accumulate
from typing import Literal

Redaction = Literal["none", "payment", "contact"]

_UNSEEN = r"\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e"
_UNSEEN += r"\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0"
"""Characters that show nothing. A number that holds them reads as one without them."""
_BETWEEN = rf"\s{_UNSEEN}" + r"\-\u2010-\u2015\u2212\u30fc\ufe58\ufe63\uff0d~\u301c\uff5e"
_BETWEEN += r"/\u2044\u2215\uff0f\\|_.,*\u00b7\u2022\u2027\u2219\u22c5\u30fb"
_BETWEEN += r"\u3001\u3002\uff0c\uff0e"
"""Spaces, dashes, slashes and dots of any script, which people write between groups of digits."""

_DIGITS = re.compile(rf"\d(?:[{_BETWEEN}]{{0,4}}\d){{12,}}")
"""Thirteen digits or more with little between them, where a card or resident number may stand."""
_MAIL = re.compile(
    rf"[\w.+\-{_UNSEEN}]{{1,64}}[@\uff20][\w\-{_UNSEEN}]{{1,63}}"
    rf"(?:[.\uff0e][\w\-{_UNSEEN}]{{1,63}}){{1,8}}"
)
_PHONE = re.compile(
    r"(?:(?<![0-9A-Za-z+])|(?<=\d)(?=[+(]))(?:"  # also right behind another number
    rf"(?:[+\uff0b]|0|\(0)\d{{0,4}}(?:[{_BETWEEN}()]{{0,3}}\d){{6,14}}"  # with a prefix
    rf"|\(?\d{{3}}\)?[{_BETWEEN}]{{1,3}}\d{{3}}[{_BETWEEN}]{{1,3}}\d{{4}}"  # as in North America
    r")(?!\d)"
)

_SHORTEST, _LONGEST = 13, 19
"""The digits of a card number (ISO/IEC 7812)."""
_LAYOUTS = frozenset(
    {(4, 4, 4, 4), (4, 4, 4, 4, 3), (4, 4, 4, 3), (4, 6, 5), (4, 6, 4)}
    | {(6, 13), (8, 8), (4, 4, 8), (4, 8, 4), (8, 4, 4), (6, 10), (4, 12), (12, 4)}
)
"""The layouts of written card numbers.

A number in any other layout must have an issuer's prefix.
"""
_MOST_GROUPS = 5
_ISSUERS = re.compile(
    r"(?P<_16_19>4)|(?P<_15>3[47])|(?P<_16>5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)"
    r"|(?P<_14_16_19>30[0-5]|3[689])|(?P<_16_17_18_19>35|220[0-4]|50|5[6-8]|6)"
)
_RESIDENT = frozenset({(13,), (6, 7), (6, 1, 6), (2, 2, 2, 7), (2, 2, 2, 1, 6)})
_DATED = re.compile(r"\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[1-8]\d{6}")
"""A resident registration number begins with a date. Other numbers of 13 digits stay."""
_BEHIND = re.compile(r"(?:(?:0[1-9]|1[0-2])(?:\d\d){1,2})?(?:\d{3,4})?")
"""The digits right behind a card number: its expiry, its security code, or both."""
_BEHIND_GROUPS = 3

_KEYED_DIGITS, _BARE_DIGITS, _MODULUS = 15, 13, 97
"""A French social security number (NIR) has thirteen digits, and a key of two behind them."""
_KEYED = re.compile(r"[1-478]\d\d(?:0[1-9]|1[0-2]|[2-9]\d)\d{8}")
_BARE = re.compile(r"[12]\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[1-8]\d|9[0-57-9])(?!000)\d{3}(?!000)\d{3}")
_BARE_LAYOUTS = frozenset({(13,), (1, 2, 2, 2, 3, 3)})
_CORSICAN = re.compile(
    rf"(?<![0-9A-Za-z])[1-478](?:[{_BETWEEN}]{{0,3}}\d\d){{2}}[{_BETWEEN}]{{0,3}}2[ABab]"
    rf"(?:[{_BETWEEN}]{{0,3}}\d{{3}}){{2}}(?:[{_BETWEEN}]{{0,3}}\d\d)?(?!\d)"
)
"""People from Corsica have a letter in their number."""

_CARD_MARK, _RESIDENT_MARK = "[card]", "[resident number]"
_INSURED_MARK, _NAME_MARK = "[social security number]", "[name]"

_SHORTEST_NAME, _SHORTEST_PART = 2, 3
_SPACED = re.compile(r"[\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
"""Letters of scripts that write names and the words around them as one."""


def redact(text: str, level: Redaction) -> str:
    """Return the text without what the level takes out."""
    if level == "none":
        return text
    text = _CORSICAN.sub(_INSURED_MARK, text)
    text = _DIGITS.sub(lambda found: _Digits(found[0]).redacted(), text)
    if level == "contact":
        text = _MAIL.sub("[e-mail]", text)
        text = _PHONE.sub("[phone]", text)
    return text


def without_names(text: str, names: Iterable[str]) -> str:
    """Return the text without these names of people, and without the longer parts of each."""
    whole = {" ".join(each.split()) for each in names}
    parts = {part for each in whole for part in each.split() if len(part) >= _SHORTEST_PART}
    known = sorted((each for each in whole | parts if len(each) >= _SHORTEST_NAME), key=_longest)
    if not known:
        return text
    return re.sub("|".join(map(_pattern, known)), _NAME_MARK, text, flags=re.IGNORECASE)


def _longest(name: str) -> tuple[int, str]:
    return -len(name), name


def _pattern(name: str) -> str:
    written = r"\s+".join(map(re.escape, name.split()))
    if _SPACED.search(name) is None:
        return rf"(?<!\w){written}(?!\w)"
    return written if len(name) >= _SHORTEST_PART else rf"(?<!\w){written}"


class _Digits:
    """One stretch of text that is digits, with little between its groups."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._places = [(each.start(), each.end()) for each in re.finditer(r"\d+", text)]
        self._digits = "".join(str(int(each)) for each in text if each.isdecimal())
        sizes = [end - start for start, end in self._places]
        self._sizes = sizes
        self._starts = [0, *accumulate(sizes)]
        numbers = [int(each) for each in self._digits]
        doubled = [each * 2 - 9 if each > 4 else each * 2 for each in numbers]  # noqa: PLR2004 # two digits from 5 on
        pairs = list(enumerate(zip(numbers, doubled, strict=True)))
        # There are two sums, because the check digit's place decides which digits count twice.
        self._sums = tuple(
            [0, *accumulate(two if place % 2 == odd else one for place, (one, two) in pairs)]
            for odd in (0, 1)
        )

    def redacted(self) -> str:
        """Return the text with a mark in place of each number that must go."""
        marked = sorted(
            [(*each, _RESIDENT_MARK) for each in self._residents()]
            + [(*each, _INSURED_MARK) for each in self._insured()]
            + [(*each, _CARD_MARK) for each in self._cards()]
        )
        kept: list[str] = []
        done, reached = 0, -1
        for first, last, mark in marked:
            start, end = self._places[first][0], self._places[last][1]
            if first > reached:  # a number that overlaps another shares its mark
                kept += [self._text[done:start], mark]
            done, reached = max(done, end), max(reached, last)
        return "".join([*kept, self._text[done:]])

    def _cards(self) -> Iterator[tuple[int, int]]:
        """Yield the first and last group of each card number, with the digits right behind it."""
        for first, size in enumerate(self._sizes):
            lasts = [first] if _SHORTEST <= size <= _LONGEST and self._checks(first, size) else []
            lasts += self._printed(first)
            lasts += self._issued(first)
            if lasts:
                yield first, self._behind(max(lasts))

    def _printed(self, first: int) -> Iterator[int]:
        for count in range(2, _MOST_GROUPS + 1):
            groups = tuple(self._sizes[first : first + count])
            if groups in _LAYOUTS and len(groups) == count and self._checks(first, sum(groups)):
                yield first + count - 1

    def _issued(self, first: int) -> Iterator[int]:
        """Yield the ends of numbers with an issuer's prefix and length, in any grouping."""
        start = self._starts[first]
        issuer = _ISSUERS.match(self._digits, start)
        lengths = [int(each) for each in (issuer.lastgroup or "").split("_")[1:]] if issuer else []
        for length in lengths:
            end = start + length
            if end > len(self._digits) or not self._checks(first, length):
                continue
            last = bisect_left(self._starts, end) - 1
            if _BEHIND.fullmatch(self._digits, end, self._starts[last + 1]):
                yield last

    def _behind(self, last: int) -> int:
        """Return the last group of the expiry and the security code behind a card number."""
        for end in range(min(len(self._sizes) - 1, last + _BEHIND_GROUPS), last, -1):
            behind = self._digits[self._starts[last + 1] : self._starts[end + 1]]
            if _BEHIND.fullmatch(behind):
                return end
        return last

    def _residents(self) -> Iterator[tuple[int, int]]:
        for first in range(len(self._sizes)):
            for count in range(1, _MOST_GROUPS + 1):
                groups = tuple(self._sizes[first : first + count])
                start = self._starts[first]
                if groups in _RESIDENT and _DATED.match(self._digits, start):
                    yield first, first + count - 1
                    break

    def _insured(self) -> Iterator[tuple[int, int]]:
        """Yield the first and last group of each French social security number.

        One with its key may be grouped in any way.
        """
        for first, start in enumerate(self._starts[:-1]):
            for length in (_KEYED_DIGITS, _BARE_DIGITS):
                last = bisect_left(self._starts, start + length) - 1
                ends = self._starts[last + 1 : last + 2] == [start + length]
                if ends and self._is_insured(first, last, length):
                    yield first, last
                    break

    def _is_insured(self, first: int, last: int, length: int) -> bool:
        start = self._starts[first]
        bare = start + _BARE_DIGITS
        if length == _BARE_DIGITS:
            written = tuple(self._sizes[first : last + 1]) in _BARE_LAYOUTS
            return written and _BARE.fullmatch(self._digits, start, bare) is not None
        number, key = int(self._digits[start:bare]), int(self._digits[bare : start + length])
        fits = _MODULUS - number % _MODULUS == key
        return fits and _KEYED.fullmatch(self._digits, start, bare) is not None

    def _checks(self, first: int, length: int) -> bool:
        """Return whether the check digit (Luhn) is right.

        One number in ten has it right by chance.
        """
        start = self._starts[first]
        end = start + length
        sums = self._sums[end % 2]
        return (sums[end] - sums[start]) % 10 == 0
