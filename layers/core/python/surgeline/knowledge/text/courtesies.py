"""A message that only greets, thanks or opens ("I have a question") is recognised here."""

import re
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from typing import Final, Literal, NamedTuple

from surgeline.knowledge.text.language import Courtesies
from surgeline.knowledge.text.languages import languages
from surgeline.knowledge.text.marks import normalised
from surgeline.knowledge.text.patterns import compiled

Courtesy = Literal["greeting", "thanks", "unreadable"]

_LONGEST: Final = 60
_KEPT_FORMS: Final = 32


class _Known(NamedTuple):
    """The courtesies of all languages, as match forms."""

    greetings: frozenset[str]
    thanks: frozenset[str]
    laughter: frozenset[str]
    kindness: re.Pattern[str]
    fillers: frozenset[str]
    laughing: str


@cache
def _known() -> _Known:
    all_ = [language.courtesies for language in languages()]
    return _Known(
        greetings=_phrases(each.greetings for each in all_),
        thanks=_phrases(each.thanks for each in all_),
        laughter=_phrases(each.laughter for each in all_),
        kindness=_kindness(all_),
        fillers=frozenset(
            word for each in all_ for word in normalised("NFKC", each.fillers).split()
        ),
        # NFKC spells each Hangul letter that stands alone (ㅋㅋㅋ, ㅠㅠ) as a conjoining letter.
        laughing="".join(normalised("NFKC", letter) for each in all_ for letter in each.laughing),
    )


def _phrases(listed: Iterable[str]) -> frozenset[str]:
    """Return comma-separated lists as one set of match forms."""
    found = (
        " ".join(phrase.split())
        for each in listed
        for phrase in normalised("NFKC", each).split(",")
    )
    return frozenset(filter(None, found))


def _kindness(courtesies: Sequence[Courtesies]) -> re.Pattern[str]:
    """Return the pattern of "thanks a lot for your quick reply" in all languages together."""
    thanks, much, for_, whose, which, what = (
        "|".join(filter(None, (each.kindness[part] for each in courtesies))) for part in range(6)
    )
    if not thanks:
        return compiled("")
    return re.compile(
        rf"(?:{thanks})(?: (?:{much}))? (?:{for_})(?: (?:{whose}))?(?: (?:{which}))? ?(?:{what})"
    )


@lru_cache(_KEPT_FORMS)
def courtesy_of(form: str) -> Courtesy | None:
    """Return the courtesy that a match form consists of, or None where it says anything else."""
    if len(form) > _LONGEST:
        return None
    known = _known()
    if all(character in known.laughing or character == " " for character in form):
        return "unreadable"
    bare = (word.rstrip(known.laughing) for word in form.split())
    words = [word for word in bare if word]
    for candidate in (words, [word for word in words if word not in known.fillers]):
        courtesy = _phrase(known, " ".join(candidate))
        if courtesy:
            return courtesy
    greets = any(word in known.greetings for word in words)
    return "greeting" if greets and all(word in known.fillers for word in words) else None


def _phrase(known: _Known, phrase: str) -> Courtesy | None:
    if phrase in known.thanks or known.kindness.fullmatch(phrase):
        return "thanks"
    if phrase in known.greetings:
        return "greeting"
    return "unreadable" if phrase in known.laughter else None
