"""A core of few files, for tests of what is done with packages, whatever is in them."""

import pytest

from infra.packages import build, sources

FILES = 3


@pytest.fixture
def small_core(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the core layer have few files, because compiling and packing all of them takes long."""
    few = [*sources.core_files()][:FILES]
    for module in (build, sources):
        monkeypatch.setattr(module, "core_files", lambda: iter(few))
