"""A pool that opens soon is waited for; one that opens too late is not."""

import pytest

from tests.functions.conftest import Endpoint
from tests.functions.stage import Stage

pytestmark = pytest.mark.enable_socket

AT_NOON_UTC = {"zone": "UTC", "week": {"sun": ["12:05-18:00"]}}
"""The stage's clock begins on a Sunday at noon."""


def ask(wired: Stage, endpoint: Endpoint, hours: object) -> None:
    """Ask for a person while the only pool is closed."""
    pool = {"id": "vendor", "kind": "outsourced", "url": endpoint.url + "pool", "hours": hours}
    wired.configure(
        pools=[pool],
        channels=[{"id": "shop", "kind": "signed", "reply_url": endpoint.url + "channel"}],
    )
    wired.clock.advance(6)
    wired.write("I want to talk to a person")
    wired.drain()


def test_a_pool_that_opens_in_five_minutes_gets_the_offer_then(
    wired: Stage, endpoint: Endpoint
) -> None:
    """The customer waits, and the pool is asked as soon as it opens."""
    ask(wired, endpoint, AT_NOON_UTC)
    assert "still looking" in wired.said()[-1][1]
    assert "handoff.offered" not in endpoint.types()
    wired.work(310)
    assert endpoint.types().count("handoff.offered") == 1


def test_a_pool_that_opens_in_an_hour_is_not_waited_for(wired: Stage, endpoint: Endpoint) -> None:
    """Nobody waits longer than the policy allows for what will not come in time."""
    ask(wired, endpoint, {"zone": "UTC", "week": {"sun": ["13:00-18:00"]}})
    assert "Nobody is free" in wired.said()[-1][1]
