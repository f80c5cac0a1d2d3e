"""Why the writer decided as it did is told in a lead's language. It is kept in English on record.

The texts of a language stand under the English sentences. A sentence may have values in braces,
which are told in the language too. What has no text, as a pool's own words, is told as it was kept.
"""

import re
from collections.abc import Iterator, Mapping

from surgeline.domain.texts import fill

AS_IT_IS = "pool"
"""The value that is a name, and never a sentence."""
BETWEEN = "; "
DEEPEST = 4
_NAME = re.compile(r"\{([a-z]+)\}")


class Whys:
    """The sentences of a language, by the English ones. Without sentences all stays English."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts
        by_length = sorted(texts, key=lambda each: len(_NAME.sub("", each)), reverse=True)
        self._patterns = [(_pattern(each), texts[each]) for each in by_length if "{" in each]

    def translated(self, why: str) -> str:
        """Return the sentence in the language. Remarks behind it are told one by one."""
        return BETWEEN.join(self._found(each, DEEPEST) or each for each in why.split(BETWEEN))

    def _found(self, why: str, deep: int) -> str:
        if why in self._texts:
            return self._texts[why]
        for pattern, text in self._patterns if deep else ():
            if found := pattern.fullmatch(why):
                return fill(text, dict(self._values(found, deep - 1)))
        return ""

    def _values(self, found: re.Match[str], deep: int) -> Iterator[tuple[str, str]]:
        for name, value in found.groupdict().items():
            is_name = name == AS_IT_IS
            yield name, value if is_name else self._found(value, deep) or value


def _pattern(sentence: str) -> re.Pattern[str]:
    """Return what the sentence is with any values."""
    pieces = _NAME.split(sentence)
    for place, piece in enumerate(pieces):
        values = "[a-z0-9][a-z0-9_-]*" if piece == AS_IT_IS else ".+?"
        pieces[place] = f"(?P<{piece}>{values})" if place % 2 else re.escape(piece)
    return re.compile("".join(pieces), re.DOTALL)
