"""A sentence that may hold two questions is parted here.

It is parted at a word that joins, at a comma or a dash, or where a second question begins.
"""

import re
from functools import cache
from typing import Final

from surgeline.knowledge.text.languages import languages
from surgeline.knowledge.text.patterns import compiled
from surgeline.knowledge.text.reading import small_talk
from surgeline.knowledge.text.shadow import shadow

MOST: Final = 3
"""So many ways to part a sentence are tried, those that part it most evenly."""
_WORDS: Final = 3
_FEWEST: Final = 2
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


def is_short(part: str) -> bool:
    """Return whether a part names a subject rather than asks, so that it has to be sure."""
    return len(part.split()) < _WORDS and len(_HANGUL.findall(part)) < _SYLLABLES


def _says_enough(part: str) -> bool:
    enough = not is_short(part) or len(part.split()) >= _FEWEST
    return enough and small_talk(part) is None


@cache
def _joints() -> re.Pattern[str]:
    spoken = [language.letters for language in languages()]
    joins = "|".join(each.joins for each in spoken if each.joins)
    words = rf"[,;]? (?:{joins}) |" if joins else ""
    begins = "".join(rf"| (?=(?:{each.begins})\b)" for each in spoken if each.begins)
    ends = "".join(f"|{each.ends} " for each in spoken if each.ends)
    return compiled(f"{words}[,;] | [-–—/+] {begins}{ends}")
