"""A team that works in a real helpdesk by mail is played here, over real SMTP both ways."""

import asyncio
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from surgeline.application.ports.mails import MailReply
from surgeline.runtime.configuration import shelf_of, unheard

from local.runner.mail_door import MailDoor, serve
from local.virtual.home import VirtualHome
from local.virtual.network import Answer, Post
from local.virtual.post_office import Posted
from local.virtual.shop import CHANNEL_URL, POOL_URL, Shop

TEAM = "team@shop.example"
HOST = "smtp.shop.example"


class HelpdeskPeer(Protocol):
    """A helpdesk with one queue, at the address of the team."""

    def take(self, content: bytes) -> None:
        """Take a mail into the queue."""

    def tickets(self) -> dict[int, int]:
        """Return the number of follow-ups of each ticket."""

    def answer(self, ticket: int, comment: str) -> None:
        """Let an agent answer publicly."""


class Team:
    """The shop whose only pool is a team in a helpdesk, which `open_helpdesk(port)` starts.

    The helpdesk sends its mails to that port.
    """

    def __init__(self, folder: Path, open_helpdesk: Callable[[int], HelpdeskPeer]) -> None:
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
        self.helpdesk = open_helpdesk(port)
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

    def converse_in_one_ticket(self) -> None:
        """Ask for a person, who answers twice in one ticket and closes it."""
        self.shop.write("I want to talk to a person")
        self.happen()
        [ticket] = self.helpdesk.tickets()
        assert self.persons_words() == []
        self.helpdesk.answer(ticket, "Hello, which order is it?")
        self.happen()
        assert self.persons_words() == ["Hello, which order is it?"]
        self.shop.write("Number 17")
        self.happen()
        assert list(self.helpdesk.tickets()) == [ticket]
        self.helpdesk.answer(ticket, "It is on its way.\n\n#resolve")
        self.happen()
        assert self.persons_words() == ["Hello, which order is it?", "It is on its way."]
        thread = self.shop.thread()
        assert thread is not None
        assert thread.conversation is not None
        assert not thread.conversation.is_open
