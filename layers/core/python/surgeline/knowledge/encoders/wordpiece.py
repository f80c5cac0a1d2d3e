"""A text is split here into the word pieces of an uncased BERT vocabulary."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from surgeline.knowledge.text.marks import normalised

_LONGEST_WORD: Final = 100
_UNKNOWN: Final = "[UNK]"
_FIRST: Final = "[CLS]"
_LAST: Final = "[SEP]"
_HAN: Final = (
    (0x4E00, 0x9FFF),
    (0x3400, 0x4DBF),
    (0x20000, 0x2FA1F),
    (0xF900, 0xFAFF),
)


@dataclass(frozen=True, slots=True)
class WordPieces:
    """A vocabulary of word pieces; pieces inside a word start with ##."""

    vocabulary: Mapping[str, int]
    longest: int = 64

    def ids(self, text: str) -> list[int]:
        """Return the ids of a text's pieces between the first and last marks."""
        pieces = [
            piece for word in _words(text[: 16 * self.longest]) for piece in self._pieces(word)
        ]
        known = self.vocabulary
        return [known[_FIRST], *pieces[: self.longest - 2], known[_LAST]]

    def _pieces(self, word: str) -> list[int]:
        unknown = [self.vocabulary[_UNKNOWN]]
        if len(word) > _LONGEST_WORD:
            return unknown
        found: list[int] = []
        start = 0
        while start < len(word):
            prefix = "##" if start else ""
            for end in range(len(word), start, -1):
                piece = self.vocabulary.get(prefix + word[start:end])
                if piece is not None:
                    found.append(piece)
                    start = end
                    break
            else:
                return unknown
        return found


def _words(text: str) -> list[str]:
    spaced: list[str] = []
    for character in normalised("NFD", text.lower()):
        category = unicodedata.category(character)
        if category == "Mn" or (category[0] == "C" and character not in "\t\n\r"):
            continue
        if _stands_alone(character, category):
            spaced.append(f" {character} ")
        else:
            spaced.append(character)
    return "".join(spaced).split()


def _stands_alone(character: str, category: str) -> bool:
    code = ord(character)
    if category[0] == "P" or (
        character.isascii() and not character.isalnum() and not character.isspace()
    ):
        return True
    return any(first <= code <= last for first, last in _HAN)
