"""A rejection ("that is not what I asked") is recognised here, by the patterns of the languages.

A rejection stands at the beginning; what follows it may be the question put in other words. The
patterns are anchored and bounded, so that time is linear.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final, NamedTuple

from surgeline.knowledge.text.languages import languages
from surgeline.knowledge.text.patterns import alternatives, compiled
from surgeline.knowledge.text.reading import match_form, plain_form

_LONGEST: Final = 400
_ENOUGH_WORDS: Final = 2
_ENOUGH_HANGUL: Final = 4
_END: Final = r"(?=\s*(?:[.,;:!?…~-]|$))"
_HANGUL: Final = re.compile("[\uac00-\ud7a3]")
_NOT_WORDS: Final = re.compile(r"^[\W_]+")
_THUMBS_DOWN: Final = re.compile("\U0001f44e[\U0001f3fb-\U0001f3ff]?")


@dataclass(frozen=True, slots=True)
class Rejection:
    """`rest` is what was said beyond it, as a question of its own; empty where there is none.

    `bare`: a mere "no", which rejects only where something stands to be rejected.
    """

    rest: str
    bare: bool


class _Known(NamedTuple):
    """The patterns of all languages.

    `no_and` is a "no" that no comma parts from what follows. It counts before a rejection only;
    before anything else it is part of a question.
    """

    no: re.Pattern[str]
    no_and: re.Pattern[str]
    rejects: re.Pattern[str]
    openers: re.Pattern[str]
    leads_on: re.Pattern[str]


@cache
def _known() -> _Known:
    return _Known(
        no=compiled(alternatives(_all("no"))),
        no_and=re.compile(rf"(?:{alternatives(_all('no_before'))}) "),
        rejects=compiled(alternatives(_all("statements"))),
        openers=re.compile(rf"(?:(?:{alternatives(_all('openers'))})\b[\s,.!~-]*)"),
        leads_on=re.compile(rf"^(?:{alternatives(_all('leads_on'))})\s+"),
    )


def _all(field: str) -> Iterator[str]:
    """Yield for each language that has some what is one pattern of its patterns of a kind."""
    for rejections in (language.rejections for language in languages()):
        if patterns := getattr(rejections, field):
            yield alternatives(patterns, {"end": _END, **rejections.parts})


def rejection_in(text: str) -> Rejection | None:
    """Return the rejection of an answer, or of all choices, that a text begins with."""
    if _THUMBS_DOWN.fullmatch(text.strip()[:_LONGEST]):
        return Rejection("", bare=True)
    known, said = _known(), plain_form(text)[:_LONGEST]
    opened, rejected, bare = _NOT_WORDS.sub("", said), False, True
    while found := _first(known, opened):
        rejected = rejected or found.re in (known.no, known.rejects)
        bare = bare and found.re is not known.rejects
        opened = _NOT_WORDS.sub("", opened[found.end() :])
        if not found.end():
            break
    if not rejected or (bare is False and opened and opened[0] == "'"):
        return None
    return Rejection(_question(known, opened), bare)


def _first(known: _Known, said: str) -> re.Match[str] | None:
    """Return the next part of a rejection that a text begins with."""
    found = known.no.match(said)
    if found is None:
        found = known.no_and.match(said)
        if found and not known.rejects.match(said, found.end()):
            found = None
    return found or known.rejects.match(said) or known.openers.match(said)


def _question(known: _Known, rest: str) -> str:
    """Return what is left as a question, where it is enough for one."""
    rest = known.leads_on.sub("", rest)
    form = match_form(rest)
    enough = len(form.split()) >= _ENOUGH_WORDS or len(_HANGUL.findall(form)) >= _ENOUGH_HANGUL
    return rest if enough else ""
