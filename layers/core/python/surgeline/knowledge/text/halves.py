"""A sentence that may hold two questions is parted here, at a word that joins or at a comma."""

import re
from functools import cache
from typing import Final

from surgeline.knowledge.text.languages import languages
from surgeline.knowledge.text.patterns import compiled
from surgeline.knowledge.text.reading import small_talk
from surgeline.knowledge.text.shadow import shadow

MOST: Final = 2
"""So many ways to part a sentence are tried, those that part it most evenly."""
_WORDS: Final = 3
_SYLLABLES: Final = 4
_HANGUL: Final = re.compile("[\uac00-\ud7a3]")
_EDGES: Final = " \t,;:-–—"


def halves_of(sentence: str) -> list[tuple[str, str]]:
    """Return the ways to part a sentence into two that may ask something each."""
    found = []
    for joint in _joints().finditer(shadow(sentence)):
        left = sentence[: joint.start()].strip(_EDGES)
        right = sentence[joint.end() :].strip(_EDGES)
        if _says_enough(left) and _says_enough(right):
            found.append((abs(len(left) - len(right)), left, right))
    return [(left, right) for _, left, right in sorted(found)[:MOST]]


def _says_enough(part: str) -> bool:
    enough = len(part.split()) >= _WORDS or len(_HANGUL.findall(part)) >= _SYLLABLES
    return enough and small_talk(part) is None


@cache
def _joints() -> re.Pattern[str]:
    joins = "|".join(each.letters.joins for each in languages() if each.letters.joins)
    words = rf"[,;]? (?:{joins}) |" if joins else ""
    return compiled(f"{words}[,;] ")
