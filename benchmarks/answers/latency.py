"""`python -m benchmarks.answers.latency FOLDER` asks one question at a time, beside BM25.

The process is its own, because the number of threads is settled before numpy is imported. FOLDER
holds an index, the images of its encoders and the questions. Times are the thread's own, not the
clock's.
"""

import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from surgeline.knowledge.answering.index import Index

from benchmarks.answers.baselines import Bm25
from weights.fetch import PUBLISHED

ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
_WARM_UP = 20


def main() -> int:
    """Print milliseconds as JSON."""
    folder = Path(sys.argv[1])
    encoders = [
        published.load(path.read_bytes())
        for tier, published in PUBLISHED.items()
        if (path := folder / f"{tier}.image").exists()
    ]
    index = Index.from_bytes((folder / "index").read_bytes(), encoders=encoders)
    texts = json.loads((folder / "questions.json").read_text("utf-8"))
    ours = _milliseconds(index.judge, texts)
    theirs = _milliseconds(Bm25(index.articles).best, texts)
    half = float(np.percentile(ours, 50))
    found = {
        "p50_ms": round(half, 2),
        "p99_ms": round(float(np.percentile(ours, 99)), 2),
        "p50_to_bm25": round(half / float(np.percentile(theirs, 50)), 1),
    }
    print(json.dumps(found))
    return 0


def _milliseconds(ask: Callable[[str], object], texts: Sequence[str]) -> list[float]:
    for text in texts[:_WARM_UP]:
        ask(text)
    taken: list[float] = []
    for text in texts:
        started = time.thread_time()
        ask(text)
        taken.append((time.thread_time() - started) * 1000.0)
    return taken


if __name__ == "__main__":
    sys.exit(main())
