"""Folders and files are short, or decision 0101 says why not and how far they may grow."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
REASONS = ROOT / "docs" / "decisions" / "0101-folders-that-are-longer.md"
ROOMS = [
    "benchmarks",
    "cli",
    "docs",
    "functions",
    "infra",
    "layers",
    "local",
    "samples",
    "tests",
    "weights",
    "web",
]
MADE = {"__pycache__", "node_modules", "results", "wheels"}
CODE = {".py", ".js", ".mjs", ".css", ".html"}
MOST_FILES, MOST_LINES = 15, 400


def files() -> Iterator[Path]:
    """Yield each file of the repository that people wrote, below its root."""
    for room in ROOMS:
        for path in (ROOT / room).rglob("*"):
            if path.is_file() and not MADE & set(path.parts) and not path.name.startswith("."):
                yield path.relative_to(ROOT)


def allowed(heading: str) -> dict[str, int]:
    """Return what the decision allows to each folder or file of the table with that heading."""
    table = REASONS.read_text().partition(f"| {heading} at most |")[2].partition("\n\n")[0]
    rows = re.findall(r"^\| (`.+`) \| (\d+) \| \S.* \|$", table, re.MULTILINE)
    return {name: int(most) for names, most in rows for name in re.findall(r"`(.+?)`", names)}


def too_large(sizes: Counter[str], most: int, allowed: dict[str, int]) -> dict[str, int]:
    """Return each size that neither the rule nor the decision allows."""

    def limit(path: str) -> int:
        return max((n for name, n in allowed.items() if f"/{path}".endswith(f"/{name}")), default=0)

    return {path: size for path, size in sizes.items() if size > max(most, limit(path))}


def test_a_folder_is_short_or_its_reason_stands() -> None:
    """A folder has at most fifteen files, or as many as decision 0101 allows with a reason."""
    sizes = Counter(path.parent.as_posix() for path in files())
    assert too_large(sizes, MOST_FILES, allowed("folder | files")) == {}


def test_a_file_of_code_is_short_or_its_reason_stands() -> None:
    """A file has at most 400 lines, or as many as decision 0101 allows with a reason."""
    sizes = Counter(
        {
            path.as_posix(): len((ROOT / path).read_text(encoding="utf-8").splitlines())
            for path in files()
            if path.suffix in CODE
        }
    )
    assert too_large(sizes, MOST_LINES, allowed("file | lines")) == {}


def test_no_reason_is_left_over() -> None:
    """Each exception of decision 0101 is needed: what it names exists, and is longer."""
    sizes = Counter(path.parent.as_posix() for path in files())
    for name in allowed("folder | files"):
        assert any(n > MOST_FILES for path, n in sizes.items() if f"/{path}".endswith(f"/{name}"))
    for name in allowed("file | lines"):
        assert len((ROOT / name).read_text(encoding="utf-8").splitlines()) > MOST_LINES


def test_each_file_of_tests_has_a_name_of_its_own() -> None:
    """Two of one name stop the collection of all tests, and running either alone does not tell."""
    names = Counter(path.name for path in files() if path.name.startswith("test_"))
    assert [name for name, times in names.items() if times > 1] == []
