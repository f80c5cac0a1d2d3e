"""Match forms are turned here into weighted character and word grams."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, partial
from itertools import pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from surgeline.knowledge.arrays.floats import Floats
from surgeline.knowledge.arrays.side_by_side import run_in_two_threads

Ints = NDArray[np.int64]

# Character grams cross no word boundary. A Hangul syllable tells as much as two or three letters.
_LONGEST_GRAM: Final = 5
_LONGEST_HANGUL_GRAM: Final = 4
_SHORTEST_GRAM: Final = 2
_HANGUL: Final = (0xAC00, 0xD7A3)
_SPACE: Final = 32
# Grams in more than this share of the phrasings are looked up as dense rows.
_OFTEN: Final = 24
_WIDTH: Final = 2_048
_BLOCK: Final = 512
_PRIME: Final = np.uint64(0x100000001B3)
_MIX: Final = np.uint64(0x9E3779B97F4A7C15)
# The lowest bit of a gram's hash tells words from characters.
_WORD_BIT: Final = np.uint32(1)


@dataclass(frozen=True, slots=True)
class Rows:
    """A sparse matrix by rows: row i holds columns[starts[i]:starts[i + 1]] with their values."""

    starts: Ints
    columns: Ints
    values: Floats

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.starts) - 1

    def row_numbers(self) -> Ints:
        """Return the row number of every stored value."""
        return np.repeat(np.arange(len(self)), np.diff(self.starts))

    def transposed(self, width: int) -> "Rows":
        """Return the matrix by columns (postings), rows in ascending order within each."""
        order = np.argsort(self.columns, kind="stable")
        counts = np.bincount(self.columns, minlength=width)
        starts = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
        return Rows(starts, self.row_numbers()[order], self.values[order])


def gram_hashes(form: str) -> NDArray[np.uint32]:
    """Return the hashes of all grams of a match form, repeated as often as they occur."""
    return np.concatenate((_character_hashes(form), _word_hashes(form)))


def _character_hashes(form: str) -> NDArray[np.uint32]:
    letters = np.frombuffer(f" {form} ".encode("utf-32-le"), dtype=np.uint32)
    hangul = None if form.isascii() else (letters >= _HANGUL[0]) & (letters <= _HANGUL[1])
    spaces = np.concatenate(([0], np.cumsum(letters == _SPACE)))
    raised = letters.astype(np.uint64) + np.uint64(1)
    running = raised
    found = [] if hangul is None else [running[hangul] + _salt(1)]
    for size in range(_SHORTEST_GRAM, min(_LONGEST_GRAM, len(letters)) + 1):
        count = len(letters) - size + 1
        running = running[:count] * _PRIME + raised[size - 1 :]
        grams = running
        if size > _SHORTEST_GRAM:
            kept = spaces[size - 1 : size - 1 + count] == spaces[1 : count + 1]
            if size > _LONGEST_HANGUL_GRAM and hangul is not None:
                kept &= ~hangul[1 : 1 + count]
            grams = running[kept]
        found.append(grams + _salt(size))
    mixed = np.concatenate(found)
    mixed = (mixed ^ (mixed >> np.uint64(29))) * _MIX
    hashes: NDArray[np.uint32] = (mixed >> np.uint64(32)).astype(np.uint32) & ~_WORD_BIT
    return hashes


@cache
def _salt(size: int) -> np.uint64:
    """Return the number that tells grams of one size from those of another."""
    return np.uint64(size * 0x51ED27)


def _counted(hashes: NDArray[np.uint32]) -> tuple[NDArray[np.uint32], Ints]:
    """Return the different hashes, which rise, and how often each occurs."""
    hashes.sort()
    begins = np.flatnonzero(np.concatenate(([True], hashes[1:] != hashes[:-1])))
    counts = np.concatenate((begins[1:], [len(hashes)])) - begins
    return hashes[begins], counts


def _word_hashes(form: str) -> NDArray[np.uint32]:
    words = form.encode("utf-8").split()
    pairs = [left + b" " + right for left, right in pairwise(words)]
    hashes = np.array([zlib.crc32(gram) for gram in (*words, *pairs)], dtype=np.uint32)
    return hashes | _WORD_BIT


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The grams a knowledge base knows, with their inverse document frequencies."""

    hashes: NDArray[np.uint32]
    weights: Floats
    unseen_weight: float
    word_share: float

    @classmethod
    def learn(cls, forms: Sequence[str], word_share: float) -> tuple["Vocabulary", Rows]:
        """Return the vocabulary of the forms and their weighted rows in it."""
        found = [_counted(gram_hashes(form)) for form in forms]
        lengths = [len(hashes) for hashes, _ in found]
        joined = np.concatenate([hashes for hashes, _ in found])
        hashes, columns = np.unique(joined, return_inverse=True)
        documents = np.bincount(columns, minlength=len(hashes))
        total = 1.0 + len(forms)
        weights = (np.log(total / (1.0 + documents)) + 1.0).astype(np.float32)
        vocabulary = cls(hashes, weights, float(np.log(total / 2.0) + 1.0), word_share)
        starts = np.concatenate(([0], np.cumsum(lengths))).astype(np.int64)
        counts = np.concatenate([counts for _, counts in found])
        values = vocabulary._normalised(hashes[columns], counts, weights[columns], starts)
        return vocabulary, Rows(starts, columns.astype(np.int64), values)

    def row(self, form: str) -> tuple[Ints, Floats, float]:
        """Return a form's known columns, their values, and the known share of its weight.

        Unknown grams count in the norm, so that a text of mostly unknown words resembles nothing.
        """
        hashes, counts = _counted(gram_hashes(form))
        places = np.minimum(np.searchsorted(self.hashes, hashes), len(self.hashes) - 1)
        known = self.hashes[places] == hashes
        weights = np.where(known, self.weights[places], np.float32(self.unseen_weight))
        values = self._scaled(hashes, counts, weights, hashes & _WORD_BIT, 1)
        share = float(np.square(values[known]).sum() / max(float(np.square(values).sum()), 1e-9))
        return places[known], values[known], share

    def _normalised(
        self,
        hashes: NDArray[np.uint32],
        counts: Ints,
        weights: Floats,
        starts: Ints,
    ) -> Floats:
        """Scale the word grams and character grams of each row to their shares of length one."""
        rows = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
        groups = rows * 2 + (hashes & _WORD_BIT)
        return self._scaled(hashes, counts, weights, groups, len(starts) - 1)

    def _scaled(
        self,
        hashes: NDArray[np.uint32],
        counts: Ints,
        weights: Floats,
        groups: NDArray[Any],
        rows: int,
    ) -> Floats:
        """Scale the grams; `groups` is twice the row of each, and one more for a word."""
        values = ((1.0 + np.log(counts)) * weights).astype(np.float64)
        mass = np.bincount(groups, weights=np.square(values), minlength=2 * rows)
        scale = np.sqrt(np.where(hashes & _WORD_BIT, self.word_share, 1.0 - self.word_share))
        scaled: Floats = (values * scale / np.sqrt(mass[groups])).astype(np.float32)
        return scaled


def similarities(postings: Rows, columns: Ints, values: Floats, height: int) -> Floats:
    """Return the products of one sparse row with all rows whose postings are given."""
    starts = postings.starts[columns]
    lengths = postings.starts[columns + 1] - starts
    ends = np.cumsum(lengths)
    if not len(ends) or not ends[-1]:
        return np.zeros(height, dtype=np.float32)
    places = np.arange(ends[-1]) + np.repeat(starts - (ends - lengths), lengths)
    products = postings.values[places] * np.repeat(values, lengths)
    summed = np.bincount(postings.columns[places], weights=products, minlength=height)
    return summed.astype(np.float32)


@dataclass(frozen=True, slots=True)
class Lookup:
    """All phrasings by their grams, to be compared with one text; frequent grams are dense rows.

    The rows are cut into blocks, so that the values taken from one block stay in the processor's
    cache.
    """

    postings: Rows
    height: int
    place: Ints
    frequent: tuple[Floats, ...]

    @classmethod
    def of(cls, postings: Rows, height: int) -> "Lookup":
        """Return the lookup of postings over a number of phrasings."""
        lengths = np.diff(postings.starts)
        often = np.flatnonzero(lengths > max(_OFTEN, height // _OFTEN))
        frequent = np.zeros((len(often), height), dtype=np.float32)
        for number, column in enumerate(often.tolist()):
            part = slice(postings.starts[column], postings.starts[column + 1])
            frequent[number, postings.columns[part]] = postings.values[part]
        place = np.full(len(lengths), -1, dtype=np.int64)
        place[often] = np.arange(len(often))
        blocks = [
            np.ascontiguousarray(frequent[:, first : first + _WIDTH])
            for first in range(0, height, _WIDTH)
        ]
        return cls(postings, height, place, tuple(blocks))

    def similarities(self, columns: Ints, values: Floats) -> Floats:
        """Return the products of one sparse row with all phrasings."""
        places = self.place[columns]
        rare = places < 0
        found = similarities(self.postings, columns[rare], values[rare], self.height)
        if not rare.all():
            picked, weights = places[~rare], values[~rare]
            found += np.concatenate([weights @ block[picked] for block in self.frequent])
        return found


def gram_matrix(rows: Rows, width: int) -> Floats:
    """Return the products of all rows with all rows; frequent columns go through dense blocks."""
    height = len(rows)
    frequent = np.bincount(rows.columns, minlength=width) > max(8, height // 64)
    product = _dense_products(rows, np.flatnonzero(frequent), width)
    rare = _only(rows, ~frequent)
    postings = rare.transposed(width)
    for row in range(height):
        part = slice(rare.starts[row], rare.starts[row + 1])
        product[row] += similarities(postings, rare.columns[part], rare.values[part], height)
    return product


def _only(rows: Rows, wanted: NDArray[np.bool_]) -> Rows:
    kept = wanted[rows.columns]
    counts = np.bincount(rows.row_numbers()[kept], minlength=len(rows))
    starts = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
    return Rows(starts, rows.columns[kept], rows.values[kept])


def _dense_products(rows: Rows, columns: Ints, width: int) -> Floats:
    product = np.zeros((len(rows), len(rows)), dtype=np.float32)
    numbers = rows.row_numbers()
    for first in range(0, len(columns), _BLOCK):
        chosen = columns[first : first + _BLOCK]
        place = np.full(width, -1, dtype=np.int64)
        place[chosen] = np.arange(len(chosen))
        kept = place[rows.columns] >= 0
        block = np.zeros((len(rows), len(chosen)), dtype=np.float32)
        block[numbers[kept], place[rows.columns[kept]]] = rows.values[kept]
        run_in_two_threads(
            partial(_add_products, product, block),
            [slice(top, top + _BLOCK) for top in range(0, len(rows), _BLOCK)],
        )
    return product


def _add_products(product: Floats, block: Floats, part: slice) -> None:
    product[part] += block[part] @ block.T
