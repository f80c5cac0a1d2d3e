"""Published weights become here the compact images that encoders are loaded from.

Each published file is known by its sha256. It is read as data, and no code beside it is run.
"""

import hashlib
import json
import struct
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from surgeline.knowledge.arrays.artifact import pack
from surgeline.knowledge.encoders.weights import KNOWN_AS, Arrays, WrongWeights

# These files are model.safetensors and vocab.txt of all-MiniLM-L6-v2, revision 1110a243
# (Apache-2.0).
SENTENCE_MODEL_SHA256: Final = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
SENTENCE_VOCABULARY_SHA256: Final = (
    "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3"
)
# wordllama 0.4.0 (MIT) has l2_supercat_256.safetensors and l2_supercat_tokenizer_config.json.
STATIC_TABLE_SHA256: Final = "64b47a2dc493cb8e85944076601189739852d7b64e0e1eedcb1937a251cd9fd5"
STATIC_TOKENIZER_SHA256: Final = "93248f2a9ec36c7b35f700a033d5f36228aae48db61aee31007fa49062cdeb68"

# This is the first image of these weights that was released. The vectors of today's image differ
# from its vectors less than vectors of bytes differ from vectors of floats. So they may be
# compared: an index that was built with one image answers with the other.
_KNOWN_AS: Final = "a1780b849f2288d41e4835604fc0bf67c8a0c21fafc497d2b21df32b96e60433"
# The last layer was trained to tell pairs of sentences apart. The layer before says more of topics.
_LAYER_SHARES: Final = (0.0, 0.0, 0.0, 0.0, 0.4, 1.0)

_KINDS: Final = {"F32": np.float32, "F16": np.float16}


def sentence_image(model: bytes, vocabulary: bytes) -> bytes:
    """Return the sentence encoder's image (int8, a quarter of the published size)."""
    from weights.sentence_graph import (  # noqa: PLC0415 - onnx, for this once
        comparing_graph,
        sentence_graph,
    )

    _check(model, SENTENCE_MODEL_SHA256, "the sentence model")
    _check(vocabulary, SENTENCE_VOCABULARY_SHA256, "the sentence vocabulary")
    published = read_safetensors(model)
    weights = {name.removeprefix("bert."): array for name, array in published.items()}
    words = len(weights["embeddings.word_embeddings.weight"])
    graphs = {"graph": sentence_graph(weights, _LAYER_SHARES), "comparing": comparing_graph()}
    pieces = vocabulary.decode().split("\n")[:words]
    packed = {name: np.frombuffer(graph, dtype=np.uint8) for name, graph in graphs.items()}
    return pack({**packed, "vocabulary": _lines(pieces), KNOWN_AS: _lines([_KNOWN_AS])})


def static_image(table: bytes, tokenizer: bytes) -> bytes:
    """Return the static encoder's compact image."""
    _check(table, STATIC_TABLE_SHA256, "the static table")
    _check(tokenizer, STATIC_TOKENIZER_SHA256, "the static tokenizer")
    model = json.loads(tokenizer)["model"]
    merges = [pair if isinstance(pair, str) else " ".join(pair) for pair in model["merges"]]
    pieces = sorted(model["vocab"], key=model["vocab"].__getitem__)
    return pack(
        {
            "table": read_safetensors(table)["embedding.weight"],
            "pieces": _lines(pieces),
            "merges": _lines(merges),
        }
    )


def read_safetensors(raw: bytes) -> Arrays:
    """Return the floating-point arrays of a safetensors file; its format holds no code."""
    (length,) = struct.unpack("<Q", raw[:8])
    header = json.loads(raw[8 : 8 + length])
    arrays: Arrays = {}
    for name, about in header.items():
        if name != "__metadata__" and about["dtype"] in _KINDS:
            first, last = about["data_offsets"]
            data = raw[8 + length + first : 8 + length + last]
            arrays[name] = np.frombuffer(data, _KINDS[about["dtype"]]).reshape(about["shape"])
    return arrays


def _check(raw: bytes, expected: str, name: str) -> None:
    found = hashlib.sha256(raw).hexdigest()
    if found != expected:
        raise WrongWeights(f"{name} has sha256 {found}; expected {expected}")


def _lines(texts: list[str]) -> NDArray[Any]:
    return np.frombuffer("\n".join(texts).encode(), dtype=np.uint8)
