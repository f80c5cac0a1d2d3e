"""A knowledge base's own words correct a question's spelling and spaces here.

Only words that neither the knowledge base nor the language knows are changed.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Final

from surgeline.knowledge.text.languages import LANGUAGES, language
from surgeline.knowledge.text.shadow import shadow

Knows = Callable[[str], bool]

_WORD: Final = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")
_HANGUL_RUN: Final = re.compile("[\uac00-\ud7a3]+(?: [\uac00-\ud7a3]+)*")
_HANGUL: Final = re.compile("[\uac00-\ud7a3]")
_ALPHABET: Final = "abcdefghijklmnopqrstuvwxyz"
# A shorter word has too many neighbours.
_WORTH_CORRECTING: Final = 5
_WORTH_SWAPPING: Final = 4
# A longer run of syllables is hardly one word. A mean below the other is a text that is spaced out.
_LONGEST_HANGUL_WORD: Final = 7
_SHORTEST_MEAN: Final = 1.5
_ENOUGH_SYLLABLES: Final = 5
_SPACE_PRIOR: Final = 0.35
_WORTH_SPLITTING: Final = 7
_MOST_PARTS: Final = 6
_LONGEST_WORD: Final = 40


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of one language's phrasings, and where these have spaces.

    `words` counts each word without case and accents, and `spelled` holds its usual spelling.
    `spaces` counts how often a space stands between two syllables, and how often none does.
    """

    language: str
    words: Mapping[str, int]
    spelled: Mapping[str, str]
    spaces: Mapping[str, tuple[int, int]]

    @classmethod
    def of(cls, code: str, texts: Iterable[str]) -> "Wording":
        """Return the wording of phrasings."""
        words: Counter[str] = Counter()
        spelled: dict[str, str] = {}
        apart: Counter[str] = Counter()
        beside: Counter[str] = Counter()
        for text in texts:
            shaded = shadow(text)
            for found in _WORD.finditer(shaded):
                words[found.group()] += 1
                spelled.setdefault(found.group(), text[found.start() : found.end()].lower())
            for run in _HANGUL_RUN.findall(shaded):
                for context, spaced in _gaps(run):
                    (apart if spaced else beside)[context] += 1
        spaces = {each: (apart[each], beside[each]) for each in {*apart, *beside}}
        return cls(code, dict(words), spelled, spaces)

    def corrected(self, text: str, knows: Knows) -> str:
        """Return a text with the spelling and the spaces of the knowledge base.

        `knows` says of a word that it is no misspelling, besides the words known here.
        """
        shaded = shadow(text)
        if self.spaces and _HANGUL.search(shaded):
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
        return word in ordinary_words(self.language) or knows(word)

    def _better(self, word: str) -> str | None:
        """Return the base's word that was meant, several words, or None."""
        if not word.isascii() or not word.isalpha():
            return None
        near = [each for each in _one_edit(word) if each in self.words]
        if near:
            return self.spelled[max(near, key=lambda each: (self.words[each], each))]
        if len(word) >= _WORTH_SPLITTING:
            return self._split(word)
        return None

    def _split(self, word: str) -> str | None:
        """Return the fewest known words that a word without spaces consists of, or None."""
        ordinary = ordinary_words(self.language)
        best: list[list[str] | None] = [[], *([None] * len(word))]
        for end in range(1, len(word) + 1):
            for start in range(max(0, end - 16), end):
                part, before = word[start:end], best[start]
                if before is None or len(before) >= _MOST_PARTS:
                    continue
                known = part in self.words or part in ordinary
                if not known or (len(part) < 2 and part not in ("i", "a")):
                    continue
                found, old = [*before, part], best[end]
                if old is None or len(found) < len(old):
                    best[end] = found
        parts = best[-1]
        if parts is None or len(word) < 3 * len(parts):
            return None
        return " ".join(self.spelled.get(part, part) for part in parts)

    def _spaced(self, run: str) -> str:
        """Return a run of Hangul with spaces where the knowledge base has them."""
        pieces = run.split(" ")
        syllables = sum(map(len, pieces))
        if syllables >= _ENOUGH_SYLLABLES and syllables < _SHORTEST_MEAN * len(pieces):
            return self._respaced("".join(pieces))
        return " ".join(
            self._respaced(each) if len(each) > _LONGEST_HANGUL_WORD and each not in self.words else each
            for each in pieces
        )

    def _respaced(self, joined: str) -> str:
        parts = [joined[0]]
        for context, after in zip(_contexts(joined), joined[1:], strict=True):
            parts.append(f" {after}" if self._chance(context) > 0.5 else after)
        return "".join(parts)

    def _chance(self, contexts: tuple[str, ...]) -> float:
        """Return how likely a space is, the narrowest context counting most."""
        chance = _SPACE_PRIOR
        for context in contexts:
            apart, beside = self.spaces.get(context, (0, 0))
            chance = (apart + 1.5 * chance) / (apart + beside + 1.5)
        return chance


@cache
def ordinary_words(code: str) -> frozenset[str]:
    """Return the ordinary words of a language, which are no misspellings of others."""
    family = code.split("-", maxsplit=1)[0]
    if family not in LANGUAGES:
        return frozenset()
    found = language(family)
    return frozenset(shadow(word) for each in (found.small_words, found.ordinary) for word in each.split())


def _one_edit(word: str) -> Iterator[str]:
    """Yield the words of one typing error, whose first letter is right."""
    for at in range(len(word) - 1):
        yield word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if len(word) < _WORTH_CORRECTING:
        return
    for at in range(1, len(word)):
        yield word[:at] + word[at + 1 :]
        for letter in _ALPHABET:
            yield word[:at] + letter + word[at:]
            yield word[:at] + letter + word[at + 1 :]
    for letter in _ALPHABET:
        yield word + letter


def _gaps(run: str) -> Iterator[tuple[str, bool]]:
    """Yield the contexts of the places between syllables, and whether a space stands there."""
    joined = run.replace(" ", "")
    spaced: list[bool] = []
    for one, two in pairwise(run):
        if two == " ":
            continue
        spaced.append(one == " ")
    for contexts, space in zip(_contexts(joined), spaced, strict=True):
        for context in contexts:
            yield context, space


def _contexts(joined: str) -> Iterator[tuple[str, ...]]:
    """Yield what stands around each place between two syllables, from wide to narrow."""
    for at in range(1, len(joined)):
        before, after = joined[max(0, at - 3) : at], joined[at : at + 2]
        yield (
            f"{before[-1]}|",
            f"{before[-2:]}|",
            f"{before[-1]}|{after[0]}",
            f"{before[-2:]}|{after[0]}",
            f"{before[-2:]}|{after}",
            f"{before}|{after}",
        )
