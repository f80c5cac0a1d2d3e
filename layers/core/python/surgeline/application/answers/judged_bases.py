"""The last results of reviews and labels of a knowledge base are read here, without its index."""

import json
from collections.abc import Iterable
from typing import Any

from surgeline.application.ports.blobs import Blobs, bytes_of


def last_judged(blobs: Blobs, knowledge_base: str) -> dict[str, object] | None:
    """Return the results of the last set of reviews and its version, or None before the first."""
    results = bytes_of(blobs, f"knowledge/{knowledge_base}/reviews")
    return None if results is None else dict(json.loads(results))


def last_labels(blobs: Blobs, knowledge_base: str) -> dict[str, Any] | None:
    """Return what labels said when they were last judged, or None where they say nothing yet."""
    results = bytes_of(blobs, labels_key(knowledge_base))
    return (dict(json.loads(results)) or None) if results else None


def labels_key(knowledge_base: str) -> str:
    """Return the key of the results of a knowledge base's labels. They hold no text."""
    return f"knowledge/{knowledge_base}/labels"


def judged_bases(blobs: Blobs, bases: Iterable[str]) -> dict[str, tuple[int, int]]:
    """Return for each reviewed knowledge base how many answers were right, and of how many."""
    found = {}
    for base in sorted(set(bases)):
        judged = last_judged(blobs, base)
        if judged is not None:
            answered, wrong = int(str(judged["answered"])), int(str(judged["wrong"]))
            found[base] = (answered - wrong, answered)
    return found
