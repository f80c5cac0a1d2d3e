"""A pool that opens soon is waited for; for one that opens later the request is kept."""

import pytest

from tests.functions.conftest import Endpoint
from tests.functions.stage import Stage

pytestmark = pytest.mark.enable_socket

AT_NOON_UTC = {"zone": "UTC", "week": {"sun": ["12:05-18:00"]}}
"""The stage's clock begins on a Sunday at noon."""


def ask(wired: Stage, endpoint: Endpoint, hours: object, **more: object) -> None:
    """Ask for a person while the only pool is closed."""
    pool = {"id": "vendor", "kind": "outsourced", "url": endpoint.url + "pool", "hours": hours}
    wired.configure(
        pools=[pool],
        channels=[{"id": "shop", "kind": "signed", "reply_url": endpoint.url + "channel"}],
        **more,
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


def test_a_pool_that_opens_in_an_hour_gets_the_request_then(
    wired: Stage, endpoint: Endpoint
) -> None:
    """The customer is told when people are back, the bot answers, and the pool is asked then."""
    ask(wired, endpoint, {"zone": "UTC", "week": {"sun": ["13:00-18:00"]}})
    assert "We are back today at 13:00. We keep your request" in wired.said()[-1][1]
    wired.write("When are you open?")
    wired.drain()
    assert wired.said()[-1][0] == "bot"
    wired.work(3_500)
    assert "handoff.offered" not in endpoint.types()
    wired.work(120)
    assert endpoint.types().count("handoff.offered") == 1


def test_hours_are_told_in_the_company_s_zone(wired: Stage, endpoint: Endpoint) -> None:
    """A customer reads the day and the time by the company's clock."""
    hours = {"zone": "UTC", "week": {"mon": ["00:00-09:00"]}}
    ask(wired, endpoint, hours, reports={"zone": "Asia/Seoul"})
    assert "back Monday at 9:00" in wired.said()[-1][1]


def test_never_mind_ends_a_kept_request(wired: Stage, endpoint: Endpoint) -> None:
    """The customer's own word ends the request, and no pool is asked."""
    ask(wired, endpoint, {"zone": "UTC", "week": {"sun": ["13:00-18:00"]}})
    wired.write("Never mind, thanks")
    wired.drain()
    assert "nobody will come for that request" in wired.said()[-1][1]
    wired.work(3_700)
    assert "handoff.offered" not in endpoint.types()
    assert wired.backend.waitlist().backlog() == 0


def test_a_request_that_nobody_takes_rings_for_the_lead(
    wired: Stage, endpoint: Endpoint, capsys: pytest.CaptureFixture[str]
) -> None:
    """The last word to the customer comes with an alarm that names the conversation."""
    hours = {"zone": "UTC", "week": {"sun": ["12:20-12:21"]}}
    ask(wired, endpoint, hours, routing={"keep_seconds": 600})
    endpoint.answer = lambda _: (200, {"accepted": False})
    wired.work(2_000)
    assert "it has ended now" in wired.said()[-1][1]
    alarms = [line for line in capsys.readouterr().out.splitlines() if "request_expired" in line]
    assert len(alarms) == 1
    assert wired.thread().conversation.id in alarms[0]
