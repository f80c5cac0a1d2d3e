"""The fixture `deployment` runs the product on the emulator once for this folder's tests.

They run by `make test-deploy` alone.
"""

import os
from collections.abc import Iterator

import pytest

from tests.deploy.deployment import ROOT, Deployment, deployed
from tests.deploy.emulator import start
from tests.scenarios.instance import free_port

collect_ignore_glob = [] if os.environ.get("SURGELINE_TEST_DEPLOY") else ["test_*.py"]


@pytest.fixture(scope="session")
def deployment() -> Iterator[Deployment]:
    """Return the deployment; on failure its logs are in build/emulator/functions.log."""
    folder = ROOT / "build" / "emulator"
    folder.mkdir(parents=True, exist_ok=True)
    emulator = start(folder, free_port())
    try:
        there = deployed(emulator, folder / "deployment")
        yield there
        (folder / "functions.log").write_text(there.logs())
    finally:
        emulator.stop()
