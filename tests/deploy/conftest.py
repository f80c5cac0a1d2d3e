"""The fixture `deployment` runs the product on the emulator once for this folder's tests.

They run by `make test-deploy` alone.
"""

import os
from collections.abc import Iterator

import pytest

from infra.packages.layout import TARGET_PYTHON
from tests.deploy.deployment import MINOR, Deployment, prepared
from tests.deploy.emulator import FOLDER, start
from tests.instance import free_port

collect_ignore_glob = [] if os.environ.get("SURGELINE_TEST_DEPLOY") else ["test_*.py"]


def pytest_report_header() -> list[str]:
    """Say what runs the functions, because it is not what the template names."""
    if not os.environ.get("SURGELINE_TEST_DEPLOY"):
        return []
    return [f"functions run on this machine's Python {MINOR}, and on AWS on {TARGET_PYTHON}"]


@pytest.fixture(scope="session")
def emulated() -> Iterator[Deployment]:
    """Yield the bootstrapped account and the packages, with nothing deployed yet."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    emulator = start(FOLDER, free_port())
    try:
        yield prepared(emulator, FOLDER / "deployment")
    finally:
        emulator.stop()


@pytest.fixture(scope="session")
def deployment(emulated: Deployment) -> Deployment:
    """Return the deployment, made as the README tells a person.

    `test_removed` keeps the logs of its functions in build/emulator/functions.log.
    """
    emulated.deploy()
    emulated.set_secrets()
    emulated.let_loopback_through()
    return emulated
