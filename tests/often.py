"""Slow tests try a few things in `make test`, and many in `make explore` (decision 0403)."""

import os
from typing import TypeVar

T = TypeVar("T")


def often(usually: T, exploring: T) -> T:
    """Return how often, or what, a test tries: more where SURGELINE_EXPLORE=1 asks for it."""
    return exploring if os.environ.get("SURGELINE_EXPLORE") else usually
