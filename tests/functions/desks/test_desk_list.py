"""The list of behaviours in the documentation is that of the suite, for every desk.

`python -m tests.functions.desks.test_desk_list` writes the list anew.
"""

import inspect
from pathlib import Path

import pytest

from tests.functions.desks import test_desk_conformance
from tests.functions.desks.desk_driver import DeskDriver
from tests.functions.desks.desk_drivers import DESKS

LIST = Path("docs/desks/conformance.md")
ALL = {
    name: " ".join((inspect.getdoc(test) or "").split())
    for name, test in vars(test_desk_conformance).items()
    if name.startswith("test_") and inspect.isfunction(test)
}


def listed() -> str:
    """Return the list of all behaviours."""
    return "\n".join(f"- {said}" for said in ALL.values())


def exceptions_of(kind: type[DeskDriver]) -> str:
    """Return the table of what a kind cannot do."""
    rows = [f"### {kind.KIND}", ""]
    if not kind.CANNOT:
        return "\n".join([*rows, "None."])
    rows += ["| behaviour | reason |", "|---|---|"]
    rows += [
        f"| {said} | {kind.CANNOT[name]} |" for name, said in ALL.items() if name in kind.CANNOT
    ]
    return "\n".join(rows)


def test_the_documented_list_of_desks_is_the_suites() -> None:
    """Each behaviour of the suite stands in the document, in its order."""
    assert f"## Behaviours\n\n{listed()}\n" in LIST.read_text(encoding="utf-8"), listed()


@pytest.mark.parametrize("kind", DESKS.values(), ids=DESKS.keys())
def test_the_documented_exceptions_are_those_of_each_desk(kind: type[DeskDriver]) -> None:
    """Whatever a kind cannot do stands in the document with its reason."""
    assert f"{exceptions_of(kind)}\n" in LIST.read_text(encoding="utf-8"), exceptions_of(kind)


def test_only_behaviours_of_the_desks_list_are_excused() -> None:
    """A kind names no test that is not there."""
    for kind in DESKS.values():
        assert set(kind.CANNOT) <= set(ALL)


if __name__ == "__main__":
    before, _, _ = LIST.read_text(encoding="utf-8").partition("## Behaviours\n")
    tables = "\n".join(f"{exceptions_of(each)}\n" for each in DESKS.values())
    LIST.write_text(
        f"{before}## Behaviours\n\n{listed()}\n\n## Exceptions\n\n{tables}", encoding="utf-8"
    )
