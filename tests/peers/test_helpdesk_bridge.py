"""The documentation's bridge carries conversations into a real helpdesk, by its own interface."""

import base64
import http.client
import json
import sys
import threading
import time
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from surgeline.adapters.signing.standard_webhooks import decode_secret

from local.virtual.home import VirtualHome
from local.virtual.network import Answer, Post
from local.virtual.shop import CHANNEL_URL, POOL_URL, SECRET, Shop
from tests.peers.helpdesk import Helpdesk
from tests.unit.simulators.documents import EXAMPLES, load

pytestmark = [pytest.mark.peers, pytest.mark.enable_socket, pytest.mark.timeout(600)]

NIGHT_URL = "https://night.test/"
STEPS = 8


class Bridged:
    """The shop, whose pool's endpoint is the bridge, and the helpdesk behind it."""

    def __init__(self, folder: Path, python: Path) -> None:
        sys.path.insert(0, str(EXAMPLES))  # the bridge stands beside the file that it imports
        self.module: Any = load("helpdesk_bridge")
        sys.path.remove(str(EXAMPLES))
        receiver: Any = sys.modules["pool_receiver"]
        self.module.KEY = receiver.KEY = decode_secret(SECRET)
        self.module.HELPDESK_KEY = "a-long-word"
        self.module.LOGIN = base64.b64encode(b"bridge:pw").decode()
        self.module.Entrance.log_message = lambda *_: None
        self.module.tell = self._tell
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self.module.Entrance)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.place = f"127.0.0.1:{self._server.server_port}"
        hook = f"http://{self.place}/a-long-word"
        self.helpdesk = Helpdesk(python, folder / "helpdesk", 0, hook)
        self.bridge = self.module.Bridge("events", self.helpdesk.serve())
        self.home = VirtualHome(folder / "home")
        self.module.time = SimpleNamespace(time=lambda: self.home.clock.now() / 1000)
        self.shop = Shop(self.home)
        self.shop.publish()
        self.shop.configure(
            pools=[
                {"id": "vendor", "kind": "in_house", "url": POOL_URL, "priority": 10},
                {"id": "night", "kind": "in_house", "url": NIGHT_URL},
            ]
        )
        self.home.backend.secrets().put("pools/night", SECRET)
        self.night: list[Any] = []
        self.home.network.serve(CHANNEL_URL, lambda _post: Answer())
        self.home.network.serve(NIGHT_URL, self._take_night)
        self.home.network.serve(POOL_URL, self._take)

    def close(self) -> None:
        self.helpdesk.close()
        self._server.shutdown()
        self._server.server_close()
        self.home.close()

    def happen(self) -> None:
        """Let everything happen that is due within some seconds, on both sides."""
        for _ in range(STEPS):
            self.home.run_for(1)
            while not self.module.todo.empty():
                self.bridge.heard(*self.module.todo.get())
            time.sleep(0.02)

    def persons_words(self) -> list[str]:
        return [text for speaker, text in self.shop.said() if speaker == "person"]

    def _take(self, post: Post) -> Answer:
        connection = http.client.HTTPConnection(self.place, timeout=10)
        headers = {name: value for name, value in post.headers.items() if name != "host"}
        connection.request("POST", "/", post.body, headers)
        return Answer(connection.getresponse().status)

    def _take_night(self, post: Post) -> Answer:
        self.night.append(post.json)
        return Answer()

    def _tell(self, url: str, kind: str, data: dict[str, Any]) -> dict[str, Any]:
        del url
        answer = self.shop.pool(kind, data, webhook_id=f"w-{time.monotonic_ns()}")
        return dict(json.loads(answer.text or "{}"))


@pytest.fixture
def bridged(tmp_path: Path, helpdesk_python: Path) -> Iterator[Bridged]:
    """Yield the bridge between a shop and a helpdesk."""
    made = Bridged(tmp_path, helpdesk_python)
    yield made
    made.close()


def test_tickets_are_made_answered_passed_on_and_resolved(bridged: Bridged) -> None:
    """An offer is a ticket. Words go both ways, and an agent passes on or resolves it there."""
    bridged.shop.write("I want to talk to a person")
    bridged.happen()
    [ticket] = bridged.helpdesk.tickets()
    bridged.helpdesk.answer(ticket, "Hello, which order is it?")
    bridged.happen()
    assert bridged.persons_words() == ["Hello, which order is it?"]
    before = bridged.helpdesk.tickets()[ticket]
    bridged.shop.write("Number 17")
    bridged.happen()
    assert bridged.helpdesk.tickets() == {ticket: before + 1}
    bridged.helpdesk.answer(ticket, "It is on its way.", status=3)
    bridged.happen()
    assert bridged.persons_words()[1:] == ["It is on its way."]
    thread = bridged.shop.thread()
    assert thread is not None
    assert thread.conversation is not None
    assert not thread.conversation.is_open


def test_an_agent_passes_a_ticket_on(bridged: Bridged) -> None:
    """A command in an agent's words offers the conversation to another pool, with the reason."""
    bridged.shop.write("I want to talk to a person")
    bridged.happen()
    [ticket] = bridged.helpdesk.tickets()
    bridged.helpdesk.answer(ticket, "A colleague helps you.\n#transfer night needs a technician")
    bridged.happen()
    assert bridged.persons_words() == ["A colleague helps you."]
    [offer] = [each["data"] for each in bridged.night if each["type"] == "handoff.offered"]
    assert offer["context"]["handovers"][0]["reason"] == "needs a technician"
