"""The list of behaviours in the documentation is that of the suite, for every kind."""

import inspect
from pathlib import Path
from types import ModuleType

from tests.functions.channels import test_conformance_in, test_conformance_out
from tests.functions.channels.conftest import DRIVERS

LIST = Path("docs/channels/conformance.md")
PARTS = {"From the provider": test_conformance_in, "To the provider": test_conformance_out}


def table(module: ModuleType) -> str:
    """Return the table of a module's behaviours, with what each kind cannot do."""
    rows = [f"| behaviour | {' | '.join(DRIVERS)} |", f"|---|{'---|' * len(DRIVERS)}"]
    for name, test in vars(module).items():
        if name.startswith("test_") and inspect.isfunction(test):
            cells = [
                f"cannot: {kind.CANNOT[name]}" if name in kind.CANNOT else "proved"
                for kind in DRIVERS.values()
            ]
            said = " ".join(inspect.getdoc(test).split())  # type: ignore[union-attr] # all have one
            rows.append(f"| {said} | {' | '.join(cells)} |")
    return "\n".join(rows)


def test_the_documented_list_is_the_suites() -> None:
    """Each behaviour stands in the document, with "proved" or the reason why it cannot be."""
    written = LIST.read_text(encoding="utf-8")
    for title, module in PARTS.items():
        assert f"## {title}\n\n{table(module)}\n" in written, table(module)


def test_only_behaviours_of_the_list_are_excused() -> None:
    """A kind names no test that is not there."""
    names = {name for module in PARTS.values() for name in vars(module)}
    for kind in DRIVERS.values():
        assert set(kind.CANNOT) <= names
