"""A person's text is read here: commands in its first and last lines, and the words between.

A command is a word behind `#` or `!`, on a line of its own. The words are the same in every tool.
"""

import re
from collections.abc import Callable, Mapping

from surgeline.application.desks.acts import (
    Act,
    Attached,
    Closed,
    GaveBack,
    Left,
    Noted,
    PassedOn,
    Promised,
    Said,
    Took,
    Unsent,
)
from surgeline.domain.ids import is_name
from surgeline.domain.plain_text import says_something
from surgeline.domain.sent_files.attached import MOST_ATTACHED

MOST_TEXT = 10_000
MOST_REASON = 200
MOST_DECLINE = 100
OUTCOMES = ("solved", "unsolved", "spam", "duplicate")
ENDS = (Left, Closed, GaveBack, PassedOn)
"""The acts that end a person's work on a conversation, which stand last."""
INTERNAL = ("//", "🔒")
"""A text that begins so is a note."""
_SPAN = re.compile(r"([1-9][0-9]{0,3})(m|min|h|d)")
_UNITS: Mapping[str, int] = {"m": 60, "min": 60, "h": 3_600, "d": 86_400}
_COMMAND = re.compile(r"\s{0,3}[#!]([A-Za-z]{2,20})(?:[ \t:]+(.*))?$")


def read_words(text: str) -> tuple[Act, ...]:
    """Return the acts of a text, in their order. Nothing is sent of a text with an unknown word."""
    stripped = text.strip()
    for mark in INTERNAL:
        if stripped.startswith(mark):
            return _note(stripped.removeprefix(mark))
    lines = stripped.splitlines()
    before: list[Act] = []
    while lines and (command := _COMMAND.match(lines[0])):
        lines.pop(0)
        word, said = command[1].lower(), (command[2] or "").strip()
        if word == "note":
            return (*before, *_note("\n".join([said, *lines])))
        before.append(_act(word, said))
        lines = _trimmed(lines)
    after: list[Act] = []
    while lines and (command := _COMMAND.match(lines[-1])):
        lines.pop()
        after.insert(0, _act(command[1].lower(), (command[2] or "").strip()))
        lines = _trimmed(lines)
    words = "\n".join(lines).strip()
    said_so: list[Act] = [_said(words)] if says_something(words) else []
    return _ordered([*before, *said_so, *after])


def with_files(acts: tuple[Act, ...], files: tuple[Act, ...]) -> tuple[Act, ...]:
    """Return the acts with the files behind the words, and before what ends something.

    Files beyond the most that a text may have do not go, and the first of them are told.
    """
    ends = [each for each in acts if isinstance(each, ENDS)]
    beyond = [
        Unsent("file", each.name, "too many") if isinstance(each, Attached) else each
        for each in files[MOST_ATTACHED : 2 * MOST_ATTACHED]
    ]
    before = [each for each in acts if not isinstance(each, ENDS)]
    return (*before, *files[:MOST_ATTACHED], *beyond, *ends)


def _ordered(acts: list[Act]) -> tuple[Act, ...]:
    """Return the acts with what ends something last, or only the first that can't be sent."""
    unsent = next((each for each in acts if isinstance(each, Unsent)), None)
    if unsent:
        return (unsent,)
    kept = [each for each in acts if not isinstance(each, ENDS)]
    return (*kept, *[each for each in acts if isinstance(each, ENDS)][:1])


def _said(words: str) -> Act:
    return Said(words) if len(words) <= MOST_TEXT else Unsent("long", f"{len(words)}")


def _note(text: str) -> tuple[Act, ...]:
    words = text.strip()
    return (Noted(words[:MOST_TEXT]),) if says_something(words) else ()


def _act(word: str, said: str) -> Act:
    make = _ACTS.get(word)
    return make(said) if make else Unsent("word", word)


def _accept(said: str) -> Act:
    del said
    return Took()


def _decline(said: str) -> Act:
    return Left(said[:MOST_DECLINE] or "declined")


def _resolve(said: str) -> Act:
    outcome = said.lower() or OUTCOMES[0]
    return Closed(outcome) if outcome in OUTCOMES else Unsent("word", f"resolve {said[:40]}")


def _return(said: str) -> Act:
    return GaveBack(said[:MOST_REASON])


def _transfer(said: str) -> Act:
    """Read a pool and a reason. A dash in the place of the pool means the next one that can."""
    to, _, reason = said.partition(" ")
    if to in ("", "-"):
        return PassedOn(None, reason.strip()[:MOST_REASON])
    named = to.lower()
    if not is_name(named):
        return Unsent("word", f"transfer {to[:40]}")
    return PassedOn(named, reason.strip()[:MOST_REASON])


def _pending(said: str) -> Act:
    """Read in how much time there will be word, and what is said to the customer first."""
    span, _, words = said.partition(" ")
    found = _SPAN.fullmatch(span.lower())
    if found is None:
        return Unsent("word", f"pending {span[:40]}".strip())
    return Promised(int(found[1]) * _UNITS[found[2]], words.strip()[:MOST_TEXT])


_ACTS: Mapping[str, Callable[[str], Act]] = {
    "accept": _accept,
    "decline": _decline,
    "pending": _pending,
    "resolve": _resolve,
    "return": _return,
    "transfer": _transfer,
}
WORDS = (*_ACTS, "note")


def _trimmed(lines: list[str]) -> list[str]:
    """Return the lines without empty ones at both ends."""
    return "\n".join(lines).strip("\n").splitlines() if any(map(str.strip, lines)) else []
