"""The zips of functions are unpacked for the benchmark of cold starts, as Lambda does it."""

from pathlib import Path

from benchmarks.imports.measure import milliseconds
from benchmarks.imports.unpacked import unpack
from infra.packages.build import stubs
from infra.topology import SURGELINE


def test_each_function_has_its_code_and_its_layers_and_nothing_else(tmp_path: Path) -> None:
    """The function's folder comes before the layers, and this environment can't be imported."""
    found = unpack(stubs(tmp_path / "zips"), tmp_path)
    assert set(found) == {each.name for each in SURGELINE.functions}
    task, layers = found["channel_webhook"].searched
    assert any(task.rglob("*"))
    assert layers == tmp_path / "channel_webhook" / "opt" / "python"
    nothing = "import importlib.util as u; assert not any(map(u.find_spec, ('click', 'cli')))"
    assert milliseconds(nothing, searched=(task, layers)) > 0
