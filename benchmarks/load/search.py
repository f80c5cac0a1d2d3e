"""The search finds the highest rate that holds, over any way to try a rate."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

P95_MS = 1_000.0
LEAST = 1.0

Report = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Found:
    """The highest rate that held (0 if none) with its report, and every trial in order."""

    rate: float
    report: Report | None
    trials: tuple[Report, ...]


def holds(report: Report) -> bool:
    """Return whether nothing was lost, doubled, disordered or refused, and replies were quick.

    95 % of first replies must come within a second.
    """
    wrong = ("lost", "duplicated", "out_of_order", "refused")
    p95 = report["first_reply_ms"]["p95"]
    return not any(report[name] for name in wrong) and p95 is not None and p95 < P95_MS


def highest(
    attempt: Callable[[float], Report], *, start: float, most: float, precision: float
) -> Found:
    """Double from `start` until a rate fails, then halve the gap to `precision` of the rate."""
    trials: list[Report] = []
    low, high, best = 0.0, math.inf, None
    rate = start
    while low < most and (math.isinf(high) or high - low > precision * high) and rate > LEAST:
        report = attempt(rate)
        trials.append(report)
        if holds(report):
            low, best = rate, report
        else:
            high = rate
        rate = min(low * 2, most) if math.isinf(high) else (low + high) / 2
    return Found(low, best, tuple(trials))
