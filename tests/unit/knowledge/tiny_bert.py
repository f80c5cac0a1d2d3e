"""A sentence encoder small enough to write down, of random weights."""

import numpy as np
from numpy.typing import NDArray
from surgeline.knowledge.encoders.sentence_encoder import SentenceEncoder

PIECES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "re", "##fund", "where", "is", "my", "parcel", "?"]


def tiny_bert(layers: int = 1) -> dict[str, NDArray[np.float32]]:
    """Return random weights of a few layers, 64 wide."""
    random = np.random.default_rng(5)
    shapes: dict[str, tuple[int, ...]] = {
        "embeddings.word_embeddings.weight": (len(PIECES), 64),
        "embeddings.position_embeddings.weight": (32, 64),
        "embeddings.token_type_embeddings.weight": (2, 64),
    }
    norms = ["embeddings.LayerNorm"]
    for layer in (f"encoder.layer.{number}." for number in range(layers)):
        for name, out, wide in (
            ("attention.self.query", 64, 64),
            ("attention.self.key", 64, 64),
            ("attention.self.value", 64, 64),
            ("attention.output.dense", 64, 64),
            ("intermediate.dense", 128, 64),
            ("output.dense", 64, 128),
        ):
            shapes[f"{layer}{name}.weight"] = (out, wide)
            shapes[f"{layer}{name}.bias"] = (out,)
        norms += [f"{layer}attention.output.LayerNorm", f"{layer}output.LayerNorm"]
    for name in norms:
        shapes[f"{name}.weight"] = shapes[f"{name}.bias"] = (64,)
    return {name: random.normal(size=s).astype(np.float32) for name, s in shapes.items()}


def tiny_encoder(
    weights: dict[str, NDArray[np.float32]], *shares: float, loud: dict[int, float] | None = None
) -> SentenceEncoder:
    """Return the encoder of tiny weights."""
    from weights.sentence_graph import comparing_graph, sentence_graph

    graph = sentence_graph(weights, shares, loud=loud or {})
    return SentenceEncoder.of(graph, comparing_graph(), PIECES, "tiny")
