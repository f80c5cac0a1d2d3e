"""The front keeps the edge's limits, one event at a time per function, sockets and pushes."""

import asyncio
import threading
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import aiohttp
import pytest
from aiohttp import WSCloseCode, WSMsgType

from infra import topology
from local.home import pushes
from local.home.plan import DEFAULT
from local.runner.front import web_worker
from local.runner.front.edge import MAX_HELD_BYTES
from local.runner.front.sockets import OpenSockets
from tests.unit.runner.fronts import MESSAGES, Running, drive

pytestmark = pytest.mark.enable_socket


def test_a_request_reaches_its_function_as_an_event() -> None:
    """A request reaches its function with its exact bytes, route key and parameters."""

    async def test(running: Running, session: aiohttp.ClientSession) -> None:
        body = '{"text": "안녕"}'.encode()
        headers = {"content-type": "application/json", "X-Some": "a"}
        async with session.post(running.url + MESSAGES, data=body, headers=headers) as got:
            event = await got.json(content_type=None)
        assert got.status == 200
        assert event["routeKey"] == "POST /v1/channels/{channel_id}/messages"
        assert event["pathParameters"] == {"channel_id": "demo"}
        assert event["body"].encode() == body
        assert event["headers"]["x-some"] == "a"

    drive(test)


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", MESSAGES), ("DELETE", MESSAGES), ("HEAD", "/"), ("GET", "/no"), ("OPTIONS", "*")],
)
def test_no_route_is_404(method: str, path: str) -> None:
    """An unknown path, or a known one with another method, is 404 (B17)."""

    async def test(running: Running, _session: aiohttp.ClientSession) -> None:
        head = await running.raw(f"{method} {path} HTTP/1.1\r\nHost: h\r\n\r\n".encode())
        assert head.startswith(b"HTTP/1.1 404 ")
        assert running.events == []

    drive(test)


ARTICLES = "/v1/admin/knowledge/shop"


@pytest.mark.parametrize(
    ("line", "most"),
    [
        (f"POST {MESSAGES}", topology.MAX_BODY_BYTES),
        ("PUT /v1/admin/configuration", topology.MAX_BODY_BYTES),
        (f"PUT {ARTICLES}", topology.MAX_ARTICLES_BYTES),
    ],
)
def test_a_body_over_its_routes_limit_is_413_before_it_is_read(line: str, most: int) -> None:
    """No more is read than the route takes, declared or streamed; the words are a function's."""

    async def test(running: Running, session: aiohttp.ClientSession) -> None:
        start = f"{line} HTTP/1.1\r\nHost: h\r\n".encode()
        declared = f"Content-Length: {most + 1}\r\n\r\n".encode()
        assert (await running.raw(start + declared)).startswith(b"HTTP/1.1 413 ")
        streamed = start + b"Transfer-Encoding: chunked\r\n\r\n"
        chunks = [b"10000\r\n" + b"x" * 0x10000 + b"\r\n"] * (most // 0x10000)
        left = most % 0x10000
        last = b"%x\r\n" % (left + 1) + b"x" * (left + 1) + b"\r\n"
        head = await running.raw(streamed, *chunks, last)
        assert head.startswith(b"HTTP/1.1 413 ")
        method, _, path = line.partition(" ")
        async with session.request(method, running.url + path, data=b"x" * (most + 1)) as got:
            assert got.status == 413
            assert (await got.json())["error"]["code"] == "too_large"
        assert running.events == []
        async with session.request(method, running.url + path, data=b"x" * most) as got:
            assert got.status == 200

    drive(test, lambda _event: {"statusCode": 200})


def test_a_small_body_over_the_limit_is_413_as_well() -> None:
    """One that came whole with its head is refused in the same words."""
    pages = [replace(topology.function("web_chat"), wakes=(topology.Route("POST", "/x", 10),))]

    async def test(running: Running, session: aiohttp.ClientSession) -> None:
        async with session.post(running.url + "/x", data=b"x" * 10) as got:
            assert got.status == 200
        request = b"POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 11\r\n\r\n"
        assert (await running.raw(request + b"x" * 11)).startswith(b"HTTP/1.1 413 ")
        assert len(running.events) == 1

    drive(test, lambda _event: {"statusCode": 200}, plan=replace(DEFAULT, functions=tuple(pages)))


def test_all_bodies_together_are_bounded() -> None:
    """Callers that never end are refused once too much is held; then there is room again."""

    async def test(running: Running, session: aiohttp.ClientSession) -> None:
        head = f"PUT {ARTICLES} HTTP/1.1\r\nHost: h\r\nContent-Length: 6000000\r\n\r\n".encode()
        writers = []
        for _ in range(20):
            _, writer = await asyncio.open_connection("127.0.0.1", running.port)
            writer.write(head + b"x" * 5_900_000)
            writers.append(writer)
        while running.held < MAX_HELD_BYTES - 6_000_000:  # noqa: ASYNC110 # the front says nothing
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.3)
        assert running.held <= MAX_HELD_BYTES
        async with session.put(running.url + ARTICLES, data=b"x" * 5_000_000) as got:
            assert (got.status, got.headers["retry-after"]) == (503, "1")
        for writer in writers:
            writer.transport.abort()
        while running.held:  # noqa: ASYNC110 # as above
            await asyncio.sleep(0.01)
        async with session.put(running.url + ARTICLES, data=b"x" * 5_000_000) as got:
            assert got.status == 200
        assert running.held == 0

    drive(test, lambda _event: {"statusCode": 200})


@pytest.mark.parametrize(
    "head",
    [
        b"X-Long: " + b"x" * 10_300 + b"\r\n",
        b"".join(b"X-%d: %s\r\n" % (i, b"y" * 100) for i in range(100)),
        b"X-Long: " + b"x" * 100_000 + b"\r\n",
        b"".join(b"X-%d: y\r\n" % i for i in range(500)),
        b"no colon\r\n",
        b"Content-Length: -1\r\n",
        b"Content-Length: 1\r\nContent-Length: 2\r\n",
    ],
)
def test_a_head_that_cannot_be_taken_is_a_4xx(head: bytes) -> None:
    """A head that is too long, too full or no HTTP is 431 or 400 and calls no function (B22)."""

    async def test(running: Running, _session: aiohttp.ClientSession) -> None:
        sent = f"POST {MESSAGES} HTTP/1.1\r\nHost: h\r\n".encode() + head + b"\r\n"
        found = await running.raw(sent)
        assert found.split()[1] in {b"400", b"431"}
        assert b"application/json" in found
        assert running.events == []

    drive(test)


@pytest.mark.parametrize(
    "body", [b"zz\r\n", b"5\r\nab", b"-1\r\n\r\n", b"3\r\nabcdef\r\n0\r\n\r\n"]
)
def test_a_body_that_breaks_off_or_is_badly_framed_reaches_nobody(
    body: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    """A broken-off or badly framed body is 400 and causes no event and no error of ours (F05)."""

    async def test(running: Running, _session: aiohttp.ClientSession) -> None:
        head = f"POST {MESSAGES} HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
        reader, writer = await asyncio.open_connection("127.0.0.1", running.port)
        writer.write(head.encode() + body)
        writer.write_eof()
        found = await asyncio.wait_for(reader.read(), 10)
        assert found == b"" or found.startswith(b"HTTP/1.1 400 ")
        _, writer = await asyncio.open_connection("127.0.0.1", running.port)
        writer.write(head.encode() + b"5\r\nab")
        await writer.drain()
        writer.transport.abort()
        await asyncio.sleep(0.1)
        assert running.events == []

    drive(test)
    assert caplog.records == []


def test_a_compressed_body_is_handed_on_as_it_is() -> None:
    """The edge never inflates anything (B19)."""

    async def test(running: Running, session: aiohttp.ClientSession) -> None:
        headers = {"content-encoding": "gzip", "content-type": "application/json"}
        async with session.post(
            running.url + MESSAGES, data=b"\x1f\x8b nonsense", headers=headers
        ) as got:
            assert got.status == 200
        [event] = running.events
        assert event["isBase64Encoded"] is True

    drive(test)


@pytest.mark.parametrize(
    "bad",
    [
        {"statusCode": "soon"},
        {"statusCode": 700},
        {"statusCode": 200, "headers": {"x": "a\r\nb"}},
        {"statusCode": 200, "body": "not base64", "isBase64Encoded": True},
        {"statusCode": 200, "body": "x" * 7_000_000},
        {1, 2},
    ],
)
def test_a_malformed_answer_is_500(bad: object) -> None:
    """A malformed answer of a function is 500, as on an HTTP API, without a word of its fault."""

    async def test(running: Running, session: aiohttp.ClientSession) -> None:
        async with session.get(running.url + "/") as got:
            assert got.status == 500
            assert await got.json() == {"message": "Internal Server Error"}

    drive(test, lambda _event: bad)


def test_an_exception_is_500_without_a_traceback(caplog: pytest.LogCaptureFixture) -> None:
    """An exception is a 500 that tells the caller nothing, and the log has its traceback."""

    def fail(_event: object) -> None:
        raise RuntimeError("secret")

    async def test(running: Running, session: aiohttp.ClientSession) -> None:
        async with session.get(running.url + "/") as got:
            assert got.status == 500
            assert "secret" not in await got.text()

    drive(test, fail)
    assert "web_chat failed" in caplog.text


def test_a_function_takes_one_event_at_a_time() -> None:
    """Requests to one function wait for each other; another function goes on beside it."""
    inside: dict[str, int] = {}
    most: dict[str, int] = {}
    lock = threading.Lock()
    together = threading.Barrier(2, timeout=10)  # broken where one function waits for the other

    def handle(event: Mapping[str, Any]) -> dict[str, Any]:
        name = event["routeKey"]
        with lock:
            inside[name] = inside.get(name, 0) + 1
            most[name] = max(most.get(name, 0), inside[name])
        together.wait()
        with lock:
            inside[name] -= 1
        return {"statusCode": 200}

    async def test(running: Running, session: aiohttp.ClientSession) -> None:
        posts = [session.post(running.url + MESSAGES, data=b"{}") for _ in range(5)]
        gets = [session.get(running.url + "/") for _ in range(5)]
        answers = await asyncio.gather(*posts, *gets)
        assert [answer.status for answer in answers] == [200] * 10

    drive(test, handle)
    assert most == dict.fromkeys(most, 1)
    assert len(most) == 2


def test_a_function_that_takes_too_long_is_504(monkeypatch: pytest.MonkeyPatch) -> None:
    """The caller is let go; the event in hand ends by itself."""
    monkeypatch.setattr(web_worker, "INTEGRATION_SECONDS", 0.05)

    def slow(_event: object) -> dict[str, Any]:
        time.sleep(0.3)
        return {"statusCode": 200}

    async def test(running: Running, session: aiohttp.ClientSession) -> None:
        async with session.get(running.url + "/") as got:
            assert got.status == 504

    drive(test, slow)


def test_too_many_waiting_requests_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A request beyond the waiting limit is 503 with Retry-After, and nothing is acknowledged."""
    monkeypatch.setattr(web_worker, "MAX_WAITING", 2)

    def slow(_event: object) -> dict[str, Any]:
        time.sleep(0.1)
        return {"statusCode": 200}

    async def test(running: Running, session: aiohttp.ClientSession) -> None:
        answers = await asyncio.gather(*(session.get(running.url + "/") for _ in range(6)))
        statuses = sorted(got.status for got in answers)
        assert statuses == [200, 200, 503, 503, 503, 503]
        assert {got.headers.get("Retry-After") for got in answers} == {None, "1"}

    drive(test, slow)


SOCKET = "/v1/web/web/socket?token=t"


def test_a_socket_is_opened_spoken_to_and_closed() -> None:
    """A socket's connect, message, push and disconnect are the WebSocket API's three events."""

    async def test(running: Running, session: aiohttp.ClientSession) -> None:
        async with session.ws_connect(running.url + SOCKET) as ws:
            await ws.send_str("ping")
            connection_id = running.events[0]["requestContext"]["connectionId"]
            raw = pushes.line(connection_id, '{"seq":3}')
            running.sockets._take(raw.rstrip())
            assert await ws.receive_str(timeout=5) == '{"seq":3}'
        for _ in range(100):
            if len(running.events) == 3:
                break
            await asyncio.sleep(0.02)
        kinds = [event["requestContext"]["routeKey"] for event in running.events]
        assert kinds == ["$connect", "$default", "$disconnect"]
        assert {event["requestContext"]["connectionId"] for event in running.events} == {
            connection_id
        }
        query = {"token": "t", "channel_id": "web"}
        assert running.events[0]["queryStringParameters"] == query
        assert len(running.sockets) == 0

    drive(test, lambda _event: {"statusCode": 200})


def test_a_refused_socket_is_not_opened() -> None:
    """The status of the answer to $connect is the handshake's."""

    async def test(running: Running, session: aiohttp.ClientSession) -> None:
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await session.ws_connect(running.url + SOCKET)
        assert refused.value.status == 401
        assert len(running.sockets) == 0
        async with session.get(running.url + SOCKET) as got:
            assert got.status == 404

    drive(test, lambda _event: {"statusCode": 401})


def test_a_push_to_a_dead_connection_forgets_it() -> None:
    """Ids of another boot, or of a page that left, are taken out of the registry."""

    async def test(running: Running, _session: aiohttp.ClientSession) -> None:
        running.sockets._take(pushes.line("dead-1", "{}").rstrip())
        running.sockets._take(b"no push")
        assert running.forgotten == ["dead-1"]

    drive(test)


def test_there_are_so_many_sockets_and_no_more() -> None:
    """One over the limit is refused with 429 before its function is asked; one that closes makes
    room. The embedded home has room for two thousand.
    """
    full = OpenSockets(forget=lambda _id: None)
    for number in range(2_000):
        assert not full.is_full
        full.open(f"k{number}")
    assert full.is_full

    async def test(running: Running, session: aiohttp.ClientSession) -> None:
        url = running.url + SOCKET
        first, second = await session.ws_connect(url), await session.ws_connect(url)
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await session.ws_connect(url)
        assert refused.value.status == 429
        assert [each["requestContext"]["routeKey"] for each in running.events] == ["$connect"] * 2
        await first.close()
        while len(running.sockets) == 2:  # noqa: ASYNC110 # the front says nothing
            await asyncio.sleep(0.01)
        async with session.ws_connect(url):
            assert len(running.sockets) == 2
        await second.close()

    drive(test, lambda _event: {"statusCode": 200}, most_sockets=2)


def test_a_frame_over_32_kib_closes_its_socket() -> None:
    """A page sends pings; one that sends a book is closed, and no function is asked about it."""

    async def test(running: Running, session: aiohttp.ClientSession) -> None:
        async with session.ws_connect(running.url + SOCKET) as ws:
            await ws.send_str("x" * 32_768)
            while len(running.events) < 2:  # noqa: ASYNC110 # the front says nothing
                await asyncio.sleep(0.01)
            await ws.send_str("x" * 32_769)
            closed = await ws.receive(timeout=5)
            assert closed.type is WSMsgType.CLOSE
            assert closed.data == WSCloseCode.MESSAGE_TOO_BIG
        sizes = [len(event["body"]) for event in running.events if "body" in event]
        assert max(sizes) <= 32_768

    drive(test, lambda _event: {"statusCode": 200})
