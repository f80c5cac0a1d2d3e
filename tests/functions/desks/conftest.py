"""Every test here plays once for each kind of desk."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from surgeline.adapters.configuration.kinds import POOLS

from local.virtual.home import VirtualHome
from tests.functions.desks.desk_driver import DeskDriver
from tests.functions.desks.desk_drivers import DESKS

assert set(DESKS) == {name for name, module in POOLS.items() if ".desks." in module}


@pytest.fixture(params=DESKS.values(), ids=DESKS.keys())
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[DeskDriver]:
    """Yield a pool of each kind of desk, or skip what its tool does not have."""
    kind: type[DeskDriver] = request.param
    if reason := kind.CANNOT.get(request.function.__name__):
        pytest.skip(f"{kind.KIND} cannot: {reason}")
    home = VirtualHome(tmp_path)
    yield kind(home)
    home.close()
