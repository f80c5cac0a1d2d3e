"""An outbound call sends what it was given, and makes of the reply what HTTP says."""

import contextlib
import datetime as dt
import gzip
import logging
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st
from surgeline.adapters.outbound.sender import (
    HttpReply,
    NoReply,
    Sender,
)
from surgeline.adapters.webhooks import PlainPosts

from tests.unit.adapters.outbound.far_ends import (
    OK,
    Serve,
    answer,
    failure,
    post,
    read_request,
)

pytestmark = pytest.mark.enable_socket


# ---------------------------------------------------------------- what is sent, what comes back


def test_a_request_arrives_as_it_was_given(sender: Sender, serve: Serve) -> None:
    """Path, query, headers and the exact bytes of the body arrive, with one Host and length."""
    requests: list[bytes] = []
    server = serve(answer(OK, requests=requests))
    body = bytes(range(256)) * 40
    url = f"http://localhost:{server.port}/a//b?x=%20y&z"
    reply = sender.post(url, {"webhook-id": "m1"}, body, timeout_seconds=5)
    assert (reply.status, reply.body, reply.retry_after_seconds) == (200, b"ok", None)
    assert 0 <= reply.milliseconds < 5_000
    head, _, sent = requests[0].partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    assert sent == body
    assert lines[0] == b"POST /a//b?x=%20y&z HTTP/1.1"
    assert sorted(lines[1:]) == [
        b"Accept-Encoding: identity",
        b"Content-Length: 10240",
        b"Host: localhost:%d" % server.port,
        b"User-Agent: Surgeline",
        b"webhook-id: m1",
    ]


def test_a_question_has_no_body(sender: Sender, serve: Serve) -> None:
    """A GET arrives with its path and query, and without a body or a length."""
    requests: list[bytes] = []
    server = serve(answer(OK, requests=requests))
    url = f"http://localhost:{server.port}/a?To=%2B1"
    reply = PlainPosts(sender).get(url, {"authorization": "Basic x"}, timeout_seconds=5)
    assert (reply.status, reply.body) == (200, b"ok")
    head, _, sent = requests[0].partition(b"\r\n\r\n")
    assert sent == b""
    assert head.startswith(b"GET /a?To=%2B1 HTTP/1.1\r\n")
    assert b"ontent-" not in head


def test_a_change_has_its_body_and_its_length(sender: Sender, serve: Serve) -> None:
    """A PUT arrives as a POST does, under its own name."""
    requests: list[bytes] = []
    server = serve(answer(OK, requests=requests))
    url = f"http://localhost:{server.port}/tickets/42.json"
    reply = PlainPosts(sender).put(url, {"authorization": "Basic x"}, b"{}", timeout_seconds=5)
    assert (reply.status, reply.body) == (200, b"ok")
    head, _, sent = requests[0].partition(b"\r\n\r\n")
    assert sent == b"{}"
    assert head.startswith(b"PUT /tickets/42.json HTTP/1.1\r\n")
    assert b"Content-Length: 2" in head


@pytest.mark.parametrize("status", [200, 202, 204, 400, 404, 410, 429, 500, 503, 599])
def test_f27_any_status_is_a_reply(sender: Sender, serve: Serve, status: int) -> None:
    """F27: the receiver's errors are replies, and their meaning is left to the caller."""
    server = serve(answer(b"HTTP/1.1 %d x\r\nContent-Length: 0\r\n\r\n" % status))
    assert post(sender, server.url).status == status


@pytest.mark.parametrize(
    "reply",
    [
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x\r\nde\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabcde",
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabcde",
    ],
)
def test_framings_keep_the_connection(sender: Sender, serve: Serve, reply: bytes) -> None:
    """Bodies come chunked or counted, and the connection serves the next request."""
    server = serve(answer(reply))
    for _ in range(3):
        assert post(sender, server.url).body == b"abcde"
    assert server.connections == 1


@pytest.mark.parametrize(
    "reply",
    [
        b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nabcde",
        b"HTTP/1.0 200 OK\r\n\r\nabcde",
        b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nabcde",
    ],
)
def test_closing_replies(sender: Sender, serve: Serve, reply: bytes) -> None:
    """A reply that ends with its connection is read, and the next request opens another."""

    def handler(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(reply)

    server = serve(handler)
    for _ in range(2):
        assert post(sender, server.url).body == b"abcde"
    assert server.connections == 2


def test_compressed_replies_stay_compressed(sender: Sender, serve: Serve) -> None:
    """B19: a bomb in the reply is never unpacked."""
    bomb = gzip.compress(bytes(10_000_000))
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n"
    server = serve(answer(head % len(bomb) + bomb))
    assert post(sender, server.url).body == bomb


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (b"0", 0),
        (b"7", 7),
        (b"3600", 3_600),
        (b"3601", 3_600),
        (b"9999999999", 3_600),
        (b"99999999999", None),
        (b"-1", None),
        (b"1.5", None),
        (b"soon", None),
        (b"", None),
        (b"Wed, 21 Oct 2015 07:28:30 GMT", 30),
        (b"Wed, 21 Oct 2015 07:28:30 -0000", 30),
        (b"Wed, 21 Oct 2015 06:28:00 GMT", 0),
        (b"Wed, 21 Oct 2115 07:28:00 GMT", 3_600),
        (b"Wed, 99 Oct 2015 07:28:00 GMT", None),
        (b"Wed, 21 Oct 99999 07:28:00 GMT", None),
        (b"7\r\nRetry-After: 8", None),
        ("٧".encode(), None),
    ],
)
def test_f32_retry_after(serve: Serve, header: bytes, seconds: int | None) -> None:
    """F32: Retry-After in seconds or as a date, never over an hour, None when unreadable."""
    reply = b"HTTP/1.1 429 x\r\nRetry-After: " + header + b"\r\nContent-Length: 0\r\n\r\n"
    server = serve(answer(reply))
    at = dt.datetime(2015, 10, 21, 7, 28, tzinfo=dt.UTC).timestamp()
    with Sender(allow_loopback=True, now=lambda: at) as sender:
        assert post(sender, server.url).retry_after_seconds == seconds


# ---------------------------------------------------------------- what is no HTTP


@pytest.mark.parametrize(
    "reply",
    [
        b"\x00\x01\x02\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"HTTP/1.1 2x0 OK\r\n\r\n",
        b"HTTP/9.9 99999 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"x: y\r\n" * 1_000 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nx: " + b"y" * 70_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
    ],
)
def test_b22_replies_that_are_no_http(sender: Sender, serve: Serve, reply: bytes) -> None:
    """B22: a reply that is no HTTP, or too much of it, is one kind of failure."""

    def handler(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(reply)

    assert failure(sender, serve(handler).url).reason == "protocol"


@pytest.mark.parametrize(
    "headers",
    [
        {"x": "a\r\nHost: evil"},
        {"x\r\ny": "z"},
        {"x": "한"},
        {"Host": "evil.example"},
        {"content-length": "1"},
        {"Transfer-Encoding": "chunked"},
    ],
)
def test_b46_headers_of_our_own(sender: Sender, serve: Serve, headers: dict[str, str]) -> None:
    """B46: a header that would forge another, or another host, is not sent."""
    requests: list[bytes] = []
    server = serve(answer(OK, requests=requests))
    with pytest.raises(NoReply) as failed:
        sender.post(server.url, headers, b"{}", timeout_seconds=5)
    assert failed.value.reason == "protocol"
    assert requests == []
    assert post(sender, server.url).status == 200


def test_b48_nothing_of_the_query_is_logged(
    sender: Sender, serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    """B48: tokens in the URL reach neither a log nor a failure, not even on odd replies."""
    caplog.set_level(logging.INFO)
    odd = serve(answer(b"HTTP/1.1 200 OK\r\nnonsense\r\nContent-Length: 0\r\n\r\n"))
    with contextlib.suppress(NoReply):
        post(sender, odd.url + "?token=sesame", timeout_seconds=0.3)
    odd.stop()
    failed = failure(sender, odd.url + "?token=sesame")
    assert "sesame" not in caplog.text
    assert "sesame" not in str(failed)


@given(
    st.lists(
        st.one_of(
            st.binary(max_size=30),
            st.sampled_from(
                [
                    b"HTTP/1.1 200 OK\r\n",
                    b"HTTP/1.1 100 Continue\r\n\r\n",
                    b"HTTP/1.0 ",
                    b"\r\n",
                    b"Content-Length: 3\r\n",
                    b"Content-Length: -3\r\n",
                    b"Transfer-Encoding: chunked\r\n",
                    b"Connection: close\r\n",
                    b"Connection: keep-alive\r\n",
                    b"Retry-After: 1e9\r\n",
                    b"Content-Encoding: gzip\r\n",
                    b"3\r\nabc\r\n",
                    b"0\r\n\r\n",
                    b"ffffffffffffffff\r\n",
                    b"-5\r\n",
                    b" folded\r\n",
                ]
            ),
        ),
        max_size=8,
    )
)
def test_any_reply(parts: list[bytes]) -> None:
    """Any bytes that come back are a HttpReply or NoReply."""
    peers: list[socket.socket] = []

    def connect(_address: str, _port: int, _timeout_seconds: float) -> socket.socket:
        ours, theirs = socket.socketpair()
        theirs.sendall(b"".join(parts))
        theirs.shutdown(socket.SHUT_WR)
        peers.append(theirs)
        return ours

    with Sender(allow_loopback=True, connect=connect) as sender:
        for _ in range(2):
            with contextlib.suppress(NoReply):
                reply = post(sender, "http://127.0.0.1:1/", timeout_seconds=2)
                assert isinstance(reply, HttpReply)
    for peer in peers:
        peer.close()
