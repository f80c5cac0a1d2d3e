"""The choice that a customer picks among those offered is read here, by number or by words.

All work is bounded by the length of the text and of the titles.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final, Literal, NamedTuple

from surgeline.knowledge.text.languages import languages
from surgeline.knowledge.text.marks import normalised
from surgeline.knowledge.text.reading import match_form
from surgeline.knowledge.text.spelling import one_edit_apart

Pick = int | Literal["person", "again"] | None
"""The place of a choice (from 0), a person, the list again ("yes" to several), or no choice."""

_LONGEST: Final = 120
_MOST_WORDS: Final = 8
_WORTH_SPELLING: Final = 4
# Two words that begin with this many same letters are the same word, whatever ending follows.
_STEM: Final = {"hangul": 2, "latin": 5}


class _Known(NamedTuple):
    """The words of all languages, as match forms."""

    ordinals: Mapping[str, int]
    fillers: frozenset[str]
    yes: frozenset[str]
    patterns: tuple[re.Pattern[str], ...]


@cache
def _known() -> _Known:
    all_ = [language.choices for language in languages()]
    return _Known(
        {
            word: number
            for each in all_
            for number, words in enumerate(each.ordinals, start=1)
            for word in normalised("NFKC", words).split()
        },
        frozenset(word for each in all_ for word in normalised("NFKC", each.fillers).split()),
        frozenset(word for each in all_ for word in normalised("NFKC", each.yes).split()),
        tuple(re.compile(normalised("NFKC", each.ordinal)) for each in all_ if each.ordinal),
    )


def picked(text: str, titles: Sequence[str]) -> Pick:
    """Return the choice that a text names; after the last one stands "a person, please"."""
    said = match_form(text)
    if not said or len(said) > _LONGEST:
        return None
    number = _number_in(said)
    if number is not None:
        return _at(number, len(titles))
    if said in _known().yes:
        return 0 if len(titles) == 1 else "again"
    return _by_words(said, [match_form(title) for title in titles])


def agrees(text: str) -> bool:
    """Return whether a text says yes and nothing else."""
    return len(text) <= _LONGEST and match_form(text) in _known().yes


def _at(number: int, offered: int) -> Pick:
    if number == offered + 1:
        return "person"
    return number - 1 if number <= offered else None


def _number_in(said: str) -> int | None:
    """Return the one number or ordinal that a text consists of, besides polite words."""
    words = said.split()
    telling = [word for word in words if word not in _known().fillers]
    if not telling:
        # "one" and "the one" are fillers, unless the word is all there is.
        return 1 if words[-1:] == ["one"] and len(words) == 1 else None
    known = _known()
    if len(telling) == 1 and telling[0] in known.ordinals:
        return known.ordinals[telling[0]]
    if said in known.yes:
        return None
    whole = said.replace(" ", "")
    found = next(filter(None, (pattern.fullmatch(whole) for pattern in known.patterns)), None)
    if found is None:
        return None
    groups = found.groups()
    return int(groups[0]) if groups[0] else next(n for n, g in enumerate(groups) if n and g)


def _by_words(said: str, titles: Sequence[str]) -> Pick:
    """Return the one title that a text repeats, or that alone holds all its telling words."""
    same = [place for place, title in enumerate(titles) if _alike(said, title)]
    if len(same) == 1:
        return same[0]
    telling = [word for word in said.split() if word not in _known().fillers]
    if not telling or len(telling) > _MOST_WORDS:
        return None
    holding = [
        place
        for place, title in enumerate(titles)
        if all(any(_same_word(word, other) for other in title.split()) for word in telling)
    ]
    return holding[0] if len(holding) == 1 else None


def _alike(said: str, title: str) -> bool:
    """Return whether a text is the title, apart from spaces and a few typing errors."""
    if said.replace(" ", "") == title.replace(" ", ""):
        return True
    words, others = said.split(), title.split()
    if len(words) != len(others):
        return False
    wrong = [pair for pair in zip(words, others, strict=True) if pair[0] != pair[1]]
    return len(wrong) <= max(1, len(words) // 4) and all(one_edit_apart(*pair) for pair in wrong)


def _same_word(word: str, other: str) -> bool:
    if word == other:
        return True
    hangul = word[0] >= "\uac00"
    stem = _STEM["hangul" if hangul else "latin"]
    if len(word) >= stem and len(other) >= stem and word[:stem] == other[:stem]:
        return True
    return len(word) >= _WORTH_SPELLING and not hangul and one_edit_apart(word, other)
