"""The simulated provider posts signed webhooks, shows replies, and plays faults."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from surgeline.adapters.channels.line.hook import HOOK
from surgeline.adapters.channels.messenger.hook import HOOK as PAGE_HOOK
from surgeline.adapters.hooks import Call
from surgeline.application.conversations.intake import Spoke

from local.simulators.provider import Faults, ProviderSimulator, server_of
from local.simulators.providers.line import LineServer

FIELDS = {"channel_secret": "secret", "channel_access_token": "token"}
PAGE_FIELDS = {"app_secret": "secret", "verify_token": "verify", "access_token": "token"}
BEARER = {"authorization": "Bearer token"}
Story = Callable[[TestClient[Any, Any]], Awaitable[None]]

pytestmark = pytest.mark.enable_socket


class Hook:
    """A hook that verifies each webhook and remembers its texts."""

    def __init__(self, status: int = 200) -> None:
        self.status = status
        self.texts: list[list[str]] = []
        self.two_came = asyncio.Event()

    async def take(self, request: web.Request) -> web.Response:
        body = await request.read()
        headers = {k.lower(): v for k, v in request.headers.items()}
        HOOK.verify([FIELDS], Call(headers, body, query="", now=0))
        heard: list[Any] = HOOK.read("line", json.loads(body))
        self.texts.append([each.text for each in heard])
        if len(self.texts) == 2:
            self.two_came.set()
        return web.json_response({}, status=self.status)


def played(hook: Hook, story: Story, *, faults: Faults | None = None, typed: str = "") -> list[str]:
    """Play a story against the simulator, and return what was printed."""
    said: list[str] = []

    async def play() -> None:
        app = web.Application()
        app.router.add_post("/hook", hook.take)
        async with TestServer(app) as server:
            simulator = ProviderSimulator(
                server_of("line", FIELDS),
                hook_url=str(server.make_url("/hook")),
                say=said.append,
                faults=faults,
                typed=typed.splitlines(),
            )
            async with TestClient(TestServer(simulator.app())) as client:
                await story(client)

    asyncio.run(play())
    return said


async def pushed(client: TestClient[Any, Any], text: str) -> int:
    body = {"to": LineServer.CUSTOMER, "messages": [{"type": "text", "text": text}]}
    return (await client.post("/v2/bot/message/push", json=body, headers=BEARER)).status


def test_a_conversation_is_seen() -> None:
    """A typed line becomes a signed webhook, and a push is printed and on the screen."""
    hook = Hook()

    async def story(client: TestClient[Any, Any]) -> None:
        said = await client.post("/say", json={"text": "Hello"})
        assert await said.json() == {"hook_status": 200}
        assert await pushed(client, "Good day.") == 200
        assert await (await client.get("/screen")).json() == ["Good day."]
        assert await (await client.get("/screen?user=U2")).json() == []
        assert (await client.get("/health")).status == 200
        await hook.two_came.wait()

    printed = played(hook, story, typed="Typed\n\n")
    assert sorted(hook.texts) == [["Hello"], ["Typed"]]
    assert printed[0].endswith("push  Good day.")


def test_a_second_simulator_repeats_no_message() -> None:
    """A simulator that starts again gives its messages other ids than the one before."""
    first, second = (server_of("messenger", PAGE_FIELDS) for _ in range(2))
    ProviderSimulator(second, hook_url="", say=print, last_number=1_790_000_000)
    said = [each.text("7", "Hello", now=1)["message"]["mid"] for each in (first, second)]
    assert len(set(said)) == 2


def test_webhooks_come_twice_and_late() -> None:
    """Duplicated and reordered webhooks come to the hook as LINE may send them."""
    hook = Hook()

    async def story(client: TestClient[Any, Any]) -> None:
        said = await client.post("/say", json={"text": "Hello"})
        assert await said.json() == {"hook_status": None}
        await hook.two_came.wait()

    played(hook, story, faults=Faults(duplicated=1, reordered=1))
    assert hook.texts == [["Hello"], ["Hello"]]


def test_texts_come_too_late_and_ours_come_back() -> None:
    """A closed window refuses a text but not a tagged one, whose echo comes to the hook."""
    server, printed, echoes = server_of("messenger", PAGE_FIELDS), [], []
    came = asyncio.Event()

    async def take(request: web.Request) -> web.Response:
        echoes.append(PAGE_HOOK.read("page", await request.json()))
        came.set()
        return web.json_response({})

    async def play() -> None:
        app = web.Application()
        app.router.add_post("/hook", take)
        async with TestServer(app) as hook:
            simulator = ProviderSimulator(
                server,
                hook_url=str(hook.make_url("/hook")),
                say=printed.append,
                faults=Faults(closed=1, echoed=1),
            )
            async with TestClient(TestServer(simulator.app())) as client:
                for tag, status in (({}, 400), ({"messaging_type": "MESSAGE_TAG"}, 200)):
                    body = {"recipient": {"id": "7"}, "message": {"text": "Good day."}, **tag}
                    said = await client.post("/v25.0/me/messages", json=body, headers=BEARER)
                    assert said.status == status
                await came.wait()

    asyncio.run(play())
    assert [[(type(each), each.text) for each in heard] for heard in echoes] == [
        [(Spoke, "Good day.")]
    ]
    assert len(printed) == 1


def test_calls_are_throttled() -> None:
    """A throttled call is answered 429 and shows nothing."""

    async def story(client: TestClient[Any, Any]) -> None:
        assert await pushed(client, "Good day.") == 429
        assert await (await client.get("/screen")).json() == []

    assert played(Hook(), story, faults=Faults(throttled=1)) == []


@pytest.mark.parametrize(("status", "success"), [(200, True), (401, False)])
def test_the_hook_is_tried(status: int, success: bool) -> None:
    """LINE's test of the webhook URL calls the hook with a signed request without events."""
    hook = Hook(status)

    async def story(client: TestClient[Any, Any]) -> None:
        tested = await client.post("/v2/bot/channel/webhook/test", json={}, headers=BEARER)
        said = await tested.json()
        assert (said["success"], said["statusCode"]) == (success, status)

    played(hook, story)
    assert hook.texts == [[]]


def test_a_foreign_token_is_refused() -> None:
    """The stand-in takes only the token of its channel."""

    async def story(client: TestClient[Any, Any]) -> None:
        body = {"to": LineServer.CUSTOMER, "messages": [{"type": "text", "text": "x"}]}
        assert (await client.post("/v2/bot/message/push", json=body)).status == 401

    played(Hook(), story)
