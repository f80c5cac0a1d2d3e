"""The load generator's own HTTP reads bytes as they arrive, cut anywhere."""

import asyncio
from collections.abc import Mapping
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.load import wire

REQUEST = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nWebhook-Id: r1\r\n\r\nhello"


class Pipe:
    """What an asyncio transport would be told."""

    def __init__(self) -> None:
        self.written = b""
        self.closed = False

    def write(self, data: bytes) -> None:
        self.written += data

    def close(self) -> None:
        self.closed = True

    abort = close


def as_transport(pipe: Pipe) -> asyncio.Transport:
    return cast(asyncio.Transport, pipe)


@pytest.fixture(autouse=True)
def a_pipe_is_a_transport(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asyncio, "Transport", Pipe)


@given(cut=st.integers(1, 2 * len(REQUEST) - 1))
def test_requests_are_told_apart_wherever_they_are_cut(cut: int) -> None:
    """Two requests cut into any two pieces are each received once, whole, and answered."""
    received: list[tuple[str, bytes]] = []

    def receive(headers: Mapping[str, str], body: bytes) -> int:
        received.append((headers["webhook-id"], body))
        return 204

    server, pipe = wire.Answering(receive), Pipe()
    server._transport = as_transport(pipe)
    both = REQUEST * 2
    server.data_received(both[:cut])
    server.data_received(both[cut:])
    assert received == [("r1", b"hello")] * 2
    assert pipe.written == b"HTTP/1.1 204 No Content\r\n\r\n" * 2


def test_a_body_without_end_is_refused() -> None:
    """A body announced as too large is answered 413, and the connection ends."""
    server, pipe = wire.Answering(lambda _headers, _body: 204), Pipe()
    server.connection_made(as_transport(pipe))
    server.data_received(b"POST / HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n")
    assert pipe.written.startswith(b"HTTP/1.1 413 ")
    assert pipe.closed


async def asked(*pieces: bytes, lost: bool = False) -> list[tuple[int, bytes]]:
    """Return what a request is told when these pieces come back."""
    pool = wire.Poster("http://127.0.0.1:1", connections=1, timeout_seconds=5)
    connection, heard = wire._Asking(pool), list[tuple[int, bytes]]()
    connection.connection_made(as_transport(Pipe()))
    pool._idle.append(connection)
    pool.post("/", {"a": "b"}, b"", lambda status, body: heard.append((status, body)))
    for piece in pieces:
        connection.data_received(piece)
    if lost:
        connection.connection_lost(ConnectionResetError())
    pool.close()
    return heard


def test_an_answer_in_pieces_is_heard_once() -> None:
    """Status and body come once the whole answer is there."""
    answer = b"HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\n\r\n{}"
    assert asyncio.run(asked(answer[:20], answer[20:])) == [(202, b"{}")]


def test_a_connection_that_breaks_is_no_answer() -> None:
    """The reason takes the place of the body."""
    half = b"HTTP/1.1 202 Accepted\r\nContent-Length: 9\r\n\r\n{"
    assert asyncio.run(asked(half, lost=True)) == [(0, b"ConnectionResetError")]
