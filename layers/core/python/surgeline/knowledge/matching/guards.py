"""Guards keep an article from answering a question that only looks like its own.

A question that denies a phrasing, that names another number, or that shares only weak words with
the phrasings is offered at most.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import chain, islice, pairwise
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
# Where so few phrasings deny, an article is about no denial. One careless phrasing changes nothing.
_HARDLY_ANY: Final = 0.1
_NEARLY_ALL: Final = 0.8
# A word that so many phrasings say, and none denies, is what the article is about.
_SUBJECT: Final = 0.2
_TWO: Final = 2
# A denial of knowledge is followed by its question within so many words ("don't really know how").
_FAR: Final = 5
_DIGITS: Final = re.compile(r"\d+")
_COUNTED: Final = re.compile(r"(\D{0,20})(\d{1,20})(\D{0,20})")


class Sense(NamedTuple):
    """The words of a text by which it may differ from another: stems, denied stems, numbers.

    The `telling` stems are those of words that are not skipped after a denial. The `outline` is
    the text without its numbers. `measures` are its numbers, each with the word beside it, which is
    a unit or a name. `pending` says that it asks about time. `unable` says that something is
    impossible.
    """

    stems: frozenset[str]
    telling: frozenset[str]
    denied: frozenset[str]
    numbers: frozenset[str]
    outline: str
    measures: frozenset[tuple[str, str]]
    pending: bool
    unable: bool = False


@dataclass(frozen=True, slots=True)
class ArticleSense:
    """The senses of an article's phrasings together.

    `affirmed` are stems that some phrasing has without denying them. `denied` are stems that some
    phrasing denies. `outlines` are the phrasings that have numbers, without these. `denying` is the
    share of phrasings that deny something, and `subject` holds what many affirm and none denies.
    `measures` are the numbers by their unit or name, and `answered` those of the answer.
    """

    affirmed: frozenset[str]
    denied: frozenset[str]
    numbers: frozenset[str]
    outlines: frozenset[str]
    told: tuple[frozenset[str], ...]
    denying: float
    subject: frozenset[str]
    measures: Mapping[str, frozenset[str]] = field(default_factory=dict)
    answered: frozenset[str] = frozenset()

    @classmethod
    def of(cls, code: str, phrasings: Iterable[str], answer: str = "") -> "ArticleSense":
        """Return the sense of phrasings in a language, and of the numbers in their answer."""
        senses = [sense_of(code, each) for each in phrasings]
        affirmed = Counter(stem for each in senses for stem in each.stems - each.denied)
        denied = frozenset(stem for each in senses for stem in each.denied)
        many = max(_TWO, _SUBJECT * len(senses))
        measures: dict[str, frozenset[str]] = {}
        for unit, number in chain.from_iterable(each.measures for each in senses):
            measures[unit] = measures.get(unit, frozenset()) | {number}
        return cls(
            frozenset(affirmed),
            denied,
            frozenset(number for each in senses for number in each.numbers),
            frozenset(each.outline for each in senses if each.numbers),
            tuple({each.telling for each in senses}),
            sum(bool(each.denied) for each in senses) / max(len(senses), 1),
            frozenset(stem for stem, count in affirmed.items() if count >= many) - denied,
            measures,
            frozenset(_DIGITS.findall(answer)),
        )

    def is_denied_by(self, asked: Sense) -> bool:
        """Return whether a question denies what the phrasings say, or says what they deny."""
        if asked.pending:
            return False
        if not asked.denied:
            turned = bool((asked.stems & self.denied) - self.affirmed) and not asked.unable
            return turned and (self.denying >= _NEARLY_ALL or self._says_the_same(asked))
        if self.denying <= _HARDLY_ANY or asked.denied & self.subject:
            return True
        return bool((asked.denied & self.affirmed) - self.denied) and self._says_the_same(asked)

    def _says_the_same(self, asked: Sense) -> bool:
        """Return whether one phrasing has nearly all telling words of a question."""
        enough = _SAME_WORDS * len(asked.telling)
        return any(len(asked.telling & each) >= enough for each in self.told)

    def has_another_number(self, asked: Sense) -> bool:
        """Return whether the question is a phrasing but for the number, or misses the only one.

        The only one of a unit or of a name ("3 months", "omega 3") counts where the answer has it
        too. One that only phrasings have is an example.
        """
        if not asked.numbers:
            return False
        if asked.outline in self.outlines:
            return not asked.numbers <= self.numbers
        if len(self.numbers) == 1 and not asked.numbers & self.numbers:
            return True
        named = ((self.measures.get(unit, frozenset()), number) for unit, number in asked.measures)
        return any(
            len(known) == 1 and known <= self.answered and number not in self.answered
            for known, number in named
        )


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
    lasting: frozenset[str]
    unable: re.Pattern[str]
    unsure: frozenset[str]
    asking: frozenset[str]
    owning: frozenset[str]
    either: frozenset[str]


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
        frozenset(found.lasting.split()),
        compiled(rf"\b{found.unable}" if found.unable else "(?!)"),
        frozenset(found.unsure.split()),
        frozenset(found.asking.split()),
        frozenset(found.owning.split()),
        frozenset(found.either.split()),
    )


def sense_of(code: str, text: str) -> Sense:
    """Return the sense of a text in a language."""
    family = code.split("-", maxsplit=1)[0]
    words = [part for word in _TOKEN.findall(shadow(text)) for part in _parts(family, word)]
    counted = filter(_DIGITS.search, words) if _DIGITS.search(text) else ()
    numbers = frozenset(counted)
    outline = " ".join(word for word in words if word not in numbers)
    if family not in LANGUAGES:
        none: frozenset[str] = frozenset()
        return Sense(none, none, none, numbers, outline, frozenset(), pending=False)
    denials = _denials(family)
    told = list(_denied(denials, words))
    unheard = denials.before | denials.skipped | {denying for _, denying in told}
    stemmed = [(each, _stem(code, each)) for each in words if each not in denials.before]
    return Sense(
        frozenset([stem for _, stem in stemmed]),
        frozenset([stem for each, stem in stemmed if each not in unheard]),
        frozenset(_stem(code, denied) for denied, _ in told),
        numbers,
        outline,
        frozenset(_measures(code, words, denials.skipped)) if numbers else frozenset(),
        pending=not denials.pending.isdisjoint(words) and _is_pending(denials, words),
        unable=bool(denials.unable.search(outline)),
    )


def _parts(family: str, word: str) -> Iterable[str]:
    """Return the words of a word: in French an apostrophe stands between two."""
    return word.split("'") if family == "fr" else (word,)


def _denied(denials: _Denials, words: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield each word that a text denies, with the word that denies it."""
    for place, word in enumerate(words):
        ahead, behind = word in denials.before, word in denials.after
        if (ahead or behind) and _denies_nothing(denials, words, place):
            continue
        if ahead:
            after = (each for each in words[place + 1 :] if each not in denials.skipped)
            inverted = int(_is_inverted(denials, words, place))
            yield from ((each, word) for each in islice(after, inverted, inverted + 1))
        if behind:
            near = words[max(0, place - _NEAR) : place][::-1]
            before = (each for each in near if each not in denials.skipped)
            yield from ((each, word) for each in islice(before, 1))
        for last in (place, place + 1) if denials.joins else ():
            found = denials.joined.fullmatch(" ".join(words[place : last + 1]))
            if found and last < len(words):
                yield next(filter(None, found.groups())), words[last] if last > place else ""


def _is_pending(denials: _Denials, words: Sequence[str]) -> bool:
    """Return whether a text asks about time: "not yet" and "still not" do, "not still" does not."""
    return any(
        word in denials.pending and not (word in denials.lasting and before in denials.before)
        for before, word in pairwise(("", *words))
    )


def _denies_nothing(denials: _Denials, words: Sequence[str], place: int) -> bool:
    """Return whether a word of denial asks only: "I don't know how", "works or not"."""
    before = max(0, place - 1)
    if words[before] in denials.either:
        return True
    near = [each for each in words[before : place + _FAR] if each not in denials.before]
    return any(
        unsure in denials.unsure and asking in denials.asking for unsure, asking in pairwise(near)
    )


def _is_inverted(denials: _Denials, words: Sequence[str], place: int) -> bool:
    """Return whether a subject stands between the denial and its verb: "why isn't my card here"."""
    behind = words[place + 1] if place + 1 < len(words) else ""
    return behind in denials.owning and (not place or words[place - 1] in denials.asking)


def _measures(
    code: str, words: Sequence[str], skipped: frozenset[str]
) -> Iterator[tuple[str, str]]:
    """Yield each number with the word before it and the one after it, or with its own letters."""
    padded = ["", *words, ""]
    for place, word in enumerate(padded):
        found = _COUNTED.fullmatch(word)
        if found:
            name, number, unit = found.groups()
            beside = (name or padded[place - 1], unit or padded[place + 1])
            for each in beside:
                if each and each not in skipped and not each.isdigit():
                    yield _stem(code, each), number


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
