"""A wish for a person ("I want an agent") is recognised here by the languages' patterns.

The patterns look at the person who is asked for and at the purpose. So a shop question about
persons ("can a person pick up my parcel") stays a question. All gaps are bounded, and time is
linear.
"""

import re
from collections.abc import Mapping
from functools import cache
from typing import Final, NamedTuple

from surgeline.knowledge.text.languages import languages
from surgeline.knowledge.text.patterns import alternatives, compiled, found_anywhere
from surgeline.knowledge.text.spelling import one_edit_apart

_MAX_WORDS: Final = 300
_NOT_WORDS: Final = re.compile(r"[^\w']+")
_SPACES: Final = re.compile(r"[\W_]+")
_DRAWN_OUT: Final = re.compile(r"([a-z])\1{2,}")
_WORTH_SPELLING: Final = 4

_Pattern = re.Pattern[str]


class _Wishes(NamedTuple):
    """The patterns of languages that are written alike: with spaces, or perhaps without.

    Most messages wish for nobody, so that `unwanted` is compiled only when it is needed.
    """

    wishes: tuple[_Pattern, ...]
    unwanted: tuple[str, ...]
    elsewhere: _Pattern


class _Words(NamedTuple):
    """Words that are known with one wrong letter ("agnet"), and words that only look like them."""

    by_first: Mapping[str, tuple[str, ...]]
    never_misspelt: frozenset[str]
    instead: Mapping[str, str]


@cache
def _wishes(*, joined: bool) -> _Wishes:
    """Return the compiled patterns, which are made once, because all together take 50 ms."""
    spoken = [language for language in languages() if language.joined is joined]
    return _Wishes(
        tuple(compiled(found_anywhere(each.person.wishes, each.person.parts)) for each in spoken),
        tuple(alternatives(each.person.unwanted, each.person.parts) for each in spoken),
        compiled(alternatives(pattern for each in spoken for pattern in each.person.elsewhere)),
    )


_compiled = cache(compiled)


@cache
def _words() -> _Words:
    wishes = [language.person for language in languages()]
    spelled = [word for each in wishes for word in each.spelled.split()]
    return _Words(
        {word[0]: tuple(each for each in spelled if each[0] == word[0]) for word in spelled},
        frozenset(word for each in wishes for word in each.never_misspelt.split()),
        {word: other for each in wishes for word, other in each.instead.items()},
    )


def asks_for_person(text: str) -> bool:
    """Return whether a tidy, lower-case text without accents asks to be served by a person."""
    known = _words()
    words = _NOT_WORDS.sub(" ", _DRAWN_OUT.sub(r"\1", text)).split()[:_MAX_WORDS]
    sentence = " ".join(_spelled(known, word) for word in words)
    for word, other in known.instead.items():
        sentence = sentence.replace(word, other)
    apart, joined = _wishes(joined=False), _wishes(joined=True)
    if _wished(apart.elsewhere.sub(" ", sentence), apart):
        return True
    if text.isascii():
        return False  # no language without spaces is written in these letters
    return _wished(joined.elsewhere.sub("", _SPACES.sub("", text)), joined)


def _wished(text: str, known: _Wishes) -> bool:
    """Return whether a wish is left without the unwanted parts, which are searched only then."""
    wanted, unwanted = text, known.unwanted
    while any(wish.search(wanted) for wish in known.wishes):
        if not unwanted:
            return True
        wanted, unwanted = _compiled(unwanted[0]).sub("|", wanted), unwanted[1:]
    return False


def _spelled(known: _Words, word: str) -> str:
    if word.isascii() and len(word) >= _WORTH_SPELLING and word not in known.never_misspelt:
        for right in known.by_first.get(word[0], ()):
            if word != right and one_edit_apart(word, right):
                return right
    return word
