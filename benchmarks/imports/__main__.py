"""`python -m benchmarks imports`: milliseconds, median of fresh interpreters, and ratios."""

import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROUNDS = 7
BASELINE = "import boto3; boto3.client('sqs', region_name='us-east-1')"
_TIMED = (
    "import time; begin = time.perf_counter(); exec({code!r});"
    " print((time.perf_counter() - begin) * 1000)"
)


def milliseconds(code: str) -> float:
    """The median over fresh interpreters."""
    command = [sys.executable, "-c", _TIMED.format(code=code)]
    runs = [
        float(subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT).stdout)  # noqa: S603 # our own code
        for _ in range(ROUNDS)
    ]
    return round(statistics.median(runs), 1)


def main() -> int:
    """Print one JSON object."""
    base = milliseconds(BASELINE)
    names = sorted(path.parent.name for path in (ROOT / "functions").glob("*/handler.py"))
    found = {name: milliseconds(f"import functions.{name}.handler") for name in names}
    result = {
        "load_average": os.getloadavg()[0],
        "baseline": {"what": BASELINE, "ms": base},
        "functions": {name: {"ms": ms, "ratio": round(ms / base, 2)} for name, ms in found.items()},
    }
    print(json.dumps(result, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
