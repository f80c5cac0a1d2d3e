"""`python -m benchmarks spikes [MONTHS]` says how well spikes are noticed, beside the targets."""

import sys

from benchmarks.spikes.measure import Marks, Watched, measured, together, watched
from benchmarks.spikes.month import GROWS_FROM, growing, month

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


def growth_lines(marks: list[Watched]) -> list[str]:
    """Return how well slow growth is watched, as lines for people."""
    delays = sorted(delay for each in marks for delay in each.delays)
    grown = sum(each.growing for each in marks)
    steady, wrong = sum(each.steady for each in marks), sum(each.wrong for each in marks)
    half = delays[len(delays) // 2] if delays else 0
    return [
        f"{grown} topics that grow by 8 % a day, up to three times",
        f"  watched              {len(delays):>6}  half of them after {half} days",
        f"  wrongly watched      {wrong:>6}  of {steady:,} days of steady topics",
    ]


def main() -> int:
    """Measure some months, and return 1 if a target is missed."""
    months = int(sys.argv[1]) if len(sys.argv) > 1 else SEEDS
    found = together([measured(month(seed)) for seed in range(months)])
    told = lines(found)
    grown = [(*growing(seed), GROWS_FROM) for seed in range(months)]
    told += growth_lines([watched(*each) for each in grown])
    print("\n".join(told))
    return 1 if any(line.endswith("MISSED") for line in told) else 0


if __name__ == "__main__":
    sys.exit(main())
