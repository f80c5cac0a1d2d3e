"""A team in a real helpdesk takes conversations by mail, over real SMTP, in both directions."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from surgeline.application.ports.mails import MailReply
from surgeline.runtime.configuration import shelf_of, unheard

from local.runner.mail_door import MailDoor, serve
from local.virtual.home import VirtualHome
from local.virtual.network import Answer, Post
from local.virtual.post_office import Posted
from local.virtual.shop import CHANNEL_URL, POOL_URL, Shop
from tests.peers.helpdesk import TEAM, Helpdesk, Missing, fetched

pytestmark = [pytest.mark.peers, pytest.mark.enable_socket, pytest.mark.timeout(600)]

HOST = "smtp.shop.example"


class Team:
    """The shop whose only pool is a team in a helpdesk."""

    def __init__(self, folder: Path, python: Path) -> None:
        self.home = VirtualHome(folder / "home")
        self.shop = Shop(self.home)
        self.shop.publish()
        self.home.network.serve(CHANNEL_URL, lambda _post: Answer())
        self.vendor: list[Any] = []
        self.home.network.serve(POOL_URL, self._vendor)
        fields = {"address": "desk@shop.example", "host": HOST}
        pool = {"reached_by": "email", "mailbox": TEAM, "fields": fields, "priority": 10}
        assert self.shop.admin("PUT", "/v1/admin/pools/team", pool).status == 200
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._listening.settimeout(0)
        port = self._listening.getsockname()[1]
        self._loop, self._stopped = asyncio.new_event_loop(), asyncio.Event()
        door = MailDoor(self.home.backend, shelf_of(self.home.backend, unheard))
        served = serve(door, self._listening, self._stopped)
        self._thread = threading.Thread(
            target=self._loop.run_until_complete, args=(served,), daemon=True
        )
        self._thread.start()
        self.helpdesk = Helpdesk(python, folder / "helpdesk", port)
        self.home.post_office.serve(HOST, self._take)

    def _take(self, posted: Posted) -> MailReply:
        if posted.letter is not None:
            self.helpdesk.take(posted.letter.content)
        return MailReply(250, "2.0.0", "data")

    def _vendor(self, post: Post) -> Answer:
        self.vendor.append(post.json)
        return Answer()

    def happen(self) -> None:
        """Let everything happen that is due within some seconds."""
        for _ in range(3):
            self.home.drain()
            self.home.run_for(5)

    def persons_words(self) -> list[str]:
        return [text for speaker, text in self.shop.said() if speaker == "person"]

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._stopped.set)
        self._thread.join(10)
        self.home.close()


@pytest.fixture(scope="module")
def helpdesk_python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the Python with the helpdesk, or skip where it can't be had."""
    try:
        return fetched(tmp_path_factory.mktemp("helpdesk"))
    except Missing as missing:
        pytest.skip(f"no helpdesk here: {missing}")


@pytest.fixture
def team(tmp_path: Path, helpdesk_python: Path) -> Iterator[Team]:
    """Yield the team in its helpdesk."""
    made = Team(tmp_path, helpdesk_python)
    yield made
    made.close()


def test_a_conversation_lives_in_one_ticket(team: Team) -> None:
    """An offer is a ticket, an agent's answers reach the customer, and a command closes."""
    team.shop.write("I want to talk to a person")
    team.happen()
    [ticket] = team.helpdesk.tickets()
    assert team.persons_words() == []
    team.helpdesk.answer(ticket, "Hello, which order is it?")
    team.happen()
    assert team.persons_words() == ["Hello, which order is it?"]
    team.shop.write("Number 17")
    team.happen()
    assert list(team.helpdesk.tickets()) == [ticket]
    team.helpdesk.answer(ticket, "It is on its way.\n\n#resolve")
    team.happen()
    assert team.persons_words() == ["Hello, which order is it?", "It is on its way."]
    thread = team.shop.thread()
    assert thread is not None
    assert thread.conversation is not None
    assert not thread.conversation.is_open


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
