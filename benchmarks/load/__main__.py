"""`python -m benchmarks load`: an instance, a baseline, the same load, a dated result.

Start it on a quiet machine: the load average before and after stands in the result.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.load.instance import Running, free_port, started, surgeline
from benchmarks.load.search import Report, highest

RESULTS = Path(__file__).parents[1] / "results"
MIXES = {"distinct": "", "repeated": "repeated=0.8"}
QUIET = 1.5
WAIT_SECONDS = 30


def main() -> int:
    """Measure, print the table, write the result."""
    arguments = _arguments()
    before = os.getloadavg()
    with tempfile.TemporaryDirectory() as folder:
        result = _measure(Path(folder), arguments)
    result |= {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "processors": os.cpu_count(),
        "load_average": {"before": before, "after": os.getloadavg()},
        "quiet": before[0] < QUIET,
    }
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{result['at'][:10]}-load.json"
    path.write_text(json.dumps(result, indent=2) + "\n")
    print(table(result))
    print(f"written to {path}")
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser("benchmarks load", description=__doc__)
    parser.add_argument("--seconds", type=float, default=20, help="of each trial")
    parser.add_argument("--start", type=float, default=100, help="the first rate tried")
    parser.add_argument("--most", type=float, default=3_000, help="the highest rate tried")
    parser.add_argument("--precision", type=float, default=0.1, help="of the rate that is found")
    return parser.parse_args()


def _measure(folder: Path, how: argparse.Namespace) -> dict[str, Any]:
    found: dict[str, Any] = {"seconds": how.seconds, "rates": {}, "memory_mb": []}
    with surgeline(folder / "home") as running:
        _try(running, 50, 5, "")  # the first messages load the knowledge base
        found["noisy_sender"] = _noisy(running, how.seconds)
        for name, mix in MIXES.items():
            found["rates"][name] = _search(running, mix, how, found["memory_mb"])
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.load.baseline", str(port)]
    with started(command, "the baseline is ready") as process:
        bare = Running(f"http://127.0.0.1:{port}", "none", process.pid)
        found["baseline"] = _search(bare, "", how, [])
    for name in MIXES:
        share = found["rates"][name]["rate"] / max(1.0, found["baseline"]["rate"])
        found["rates"][name]["of_baseline"] = round(share, 2)
    return found


def _search(
    running: Running, mix: str, how: argparse.Namespace, memory: list[float]
) -> dict[str, Any]:
    def attempt(rate: float) -> Report:
        report = _try(running, rate, how.seconds, mix)
        memory.append(running.memory_mb())
        _say(f"{mix or 'distinct':14} {rate:7.0f}/s  first reply {report['first_reply_ms']}")
        time.sleep(2)
        return report

    found = highest(attempt, start=how.start, most=how.most, precision=how.precision)
    return {"rate": found.rate, "report": found.report, "trials": found.trials}


def _noisy(running: Running, seconds: float) -> dict[str, Any]:
    """200 ordinary senders alone, then beside one that sends 1,000 messages a second."""
    ordinary = [_try(running, 20, seconds, "repeated=0.8", "--threads", "200")]
    loud = _command(running, 1_000, seconds, "repeated=1", "--threads", "1", "--wait", "1")
    with subprocess.Popen(loud, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as flood:  # noqa: S603 # our own program
        ordinary.append(_try(running, 20, seconds, "repeated=0.8", "--threads", "200"))
        flooded = json.loads(flood.communicate()[0])
    alone, beside = (report["first_reply_ms"]["p95"] for report in ordinary)
    return {
        "p95_alone_ms": alone,
        "p95_beside_ms": beside,
        "ratio": round(beside / alone, 2),
        "lost_beside": ordinary[1]["lost"],
        "noisy_accepted": flooded["accepted"],
        "noisy_refused": flooded["refused_why"],
    }


def _command(running: Running, rate: float, seconds: float, mix: str, *more: str) -> list[str]:
    command = [str(Path(sys.executable).with_name("surgeline")), "load", "--json"]
    command += ["--url", running.url, "--admin-key", running.admin_key, "--mix", mix]
    command += ["--rate", str(rate), "--seconds", str(seconds), "--wait", str(WAIT_SECONDS)]
    return [*command, *more]


def _try(running: Running, rate: float, seconds: float, mix: str, *more: str) -> dict[str, Any]:
    """One run of `surgeline load`, a process of its own; stages in processor ms a message."""
    before = running.processor_seconds()
    own = _children_seconds()
    command = _command(running, rate, seconds, mix, *more)
    done = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603 # our own program
    if not done.stdout:
        raise RuntimeError(done.stderr)
    report: dict[str, Any] = json.loads(done.stdout)
    messages = max(1, report["sent"])
    stages = {
        name: round((used - before.get(name, 0)) * 1000 / messages, 2)
        for name, used in running.processor_seconds().items()
    }
    stages["load generator"] = round((_children_seconds() - own) * 1000 / messages, 2)
    report["processor_ms_a_message"] = {name: ms for name, ms in stages.items() if ms}
    report["load_average"] = os.getloadavg()[0]
    return report


def _children_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def table(result: dict[str, Any]) -> str:
    """What people read first."""
    lines = [f"{'traffic':12}{'rate':>8}{'of baseline':>13}{'p50':>9}{'p95':>9}  stages"]
    for name, found in [*result["rates"].items(), ("baseline", result["baseline"])]:
        report = found["report"] or {"first_reply_ms": {}, "processor_ms_a_message": {}}
        reply = report["first_reply_ms"]
        stages = ", ".join(f"{k} {v}" for k, v in report["processor_ms_a_message"].items())
        lines.append(
            f"{name:12}{found['rate']:8.0f}{found.get('of_baseline', 1.0):13.2f}"
            f"{reply.get('p50') or 0:9.1f}{reply.get('p95') or 0:9.1f}  {stages}"
        )
    lines.append(f"one noisy sender: {result['noisy_sender']}")
    lines.append(f"memory, MB, after each trial: {result['memory_mb']}")
    average = result["load_average"]["before"][0]
    quiet = "quiet" if result["quiet"] else "NOT quiet: a floor, not the machine's rate"
    lines.append(f"load average before the run {average:.1f} ({quiet})")
    return "\n".join(lines)


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
