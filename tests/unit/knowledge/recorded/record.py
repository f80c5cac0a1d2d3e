"""Writes what a tiny sentence encoder gives on this processor, for tests on all others.

    python -m tests.unit.knowledge.recorded.record NAME

Run natively and, for one without instructions for products of bytes, under
`qemu-x86_64 -cpu Haswell` (Debian's qemu-user).
"""

import sys
from pathlib import Path

import numpy as np
from surgeline.knowledge.answering.index import build
from surgeline.knowledge.articles.jsonl import Article

from tests.unit.knowledge.stand_ins import Synonyms
from tests.unit.knowledge.tiny_bert import tiny_bert, tiny_encoder

FOLDER = Path(__file__).parent
TEXTS = ("where is my refund?", "is my parcel where my refund is", "parcel", "")
ARTICLES = tuple(
    Article(f"a{number}", title, "en", (title,), "A.")
    for number, title in enumerate(
        ("where is my parcel", "refund", "is my refund where my parcel is")
    )
)


def main(name: str) -> None:
    """Write the vectors of some texts and the artifact of a small index."""
    encoders = (Synonyms("static"), tiny_encoder(tiny_bert(), 1.0))
    index = build(ARTICLES, tier="sentence", encoders=encoders)
    (FOLDER / f"{name}.index").write_bytes(index.to_bytes())
    np.save(FOLDER / f"{name}.npy", encoders[1].encode(TEXTS))


if __name__ == "__main__":
    main(sys.argv[1])
