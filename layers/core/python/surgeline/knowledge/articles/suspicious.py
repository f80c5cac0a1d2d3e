"""Texts that somebody may have hidden in an article are found here.

Invisible characters are refused. Phrases for a machine only give a warning, because an article is
shown to customers and obeyed by nobody.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import Final

from surgeline.knowledge.text.languages import languages
from surgeline.knowledge.text.marks import normalised

# Joiners are kept, because emoji families and some scripts are spelled with them.
_JOINERS: Final = frozenset("\u200c\u200d")
# These letters and signs are printable by their category and yet show nothing.
_BLANKS: Final = frozenset("\u115f\u1160\u2800\u3164\uffa0")
_HIDING: Final = frozenset({"Cc", "Cf", "Cs", "Cn", "Zl", "Zp"})
_PLAIN_LETTER: Final = re.compile(
    r"[A-Za-z0-9\u00c0-\u024f\u1100-\u11ff\u3040-\u9fff\uac00-\ud7a3]"
)
_COMMENT: Final = re.compile(r"<!--|-->")
_TAG: Final = re.compile(r"</?[a-z][a-z0-9]*(\s[^<>]*)?/?>", re.IGNORECASE)


@cache
def _instructions() -> tuple[tuple[tuple[str, ...], re.Pattern[str]], ...]:
    """Return the words of which one must occur, and then the phrase itself.

    Most texts hold none of the words, so that the slower phrase is seldom tried.
    """
    return tuple(
        (words, re.compile(pattern))
        for language in languages()
        for words, pattern in language.instructions
    )


def hidden_characters(text: str, *, newlines: bool) -> Iterator[tuple[int, str]]:
    """Yield each character that a reader can't see, with its position from 1.

    These are controls, zero-width and direction marks, surrogates, and blanks that count as
    letters. Joiners between plain letters are among them, because they join nothing there.
    """
    allowed = "\t\r\n" if newlines else ""
    if _is_plain(text, allowed):
        return
    for place, character in enumerate(text):
        if character in _JOINERS:
            if _joins_nothing(text, place):
                yield place + 1, character
        elif character in _BLANKS or (
            character not in allowed
            and not character.isprintable()
            and unicodedata.category(character) in _HIDING
        ):
            yield place + 1, character


def has_comment(text: str) -> bool:
    """Return whether a text holds an HTML comment, which its author can't have meant to be read."""
    return _COMMENT.search(text) is not None


def suspicions(text: str) -> Iterator[str]:
    """Yield each thing that an author should look at again: instructions to a machine, HTML."""
    folded = " ".join(normalised("NFKC", text).casefold().split())
    for words, instruction in _instructions():
        found = instruction.search(folded) if any(word in folded for word in words) else None
        if found:
            yield (
                f"{found[0]!r} reads like an instruction to a machine; it is obeyed by nobody and "
                "shown as it is"
            )
            break
    tag = _TAG.search(text) if "<" in text else None
    if tag:
        yield f"{tag[0][:40]!r} is HTML; answers are plain text, and it is shown as it is"


def _is_plain(text: str, allowed: str) -> bool:
    """Return whether a text needs no closer look, which is true of nearly all texts."""
    for character in (*allowed, "\u00a0", "\u202f"):
        text = text.replace(character, "")
    return text.isprintable() and _BLANKS.isdisjoint(text)


def _joins_nothing(text: str, place: int) -> bool:
    before, after = text[place - 1 : place], text[place + 1 : place + 2]
    return bool(_PLAIN_LETTER.match(before) and _PLAIN_LETTER.match(after))
