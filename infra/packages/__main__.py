"""This command builds the packages and prints the size of each function.

python -m infra.packages [--into build/packages] [--tier best]
"""

import argparse
import sys
from pathlib import Path

from surgeline.knowledge.answering.index import MANAGED, TIERS

from infra.bytecode import find_compiler
from infra.environments import deployed_tier
from infra.packages.chosen import build_here
from infra.packages.layout import (
    BUILT,
    INTAKE,
    LARGEST_FUNCTION_BYTES,
    LARGEST_INTAKE_BYTES,
    TARGET_PYTHON,
    Built,
    unzipped_bytes,
)
from infra.refusal import Refused
from infra.topology import FUNCTIONS
from weights.fetch import BEST

_MEGABYTE = 1_000_000


def main() -> None:
    """Build, and print the sizes. End with one sentence where building is impossible."""
    parser = argparse.ArgumentParser(description="Build the packages that are deployed.")
    parser.add_argument("--into", type=Path, default=BUILT)
    parser.add_argument("--tier", choices=[BEST, *TIERS, MANAGED], default=BEST)
    asked = parser.parse_args()
    tier = deployed_tier(asked.tier, managed=True)
    try:
        built = build_here(asked.into, tier, _say)
    except Refused as error:
        sys.exit(f"surgeline: {error}")
    _print_sizes(built, tier)
    if find_compiler(TARGET_PYTHON) is None:
        _say(f"no bytecode: nothing here compiles for Python {TARGET_PYTHON}; run: make tools")


def _print_sizes(built: dict[str, Built], tier: str) -> None:
    for name, each in sorted(built.items()):
        zipped, whole = each.zipped_bytes / _MEGABYTE, each.unzipped_bytes / _MEGABYTE
        print(f"{name:32} {zipped:7.2f} MB zipped {whole:7.2f} MB  {each.sha256[:12]}")  # noqa: T201 - a command
    print()  # noqa: T201 - as above
    for function in FUNCTIONS:
        whole = unzipped_bytes(function, built, tier)
        most = LARGEST_INTAKE_BYTES if function.name == INTAKE else LARGEST_FUNCTION_BYTES
        print(f"{function.name:32} {whole / _MEGABYTE:7.2f} MB of {most // _MEGABYTE}")  # noqa: T201 - as above
        if whole > most:
            sys.exit(f"surgeline: {function.name} is larger than Lambda or its budget allows")


def _say(text: str) -> None:
    print(f"surgeline: {text}", file=sys.stderr)  # noqa: T201 - as above


if __name__ == "__main__":
    main()
