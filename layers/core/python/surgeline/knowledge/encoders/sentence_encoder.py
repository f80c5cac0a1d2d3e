"""The graph of a sentence encoder is run here; `weights/sentence_graph.py` makes the graph."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from surgeline.knowledge.arrays.comparison import Comparison, session_of
from surgeline.knowledge.arrays.floats import Floats
from surgeline.knowledge.arrays.side_by_side import run_in_two_threads
from surgeline.knowledge.encoders.wordpiece import WordPieces


@dataclass(frozen=True, slots=True)
class SentenceEncoder:
    """Sentence vectors of length one; `session` runs a graph from pieces' ids to a vector.

    `comparing_graph` compares vectors, once they are added to it.
    """

    pieces: WordPieces
    session: Any
    comparing_graph: bytes
    digest: str
    tier: str = "sentence"

    @classmethod
    def of(
        cls, graph: bytes, comparing_graph: bytes, vocabulary: Sequence[str], digest: str
    ) -> "SentenceEncoder":
        """Return the encoder of its graphs and its pieces in order. Needs onnxruntime."""
        places = {piece: place for place, piece in enumerate(vocabulary)}
        return cls(WordPieces(places), session_of(graph), comparing_graph, digest)

    def encode(self, texts: Sequence[str]) -> Floats:
        """Return one row of length one for each text.

        Texts are encoded one by one, because bytes have one scale for all that is multiplied at
        once. A text's vector must not depend on the other texts.
        """
        width = self.session.get_outputs()[0].shape[1]
        vectors = np.empty((len(texts), width), dtype=np.float32)

        def encode_one(place: int) -> None:
            ids = np.array([self.pieces.ids(texts[place])])
            asked = {"ids": ids, "places": np.arange(ids.shape[1])[None, :]}
            vectors[place] = self.session.run(None, asked)[0][0]

        run_in_two_threads(encode_one, range(len(texts)))
        return vectors

    def knows(self, word: str) -> bool:
        """Return whether a word is one piece."""
        return word in self.pieces.vocabulary

    def comparing(self, vectors: Floats) -> Comparison:
        """Return a comparison with all of these vectors by products of bytes."""
        return Comparison.of(self.comparing_graph, vectors)
