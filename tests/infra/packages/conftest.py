"""A core of few files, for tests of what is done with packages, whatever is in them."""

import pytest

from infra.packages import build, sources
from tests.often import often

FILES = 3


@pytest.fixture
def small_core(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the core layer have few files, because all of them take long. `make explore` has all."""
    few = [*sources.core_files()][: often(FILES, None)]
    for module in (build, sources):
        monkeypatch.setattr(module, "core_files", lambda: iter(few))
