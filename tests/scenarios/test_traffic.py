"""The whole system under traffic loses, doubles and reorders nothing."""

import pytest

from local.load.traffic import Mix
from tests.often import often
from tests.scenarios.traffic import Start, run, traffic

CUSTOMERS = often(500, 2000)


@pytest.mark.timeout(240)
def test_hundreds_of_conversations_are_answered_once_and_in_order(surgeline_up: Start) -> None:
    """Every message of many customers, resends included, gets its one reply in order."""
    instance = surgeline_up(simulators=False)
    mix = Mix(repeated=0.92, handoff=0.03, resend=0.05)
    seconds = CUSTOMERS * 0.01125
    sent = traffic(200, seconds, threads=CUSTOMERS, mix=mix, seed=11)
    assert len({message.sender for message in sent}) >= CUSTOMERS
    report = run(instance, sent).report(200, seconds)
    owed = len({message.event_id for message in sent})
    assert report["refused_why"] == {}
    assert report["replied"] == owed
    assert (report["lost"], report["duplicated"], report["out_of_order"]) == (0, 0, 0)
