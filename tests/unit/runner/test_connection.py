"""A whole request takes a shorter way through the front, and nobody can tell."""

import asyncio
import json
import threading
from collections.abc import Mapping
from typing import Any

import aiohttp
import pytest

from local.runner.front import connection
from tests.unit.runner.fronts import MESSAGES, Running, drive

pytestmark = pytest.mark.enable_socket

BODY = '{"text": "안녕"}'.encode()
POST = f"POST {MESSAGES} HTTP/1.1\r\nHost: h\r\n".encode()
OWN = ("requestId", "time", "timeEpoch")
"""What differs between any two events."""


async def answered(reader: asyncio.StreamReader) -> tuple[bytes, list[bytes], bytes]:
    """Return status line, sorted header lines without the date, and body."""
    head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)
    status, *lines = head.rstrip().split(b"\r\n")
    fields = sorted(line for line in lines if not line.startswith(b"Date: "))
    length = next((int(f.split()[1]) for f in fields if f.startswith(b"Content-Length")), 0)
    return status, fields, await reader.readexactly(length)


def plain(event: Mapping[str, Any]) -> dict[str, Any]:
    """Return an event without what is its own."""
    context = event["requestContext"]
    return {
        **event,
        "requestContext": {key: value for key, value in context.items() if key not in OWN},
    }


@pytest.mark.parametrize(
    "answer",
    [
        {"statusCode": 202, "headers": {"content-type": "text/plain", "X-A": "1"}, "body": "ok"},
        {"statusCode": 200, "cookies": ["a=1", "b=2"], "headers": {"Content-Length": "9"}},
        {"statusCode": 204},
        {"statusCode": 299, "body": "aGk=", "isBase64Encoded": True},
        {"statusCode": 200, "headers": {"x": "a\r\nb"}},
        ["no shape"],
    ],
)
@pytest.mark.parametrize(
    ("head", "body"),
    [
        (POST + b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n", BODY),
        (POST + b"X-Two: a\r\nx-two: b\r\nCookie: c=d\r\nContent-Length: %d\r\n\r\n", b"\xff"),
        (
            POST.replace(MESSAGES.encode(), b"/v1/channels/a%%20b/messages?x=1&y=%%C3%%A9#f")
            + b"Content-Length: %d\r\n\r\n",
            BODY,
        ),
        (
            b"POST http://h%s HTTP/1.1\r\nHost: h\r\n" % MESSAGES.encode()
            + b"Content-Length: %d\r\n\r\n",
            BODY,
        ),
        (POST.replace(b"demo", b"%%ff") + b"Content-Length: %d\r\n\r\n", BODY),
        (b"POST /nowhere HTTP/1.1\r\nHost: h\r\nContent-Length: %d\r\n\r\n", BODY),
        (POST + b"X-Long: " + b"x" * 10_300 + b"\r\nContent-Length: %d\r\n\r\n", BODY),
    ],
)
def test_a_whole_request_is_answered_as_any_other(head: bytes, body: bytes, answer: object) -> None:
    """A request in one piece and in two gives the same event and answer, but for times and ids."""

    async def test(running: Running, _session: aiohttp.ClientSession) -> None:
        sent = head % len(body)
        found = []
        for pieces in ([sent + body], [sent, body]):
            reader, writer = await asyncio.open_connection("127.0.0.1", running.port)
            await asyncio.sleep(0.01)  # the connection is there before its bytes
            for piece in pieces:
                writer.write(piece)
                await asyncio.sleep(0.01)
            found.append(await answered(reader))
            writer.close()
        assert found[0] == found[1]
        events = [plain(event) for event in running.events]
        assert events[: len(events) // 2] == events[len(events) // 2 :]

    drive(test, lambda _event: answer)


def test_requests_of_one_connection_are_answered_in_their_order() -> None:
    """Requests behind a slow one, whole and in pieces, are each answered once in the order they
    came.
    """
    go_on = threading.Event()

    def handle(event: Mapping[str, Any]) -> dict[str, Any]:
        if event["rawQueryString"] == "0":
            assert go_on.wait(5)
        return {"statusCode": 200, "body": event["rawQueryString"]}

    async def test(running: Running, _session: aiohttp.ClientSession) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", running.port)
        await asyncio.sleep(0.01)
        slow = POST.replace(b"messages", b"messages?0") + b"Content-Length: 2\r\n\r\n{}"
        others = b"".join(b"GET /?%d HTTP/1.1\r\nHost: h\r\n\r\n" % n for n in range(1, 30))
        for piece in (slow, others[:10], others[10:500], others[500:]):
            writer.write(piece)
            await asyncio.sleep(0.02)
        go_on.set()
        assert [(await answered(reader))[2] for _ in range(30)] == [b"%d" % n for n in range(30)]
        assert len(running.events) == 30
        writer.close()

    drive(test, handle)


def test_a_front_that_stops_answers_what_it_took() -> None:
    """Stopping waits for the answer to a request under way, so a kept message is acknowledged."""
    clients: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def test(running: Running, _session: aiohttp.ClientSession) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", running.port)
        await asyncio.sleep(0.01)
        writer.write(POST + b"Content-Length: 2\r\n\r\n{}")
        await asyncio.sleep(0.05)
        clients.append((reader, writer))

    def handle(_event: Mapping[str, Any]) -> dict[str, Any]:
        threading.Event().wait(0.3)
        return {"statusCode": 202, "body": json.dumps({})}

    async def after() -> None:
        [(reader, writer)] = clients
        assert (await answered(reader))[0] == b"HTTP/1.1 202 Accepted"
        writer.close()

    drive(test, handle, after)


def test_a_connection_is_kept_while_its_request_is_handled(monkeypatch: pytest.MonkeyPatch) -> None:
    """A request shortly before an idle connection would close is answered first, and then the
    connection may close.
    """
    monkeypatch.setattr(connection, "_KEPT_SECONDS", 0.1)
    monkeypatch.setattr(connection, "_ANSWER_SECONDS", 1.0)

    async def test(running: Running, _session: aiohttp.ClientSession) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", running.port)
        await asyncio.sleep(0.01)
        writer.write(POST + b"Content-Length: 2\r\n\r\n{}")
        assert (await answered(reader))[0] == b"HTTP/1.1 200 OK"
        assert await asyncio.wait_for(reader.read(), 10) == b""
        writer.close()

    def handle(_event: Mapping[str, Any]) -> dict[str, Any]:
        threading.Event().wait(0.15)
        return {"statusCode": 200}

    drive(test, handle)


def test_a_client_that_went_away_is_not_told() -> None:
    """The event ends by itself, and the next client is served."""

    async def test(running: Running, session: aiohttp.ClientSession) -> None:
        _, writer = await asyncio.open_connection("127.0.0.1", running.port)
        await asyncio.sleep(0.01)
        writer.write(POST + b"Content-Length: 2\r\n\r\n{}")
        await asyncio.sleep(0.02)
        writer.transport.abort()
        async with session.post(running.url + MESSAGES, data=b"{}") as got:
            assert got.status == 200

    def handle(_event: Mapping[str, Any]) -> dict[str, Any]:
        threading.Event().wait(0.05)
        return {"statusCode": 200}

    drive(test, handle)


@pytest.mark.parametrize("behind_proxy", [False, True])
def test_what_a_proxy_adds_is_believed_only_where_there_is_one(*, behind_proxy: bool) -> None:
    """Without a proxy of ours a stranger may have written the headers."""
    said = {"X-Forwarded-For": "198.51.100.7", "x-forwarded-proto": "https", "Forwarded": "for=x"}

    async def test(running: Running, session: aiohttp.ClientSession) -> None:
        for more in ({}, {"expect": "100-continue"}):  # it is read whole, or in pieces
            async with session.post(running.url + MESSAGES, data=b"{}", headers=said | more) as got:
                found = await got.json(content_type=None)
            told = {name.lower() for name in said} & set(found["headers"])
            assert len(told) == (len(said) if behind_proxy else 0)

    drive(test, behind_proxy=behind_proxy)
