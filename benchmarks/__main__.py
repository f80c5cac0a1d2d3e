"""`python -m benchmarks [load|answers FOLDER|imports] …`: one entry to everything measured."""

import runpy
import sys

BENCHMARKS = ("load", "answers", "imports")


def main() -> int:
    """Run the one that is named, or `load`; what follows the name is its own affair."""
    name, *rest = sys.argv[1:] or ["load"]
    if name not in BENCHMARKS:
        print(f"usage: python -m benchmarks [{'|'.join(BENCHMARKS)}] …", file=sys.stderr)
        return 2
    sys.argv = [f"benchmarks {name}", *rest]
    runpy.run_module(f"benchmarks.{name}", run_name="__main__", alter_sys=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
