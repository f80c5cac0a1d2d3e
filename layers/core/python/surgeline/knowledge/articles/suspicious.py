"""What somebody may have hidden in an article lives here: invisible text, phrases for a machine.

Phrases are only pointed out: whatever an article says is shown to customers and obeyed by nobody.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from surgeline.knowledge.text.marks import normalised

# Joiners are kept: emoji families and some scripts are spelled with them.
_JOINERS: Final = frozenset("\u200c\u200d")
# Letters and signs that are printable by their category and yet show nothing.
_BLANKS: Final = frozenset("\u115f\u1160\u2800\u3164\uffa0")
_HIDING: Final = frozenset({"Cc", "Cf", "Cs", "Cn", "Zl", "Zp"})
_PLAIN_LETTER: Final = re.compile(
    r"[A-Za-z0-9\u00c0-\u024f\u1100-\u11ff\u3040-\u9fff\uac00-\ud7a3]"
)
_COMMENT: Final = re.compile(r"<!--|-->")
_TAG: Final = re.compile(r"</?[a-z][a-z0-9]*(\s[^<>]*)?/?>", re.IGNORECASE)
# Words of which one must occur, and then the phrase: most texts are done after the words.
_INSTRUCTIONS: Final = tuple(
    (words, re.compile(pattern))
    for words, pattern in (
        # English
        (
            ("instruction", "rules", "prompt", "guideline"),
            r"\b(ignore|disregard|forget|override)\b.{0,30}\b(instructions?|rules|prompts?|guidelines)",
        ),
        (("system ", "developer "), r"\b(system|developer) (prompt|message|mode)\b"),
        (("you are ",), r"\byou are (now|no longer) (a|an|in|the|bound)\b"),
        (
            ("instructions", "prompt"),
            r"\b(reveal|print|repeat|show) (me )?(your|the) (\w+ )?(instructions|prompt)",
        ),
        (("do not ",), r"\bdo not (tell|inform) the (user|customer)\b"),
        (
            ("<|", "inst]", "language model", " ai "),
            r"<\|[a-z_]+\|>|\[/?inst\]|\bas an? (ai|language model)\b",
        ),
        # Korean
        (
            ("무시", "잊"),
            r"(이전|앞선|앞의|위의|기존|지금까지).{0,12}(지시|명령|지침|프롬프트|규칙).{0,8}(무시|잊)",
        ),
        (("시스템", "개발자"), r"(시스템|개발자)\s?(프롬프트|메시지|모드)"),
        (("부터",), r"(너는|당신은) (이제|지금)부터"),
        (("지시", "지침", "프롬프트"), r"(지시|지침|프롬프트).{0,6}(출력|공개|알려)"),
        # French
        (
            ("instructions", "consignes", "règles", "regles", "directives"),
            (
                r"\b(ignore[zr]?|oublie[zr]?|ne (tiens|tenez) (pas|plus) compte).{0,30}"
                r"\b(instructions|consignes|r[eè]gles|directives)"
            ),
        ),
        (
            ("système", "systeme", "développeur", "developpeur"),
            r"\b(invite|prompt|message|mode) (du )?(syst[eè]me|d[eé]veloppeur)\b",
        ),
        (("maintenant", "sormais"), r"\b(tu es|vous [eê]tes) (maintenant|d[eé]sormais)\b"),
        (
            ("instructions", "consignes"),
            r"\b(r[eé]v[eè]le[zr]?|affiche[zr]?) (tes|vos|les) (instructions|consignes)",
        ),
    )
)


def hidden_characters(text: str, *, newlines: bool) -> Iterator[tuple[int, str]]:
    """Yield what a reader can't see, with its position from 1.

    Controls, zero-width and direction marks, surrogates, blanks that count as letters, and
    joiners between plain letters, where they join nothing.
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
    """Whether a text holds an HTML comment, which its author can't have meant to be read."""
    return _COMMENT.search(text) is not None


def suspicions(text: str) -> Iterator[str]:
    """Yield what an author should look at again: instructions to a machine, HTML."""
    folded = " ".join(normalised("NFKC", text).casefold().split())
    for words, instruction in _INSTRUCTIONS:
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
    """Whether nothing needs a closer look, which is true of nearly all texts."""
    for character in (*allowed, "\u00a0", "\u202f"):
        text = text.replace(character, "")
    return text.isprintable() and _BLANKS.isdisjoint(text)


def _joins_nothing(text: str, place: int) -> bool:
    before, after = text[place - 1 : place], text[place + 1 : place + 2]
    return bool(_PLAIN_LETTER.match(before) and _PLAIN_LETTER.match(after))
