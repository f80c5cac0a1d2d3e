"""The simulated vendor over real HTTP, against a Surgeline of a few lines."""

import asyncio
import json
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from surgeline.adapters.signing.standard_webhooks import sign, verify
from vendor_desk import CONVERSATION, about, an_offer

from local.simulators import pool
from local.simulators.desk import Behaviour, Desk
from local.simulators.pool import PoolSimulator
from local.simulators.scenario import Turn

pytestmark = pytest.mark.enable_socket

KEYS = (b"k" * 32,)
QUICK = {"ring_seconds": 0.0, "reply_after_seconds": 0.01}


class FakeSurgeline:
    """Takes in signed callbacks; answers what the test lined up, then 200 or 202."""

    def __init__(self) -> None:
        self.answers: deque[tuple[int, dict[str, str]]] = deque()
        self.heard: list[tuple[str, str, dict[str, Any]]] = []

    async def receive(self, request: web.Request) -> web.Response:
        body = await request.read()
        webhook_id = verify(KEYS, request.headers, body, now_seconds=int(time.time()))
        said = json.loads(body)
        self.heard.append((webhook_id, said["type"], said["data"]))
        if self.answers:
            status, headers = self.answers.popleft()
            return web.json_response({}, status=status, headers=headers)
        if said["type"] == "handoff.accepted":
            return web.json_response({"accepted": True, "epoch": 3})
        return web.json_response({}, status=202)

    def types(self) -> list[str]:
        return [kind for _, kind, _ in self.heard]

    async def hears(self, *kinds: str) -> None:
        """Wait until exactly these came."""
        for _ in range(300):
            if self.types() == list(kinds):
                return
            await asyncio.sleep(0.01)
        assert self.types() == list(kinds)


class Wire:
    """The way to the simulator: signs what is posted."""

    def __init__(self, session: ClientSession, url: str) -> None:
        self.session = session
        self.url = url

    async def post(
        self, kind: str, data: dict[str, Any], *, webhook_id: str = "n1", keys: Any = KEYS
    ) -> tuple[int, dict[str, Any]]:
        body = json.dumps({"type": kind, "timestamp": "", "data": data}).encode()
        return await self.raw(body, webhook_id=webhook_id, keys=keys)

    async def raw(
        self, body: bytes, *, webhook_id: str = "n1", keys: Any = KEYS
    ) -> tuple[int, dict[str, Any]]:
        headers = sign(keys, webhook_id=webhook_id, timestamp=int(time.time()), body=body)
        async with self.session.post(f"{self.url}/hook", data=body, headers=headers) as response:
            return response.status, await response.json()

    async def get(self, path: str) -> dict[str, Any]:
        async with self.session.get(f"{self.url}{path}") as response:
            said: dict[str, Any] = await response.json()
            return said


@asynccontextmanager
async def simulated(
    *,
    said: list[str] | None = None,
    show_text: bool = False,
    scenario: Sequence[Turn] = (),
    **behaviour: Any,
) -> AsyncIterator[tuple[Wire, FakeSurgeline]]:
    surgeline = FakeSurgeline()
    app = web.Application()
    app.router.add_post("/v1/pools/vendor/events", surgeline.receive)
    lines: list[str] = [] if said is None else said
    async with TestServer(app) as home:
        simulator = PoolSimulator(
            Desk(Behaviour(**{**QUICK, **behaviour})),
            secrets=KEYS,
            events_url=str(home.make_url("/v1/pools/vendor/events")),
            say=lines.append,
            show_text=show_text,
            scenario=scenario,
        )
        async with TestServer(simulator.app()) as vendor, ClientSession() as session:
            yield Wire(session, str(vendor.make_url("")).rstrip("/")), surgeline


def run(story: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(story())


@pytest.fixture(autouse=True)
def quick_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "RETRY_SECONDS", (0.01,) * 5)
    monkeypatch.setattr(pool, "HANG_SECONDS", 0.05)


def test_a_conversation_runs_from_offer_to_resolution() -> None:
    """A conversation is accepted, greeted, answered and resolved in this order, each once and
    counted.
    """

    async def story() -> None:
        async with simulated(resolve_after_replies=2) as (wire, surgeline):
            assert await wire.post("handoff.offered", an_offer("o1", 3, "en", "hi")) == (202, {})
            await surgeline.hears("handoff.accepted", "typing", "message.sent")
            _, message = about("conversation.message", message={"id": "m", "text": "a", "at": ""})
            await wire.post("conversation.message", message, webhook_id="n2")
            await wire.post("conversation.message", message, webhook_id="n2")
            first = ["handoff.accepted", "typing", "message.sent"]
            await surgeline.hears(*first, "typing", "message.sent", "conversation.resolved")
            state = await wire.get("/state")
            assert (state["open"], state["ringing"], state["waiting"]) == (0, 0, 0)
            assert state["counts"]["message.sent"] == 2
            assert state["counts"]["repeats"] == 1
            assert await wire.get("/health") == {"status": "ok"}

    run(story)


def test_a_scenario_changes_the_behaviour_when_its_time_comes() -> None:
    """An endpoint that takes everything answers 500 from its next turn on."""

    async def story() -> None:
        broken = Turn(0.2, Behaviour(error=1.0))
        async with simulated(scenario=[broken], accept="never") as (wire, _):
            status, _ = await wire.post("handoff.offered", an_offer("o1", 3, "en", "hi"))
            assert status == 202
            await asyncio.sleep(0.25)
            status, _ = await wire.post(
                "handoff.offered", an_offer("o2", 3, "en", "hi"), webhook_id="n2"
            )
            assert status == 500

    run(story)


def test_a_callback_is_retried_under_the_same_id_and_holds_its_conversation_up() -> None:
    """A callback is retried in order after 500, 429 and 503, and no later callback overtakes it."""

    async def story() -> None:
        async with simulated(resolve_after_replies=1) as (wire, surgeline):
            surgeline.answers.extend([(500, {}), (429, {"Retry-After": "0"}), (503, {})])
            await wire.post("handoff.offered", an_offer("o1", 3, "en", "hi"))
            tries = ["handoff.accepted"] * 4
            await surgeline.hears(*tries, "typing", "message.sent", "conversation.resolved")
            assert len({webhook_id for webhook_id, _, _ in surgeline.heard[:4]}) == 1
            assert len({webhook_id for webhook_id, _, _ in surgeline.heard}) == 4

    run(story)


def test_a_refusal_is_final() -> None:
    """A pool says nothing more after a 409 to its acceptance."""

    async def story() -> None:
        async with simulated() as (wire, surgeline):
            surgeline.answers.append((409, {}))
            await wire.post("handoff.offered", an_offer("o1", 3, "en", "hi"))
            await surgeline.hears("handoff.accepted")
            await asyncio.sleep(0.05)
            assert surgeline.types() == ["handoff.accepted"]
            assert (await wire.get("/state"))["counts"]["refused_409"] == 1

    run(story)


def test_taken_back_while_the_agent_types() -> None:
    """A reply on its way is never posted once the conversation is taken back."""

    async def story() -> None:
        async with simulated(reply_after_seconds=0.2) as (wire, surgeline):
            await wire.post("handoff.offered", an_offer("o1", 3, "en", "hi"))
            await surgeline.hears("handoff.accepted", "typing")
            await wire.post(*about("conversation.taken_back", reason="silent"), webhook_id="n2")
            await asyncio.sleep(0.3)
            assert surgeline.types() == ["handoff.accepted", "typing"]

    run(story)


@pytest.mark.parametrize(
    ("body", "keys", "status"),
    [
        (b'{"type": "typing", "data": {}}', (b"x" * 32,), 401),
        (b"no json", KEYS, 400),
        (b'{"type": "typing"}', KEYS, 400),
        (b'{"type": 1, "data": {}}', KEYS, 400),
        (b"[]", KEYS, 400),
        (b"\xff", KEYS, 400),
        (b'{"type": "some.later.type", "data": {}}', KEYS, 200),
    ],
)
def test_only_signed_envelopes_are_taken(body: bytes, keys: Any, status: int) -> None:
    """A wrong key is 401 and changes nothing, a signed mess is 400, and a new type is taken."""

    async def story() -> None:
        async with simulated() as (wire, _):
            assert (await wire.raw(body, keys=keys))[0] == status
            counts = (await wire.get("/state"))["counts"]
            assert counts == ({"some.later.type": 1} if status == 200 else {})

    run(story)


@pytest.mark.parametrize("fault", ["error", "hang"])
def test_accidents_take_nothing_in(fault: str) -> None:
    """A request that failed on purpose can be sent again and is then new."""

    async def story() -> None:
        async with simulated(**{fault: 1.0}) as (wire, surgeline):
            status, _ = await wire.post("handoff.offered", an_offer("o1", 3, "en", "hi"))
            assert status == 500
            assert (await wire.get("/state"))["counts"] == {f"fault_{fault}": 1}
            assert surgeline.heard == []

    run(story)


@pytest.mark.parametrize("show_text", [True, False])
def test_customers_text_is_logged_only_when_asked_for(*, show_text: bool) -> None:
    """Each event has one line in the log, with the words only under `show_text`."""
    said: list[str] = []

    async def story() -> None:
        async with simulated(said=said, show_text=show_text) as (wire, surgeline):
            _, data = about("conversation.message", message={"id": "m", "text": "secret", "at": ""})
            await wire.post("conversation.message", data)
            await surgeline.hears("typing", "message.sent")

    run(story)
    assert any("conversation.message" in line and CONVERSATION[:8] in line for line in said)
    assert any("secret" in line for line in said) == show_text
    assert any("message.sent" in line for line in said)
