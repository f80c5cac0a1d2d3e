"""A text is split here by byte-pair merges, with bytes for unknown characters."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

_SPACE: Final = "▁"
_NEVER: Final = float("inf")


@dataclass(frozen=True, slots=True)
class Subwords:
    """A vocabulary of subwords and the ranks of the pairs that merge ("left right")."""

    vocabulary: Mapping[str, int]
    ranks: Mapping[str, int]
    longest: int = 512

    def ids(self, text: str) -> list[int]:
        """Return the ids of a text's subwords; characters out of the vocabulary become bytes."""
        found: list[int] = []
        # No merge crosses the start of a word, so that words can be merged one by one.
        for word in text[: self.longest].split():
            for piece in self._merged([*(_SPACE + word)]):
                known = self.vocabulary.get(piece)
                found.extend([known] if known is not None else self._bytes(piece))
        return found

    def is_whole(self, word: str) -> bool:
        """Return whether a word is one subword."""
        return _SPACE + word in self.vocabulary

    def _merged(self, pieces: list[str]) -> list[str]:
        ranks = [self._rank(left, right) for left, right in pairwise(pieces)]
        while ranks and (best := min(ranks)) != _NEVER:
            place = ranks.index(best)
            pieces[place : place + 2] = [pieces[place] + pieces[place + 1]]
            del ranks[place]
            for changed in (place - 1, place):
                if 0 <= changed < len(ranks):
                    ranks[changed] = self._rank(pieces[changed], pieces[changed + 1])
        return pieces

    def _rank(self, left: str, right: str) -> float:
        return self.ranks.get(f"{left} {right}", _NEVER)

    def _bytes(self, piece: str) -> list[int]:
        names = (f"<0x{byte:02X}>" for byte in piece.encode("utf-8", "replace"))
        return [self.vocabulary[name] for name in names if name in self.vocabulary]
