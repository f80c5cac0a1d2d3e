"""`python -m benchmarks spikes [MONTHS]` says how well spikes are noticed, beside the targets."""

import sys

from benchmarks.spikes.measure import Marks, measured, together
from benchmarks.spikes.month import month

SEEDS = 4
RECALL, PRECISION, FALSE_A_WEEK, WITHIN_ONE = 0.95, 0.95, 1.0, 0.80


def lines(marks: Marks) -> list[str]:
    """Return the marks beside their targets, as lines for people."""
    rows = (
        ("recall", f"{marks.recall:.3f}", "at least 0.95", marks.recall >= RECALL),
        ("precision", f"{marks.precision:.3f}", "at least 0.95", marks.precision >= PRECISION),
        (
            "false alarms a week",
            f"{marks.false_alarms_a_week:.2f}",
            "at most 1",
            marks.false_alarms_a_week <= FALSE_A_WEEK,
        ),
        (
            "within one interval",
            f"{marks.within_one:.3f}",
            "at least 0.80",
            marks.within_one >= WITHIN_ONE,
        ),
    )
    told = [f"{marks.spikes} spikes on {marks.days} days of 40 topics, k = 10"]
    told += [
        f"  {name:<20} {value:>6}  {bar:<14} {'ok' if ok else 'MISSED'}"
        for name, value, bar, ok in rows
    ]
    return told


def main() -> int:
    """Measure some months, and return 1 if a target is missed."""
    months = int(sys.argv[1]) if len(sys.argv) > 1 else SEEDS
    found = together([measured(month(seed)) for seed in range(months)])
    told = lines(found)
    print("\n".join(told))
    return 1 if any(line.endswith("MISSED") for line in told) else 0


if __name__ == "__main__":
    sys.exit(main())
