"""`python -m benchmarks [WHAT]` runs a benchmark, or the usual ones.

WHAT is one of load [WHAT], channels, customers, answers FOLDER, imports, virtual, live, records,
spikes, waits, peak, crisis, console, month FOLDER.
"""

import os
import subprocess
import sys

BENCHMARKS = (
    "load",
    "channels",
    "customers",
    "answers",
    "imports",
    "virtual",
    "live",
    "records",
    "spikes",
    "waits",
    "month",
    "peak",
    "crisis",
    "console",
)
USUAL = ("load", "imports")


def main() -> int:
    """Run the named benchmark, or the usual ones. The benchmark reads the rest of the arguments."""
    name, *rest = sys.argv[1:] or [""]
    if name and name not in BENCHMARKS:
        print(f"usage: python -m benchmarks [{'|'.join(BENCHMARKS)}] …", file=sys.stderr)
        return 2
    # As in the command line and every function, our own threads share large work.
    environ = os.environ | {"OPENBLAS_NUM_THREADS": "1"}
    if name:  # The benchmark takes this process's place, so that an interrupt reaches it.
        os.execve(sys.executable, _command(name, rest), environ)  # noqa: S606 - ours, no shell
    # Each benchmark has its own process, so that nothing loaded by one shows in the next.
    return max(
        subprocess.run(_command(each, rest), check=False, env=environ).returncode  # noqa: S603 - ours
        for each in USUAL
    )


def _command(name: str, rest: list[str]) -> list[str]:
    return [sys.executable, "-m", f"benchmarks.{name}", *rest]


if __name__ == "__main__":
    sys.exit(main())
