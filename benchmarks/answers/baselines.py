"""The baselines live here, which anybody would try first: BM25, and a plain linear classifier."""

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from surgeline.knowledge.articles.jsonl import Article
from surgeline.knowledge.text.reading import match_form

Floats = NDArray[np.float64]


def tokens(text: str) -> list[str]:
    """Return words, and for Hangul also syllable pairs (particles stick to words)."""
    words = match_form(text).split()
    pairs = [
        word[place : place + 2]
        for word in words
        if any("\uac00" <= letter <= "\ud7a3" for letter in word)
        for place in range(len(word) - 1)
    ]
    return words + pairs


class Bm25:
    """Okapi BM25 over phrasings. An article is as good as its best phrasing."""

    def __init__(self, articles: Sequence[Article], k1: float = 1.5, b: float = 0.75) -> None:
        """Count the words of all phrasings."""
        self.ids = [article.id for article in articles]
        texts = [
            (owner, text)
            for owner, article in enumerate(articles)
            for text in (*article.questions, article.title)
        ]
        self.owners = np.array([owner for owner, _ in texts])
        counted = [Counter(tokens(text)) for _, text in texts]
        lengths = np.array([sum(counts.values()) for counts in counted], dtype=np.float64)
        norm = k1 * (1.0 - b + b * lengths / max(lengths.mean(), 1e-9))
        documents = Counter(word for counts in counted for word in counts)
        self.postings: dict[str, tuple[NDArray[np.int64], Floats]] = {}
        gathered: dict[str, list[tuple[int, int]]] = {}
        for place, counts in enumerate(counted):
            for word, count in counts.items():
                gathered.setdefault(word, []).append((place, count))
        for word, found in gathered.items():
            places = np.array([place for place, _ in found])
            times = np.array([count for _, count in found], dtype=np.float64)
            rarity = math.log(1.0 + (len(texts) - documents[word] + 0.5) / (documents[word] + 0.5))
            self.postings[word] = places, rarity * times * (k1 + 1.0) / (times + norm[places])

    def best(self, text: str) -> str:
        """Return the id of the best article."""
        scores = np.zeros(len(self.owners))
        for word in tokens(text):
            found = self.postings.get(word)
            if found is not None:
                scores[found[0]] += found[1]
        return self.ids[int(self.owners[int(scores.argmax())])]


class LinearClassifier:
    """A ridge classifier, one article against the rest, on tf-idf of words and trigrams."""

    def __init__(self, articles: Sequence[Article], ridge: float = 1.0) -> None:
        """Train on the phrasings and titles."""
        self.ids = [article.id for article in articles]
        texts = [
            (owner, text)
            for owner, article in enumerate(articles)
            for text in (*article.questions, article.title)
        ]
        counted = [Counter(self._grams(text)) for _, text in texts]
        documents = Counter(gram for counts in counted for gram in counts)
        kept = [gram for gram, _ in documents.most_common(8_000)]
        self.place = {gram: place for place, gram in enumerate(kept)}
        total = len(texts)
        self.rarity = np.array([math.log((1 + total) / (1 + documents[gram])) + 1 for gram in kept])
        rows = np.stack([self._row(counts) for counts in counted])
        owners = np.array([owner for owner, _ in texts])
        target = (owners[:, None] == np.arange(len(articles))[None, :]).astype(np.float32)
        solved = np.linalg.solve(rows @ rows.T + ridge * np.eye(len(rows)), target - target.mean(0))
        self.weights = (rows.T @ solved).astype(np.float32)

    def best(self, text: str) -> str:
        """Return the id of the best article."""
        row = self._row(Counter(self._grams(text)))
        return self.ids[int((row @ self.weights).argmax())]

    def _row(self, counts: Counter[str]) -> NDArray[np.float32]:
        row = np.zeros(len(self.place), dtype=np.float32)
        for gram, times in counts.items():
            place = self.place.get(gram)
            if place is not None:
                row[place] = (1.0 + math.log(times)) * self.rarity[place]
        length = float(np.linalg.norm(row))
        return row / length if length else row

    @staticmethod
    def _grams(text: str) -> list[str]:
        form = f" {match_form(text)} "
        return form.split() + [form[place : place + 3] for place in range(len(form) - 2)]
