"""The licences of everything that is shipped: `python -m infra.licences` lists and judges them.

They are read from the packages that are installed, by the names that the requirements pin.
"""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageMetadata, PackageNotFoundError, metadata
from pathlib import Path

ROOT = Path(__file__).parents[1]
SHIPPED = ("requirements-runtime.txt", "requirements-sentence.txt")
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==", re.MULTILINE)
_OPERATORS = re.compile(r"\s+(?:AND|OR|WITH)\s+|[()]")

ALLOWED = frozenset(
    {
        *("Apache-2.0", "MIT", "MIT-0", "BSD-2-Clause", "BSD-3-Clause", "0BSD", "ISC", "Zlib"),
        *("PSF-2.0", "Python-2.0", "CNRI-Python", "Unlicense", "CC0-1.0"),
    }
)
"""Licences that ask for their text and their authors' names, and for nothing else."""
WORDS = {
    "Apache Software License": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "Apache License, Version 2.0": "Apache-2.0",
    "Apache 2.0": "Apache-2.0",
    "MIT License": "MIT",
    "BSD License": "BSD-3-Clause",
    "BSD": "BSD-3-Clause",
    "3-Clause BSD License": "BSD-3-Clause",
    "ISC License (ISCL)": "ISC",
    "Python Software Foundation License": "PSF-2.0",
    "The Unlicense (Unlicense)": "Unlicense",
    "MIT No Attribution License (MIT-0)": "MIT-0",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}
"""The names that older packages write, with those of SPDX."""
EXCEPTIONS: dict[str, tuple[str, str]] = {}
"""A package with its licence, and why it may be shipped under it."""


@dataclass(frozen=True, slots=True)
class Licence:
    """A package's licence, as an expression of SPDX where one is known."""

    package: str
    version: str
    expression: str

    @property
    def is_fine(self) -> bool:
        """Return whether every part is allowed, or the package is an exception with a reason."""
        if self.package in EXCEPTIONS and EXCEPTIONS[self.package][0] == self.expression:
            return True
        parts = [each.strip() for each in _OPERATORS.split(self.expression) if each.strip()]
        return bool(parts) and all(each in ALLOWED for each in parts)


def shipped() -> list[Licence]:
    """Return the licence of each package that is installed and shipped, by name."""
    return [licence for name in sorted(pinned()) for licence in _of(name)]


def pinned() -> set[str]:
    """Return the names of all packages that are shipped to somebody."""
    return {
        name.lower()
        for file in SHIPPED
        for name in _PINNED.findall((ROOT / file).read_text(encoding="utf-8"))
    }


def _of(name: str) -> Iterator[Licence]:
    """Yield the package's licence, or nothing for one that this machine does not need."""
    try:
        found = metadata(name)
    except PackageNotFoundError:
        return
    first = (_first(found, "License") or "").strip().partition("\n")[0]
    told = _first(found, "License-Expression") or _by_classifier(found) or first
    yield Licence(name, found["Version"], WORDS.get(told, told) or "unknown")


def _first(found: PackageMetadata, name: str) -> str | None:
    values: list[str] = found.get_all(name) or []
    return values[0] if values else None


def _by_classifier(found: PackageMetadata) -> str:
    classifiers: list[str] = found.get_all("Classifier") or []
    names = [
        each.rpartition(" :: ")[2] for each in classifiers if each.startswith("License :: OSI")
    ]
    named = [WORDS.get(each, each) for each in names if each != "OSI Approved"]
    return " OR ".join(named)


def main() -> None:
    """Print every licence. Exit with 1 if one is not allowed."""
    found = shipped()
    for each in found:
        sign = "ok  " if each.is_fine else "STOP"
        print(f"{sign}  {each.package} {each.version}: {each.expression}")  # noqa: T201 - a command
    sys.exit(not all(each.is_fine for each in found))


if __name__ == "__main__":
    main()
