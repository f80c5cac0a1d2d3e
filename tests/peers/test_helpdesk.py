"""A team in a real helpdesk takes conversations by mail, over real SMTP, in both directions."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.peers.helpdesk import Helpdesk
from tests.peers.team import Team

pytestmark = [pytest.mark.peers, pytest.mark.enable_socket, pytest.mark.timeout(600)]


@pytest.fixture
def team(tmp_path: Path, helpdesk_python: Path) -> Iterator[Team]:
    """Yield the team in its helpdesk."""
    made = Team(tmp_path, lambda port: Helpdesk(helpdesk_python, tmp_path / "helpdesk", port))
    yield made
    made.close()


def test_a_conversation_lives_in_one_ticket(team: Team) -> None:
    """An offer is a ticket, an agent's answers reach the customer, and a command closes."""
    team.converse_in_one_ticket()


def test_an_agent_passes_a_conversation_on(team: Team) -> None:
    """A command in an agent's answer offers the conversation to another pool."""
    team.shop.write("I want to talk to a person")
    team.happen()
    [ticket] = team.helpdesk.tickets()
    team.helpdesk.answer(ticket, "A technician will help you.\n#transfer vendor needs a technician")
    team.happen()
    assert team.persons_words() == ["A technician will help you."]
    [offer] = [each["data"] for each in team.vendor if each["type"] == "handoff.offered"]
    assert offer["context"]["handovers"][0]["reason"] == "needs a technician"
