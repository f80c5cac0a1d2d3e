"""Guards keep an article from answering a question that only looks like its own.

A question that denies a phrasing, that names another number, or that shares only weak words with
the phrasings is offered at most.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import islice
from typing import Final, NamedTuple

from surgeline.knowledge.text.languages import LANGUAGES, language
from surgeline.knowledge.text.patterns import compiled
from surgeline.knowledge.text.shadow import shadow

_TOKEN: Final = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_HANGUL_STEM: Final = 2
_SHORTEST_STEM: Final = 3
_KEPT_STEMS: Final = 8_192
# A word behind denies one of so many before it ("marche pas").
_NEAR: Final = 2
# A phrasing that shares so many of a question's telling words says the same, but for a denial.
_SAME_WORDS: Final = 0.75


class Sense(NamedTuple):
    """The words of a text by which it may differ from another: stems, denied stems, numbers.

    The `telling` stems are those of words that are not skipped after a denial. The `outline` is
    the text without its numbers. `pending` says that it asks about time.
    """

    stems: frozenset[str]
    telling: frozenset[str]
    denied: frozenset[str]
    numbers: frozenset[str]
    outline: str
    pending: bool


@dataclass(frozen=True, slots=True)
class ArticleSense:
    """The senses of an article's phrasings together.

    `affirmed` are stems that some phrasing has without denying them. `denied` are stems that some
    phrasing denies. `outlines` are the phrasings that have numbers, without these.
    """

    affirmed: frozenset[str]
    denied: frozenset[str]
    numbers: frozenset[str]
    outlines: frozenset[str]
    told: tuple[frozenset[str], ...]

    @classmethod
    def of(cls, code: str, phrasings: Iterable[str]) -> "ArticleSense":
        """Return the sense of phrasings in a language."""
        senses = [sense_of(code, each) for each in phrasings]
        return cls(
            frozenset(stem for each in senses for stem in each.stems - each.denied),
            frozenset(stem for each in senses for stem in each.denied),
            frozenset(number for each in senses for number in each.numbers),
            frozenset(each.outline for each in senses if each.numbers),
            tuple({each.telling for each in senses}),
        )

    def is_denied_by(self, asked: Sense) -> bool:
        """Return whether a question denies what the phrasings say, or says what they deny."""
        if asked.pending:
            return False
        turned = (asked.denied & self.affirmed) - self.denied
        if not asked.denied:
            turned = (asked.stems & self.denied) - self.affirmed
        return bool(turned) and self._says_the_same(asked)

    def _says_the_same(self, asked: Sense) -> bool:
        """Return whether one phrasing has nearly all telling words of a question."""
        enough = _SAME_WORDS * len(asked.telling)
        return any(len(asked.telling & each) >= enough for each in self.told)

    def has_another_number(self, asked: Sense) -> bool:
        """Return whether the question is a phrasing but for the number, or misses the only one."""
        if asked.outline in self.outlines:
            return not asked.numbers <= self.numbers
        return len(self.numbers) == 1 and bool(asked.numbers) and not asked.numbers & self.numbers


def asks_elsewhere(asked: Sense, code: str, known: frozenset[str], *, by_words: bool) -> bool:
    """Return whether the words that tell a question's subject are none of the knowledge base's.

    `known` are the stems of all its phrasings. Where texts are compared `by_words` alone, it is
    enough that most of the telling words are unknown.
    """
    weak = _weak(code)
    telling = asked.telling - weak - asked.numbers
    if not weak or not telling:
        return False
    unknown = len(telling - known)
    return unknown * 2 > len(telling) if by_words else unknown == len(telling)


class _Denials(NamedTuple):
    before: frozenset[str]
    after: frozenset[str]
    joined: re.Pattern[str]
    joins: bool
    skipped: frozenset[str]
    pending: frozenset[str]


@cache
def _denials(family: str) -> _Denials:
    found = language(family).negations
    return _Denials(
        frozenset(found.before.split()),
        frozenset(found.after.split()),
        compiled(found.joined),
        bool(found.joined),
        frozenset(found.skipped.split()),
        frozenset(found.pending.split()),
    )


def sense_of(code: str, text: str) -> Sense:
    """Return the sense of a text in a language."""
    family = code.split("-", maxsplit=1)[0]
    words = [part for word in _TOKEN.findall(shadow(text)) for part in _parts(family, word)]
    numbers = frozenset(each for each in words if any(map(str.isdigit, each)))
    outline = " ".join(word for word in words if word not in numbers)
    if family not in LANGUAGES:
        return Sense(frozenset(), frozenset(), frozenset(), numbers, outline, pending=False)
    denials = _denials(family)
    told = list(_denied(denials, words))
    unheard = denials.before | denials.skipped | {denying for _, denying in told}
    return Sense(
        frozenset(_stem(code, each) for each in words if each not in denials.before),
        frozenset(_stem(code, each) for each in words if each not in unheard),
        frozenset(_stem(code, denied) for denied, _ in told),
        numbers,
        outline,
        pending=not denials.pending.isdisjoint(words),
    )


def _parts(family: str, word: str) -> Iterable[str]:
    """Return the words of a word: in French an apostrophe stands between two."""
    return word.split("'") if family == "fr" else (word,)


def _denied(denials: _Denials, words: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield each word that a text denies, with the word that denies it."""
    for place, word in enumerate(words):
        if word in denials.before:
            after = (each for each in words[place + 1 :] if each not in denials.skipped)
            yield from ((each, word) for each in islice(after, 1))
        if word in denials.after:
            near = words[max(0, place - _NEAR) : place][::-1]
            before = (each for each in near if each not in denials.skipped)
            yield from ((each, word) for each in islice(before, 1))
        for last in (place, place + 1) if denials.joins else ():
            found = denials.joined.fullmatch(" ".join(words[place : last + 1]))
            if found and last < len(words):
                yield next(filter(None, found.groups())), words[last] if last > place else ""


def words_in(text: str) -> list[str]:
    """Return the words of a text in lower case without accents."""
    return _TOKEN.findall(shadow(text))


def stems_of(code: str, words: Iterable[str]) -> frozenset[str]:
    """Return the stems of words in lower case without accents; none for an unknown language.

    Each word counts whole, and without one and two endings ("hours", "hour", "hou"), because a
    text has any of its forms.
    """
    family = code.split("-", maxsplit=1)[0]
    if family not in LANGUAGES:
        return frozenset()
    parts = {part for word in words for part in _parts(family, word) if part}
    once = {_stem(code, part) for part in parts}
    return frozenset(parts | once | {_stem(code, each) for each in once})


@cache
def _weak(code: str) -> frozenset[str]:
    """Return the stems of a language's weak words; none for a language that has no such list."""
    family = code.split("-", maxsplit=1)[0]
    return (
        stems_of(code, language(family).weak_words.split()) if family in LANGUAGES else frozenset()
    )


@lru_cache(_KEPT_STEMS)
def _stem(code: str, word: str) -> str:
    """Return the part of a word that its forms share."""
    if "\uac00" <= word[0] <= "\ud7a3":
        return word[:_HANGUL_STEM]
    for ending in _endings(code):
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            return word.removesuffix(ending)
    return word


@cache
def _endings(code: str) -> tuple[str, ...]:
    found = language(code.split("-", maxsplit=1)[0]).endings.split()
    return tuple(sorted((*found, "e"), key=len, reverse=True)) if found else ()
