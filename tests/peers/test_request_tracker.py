"""A team in a real Request Tracker takes conversations by mail, in both directions."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.peers.request_tracker import Missing, RequestTracker, fetched
from tests.peers.team import Team

pytestmark = [pytest.mark.peers, pytest.mark.enable_socket, pytest.mark.timeout(900)]


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Team]:
    """Yield the team in its tracker, or skip where it can't be had."""
    trackers: list[RequestTracker] = []

    def begin(port: int) -> RequestTracker:
        trackers.append(RequestTracker(fetched(tmp_path), tmp_path / "tracker", port))
        return trackers[0]

    try:
        made = Team(tmp_path, begin)
    except Missing as missing:
        pytest.skip(f"no Request Tracker here: {missing}")
    yield made
    trackers[0].close()
    made.close()


def test_conversations_live_in_tickets(team: Team) -> None:
    """An offer is a ticket, answers go both ways, one is passed on, and one is closed."""
    team.converse_in_one_ticket()
    team.shop.write("Hello, I want to talk to a person", sender="c2")
    team.happen()
    second = max(team.helpdesk.tickets())
    team.helpdesk.answer(second, "A technician will help.\n#transfer vendor needs a technician")
    team.happen()
    [offer] = [each["data"] for each in team.vendor if each["type"] == "handoff.offered"]
    assert offer["context"]["handovers"][0]["reason"] == "needs a technician"
