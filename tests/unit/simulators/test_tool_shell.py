"""A simulated tool posts its people's acts, fails as it is told to, and obeys whoever types."""

import asyncio
import json
import queue
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from surgeline.adapters.desks.zendesk.hook import HOOK
from surgeline.adapters.hooks import Call

from local.simulators import tool
from local.simulators.desk import Behaviour, Desk
from local.simulators.desks.tools import ZendeskTool
from local.simulators.tool import Play, ToolSimulator

FIELDS = {"email": "bot@shop.example", "api_token": "token", "webhook_secret": "secret"}
PROOF = b64encode(b"bot@shop.example/token:token").decode()
OFFER = "[Surgeline] Channel web, language en.\nThe offer stands until 2036-03-01T12:00:00Z.\n"
AT_ONCE: dict[str, Any] = {
    "ring_seconds": 0.0,
    "reply_after_seconds": 0.0,
    "resolve_after_silence_seconds": 0.0,
}

pytestmark = pytest.mark.enable_socket


class Hook:
    """A hook that verifies each request of Zendesk and remembers what was done."""

    def __init__(self) -> None:
        self.answers: list[int] = []
        self.acts: list[str] = []
        self._came = asyncio.Event()

    async def take(self, request: web.Request) -> web.Response:
        body = await request.read()
        headers = {name.lower(): value for name, value in request.headers.items()}
        HOOK.verify([FIELDS], Call(headers, body, query="", now=tool.now_ms()))
        told = json.loads(body)
        comment = told["event"].get("comment", {}).get("body")
        self.acts.append(comment or told["type"].rpartition(".")[2])
        self._came.set()
        return web.json_response({}, status=self.answers.pop(0) if self.answers else 200)

    async def hears(self, number: int) -> list[str]:
        """Wait for so many acts, and return them."""
        while len(self.acts) < number:
            self._came.clear()
            await self._came.wait()
        return self.acts


@asynccontextmanager
async def played(behaviour: Behaviour, said: list[str], **play: Any) -> AsyncIterator[Any]:
    """Play a Zendesk. Yield its hook, and the way to make a ticket as Surgeline does."""
    hook, app = Hook(), web.Application()
    app.router.add_post("/hook", hook.take)
    async with TestServer(app) as home:
        simulator = ToolSimulator(
            ZendeskTool(FIELDS),
            Desk(behaviour),
            Play(say=said.append, **play),
            hook_url=str(home.make_url("/hook")),
        )
        async with TestServer(simulator.app()) as server, ClientSession() as session:
            head = {"authorization": f"Basic {PROOF}", "idempotency-key": "1"}
            ticket = {"comment": {"body": OFFER, "public": False}, "external_id": "o1"}

            async def offer() -> int:
                url = server.make_url("/api/v2/tickets.json")
                async with session.post(url, json={"ticket": ticket}, headers=head) as answer:
                    return answer.status

            yield hook, offer


@pytest.fixture(autouse=True)
def quick_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tool, "RETRY_SECONDS", (0.01,) * 5)
    monkeypatch.setattr(tool, "OVERTAKEN_SECONDS", 0.01)


def test_acts_are_sent_until_they_are_taken() -> None:
    """An offer is taken, answered and closed in signed requests. A refused one comes again."""
    said: list[str] = []

    async def story() -> None:
        quick = Behaviour(**AT_ONCE, resolve_after_replies=1)
        async with played(quick, said) as (hook, offer):
            hook.answers = [503]
            assert await offer() == 201
            first, again, words, last = await hook.hears(4)
            assert (first, again, last) == (*["agent_assignment_changed"] * 2, "status_changed")
            assert words.startswith("Hello, this is Agent 1")

    asyncio.run(story())
    assert [line.split()[3] for line in said if "<-" in line] == ["handoff.offered"]
    assert "language en" not in "".join(said)


def test_events_come_twice_and_late() -> None:
    """Each event may come twice or late, and none is lost."""

    async def story(**faults: float) -> list[str]:
        patient = Behaviour(**AT_ONCE | {"resolve_after_silence_seconds": 60.0})
        async with played(patient, [], **faults) as (hook, offer):
            await offer()
            acts: list[str] = await hook.hears(4 if "duplicated" in faults else 2)
            return [each.partition(",")[0] for each in acts]

    twice = asyncio.run(story(duplicated=1.0))
    assert twice == [*["agent_assignment_changed"] * 2, *["Hello"] * 2]
    assert set(asyncio.run(story(reordered=1.0))) == set(twice)


def test_a_tool_that_is_out_of_order_brings_nothing() -> None:
    """A call that fails on purpose has no effect in the tool, and is told."""
    said: list[str] = []

    async def story() -> None:
        async with played(Behaviour(error=1), said) as (hook, offer):
            assert await offer() == 503
            assert hook.acts == []

    asyncio.run(story())
    assert [line.split()[1:] for line in said] == [["tool", "simulated", "error"]]


def test_whoever_types_is_one_of_the_team() -> None:
    """Typed lines are acts in the place of the newest offer, whose words are shown."""
    said: list[str] = []
    lines: queue.Queue[str] = queue.Queue()

    async def story() -> None:
        typed = iter(lines.get, "")
        never = Behaviour(accept="never")
        async with played(never, said, typed=typed, show_text=True) as (hook, offer):
            assert await offer() == 201
            for number, line in enumerate(("accept", "It is on its way.", "resolve"), 1):
                lines.put(line)
                await hook.hears(number)
            lines.put("")
            assert hook.acts[1:] == ["It is on its way.", "status_changed"]

    asyncio.run(story())
    assert "    The offer stands until 2036" in said[0]
