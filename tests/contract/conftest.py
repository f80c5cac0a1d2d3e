"""The homes that the contract suite runs on."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path

import pytest

from tests.contract.aws_home import ACCOUNT
from tests.contract.embedded import EmbeddedHome, embedded_home
from tests.contract.homes import HOMES, Home


@pytest.fixture(
    params=[
        pytest.param(name, marks=[pytest.mark.aws] if name == ACCOUNT else []) for name in HOMES
    ]
)
def fresh_home(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], Home]]:
    """Yield an empty home of each kind in turn, and close the one before."""
    folders = (tmp_path / str(number) for number in count())
    with ExitStack() as opened:

        def open_next() -> Home:
            opened.close()
            folder = next(folders)
            folder.mkdir()
            return opened.enter_context(HOMES[request.param](folder))

        yield open_next


@pytest.fixture
def home(request: pytest.FixtureRequest, fresh_home: Callable[[], Home]) -> Home:
    """Return an empty home of each kind in turn."""
    home = fresh_home()
    reason = home.lacks.get(request.node.originalname)
    if reason:
        pytest.skip(reason)
    return home


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[EmbeddedHome]:
    """Yield the embedded home alone, for what only SQLite promises."""
    with embedded_home(tmp_path) as opened:
        yield opened
