"""An outbound call ends by its deadline and reads no more than its cap."""

import socket
import threading
import time

import pytest
from surgeline.adapters.outbound.connection import connect_tcp
from surgeline.adapters.outbound.sender import (
    MAX_REPLY_BYTES,
    MAX_REQUEST_BYTES,
    Sender,
)

from tests.unit.adapters.outbound.far_ends import (
    NAME,
    OK,
    PUBLIC,
    PUBLIC_6,
    Authority,
    Network,
    Serve,
    answer,
    drip,
    failure,
    hold,
    post,
    read_request,
)

pytestmark = pytest.mark.enable_socket


# ------------------------------------------------------------------ time


def test_f28_no_answer(sender: Sender, serve: Serve) -> None:
    """F28: an endpoint that takes the request and says nothing costs the timeout and no more."""
    server = serve(hold)
    failed = failure(sender, server.url, timeout_seconds=0.3)
    assert (failed.reason, failed.sent) == ("timeout", True)
    assert 290 <= failed.milliseconds < 3_000


@pytest.mark.parametrize(
    ("head", "byte"),
    [
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n", b"x", id="body"),
        pytest.param(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", b"x", id="endless body"),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n", id="chunks"
        ),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;", b"x", id="chunk extension"
        ),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", b"a:b\r\n", id="trailers"
        ),
        pytest.param(b"HTTP/1.1 200 OK\r\nx: ", b"x", id="header"),
        pytest.param(b"HTTP/1.1 2", b"0", id="status line"),
        pytest.param(b"", b"HTTP/1.1 100 Continue\r\n\r\n", id="continue"),
    ],
)
def test_f29_dripping(sender: Sender, serve: Serve, head: bytes, byte: bytes) -> None:
    """F29: a byte now and then moves no deadline, wherever in the reply it drips."""
    server = serve(drip(head, byte))
    failed = failure(sender, server.url, timeout_seconds=0.3)
    assert failed.reason == "timeout"
    assert 290 <= failed.milliseconds < 3_000


def test_f29_dripping_over_tls(
    abroad: Sender, network: Network, serve: Serve, authority: Authority
) -> None:
    """F29: the deadline holds over TLS as well."""
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n"
    network.port = serve(drip(head, b"x"), tls=authority.server(NAME)).port
    network.names[NAME] = [PUBLIC]
    failed = failure(abroad, f"https://{NAME}/", timeout_seconds=0.5)
    assert failed.reason == "timeout"
    assert 490 <= failed.milliseconds < 3_000


def test_f28_tls_that_never_shakes_hands(abroad: Sender, network: Network, serve: Serve) -> None:
    """F28: a handshake that hangs or drips ends with the connect timeout."""

    def handler(connection: socket.socket) -> None:
        connection.sendall(b"\x16\x03\x03\x40\x00")
        while True:
            connection.sendall(b"\x02")
            time.sleep(0.02)

    network.port = serve(handler).port
    network.names[NAME] = [PUBLIC]
    failed = failure(abroad, f"https://{NAME}/", timeout_seconds=5, connect_timeout=0.3)
    assert (failed.reason, failed.sent) == ("timeout", False)
    assert failed.milliseconds < 3_000


def test_f28_nobody_reads_the_request(sender: Sender, serve: Serve) -> None:
    """F28: a receiver that never reads ends with the deadline too."""

    def handler(connection: socket.socket) -> None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1_024)
        while True:
            connection.recv(64)
            time.sleep(0.02)

    def narrow(address: str, port: int, timeout_seconds: float) -> socket.socket:
        sock = connect_tcp(address, port, timeout_seconds)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1_024)
        return sock

    server = serve(handler)
    with Sender(allow_loopback=True, connect=narrow) as narrow_sender:
        failed = failure(narrow_sender, server.url, bytes(MAX_REQUEST_BYTES), timeout_seconds=0.3)
    assert failed.reason == "timeout"
    assert failed.milliseconds < 3_000


def test_f28_no_address_takes_the_connection(abroad: Sender, network: Network) -> None:
    """F28: dead addresses share the connect timeout, they do not each have their own."""
    network.names[NAME] = [PUBLIC, PUBLIC_6, "8.8.8.8", "1.1.1.1", "9.9.9.9"]
    network.dead = set(network.names[NAME])
    assert failure(abroad, f"https://{NAME}/", timeout_seconds=10).reason == "timeout"
    assert len(network.connects) == 4
    assert network.timeouts[0] <= 0.75
    assert max(network.timeouts) <= 3


def test_the_next_address_is_tried(
    abroad: Sender, network: Network, serve: Serve, authority: Authority
) -> None:
    """A name with one dead address is reached by the other."""
    network.port = serve(answer(OK), tls=authority.server(NAME)).port
    network.names[NAME] = [PUBLIC_6, PUBLIC]
    network.dead = {PUBLIC_6}
    assert post(abroad, f"https://{NAME}/").status == 200
    assert network.connects == [(PUBLIC_6, 443), (PUBLIC, 443)]


def test_nobody_listens(sender: Sender, serve: Serve) -> None:
    """A refused connection says so."""
    server = serve(answer(OK))
    server.stop()
    assert failure(sender, server.url).reason == "connect"


def test_no_time_left_at_all(sender: Sender, serve: Serve) -> None:
    """A deadline that has passed already opens no connection."""
    server = serve(answer(OK))
    assert failure(sender, server.url, timeout_seconds=0).reason == "timeout"
    assert failure(sender, server.url, timeout_seconds=-1).reason == "timeout"
    assert server.connections == 0


# ------------------------------------------------------------------ size


def test_f29_a_gigabyte(sender: Sender, serve: Serve) -> None:
    """F29: of a huge body the first 64 KiB are read, then the connection is closed."""
    sent = 0
    ended = threading.Event()

    def handler(connection: socket.socket) -> None:
        nonlocal sent
        read_request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")
        block = bytes(65_536)
        try:
            while sent < 1_000_000_000:
                connection.sendall(block)
                sent += len(block)
        finally:
            ended.set()

    server = serve(handler)
    reply = post(sender, server.url)
    assert (reply.status, reply.body) == (200, bytes(MAX_REPLY_BYTES))
    assert ended.wait(5)
    assert sent < 64_000_000  # what the buffers of the two sockets hold


@pytest.mark.parametrize(
    ("length", "connections"), [(MAX_REPLY_BYTES, 1), (MAX_REPLY_BYTES + 1, 2)]
)
def test_f29_the_cap(sender: Sender, serve: Serve, length: int, connections: int) -> None:
    """F29: 64 KiB are read whole and leave the connection open; a byte more closes it."""
    server = serve(
        answer(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % length + bytes(length))
    )
    for _ in range(2):
        assert len(post(sender, server.url).body) == MAX_REPLY_BYTES
    assert server.connections == connections


def test_our_own_body_is_capped(sender: Sender, serve: Serve) -> None:
    """A request over 256 KiB is not sent."""
    server = serve(answer(OK))
    assert post(sender, server.url, bytes(MAX_REQUEST_BYTES)).status == 200
    assert failure(sender, server.url, bytes(MAX_REQUEST_BYTES + 1)).reason == "too_large"
