"""A rejection ("that is not what I asked") is recognised here by the languages' patterns.

A rejection stands at the beginning of a message. The rest may be the question in other words. The
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
    """A customer's rejection of an answer, and the rest of the message.

    `rest` is the text after the rejection, as a question of its own, or empty. `bare` is true for a
    mere "no", which rejects only where an answer stands to be rejected.
    """

    rest: str
    bare: bool


class _Known(NamedTuple):
    """The patterns of all languages.

    `no_and` is a "no" that no comma parts from the following text. Such a "no" counts before a
    rejection only. Before anything else it is part of a question.
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
    """Yield one pattern for each language that has patterns of this kind."""
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
    """Return the rest of a message as a question, or nothing where it is too short for one."""
    rest = known.leads_on.sub("", rest)
    form = match_form(rest)
    enough = len(form.split()) >= _ENOUGH_WORDS or len(_HANGUL.findall(form)) >= _ENOUGH_HANGUL
    return rest if enough else ""
