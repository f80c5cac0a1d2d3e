"""Real servers of others, which are fetched for these tests alone (`make peers`)."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.peers import helpdesk
from tests.peers.postfix import Missing, Postfix, fetched

ASKED = "SURGELINE_TEST_PEERS"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave these tests out unless somebody asks for them, since they fetch packages."""
    if os.environ.get(ASKED):
        return
    for item in items:
        if "peers" in item.keywords:
            item.add_marker(pytest.mark.skip(reason="peers are asked with make peers"))


@pytest.fixture(scope="session")
def postfix_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder with Postfix's files, or skip where it can't be had or run."""
    try:
        return fetched(tmp_path_factory.mktemp("postfix"))
    except Missing as missing:
        pytest.skip(f"no Postfix here: {missing}")


@pytest.fixture
def postfix(postfix_files: Path, tmp_path: Path) -> Iterator[Postfix]:
    """Yield a Postfix of the test's own, which is not started yet."""
    made = Postfix(postfix_files, tmp_path / "mx")
    yield made
    made.stop()


@pytest.fixture(scope="session")
def helpdesk_python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the Python with the helpdesk, or skip where it can't be had."""
    try:
        return helpdesk.fetched(tmp_path_factory.mktemp("helpdesk"))
    except helpdesk.Missing as missing:
        pytest.skip(f"no helpdesk here: {missing}")
