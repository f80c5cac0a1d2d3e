"""One Chromium for all browser tests, and the servers that it looks at."""

from collections.abc import Iterator

import pytest
from chromium import Chromium
from fake_server import FakeServer
from staffed import Staffed

from tests.instance import Instance, free_port


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    """Yield the browser itself, shared."""
    with Chromium() as browser:
        yield browser


@pytest.fixture
def server(socket_enabled: None) -> Iterator[FakeServer]:
    """Yield a fresh stand-in for the server."""
    with FakeServer() as fake:
        yield fake


@pytest.fixture
def page(chromium: Chromium, server: FakeServer) -> Chromium:
    """Return the chat page of the stand-in, open on a desktop in English."""
    chromium.open(server.url)
    return chromium


@pytest.fixture(scope="module")
def staffed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Staffed]:
    """Yield one instance for a file of tests, with a desk that is asked first."""
    running = Instance(tmp_path_factory.mktemp("instance") / "home", free_port())
    running.start()
    made = Staffed(running)
    made.open_desk()
    yield made
    running.stop()
