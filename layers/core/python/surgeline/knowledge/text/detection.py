"""The language of a text is detected here by its script, its small words and its spelling."""

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Final, NamedTuple

from surgeline.knowledge.text.language import Language, Script
from surgeline.knowledge.text.languages import LANGUAGES, languages
from surgeline.knowledge.text.recognised import SCRIPTS, SMALL_WORDS, SPELLING

# The languages that `language_of` can return.
DETECTED: Final = frozenset({*LANGUAGES, *SMALL_WORDS, *SCRIPTS})

_LETTERS: Final = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")
_ENOUGH: Final = 0.9
_CLEARLY: Final = 1.6
_SPEAKING_SHARE: Final = 0.34
_KEPT_WORDS: Final = 8_192


class _Detector(NamedTuple):
    """The marks by which languages are told; a word weighs less, the more languages share it."""

    scripts: tuple[tuple[str, Script, re.Pattern[str]], ...]
    words: Mapping[str, Mapping[str, float]]
    listed: tuple[str, ...]
    spelled: tuple[tuple[str, re.Pattern[str], float], ...]
    spoken: Mapping[str, Language]


@cache
def _detector() -> _Detector:
    spoken = {language.code: language for language in languages()}
    scripts = {code: each.script for code, each in spoken.items() if each.script} | {
        code: script for code, script in SCRIPTS.items() if code not in spoken
    }
    words = {code: each.small_words for code, each in spoken.items() if each.small_words} | {
        code: listed for code, listed in SMALL_WORDS.items() if code not in spoken
    }
    spelling = {code: each.spelling for code, each in spoken.items()} | {
        code: spelled for code, spelled in SPELLING.items() if code not in spoken
    }
    return _Detector(
        tuple((code, each, re.compile(f"[{each.letters}]")) for code, each in scripts.items()),
        _weights({code: frozenset(listed.split()) for code, listed in words.items()}),
        tuple(words),
        tuple(
            (code, re.compile(pattern), score)
            for code, spelled in spelling.items()
            for pattern, score in spelled
        ),
        spoken,
    )


def _weights(words: Mapping[str, frozenset[str]]) -> Mapping[str, Mapping[str, float]]:
    weights: dict[str, dict[str, float]] = {}
    for code, listed in words.items():
        for word in listed:
            sharing = sum(word in others for others in words.values())
            weights.setdefault(word, {})[code] = 1.0 / sharing
    return weights


def language_of(text: str) -> str | None:
    """Return the language of a tidy, lower-case text, or None where the evidence is thin."""
    detector = _detector()
    if text.isascii():
        return _by_words(detector, text)
    letters = sum(map(str.isalpha, text))
    for code, script, pattern in detector.scripts:
        found = len(pattern.findall(text))
        if found > letters * script.share or (script.enough and found >= script.enough):
            return code
    return _by_words(detector, text)


def _by_words(detector: _Detector, text: str) -> str | None:
    words = set(_LETTERS.findall(text.replace("-", " ")))
    scores = dict.fromkeys(detector.listed, 0.0)
    speaking = dict.fromkeys(detector.listed, 0)
    for word in sorted(words):
        for code, weight in _heard(word).items():
            scores[code] += weight
            speaking[code] += 1
    ordered = sorted(scores.items(), key=lambda entry: (-entry[1], entry[0]))
    (best, score), (_, second) = ordered[0], ordered[1]
    if score < _ENOUGH or score < _CLEARLY * second:
        return None
    return best if _convincing(detector, best, speaking[best], len(words)) else None


@lru_cache(_KEPT_WORDS)
def _heard(word: str) -> Mapping[str, float]:
    """Return the languages that a word speaks for, and how much."""
    detector = _detector()
    heard = dict(detector.words.get(word, {}))
    spelled: dict[str, float] = {}
    for code, pattern, score in detector.spelled:
        if pattern.fullmatch(word):
            spelled[code] = spelled.get(code, 0.0) + score
    for code, score in spelled.items():
        heard[code] = heard.get(code, 0.0) + score
    return heard


def _convincing(detector: _Detector, code: str, speaking: int, words: int) -> bool:
    """Return whether enough words speak for a language; names and chat look like many languages."""
    known = detector.spoken.get(code)
    if known and known.tells == "always":
        return True
    if speaking == 1:
        return known is not None and known.tells == "alone" and words == 1
    return speaking >= _SPEAKING_SHARE * words
