"""The prose of the code is held to two of its rules here; ruff holds it to the others."""

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = ("layers/core", "functions", "infra", "local", "cli", "weights", "benchmarks", "web")
RIDDLES = re.compile(r"(What|Who|Whom|Whose|Whether|That which|As above|The same)\b")
"""Openings that name no thing: the reader has to guess the subject."""


@cache
def docstrings(rooms: tuple[str, ...]) -> list[tuple[str, str]]:
    """Return each docstring with its place, as `file:line`."""
    found = []
    for path in sorted(file for room in rooms for file in (ROOT / room).rglob("*.py")):
        if "node_modules" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                line = getattr(node, "lineno", 1)
                if text := ast.get_docstring(node):
                    found.append((f"{path.relative_to(ROOT)}:{line}", text))
    return found


def test_a_docstring_names_its_subject() -> None:
    """No docstring outside the tests opens with a question word."""
    found = [
        f"{place}: {text.splitlines()[0]}"
        for place, text in docstrings(ROOMS)
        if RIDDLES.match(text)
    ]
    assert found == []


def test_a_module_opens_with_a_sentence() -> None:
    """The first line of a module outside the tests ends as a sentence does."""
    found = [
        place
        for place, text in docstrings(ROOMS)
        if place.endswith(":1") and not text.split("\n\n")[0].rstrip().endswith((".", ":"))
    ]
    assert found == []
