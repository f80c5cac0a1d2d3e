"""A knowledge base's own words correct a question's spelling and spaces here.

Only words that neither the knowledge base nor the language knows are changed.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import pairwise
from typing import Final

from surgeline.knowledge.text.languages import LANGUAGES, language
from surgeline.knowledge.text.shadow import shadow

Knows = Callable[[str], bool]

_WORD: Final = re.compile(r"(?<!\w)[^\W\d_]+(?!\w)")
_HANGUL_RUN: Final = re.compile("[\uac00-\ud7a3]+(?: [\uac00-\ud7a3]+)*")
_HANGUL: Final = re.compile("[\uac00-\ud7a3]")
_ALPHABET: Final = "abcdefghijklmnopqrstuvwxyz"
# A shorter word has too many neighbours.
_WORTH_CORRECTING: Final = 5
_WORTH_SWAPPING: Final = 4
# A longer run of syllables is hardly one word. A mean below the other is a text that is spaced out.
_LONGEST_HANGUL_WORD: Final = 7
_SHORTEST_MEAN: Final = 1.25
_ENOUGH_SYLLABLES: Final = 5
_SPACE_PRIOR: Final = 0.35
_LIKELY: Final = 0.5
_SINGLE: Final = frozenset({"i", "a"})
_LONGEST_PART: Final = 16
# So much does a wider context count beside a narrower one.
_CONTEXT_WEIGHT: Final = 1.5
_WORTH_SPLITTING: Final = 7
_MOST_PARTS: Final = 6
_LONGEST_WORD: Final = 40
_SHORTEST_ROOT: Final = 3
_LONG_PART: Final = 4
_LONG_PARTS: Final = 2


@dataclass(frozen=True)  # without slots, which can't keep what is counted at the first need
class Wording:
    """The words of one language's phrasings, and where these have spaces."""

    language: str
    texts: tuple[str, ...]

    @cached_property
    def _shadows(self) -> tuple[str, ...]:
        return tuple(map(shadow, self.texts))

    @cached_property
    def words(self) -> Mapping[str, int]:
        """Return how often each word occurs, without case and accents."""
        return Counter(word for shaded in self._shadows for word in _WORD.findall(shaded))

    @cached_property
    def spelled(self) -> Mapping[str, str]:
        """Return the usual spelling of each word, in lower case."""
        found: dict[str, str] = {}
        for text, shaded in zip(self.texts, self._shadows, strict=True):
            if text.isascii():
                continue
            for word in _WORD.finditer(shaded):
                found.setdefault(word.group(), text[word.start() : word.end()].lower())
        return found

    @cached_property
    def forms(self) -> frozenset[str]:
        """Return the forms of the words, with all endings that the language has."""
        endings = _endings(self.language)
        roots = [word for word in self.words if len(word) >= _SHORTEST_ROOT]
        return frozenset((*self.words, *(root + each for root in roots for each in endings)))

    @cached_property
    def spaces(self) -> Mapping[str, tuple[int, int]]:
        """Return how often a space stands between two syllables, and how often none does."""
        apart: Counter[str] = Counter()
        beside: Counter[str] = Counter()
        for shaded in self._shadows:
            for run in _HANGUL_RUN.findall(shaded):
                _count_gaps(run, apart, beside)
        return {each: (apart[each], beside[each]) for each in {*apart, *beside}}

    def corrected(self, text: str, knows: Knows) -> str:
        """Return a text with the spelling and the spaces of the knowledge base.

        `knows` says of a word that it is no misspelling, besides the words known here.
        """
        shaded = shadow(text)
        if not shaded.isascii() and _HANGUL.search(shaded):
            text = _HANGUL_RUN.sub(lambda run: self._spaced(run.group()), text)
            shaded = shadow(text)
        parts: list[str] = []
        done = 0
        for found in _WORD.finditer(shaded):
            word = found.group()
            if not self._is_known(word, knows):
                better = self._better(word)
                if better is not None:
                    parts.extend((text[done : found.start()], better))
                    done = found.end()
        return "".join((*parts, text[done:])) if parts else text

    def _is_known(self, word: str, knows: Knows) -> bool:
        if word in self.words or len(word) < _WORTH_SWAPPING or len(word) > _LONGEST_WORD:
            return True
        return word in ordinary_forms(self.language) or knows(word)

    def _better(self, word: str) -> str | None:
        """Return the base's word that was meant, several words, or None."""
        if not word.isascii():
            swaps = (each for each in _swaps(word) if each in self.words)
            return next(swaps, None) if len(word) >= _WORTH_CORRECTING else None
        near = set(_one_edit(word))
        written = near.intersection(self.words)
        if written:
            return self._as_spelled(max(written, key=lambda each: (self.words[each], each)))
        known = near & self.forms | near & ordinary_forms(self.language)
        if len(known) == 1:
            return known.pop()
        if len(word) >= _WORTH_SPLITTING:
            return self._split(word)
        return None

    def _as_spelled(self, word: str) -> str:
        return self.spelled.get(word, word)

    def _split(self, word: str) -> str | None:
        """Return the fewest known words that a word without spaces consists of, or None."""
        ordinary = ordinary_words(self.language)
        best: list[list[str] | None] = [[], *([None] * len(word))]
        for end in range(1, len(word) + 1):
            for start in range(max(0, end - _LONGEST_PART), end):
                part, before = word[start:end], best[start]
                if before is None or len(before) >= _MOST_PARTS:
                    continue
                known = part in self.words or part in ordinary
                if not known or (len(part) == 1 and part not in _SINGLE):
                    continue
                found, old = [*before, part], best[end]
                if old is None or len(found) < len(old):
                    best[end] = found
        parts = best[-1]
        if parts is None or len(word) < 3 * len(parts):
            return None
        # "incomplete" is one word that only looks like two.
        if sum(len(part) >= _LONG_PART for part in parts) < _LONG_PARTS:
            return None
        return " ".join(map(self._as_spelled, parts))

    def _spaced(self, run: str) -> str:
        """Return a run of Hangul with spaces where the knowledge base has them."""
        pieces = run.split(" ")
        syllables = sum(map(len, pieces))
        if syllables >= _ENOUGH_SYLLABLES and syllables < _SHORTEST_MEAN * len(pieces):
            return self._respaced("".join(pieces))
        return " ".join(
            self._respaced(each)
            if len(each) > _LONGEST_HANGUL_WORD and each not in self.words
            else each
            for each in pieces
        )

    def _respaced(self, joined: str) -> str:
        parts = [joined[0]]
        for context, after in zip(_contexts(joined), joined[1:], strict=True):
            parts.append(f" {after}" if self._chance(context) > _LIKELY else after)
        return "".join(parts)

    def _chance(self, contexts: tuple[str, ...]) -> float:
        """Return how likely a space is, the narrowest context counting most."""
        chance = _SPACE_PRIOR
        for context in contexts:
            apart, beside = self.spaces.get(context, (0, 0))
            chance = (apart + _CONTEXT_WEIGHT * chance) / (apart + beside + _CONTEXT_WEIGHT)
        return chance


@cache
def ordinary_words(code: str) -> frozenset[str]:
    """Return the ordinary words of a language, which are no misspellings of others."""
    family = code.split("-", maxsplit=1)[0]
    if family not in LANGUAGES:
        return frozenset()
    found = language(family)
    return frozenset(
        shadow(word) for each in (found.small_words, found.ordinary) for word in each.split()
    )


@cache
def ordinary_forms(code: str) -> frozenset[str]:
    """Return the ordinary words with their endings ("changing", "stopped", "replies")."""
    words = ordinary_words(code)
    endings = _endings(code)
    return frozenset(
        (*words, *(root + ending for word in words for root in _roots(word) for ending in endings))
    )


def _roots(word: str) -> Iterator[str]:
    """Yield the roots of a word to which endings are added."""
    if len(word) < _SHORTEST_ROOT:
        return
    yield word
    yield word + word[-1]
    if word.endswith("e"):
        yield word[:-1]
    if word.endswith("y"):
        yield word[:-1] + "i"


@cache
def _endings(code: str) -> tuple[str, ...]:
    family = code.split("-", maxsplit=1)[0]
    return tuple(language(family).endings.split()) if family in LANGUAGES else ()


def _one_edit(word: str) -> Iterator[str]:
    """Yield the words of one typing error, whose first letter is right."""
    yield from _swaps(word)
    for at in range(1, len(word) + 1):
        for letter in _ALPHABET:
            yield word[:at] + letter + word[at:]
    if len(word) < _WORTH_CORRECTING:
        return
    for at in range(1, len(word)):
        yield word[:at] + word[at + 1 :]
        for letter in _ALPHABET:
            yield word[:at] + letter + word[at + 1 :]


def _swaps(word: str) -> Iterator[str]:
    for at in range(len(word) - 1):
        yield word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _count_gaps(run: str, apart: Counter[str], beside: Counter[str]) -> None:
    """Count for each context of a place between syllables whether a space stands there."""
    spaced = [one == " " for one, two in pairwise(run) if two != " "]
    for contexts, space in zip(_contexts(run.replace(" ", "")), spaced, strict=True):
        (apart if space else beside).update(contexts)


def _contexts(joined: str) -> Iterator[tuple[str, ...]]:
    """Yield what stands around each place between two syllables, from wide to narrow."""
    for at in range(1, len(joined)):
        last, two, after = joined[at - 1], joined[max(0, at - 2) : at], joined[at]
        yield (f"{last}|", f"{last}|{after}", f"{two}|{after}", f"{two}|{joined[at : at + 2]}")
