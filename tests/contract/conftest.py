from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.embedded import EmbeddedHome, embedded_home
from tests.contract.homes import HOMES, Home


@pytest.fixture(params=list(HOMES))
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Home]:
    """Every home in turn, empty; skips what a home says it lacks."""
    with HOMES[request.param](tmp_path) as opened:
        reason = opened.lacks.get(request.node.originalname)
        if reason:
            pytest.skip(f"{request.param}: {reason}")
        yield opened


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[EmbeddedHome]:
    """The embedded home alone, for what only SQLite promises."""
    with embedded_home(tmp_path) as opened:
        yield opened
