"""Encoders are loaded here from the compact images of their weights.

Fetching, caching and finding files is done elsewhere. An image that arrives here is checked by its
sha256.
"""

from typing import Any, Final

from numpy.typing import NDArray

from surgeline.knowledge.arrays.artifact import CorruptIndex, unpack_known
from surgeline.knowledge.encoders.encoder import Encoder
from surgeline.knowledge.encoders.sentence_encoder import SentenceEncoder
from surgeline.knowledge.encoders.static_table import StaticEncoder
from surgeline.knowledge.encoders.subwords import Subwords

# These are the known releases of each encoder. Raise a recipe when its images are made differently.
RELEASES: Final = {"static": "0.4.0.post1", "sentence": "0.1.0"}
_RECIPES: Final = {"static": 1, "sentence": 6}

KNOWN_AS: Final = "known_as"
"""The part of an image that names another digest, of weights whose vectors are the same."""

Arrays = dict[str, NDArray[Any]]


class WrongWeights(Exception):
    """The weights can't be used: their bytes are not the known ones, or no runtime is here."""


def image_name(encoder: str) -> str:
    """Return the file name of an encoder's image, wherever images are kept."""
    return f"{encoder}-{RELEASES[encoder]}-r{_RECIPES[encoder]}.image"


def digest_of(image: bytes) -> str | None:
    """Return the digest that an image is known by, or None where the image is damaged."""
    try:
        return unpack_known(image)[1]
    except CorruptIndex:
        return None


def load_encoder(encoder: str, image: bytes) -> Encoder:
    """Return the encoder of an image, or raise `WrongWeights`."""
    return load_static_encoder(image) if encoder == "static" else load_sentence_encoder(image)


def load_sentence_encoder(image: bytes) -> SentenceEncoder:
    """Return the encoder of an image, or raise `WrongWeights`."""
    arrays, digest = _unpacked(image)
    pieces = arrays["vocabulary"].tobytes().decode().split("\n")
    try:
        return SentenceEncoder.of(
            arrays["graph"].tobytes(), arrays["comparing"].tobytes(), pieces, digest
        )
    except ImportError as error:
        raise WrongWeights("onnxruntime, which it runs on, can't be imported") from error
    except Exception as error:  # its errors have no base of their own
        raise WrongWeights(f"onnxruntime refuses its graph ({type(error).__name__})") from error


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


def _unpacked(image: bytes) -> tuple[Arrays, str]:
    try:
        arrays, digest = unpack_known(image)
    except CorruptIndex as error:
        raise WrongWeights("the image of the weights is damaged") from error
    known_as = arrays.pop(KNOWN_AS, None)
    return arrays, digest if known_as is None else known_as.tobytes().decode()
