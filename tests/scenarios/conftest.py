"""The fixture `surgeline_up` starts real instances on free ports and in folders of their own.

Tests that ask for it are marked `system` and may open sockets, without saying so themselves.
"""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Literal

import pytest

from tests.instance import Instance, free_port


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what starts an instance."""
    for item in items:
        if "surgeline_up" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.system)
            item.add_marker(pytest.mark.enable_socket)


@pytest.fixture
def surgeline_up(tmp_path: Path) -> Iterator[Callable[..., Instance]]:
    """Yield a factory: `surgeline_up(simulators=True)` gives an instance that is ready.

    Other arguments go to `surgeline up`. Everything is stopped at the end of the test. A program or
    an environment of its own has an empty folder, so that it does the whole of a first start.
    """
    started: list[Instance] = []

    def start(
        *arguments: str,
        simulators: bool = True,
        program: tuple[str, ...] | None = None,
        environ: Mapping[str, str] | None = None,
        begins: Literal["warm", "cold", "first"] = "warm",
    ) -> Instance:
        options = arguments if simulators else (*arguments, "--no-simulators")
        instance = Instance(tmp_path / f"home-{len(started)}", free_port(), options)
        instance.program = program or instance.program
        instance.environ = environ or {}
        instance.begins = "first" if program or environ else begins
        started.append(instance)
        instance.start()
        return instance

    yield start
    for instance in started:
        if instance.process is not None and instance.process.poll() is None:
            try:
                instance.stop()
            finally:
                instance.kill9()
