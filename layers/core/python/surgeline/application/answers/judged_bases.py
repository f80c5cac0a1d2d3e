"""The results of the last reviews of each knowledge base are read here, without its index."""

import json
from collections.abc import Iterable

from surgeline.application.ports.blobs import Blobs, bytes_of


def last_judged(blobs: Blobs, knowledge_base: str) -> dict[str, object] | None:
    """Return the results of the last set of reviews and its version, or None before the first."""
    results = bytes_of(blobs, f"knowledge/{knowledge_base}/reviews")
    return None if results is None else dict(json.loads(results))


def judged_bases(blobs: Blobs, bases: Iterable[str]) -> dict[str, tuple[int, int]]:
    """Return for each reviewed knowledge base how many answers were right, and of how many."""
    found = {}
    for base in sorted(set(bases)):
        judged = last_judged(blobs, base)
        if judged is not None:
            answered, wrong = int(str(judged["answered"])), int(str(judged["wrong"]))
            found[base] = (answered - wrong, answered)
    return found
