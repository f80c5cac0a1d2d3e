"""The front: the edge's limits, one event at a time per function, sockets and pushes."""

import asyncio
import threading
import time
from collections.abc import Mapping
from typing import Any

import aiohttp
import pytest

from local.home import pushes
from local.runner.front import web_worker
from local.runner.front.edge import MAX_BODY_BYTES
from tests.unit.runner.fronts import MESSAGES, Running, drive

pytestmark = pytest.mark.enable_socket


def test_a_request_reaches_its_function_as_an_event() -> None:
    """The exact bytes, the route key and the parameters."""

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
    """Unknown paths, and known ones with another method (B17)."""

    async def test(running: Running, _session: aiohttp.ClientSession) -> None:
        head = await running.raw(f"{method} {path} HTTP/1.1\r\nHost: h\r\n\r\n".encode())
        assert head.startswith(b"HTTP/1.1 404 ")
        assert running.events == []

    drive(test)


def test_a_body_over_the_limit_is_413_before_it_is_read() -> None:
    """Declared or streamed (B20)."""

    async def test(running: Running, _session: aiohttp.ClientSession) -> None:
        start = f"POST {MESSAGES} HTTP/1.1\r\nHost: h\r\n".encode()
        declared = f"Content-Length: {MAX_BODY_BYTES + 1}\r\n\r\n".encode()
        assert (await running.raw(start + declared)).startswith(b"HTTP/1.1 413 ")
        chunk = b"100000\r\n" + b"x" * 0x100000 + b"\r\n"
        streamed = start + b"Transfer-Encoding: chunked\r\n\r\n"
        head = await running.raw(streamed, *[chunk] * 10, b"1\r\nx\r\n")
        assert head.startswith(b"HTTP/1.1 413 ")
        assert running.events == []

    drive(test)


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
    """Too long, too many, or no HTTP: 431 or 400 from the edge, and no function is called (B22)."""

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
    """400 where the client still listens; no error of ours, no event (F05)."""

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
    """As an HTTP API answers it, without a word of what was wrong."""

    async def test(running: Running, session: aiohttp.ClientSession) -> None:
        async with session.get(running.url + "/") as got:
            assert got.status == 500
            assert await got.json() == {"message": "Internal Server Error"}

    drive(test, lambda _event: bad)


def test_an_exception_is_500_without_a_traceback(caplog: pytest.LogCaptureFixture) -> None:
    """The caller learns nothing; the log has it."""

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
    """503 with Retry-After before anything is acknowledged; the line never grows without end."""
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
    """Connect, a message, a push, disconnect: the WebSocket API's three events."""

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
        assert running.events[0]["queryStringParameters"] == {"token": "t"}
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
