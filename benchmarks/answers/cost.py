"""The cost of answering is measured here: building, memory, the first answer and later ones."""

import json
import multiprocessing
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np
import surgeline.knowledge
from surgeline.knowledge.answering.index import TIERS, build
from surgeline.knowledge.articles.jsonl import Article
from surgeline.knowledge.encoders.encoder import Encoder

from benchmarks.answers.latency import ONE_THREAD

PHRASINGS_AN_ARTICLE = 10
_FEW = 1_000
_RUNS = 5
_FIRST = """
import sys
from pathlib import Path
from surgeline.knowledge.index import Index
from surgeline.knowledge.weights import load_sentence_encoder, load_static_encoder
loaders = {"static": load_static_encoder, "sentence": load_sentence_encoder}
folder = Path(sys.argv[1])
encoders = [load(path.read_bytes()) for tier, load in loaders.items()
            if (path := folder / f"{tier}.image").exists()]
index = Index.from_bytes((folder / "index").read_bytes(), encoders=encoders)
index.judge("where is my order and when will it arrive")
"""


def enlarged(articles: Sequence[Article], phrasings: int) -> tuple[Article, ...]:
    """Return a knowledge base of a size: real articles first, then their phrasings crossed."""
    asked = [text for article in articles for text in article.questions]
    shuffled = np.random.default_rng(7).permutation(len(asked)).tolist()
    made: list[Article] = []
    left = phrasings
    for article in articles:
        if len(article.questions) <= left:
            made.append(article)
            left -= len(article.questions)
    for number in range(left // PHRASINGS_AN_ARTICLE):
        theme = asked[shuffled[number % len(asked)]].split()
        questions = tuple(
            " ".join(
                [*theme[: 2 + place % 3], *asked[(number * 31 + place * 7) % len(asked)].split()]
            )
            for place in range(PHRASINGS_AN_ARTICLE)
        )
        title = " ".join(theme)
        made.append(Article(f"made-{number}", title, articles[0].language, questions, "A."))
    return tuple(made)


def measure(
    articles: Sequence[Article],
    texts: Sequence[str],
    tier: str,
    *,
    phrasings: int,
    encoders: Sequence[Encoder],
    weights: Mapping[str, bytes],
) -> dict[str, Any]:
    """Return seconds, megabytes and milliseconds, the latter also as a ratio to BM25's."""
    used = {encoder: weights[encoder] for encoder in TIERS[tier]}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for encoder, image in used.items():
            (folder / f"{encoder}.image").write_bytes(image)
        (folder / "questions.json").write_text(json.dumps(list(texts)), "utf-8")
        found = {"tier": tier, **_built(folder, enlarged(articles, phrasings), tier, encoders)}
        found.update(_asked(folder))
        small = build(enlarged(articles, _FEW), tier=tier, encoders=encoders)
        (folder / "index").write_bytes(small.to_bytes())
        found.update(_first_answer(folder))
    found["unzipped_megabytes"] = _megabytes(used)
    return found


def _built(
    folder: Path, articles: Sequence[Article], tier: str, encoders: Sequence[Encoder]
) -> dict[str, Any]:
    """Build in a process of its own, so that the peak of memory is the build's."""
    forked = multiprocessing.get_context("fork")
    receiving, sending = forked.Pipe(duplex=False)
    child = forked.Process(target=_build, args=(sending, folder, articles, tier, tuple(encoders)))
    child.start()
    sending.close()
    found: dict[str, Any] = receiving.recv()
    child.join()
    return found


def _build(
    sending: Connection,
    folder: Path,
    articles: Sequence[Article],
    tier: str,
    encoders: Sequence[Encoder],
) -> None:
    started, before = time.perf_counter(), time.process_time()
    index = build(articles, tier=tier, encoders=encoders)
    seconds = time.perf_counter() - started
    processor = time.process_time() - before
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    raw = index.to_bytes()
    (folder / "index").write_bytes(raw)
    sending.send(
        {
            "phrasings": sum(len(article.questions) for article in articles),
            "views": [view.tier for view in index.parts[0].models[-1].views],
            "build_seconds": round(seconds, 1),
            "build_processor_seconds": round(processor, 1),
            "build_peak_megabytes": round(peak),
            "artifact_megabytes": round(len(raw) / 1e6, 1),
        }
    )


def _asked(folder: Path) -> dict[str, Any]:
    """Ask in processes of one thread. The quietest of them counts, and all are reported.

    Other tenants of a machine change its caches and clock, so their effect is in every figure.
    """
    runs: list[dict[str, Any]] = []
    for _ in range(_RUNS):
        done = subprocess.run(  # noqa: S603 - our own module
            [sys.executable, "-m", "benchmarks.answers.latency", str(folder)],
            check=True,
            env=os.environ | ONE_THREAD,
            stdout=subprocess.PIPE,
        )
        runs.append(json.loads(done.stdout))
    quietest = min(runs, key=lambda run: float(run["p50_ms"]))
    return {**quietest, "p50_ms_of_runs": [run["p50_ms"] for run in runs]}


def _first_answer(folder: Path) -> dict[str, float]:
    """Return the best of three by the clock, and the processor's work in that one."""
    taken: list[tuple[float, float]] = []
    for _ in range(3):
        started, before = time.perf_counter(), _childrens()
        subprocess.run([sys.executable, "-c", _FIRST, str(folder)], check=True)  # noqa: S603 - our own script
        taken.append((time.perf_counter() - started, _childrens() - before))
    clock, processor = min(taken)
    return {
        "first_answer_seconds_1000_phrasings": round(clock, 3),
        "first_answer_processor_seconds": round(processor, 3),
    }


def _childrens() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _megabytes(weights: Mapping[str, bytes]) -> float:
    """Return the size of a function's libraries, this package and its weights, for answering."""
    site = Path(np.__file__).parents[1]
    folders = [site / "numpy", site / "numpy.libs", Path(surgeline.knowledge.__file__).parent]
    files = [file for each in folders for file in each.rglob("*.*")]
    if "sentence" in weights:
        # Packages leave out what makes graphs, and the second copy of the library.
        bound = [*(site / "onnxruntime").glob("*"), *(site / "onnxruntime" / "capi").glob("*")]
        files += [file for file in bound if not file.name.startswith("libonnxruntime.so")]
    size = sum(file.stat().st_size for file in files if file.is_file())
    return round((size + sum(len(image) for image in weights.values())) / 1e6, 1)
