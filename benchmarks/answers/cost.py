"""What answering costs lives here: building, memory, first answer, one answer of many phrasings."""

import json
import multiprocessing
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np
from surgeline.knowledge.articles import Article
from surgeline.knowledge.encoders import Encoder
from surgeline.knowledge.index import build

from benchmarks.answers.baselines import Bm25

PHRASINGS_AN_ARTICLE = 10
_WARM_UP = 20
_FIRST = """
import sys, time
from pathlib import Path
from surgeline.knowledge.index import Index
from surgeline.knowledge.weights import load_sentence_encoder, load_static_encoder
loaders = {"static": load_static_encoder, "sentence": load_sentence_encoder}
folder = Path(sys.argv[1])
encoders = [load(path.read_bytes()) for tier, load in loaders.items()
            if (path := folder / f"{tier}.image").exists()]
index = Index.from_bytes((folder / "index").read_bytes(), encoders=encoders)
index.decide("where is my order and when will it arrive")
"""


def enlarged(articles: Sequence[Article], phrasings: int) -> tuple[Article, ...]:
    """Return a knowledge base of a size: phrasings of real ones, crossed with one another."""
    pool = [text for article in articles for text in article.questions]
    shuffled = np.random.default_rng(7).permutation(len(pool)).tolist()
    made: list[Article] = []
    for number in range(phrasings // PHRASINGS_AN_ARTICLE):
        theme = pool[shuffled[number % len(pool)]].split()
        questions = tuple(
            " ".join(
                [*theme[: 2 + place % 3], *pool[(number * 31 + place * 7) % len(pool)].split()]
            )
            for place in range(PHRASINGS_AN_ARTICLE)
        )
        made.append(Article(f"a{number}", " ".join(theme), articles[0].language, questions, "A."))
    return tuple(made)


def measure(
    articles: Sequence[Article],
    texts: Sequence[str],
    tier: str,
    encoders: Sequence[Encoder],
    weights: dict[str, bytes],
) -> dict[str, Any]:
    """Return seconds, megabytes and milliseconds, the latter also as a ratio to BM25's."""
    receiving, sending = multiprocessing.get_context("fork").Pipe(duplex=False)
    child = multiprocessing.get_context("fork").Process(
        target=_in_child, args=(sending, articles, texts, tier, tuple(encoders))
    )
    child.start()
    found: dict[str, Any] = receiving.recv()
    child.join()
    small = build(articles[:100], tier=tier, encoders=encoders)
    found["first_answer_seconds_1000_phrasings"] = _first_answer(
        small.to_bytes(), weights if tier != "lexical" else {}
    )
    return found


def _in_child(
    sending: Connection,
    articles: Sequence[Article],
    texts: Sequence[str],
    tier: str,
    encoders: Sequence[Encoder],
) -> None:
    started = time.perf_counter()
    index = build(articles, tier=tier, encoders=encoders)
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    ours = _milliseconds(index.decide, texts)
    theirs = _milliseconds(Bm25(articles).best, texts)
    sending.send(
        {
            "tier": tier,
            "phrasings": sum(len(article.questions) for article in articles),
            "build_seconds": round(seconds, 1),
            "build_peak_megabytes": round(peak),
            "artifact_megabytes": round(len(index.to_bytes()) / 1e6, 1),
            "p50_ms": round(float(np.percentile(ours, 50)), 2),
            "p99_ms": round(float(np.percentile(ours, 99)), 2),
            "p50_to_bm25": round(float(np.percentile(ours, 50) / np.percentile(theirs, 50)), 2),
        }
    )


def _milliseconds(ask: Callable[[str], object], texts: Sequence[str]) -> list[float]:
    for text in texts[:_WARM_UP]:
        ask(text)
    taken: list[float] = []
    for text in texts:
        started = time.perf_counter()
        ask(text)
        taken.append((time.perf_counter() - started) * 1000.0)
    return taken


def _first_answer(artifact: bytes, weights: dict[str, bytes]) -> float:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "index").write_bytes(artifact)
        for tier, image in weights.items():
            (folder / f"{tier}.image").write_bytes(image)
        taken: list[float] = []
        for _ in range(3):
            started = time.perf_counter()
            subprocess.run([sys.executable, "-c", _FIRST, name], check=True)  # noqa: S603 - our own script
            taken.append(time.perf_counter() - started)
    return round(min(taken), 3)


if __name__ == "__main__":
    print(json.dumps({"use": "python -m benchmarks.answers FOLDER"}))
