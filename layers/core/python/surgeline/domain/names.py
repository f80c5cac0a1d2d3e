"""The names that a pool gives its agents are cleaned here before the customer sees them."""

import unicodedata

from surgeline.domain.limits import NAME_LENGTH

_MARKS = 4
"""How many combining marks one letter keeps.

Scripts need no more, and more would paint over text.
"""
_HIDDEN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
_BLANK = frozenset("\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Letters and symbols that show nothing: fillers of Hangul and Khmer, the empty Braille cell."""
_OTHERS = frozenset(
    {"system", "bot", "assistant", "you", "me", "customer", "visitor"}
    | {"système", "systeme", "assistante", "vous", "moi", "client", "cliente", "visiteur"}
    | {"시스템", "봇", "챗봇", "어시스턴트", "나", "저", "고객", "고객님", "방문자"}
)
"""Names that would make an agent pass for somebody else in the chat."""


def shown_name(name: str | None) -> str | None:
    """Return the name without hidden or overpainting marks, and not too long.

    Returns None if no name is left.
    """
    if name is None:
        return None
    kept: list[str] = []
    marks = 0
    for character in name[:NAME_LENGTH]:
        category = unicodedata.category(character)
        marks = marks + 1 if category.startswith("M") else 0
        if character.isspace():
            kept.append(" ")
        elif category not in _HIDDEN and character not in _BLANK and marks <= _MARKS:
            kept.append(character)
    clean = " ".join("".join(kept).split())
    plain = clean.casefold()
    if not any(each.isalnum() for each in plain) or plain.strip(" .!*[]()") in _OTHERS:
        return None
    return clean
