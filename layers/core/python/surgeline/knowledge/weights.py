"""Encoders out of the bytes of published weights, or of our own compact image of them.

Fetching, caching and finding files is for others; what arrives here is checked by its sha256.
"""

import hashlib
import json
import struct
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from surgeline.knowledge.artifact import CorruptIndex, pack, unpack_known
from surgeline.knowledge.encoders import Encoder
from surgeline.knowledge.static_table import StaticEncoder
from surgeline.knowledge.subwords import Subwords
from surgeline.knowledge.transformer import SHARES, SentenceEncoder, quantised, sentence_encoder

# all-MiniLM-L6-v2, revision 1110a243 (Apache-2.0): model.safetensors and vocab.txt.
SENTENCE_MODEL_SHA256: Final = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
SENTENCE_VOCABULARY_SHA256: Final = (
    "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3"
)
# wordllama 0.4.0 (MIT): l2_supercat_256.safetensors and l2_supercat_tokenizer_config.json.
STATIC_TABLE_SHA256: Final = "64b47a2dc493cb8e85944076601189739852d7b64e0e1eedcb1937a251cd9fd5"
STATIC_TOKENIZER_SHA256: Final = "93248f2a9ec36c7b35f700a033d5f36228aae48db61aee31007fa49062cdeb68"

# Which release of each encoder is known; raise its recipe when its images are made differently.
RELEASES: Final = {"static": "0.4.0.post1", "sentence": "0.1.0"}
_RECIPES: Final = {"static": 1, "sentence": 2}
# The last layer was trained to tell pairs of sentences apart, the one before says more of topics.
_LAYER_SHARES: Final = (0.0, 0.0, 0.0, 0.0, 0.4, 1.0)

_KINDS: Final = {"F32": np.float32, "F16": np.float16}
_UNUSED: Final = ("pooler", "position_ids")

Arrays = dict[str, NDArray[Any]]


class WrongWeights(Exception):
    """Weights whose bytes are not the ones that are known and trusted."""


def image_name(encoder: str) -> str:
    """Return the file name of an encoder's image, wherever images are kept."""
    return f"{encoder}-{RELEASES[encoder]}-r{_RECIPES[encoder]}.image"


def load_encoder(encoder: str, image: bytes) -> Encoder:
    """Return the encoder of an image, or raise `WrongWeights`."""
    return load_static_encoder(image) if encoder == "static" else load_sentence_encoder(image)


def sentence_image(model: bytes, vocabulary: bytes) -> bytes:
    """Return the sentence encoder's compact image (int8, a quarter of the published size)."""
    _check(model, SENTENCE_MODEL_SHA256, "the sentence model")
    _check(vocabulary, SENTENCE_VOCABULARY_SHA256, "the sentence vocabulary")
    published = read_safetensors(model)
    used = {
        name.removeprefix("bert."): array
        for name, array in published.items()
        if not any(part in name for part in _UNUSED)
    }
    return pack(
        {
            **quantised(used),
            SHARES: np.array(_LAYER_SHARES),
            "vocabulary": np.frombuffer(vocabulary, dtype=np.uint8),
        }
    )


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


def load_sentence_encoder(image: bytes) -> SentenceEncoder:
    """Return the encoder of an image, or raise `WrongWeights`."""
    arrays, digest = _unpacked(image)
    vocabulary = arrays.pop("vocabulary").tobytes().decode().split("\n")
    pieces = vocabulary[: len(arrays["embeddings.word_embeddings.weight"])]
    return sentence_encoder(arrays, pieces, digest)


def load_static_encoder(image: bytes) -> StaticEncoder:
    """Return the encoder of an image, or raise `WrongWeights`."""
    arrays, digest = _unpacked(image)
    pieces = arrays["pieces"].tobytes().decode().split("\n")
    merges = arrays["merges"].tobytes().decode().split("\n")
    subwords = Subwords(
        vocabulary=dict(zip(pieces, range(len(pieces)), strict=True)),
        ranks=dict(zip(merges, range(len(merges)), strict=True)),
    )
    return StaticEncoder(subwords, arrays["table"], digest)


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


def _unpacked(image: bytes) -> tuple[Arrays, str]:
    try:
        return unpack_known(image)
    except CorruptIndex as error:
        raise WrongWeights("the image of the weights is damaged") from error


def _check(raw: bytes, expected: str, name: str) -> None:
    found = hashlib.sha256(raw).hexdigest()
    if found != expected:
        raise WrongWeights(f"{name} has sha256 {found}; expected {expected}")


def _lines(texts: list[str]) -> NDArray[Any]:
    return np.frombuffer("\n".join(texts).encode(), dtype=np.uint8)
