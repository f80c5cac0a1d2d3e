"""`python -m benchmarks [load [WHAT]|answers FOLDER|imports|virtual] …`: the one entry to all."""

import os
import subprocess
import sys

BENCHMARKS = ("load", "answers", "imports", "virtual")
USUAL = ("load", "imports")


def main() -> int:
    """Run the one that is named, or the usual ones; what follows the name is its own affair."""
    name, *rest = sys.argv[1:] or [""]
    if name and name not in BENCHMARKS:
        print(f"usage: python -m benchmarks [{'|'.join(BENCHMARKS)}] …", file=sys.stderr)
        return 2
    # As the command line and every function have it: large work is shared by our own threads.
    environ = os.environ | {"OPENBLAS_NUM_THREADS": "1"}
    if name:  # in this process's place: who interrupts it, interrupts the benchmark
        os.execve(sys.executable, _command(name, rest), environ)  # noqa: S606 - ours, no shell
    # A process of its own for each: what one has loaded must not show in the next.
    return max(
        subprocess.run(_command(each, rest), check=False, env=environ).returncode  # noqa: S603 - ours
        for each in USUAL
    )


def _command(name: str, rest: list[str]) -> list[str]:
    return [sys.executable, "-m", f"benchmarks.{name}", *rest]


if __name__ == "__main__":
    sys.exit(main())
