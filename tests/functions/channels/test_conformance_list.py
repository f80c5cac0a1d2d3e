"""The list of behaviours in the documentation is that of the suite, for every kind.

`python -m tests.functions.channels.test_conformance_list` writes the exceptions anew.
"""

import inspect
from pathlib import Path
from types import ModuleType

import pytest

from tests.functions.channels import (
    test_conformance_customers,
    test_conformance_in,
    test_conformance_media,
    test_conformance_out,
)
from tests.functions.channels.conftest import DRIVERS
from tests.functions.channels.driver import Driver

LIST = Path("docs/channels/conformance.md")
PARTS = {
    "From the provider": test_conformance_in,
    "To the provider": test_conformance_out,
    "With a text, and within limits": test_conformance_media,
    "Of the customer": test_conformance_customers,
}


def behaviours(module: ModuleType) -> dict[str, str]:
    """Return the behaviours of a module, by the names of their tests."""
    return {
        name: " ".join((inspect.getdoc(test) or "").split())
        for name, test in vars(module).items()
        if name.startswith("test_") and inspect.isfunction(test)
    }


ALL = {name: said for module in PARTS.values() for name, said in behaviours(module).items()}


def exceptions_of(kind: type[Driver]) -> str:
    """Return the table of what a kind cannot do, and of the events that it does not have."""
    pages = ", ".join(f"[{title}]({url})" for title, url in kind.DOCUMENTS.items())
    rows = [f"### {kind.KIND}", "", f"Looked for in: {pages}.", ""]
    rows += ["| behaviour or event | reason |", "|---|---|"]
    rows += [
        f"| {said} | {kind.CANNOT[name]} |" for name, said in ALL.items() if name in kind.CANNOT
    ]
    rows += [f"| event: {name} | {reason} |" for name, reason in kind.ABSENT.items()]
    return "\n".join(rows)


@pytest.mark.parametrize("title", PARTS)
def test_the_documented_list_is_the_suites(title: str) -> None:
    """Each behaviour of the suite stands in the document, in its order."""
    listed = "\n".join(f"- {said}" for said in behaviours(PARTS[title]).values())
    assert f"## {title}\n\n{listed}\n" in LIST.read_text(encoding="utf-8"), listed


@pytest.mark.parametrize("kind", DRIVERS.values(), ids=DRIVERS.keys())
def test_the_documented_exceptions_are_those_of_each_kind(kind: type[Driver]) -> None:
    """Whatever a kind cannot do stands in the document with its reason."""
    assert f"{exceptions_of(kind)}\n" in LIST.read_text(encoding="utf-8"), exceptions_of(kind)


def test_only_behaviours_of_the_list_are_excused() -> None:
    """A kind names no test that is not there, and the documents of its provider."""
    for kind in DRIVERS.values():
        assert set(kind.CANNOT) <= set(ALL)
        assert kind.DOCUMENTS


if __name__ == "__main__":
    before, title, _ = LIST.read_text(encoding="utf-8").partition("## Exceptions\n")
    tables = "".join(f"\n{exceptions_of(each)}\n" for each in DRIVERS.values())
    LIST.write_text(f"{before}{title}{tables}", encoding="utf-8")
