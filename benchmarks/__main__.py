"""`python -m benchmarks [load [WHAT]|answers FOLDER|imports] …`: one entry to all benchmarks."""

import os
import subprocess
import sys

BENCHMARKS = ("load", "answers", "imports")
USUAL = ("load", "imports")


def main() -> int:
    """Run the one that is named, or the usual ones; what follows the name is its own affair."""
    name, *rest = sys.argv[1:] or [""]
    if name and name not in BENCHMARKS:
        print(f"usage: python -m benchmarks [{'|'.join(BENCHMARKS)}] …", file=sys.stderr)
        return 2
    return max(_run(each, rest) for each in ((name,) if name else USUAL))


def _run(name: str, rest: list[str]) -> int:
    """A process of its own: what one has loaded must not show in the next."""
    command = [sys.executable, "-m", f"benchmarks.{name}", *rest]
    # As the command line and every function have it: large work is shared by our own threads.
    environ = os.environ | {"OPENBLAS_NUM_THREADS": "1"}
    return subprocess.run(command, check=False, env=environ).returncode  # noqa: S603 - ours


if __name__ == "__main__":
    sys.exit(main())
