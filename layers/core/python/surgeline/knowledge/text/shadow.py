"""A shadow of a text is its lower case without accents, with every letter in its old place."""

from functools import lru_cache

from surgeline.knowledge.text.marks import normalised

_HANGUL_FIRST = "\uac00"
_HANGUL_LAST = "\ud7a3"


def shadow(text: str) -> str:
    """Return the text in lower case without accents, as long as before.

    What a pattern finds in the shadow stands at the same place in the text.
    """
    return text.lower() if text.isascii() else "".join(map(_plain, text))


@lru_cache(4096)
def _plain(character: str) -> str:
    if character.isascii() or _HANGUL_FIRST <= character <= _HANGUL_LAST:
        return character.lower()
    return (normalised("NFD", character)[:1].lower() or character)[:1]
