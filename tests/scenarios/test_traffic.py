"""The whole system under traffic loses, doubles and reorders nothing."""

import pytest

from local.load.traffic import Mix
from tests.scenarios.traffic import Start, run, traffic


@pytest.mark.timeout(240)
def test_two_thousand_conversations_are_answered_once_and_in_order(surgeline_up: Start) -> None:
    """Every message of 2,000 customers, resends included, gets its one reply in order."""
    instance = surgeline_up(simulators=False)
    mix = Mix(repeated=0.92, handoff=0.03, resend=0.05)
    sent = traffic(200, 22.5, threads=2000, mix=mix, seed=11)
    assert len({message.sender for message in sent}) >= 2000
    report = run(instance, sent).report(200, 22.5)
    owed = len({message.event_id for message in sent})
    assert report["refused_why"] == {}
    assert report["replied"] == owed
    assert (report["lost"], report["duplicated"], report["out_of_order"]) == (0, 0, 0)
