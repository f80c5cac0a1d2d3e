"""The conformance kit passes a vendor that behaves, and says of the others what is wrong."""

import asyncio
import base64
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from surgeline.adapters.signing.standard_webhooks import sign

from local.conformance.check import Check, Point
from local.published.schemas import schemas
from local.simulators.desk import Behaviour, Desk
from local.simulators.pool import PoolSimulator

pytestmark = pytest.mark.enable_socket

KEYS = (b"k" * 32,)
RECEIVER = Path(__file__).parents[3] / "docs" / "examples" / "pool_receiver.py"


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@asynccontextmanager
async def simulated(port: int, **behaviour: Any) -> AsyncIterator[str]:
    """Yield the simulator's address; it posts to the kit at the port."""
    quick = {"ring_seconds": 0.0, "reply_after_seconds": 0.05, "resolve_after_replies": 2}
    simulator = PoolSimulator(
        Desk(Behaviour(**(quick | behaviour))),
        secrets=KEYS,
        events_url=f"http://127.0.0.1:{port}/v1/pools/vendor/events",
        say=lambda _: None,
    )
    async with TestServer(simulator.app()) as server:
        yield str(server.make_url("/"))


async def checked(*, patience: float = 3.0, **behaviour: Any) -> dict[str, Point]:
    port = free_port()
    async with simulated(port, **behaviour) as url:
        points = await Check(url, KEYS, patience=patience, calm=0.2).run(port=port)
    return {each.point: each for each in points}


def failed(points: dict[str, Point]) -> set[str]:
    return {name for name, point in points.items() if not point.passed}


GOOD = ({"accept": "response"}, {"accept": "callback"})
BAD: tuple[tuple[dict[str, Any], set[str]], ...] = (
    ({"accept": "never"}, {"takes an offer before its deadline", "ends with an outcome"}),
    ({"decline": 1.0}, {"takes an offer before its deadline"}),
    ({"error": 1.0}, {"answers a signed event"}),
    ({"drop": 1.0}, {"ends with an outcome"}),
    ({"give_back": 1.0}, {"ends with an outcome"}),
)


@pytest.fixture(scope="module")
def reports() -> dict[str, dict[str, Point]]:
    """Return the points of each behaviour. All are checked at once, as a check mostly waits."""

    async def every() -> list[dict[str, Point]]:
        good = (checked(**behaviour) for behaviour in GOOD)
        bad = (checked(patience=1.0, **behaviour) for behaviour, _ in BAD)
        return await asyncio.gather(*good, *bad)

    behaviours = [*GOOD, *(behaviour for behaviour, _ in BAD)]
    return dict(zip(map(str, behaviours), asyncio.run(every()), strict=True))


@pytest.mark.parametrize("behaviour", GOOD, ids=str)
def test_the_simulator_passes(
    behaviour: dict[str, str], reports: dict[str, dict[str, Point]]
) -> None:
    """The simulator passes every point of the check, however it accepts."""
    points = reports[str(behaviour)]
    assert len(points) == 14
    assert [each for each in points.values() if not each.passed] == []


async def greeting(port: int) -> AsyncIterator[str]:
    """Yield a vendor that accepts in its answer and posts a greeting in the same moment."""
    tasks: set[asyncio.Task[None]] = set()

    async def greet(data: dict[str, Any]) -> None:
        words = {name: data[name] for name in ("conversation_id", "epoch")} | {"text": "Hello!"}
        raw = json.dumps({"type": "message.sent", "data": words}).encode()
        webhook_id = f"hello-{data['offer_id']}"
        proof = sign(KEYS, webhook_id=webhook_id, timestamp=int(time.time()), body=raw)
        url = f"http://127.0.0.1:{port}/v1/pools/vendor/events"
        async with ClientSession() as http, http.post(url, data=raw, headers=proof) as answer:
            await answer.read()

    async def take(request: web.Request) -> web.Response:
        said = await request.json()
        if said["type"] == "handoff.offered":
            tasks.add(asyncio.ensure_future(greet(said["data"])))
        return web.json_response({"accepted": True})

    app = web.Application()
    app.router.add_post("/", take)
    async with TestServer(app) as server:
        yield str(server.make_url("/"))


def test_a_greeting_that_crosses_the_withdrawal_is_no_fault() -> None:
    """A greeting that crosses the withdrawal is no fault, because the vendor was never told 409."""

    async def run() -> dict[str, Point]:
        port = free_port()
        async with asynccontextmanager(greeting)(port) as url:
            points = await Check(url, KEYS, patience=1.0, calm=0.3).run(port=port)
        return {each.point: each for each in points}

    point = asyncio.run(run())["takes a late acceptance as withdrawn"]
    assert (point.passed, point.why) == (True, "as it should be")


@pytest.mark.parametrize(
    ("words", "also"),
    [
        (
            {"accepted": True},
            {"repeats of an event do no harm", "keeps the order of a conversation"},
        ),
        ({}, {"takes a late acceptance as withdrawn"}),
    ],
)
def test_who_says_200_to_everything_fails(words: dict[str, Any], also: set[str]) -> None:
    """A vendor that says 200 to everything fails each point that needs a thought."""
    sent: list[dict[str, Any]] = []

    async def run() -> dict[str, Point]:
        async def yes(request: web.Request) -> web.Response:
            sent.append(await request.json())
            return web.json_response(words)

        app = web.Application()
        app.router.add_post("/", yes)
        async with TestServer(app) as server:
            check = Check(str(server.make_url("/")), KEYS, patience=0.5, calm=0.2)
            return {each.point: each for each in await check.run(port=free_port())}

    published = schemas()
    points = asyncio.run(run())
    assert (
        failed(points)
        >= {
            "refuses a wrong signature",
            "refuses a changed body",
            "refuses an old timestamp",
            "refuses what is not signed",
            "ends with an outcome",
            "says only what Surgeline understands",
        }
        | also
    )
    assert "401" in points["refuses a wrong signature"].why
    for event in sent:  # the check itself says only what is published
        jsonschema.validate(event, published[event["type"]])


@pytest.mark.parametrize(("behaviour", "expected"), BAD, ids=[str(each) for each, _ in BAD])
def test_faults_are_found(
    behaviour: dict[str, Any], expected: set[str], reports: dict[str, dict[str, Point]]
) -> None:
    """A vendor on a bad day fails the points that it fails."""
    assert failed(reports[str(behaviour)]) >= expected


def test_nobody_there_fails_every_point_that_needs_somebody() -> None:
    """A check without anybody there says that nothing answers and fails every point that needs
    a vendor.
    """
    check = Check(f"http://127.0.0.1:{free_port()}/", KEYS, patience=0.1)
    points = {each.point: each for each in asyncio.run(check.run(port=free_port()))}
    assert "nothing answers" in points["answers a signed event"].why
    assert len(failed(points)) >= 10


@contextmanager
def receiver(port: int, own: int) -> Iterator[str]:
    """Yield the example of the documentation, as a vendor starts it."""
    secret = "whsec_" + base64.b64encode(KEYS[0]).decode()
    with subprocess.Popen(  # noqa: S603 # our own example
        [
            sys.executable,
            str(RECEIVER),
            f"http://127.0.0.1:{port}/v1/pools/mine/events",
            str(own),
        ],
        env=os.environ | {"SURGELINE_SECRET": secret},
    ) as process:
        try:
            for _ in range(100):
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", own)) == 0:
                        break
                time.sleep(0.05)
            yield f"http://127.0.0.1:{own}/"
        finally:
            process.terminate()


def test_the_receiver_of_the_documentation_passes() -> None:
    """The receiver that a vendor copies is a complete pool in one short file."""
    assert len(RECEIVER.read_text().splitlines()) <= 120
    port = free_port()
    with receiver(port, free_port()) as url:
        points = asyncio.run(Check(url, KEYS, patience=4.0, calm=0.3).run(port=port))
    assert [each for each in points if not each.passed] == []


def test_the_command_prints_a_point_a_line_and_exits_1_if_one_failed() -> None:
    """The --json option prints one object per point, and the exit status tells a script."""
    from click.testing import CliRunner

    from cli.main import cli

    secret = "whsec_" + base64.b64encode(KEYS[0]).decode()
    url = f"http://127.0.0.1:{free_port()}/"
    arguments = ["pool", "check", url, "--secret", secret, "--patience", "0.1", "--json"]
    ran = CliRunner().invoke(cli, [*arguments, "--port", str(free_port())])
    assert ran.exit_code == 1
    points = [json.loads(line) for line in ran.output.splitlines()]
    assert {"point", "passed", "why"} == set(points[0])
    assert len(points) == 14


def test_f46_who_reads_only_one_signature_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """A vendor that reads only one signature fails the check, as a rotation would silence it."""
    monkeypatch.setattr(Check, "_points", lambda check: [("rotation", check._one_of_several)])

    async def run() -> list[Point]:
        async def one(request: web.Request) -> web.Response:
            given = request.headers["webhook-signature"]
            known = sign(
                KEYS,
                webhook_id=request.headers["webhook-id"],
                timestamp=int(request.headers["webhook-timestamp"]),
                body=await request.read(),
            )
            return web.Response(status=200 if given == known["webhook-signature"] else 401)

        app = web.Application()
        app.router.add_post("/", one)
        async with TestServer(app) as server:
            return await Check(str(server.make_url("/")), KEYS).run(port=free_port())

    [point] = asyncio.run(run())
    assert (point.passed, "401" in point.why) == (False, True)


def test_who_ends_too_much_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """A vendor whose late end takes the present ownership with it fails the check."""
    monkeypatch.setattr(Desk, "_end", lambda desk, about, _: desk.chats.pop(about, None))
    monkeypatch.setattr(
        Desk, "_chat_of", lambda desk, data: desk.chats.get(data["conversation_id"])
    )
    monkeypatch.setattr(Check, "_points", lambda check: [("late", check._late_end)])
    [point] = asyncio.run(checked(patience=0.5)).values()
    assert (point.passed, point.why.split(" at ")[0]) == (False, "the endpoint fell silent")
