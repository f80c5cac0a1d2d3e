"""`python -m benchmarks load [WHAT]` makes one measurement with a table, a dated result and a plot.

WHAT is sustained, highest (the default), step, noisy, offers, idle, memory or stages. Start it on a
quiet machine. The result has the load average before and after. It also has the share of the
processors that other tenants of the hardware took meanwhile.
"""

import argparse
import json
import os
import platform
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.load import measures, report
from benchmarks.load.measures import MIXES, Measure
from benchmarks.load.sampling import processor_ticks, stolen_share

RESULTS = Path(__file__).parents[1] / "results"
QUIET = 1.0
STOLEN = 0.05
"""Other tenants of the hardware may take so much before a result says that it was not quiet."""

_MEASURES: dict[str, Measure] = {
    "sustained": measures.measure_sustained,
    "highest": measures.measure_highest,
    "step": measures.measure_step,
    "noisy": measures.measure_noisy,
    "offers": measures.measure_offers,
    "idle": measures.measure_idle,
    "memory": measures.measure_memory,
    "stages": measures.measure_stages,
}


def main(words: Sequence[str] | None = None) -> int:
    """Measure, print the table, write the result."""
    how = arguments(sys.argv[1:] if words is None else words)
    before, processor = os.getloadavg(), processor_ticks()
    result = _MEASURES[how.what](how)
    stolen = stolen_share(processor, processor_ticks())
    result = {
        "what": how.what,
        "how": {name: value for name, value in vars(how).items() if name not in ("what", "into")},
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {"processors": os.cpu_count(), "python": platform.python_version()},
        "load_average": {"before": before, "after": os.getloadavg()},
        "stolen": stolen,
        "quiet": before[0] < QUIET and stolen < STOLEN,
        **result,
    }
    print(report.table(result))
    for path in _write(result, how.into):
        print(f"written to {path}")
    return 0


def arguments(words: Sequence[str]) -> argparse.Namespace:
    """Return what is measured, and how."""
    parser = argparse.ArgumentParser("benchmarks load", description=__doc__)
    parser.add_argument("--into", type=Path, default=RESULTS, help="the folder of the results")
    kinds = parser.add_subparsers(dest="what", required=True)
    each = kinds.add_parser("sustained", help="one rate of distinct questions for long")
    _numbers(each, rate=150, seconds=600)
    each.add_argument("--mix", default="")
    each = kinds.add_parser("highest", help="the highest rate that holds, by bisection")
    _numbers(each, seconds=15, confirm=30, start=100, most=4_000, precision=0.07)
    each.add_argument("--mixes", nargs="+", choices=MIXES, default=list(MIXES))
    each = kinds.add_parser("step", help="ten times the sustained rate, then quiet")
    _numbers(each, rate=1_500, seconds=30, drained_at=150)
    each.add_argument("--mix", default="repeated=0.8")
    each = kinds.add_parser("noisy", help="one sender at 1,000 a second beside 200 ordinary ones")
    _numbers(each, rate=40, seconds=20)
    each.add_argument("--pairs", type=int, default=3)
    each = kinds.add_parser("offers", help="how soon handoffs at a rate are offered to pools")
    _numbers(each, rate=50, seconds=30)
    each.add_argument("--pools", type=int, default=20)
    _numbers(kinds.add_parser("idle", help="processor time while nothing happens"), seconds=300)
    each = kinds.add_parser("memory", help="resident memory over many messages")
    _numbers(each, rate=300, messages=1_000_000, warm_messages=60_000, every=10)
    each.add_argument("--mix", default="repeated=0.8")
    each = kinds.add_parser("stages", help="a profile of each stage")
    each.add_argument("--messages", type=int, default=2_000)
    named = set(words) & {*_MEASURES, "-h", "--help"}
    return parser.parse_args(words if named else ["highest", *words])


def _numbers(parser: argparse.ArgumentParser, **defaults: float) -> None:
    for name, default in defaults.items():
        option = f"--{name.replace('_', '-')}"
        parser.add_argument(option, type=float, default=default, help=f"{default:g}")


def _write(result: measures.Result, folder: Path) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    name = folder / f"{result['at'][:10]}-load-{result['what']}"
    written = [name.with_suffix(".json")]
    written[0].write_text(json.dumps(result, indent=2) + "\n")
    if (drawn := report.plot(result)) is not None:
        written.append(name.with_suffix(".svg"))
        written[1].write_text(drawn)
    return written


if __name__ == "__main__":
    sys.exit(main())
