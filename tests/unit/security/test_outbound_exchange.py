"""What an outbound call sends and makes of the reply; connections, TLS."""

import contextlib
import datetime as dt
import gzip
import logging
import socket
import threading
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from surgeline.adapters.outbound import resolver as resolver_module
from surgeline.adapters.outbound.sender import (
    HttpReply,
    NoReply,
    Sender,
)

from tests.unit.security.far_ends import (
    NAME,
    OK,
    PUBLIC,
    PUBLIC_6,
    Authority,
    Network,
    Serve,
    answer,
    failure,
    hang_up,
    post,
    read_request,
)

pytestmark = pytest.mark.enable_socket


# ------------------------------------------------------------------ what is sent, what comes back


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


# ------------------------------------------------------------------ TLS


def test_tls_goes_by_the_name(
    abroad: Sender, network: Network, serve: Serve, authority: Authority
) -> None:
    """B56: the pinned address is connected to, while Host, SNI and certificate are the name's."""
    requests: list[bytes] = []
    server = serve(answer(OK, requests=requests), tls=authority.server(NAME))
    network.port = server.port
    network.names[NAME] = [PUBLIC]
    for _ in range(2):
        assert post(abroad, f"https://{NAME.upper()}/").body == b"ok"
    assert server.sni == [NAME]
    assert server.connections == 1
    assert b"\r\nHost: pool.example.com\r\n" in requests[0]


@pytest.mark.parametrize("address", [PUBLIC, PUBLIC_6])
def test_tls_with_an_address(
    abroad: Sender, network: Network, serve: Serve, authority: Authority, address: str
) -> None:
    """A public address in the URL is judged by a certificate for that address."""
    network.port = serve(answer(OK), tls=authority.server(address)).port
    host = f"[{address}]" if ":" in address else address
    assert post(abroad, f"https://{host}/").status == 200
    assert network.lookups == []


@pytest.mark.parametrize("name", ["other.example.com", "*.other.example", PUBLIC])
def test_tls_of_another_name(
    abroad: Sender, network: Network, serve: Serve, authority: Authority, name: str
) -> None:
    """A certificate for something else is refused, before a byte of the request is sent."""
    requests: list[bytes] = []
    network.port = serve(answer(OK, requests=requests), tls=authority.server(name)).port
    network.names[NAME] = [PUBLIC]
    assert failure(abroad, f"https://{NAME}/").reason == "tls"
    assert requests == []


def test_tls_of_a_stranger(network: Network, serve: Serve, authority: Authority) -> None:
    """A certificate from an authority that the system does not trust is refused."""
    network.port = serve(answer(OK), tls=authority.server(NAME)).port
    network.names[NAME] = [PUBLIC]
    with Sender(allow_loopback=False, resolve=network.resolve, connect=network.connect) as sender:
        assert failure(sender, f"https://{NAME}/").reason == "tls"


def test_tls_is_expected(abroad: Sender, network: Network, serve: Serve) -> None:
    """A server without TLS on the TLS port is refused."""
    network.port = serve(lambda connection: connection.sendall(OK)).port
    network.names[NAME] = [PUBLIC]
    assert failure(abroad, f"https://{NAME}/").reason == "tls"


# ------------------------------------------------------------------ connections


def test_a_connection_closed_while_idle(sender: Sender, serve: Serve) -> None:
    """A kept connection that the peer has closed is replaced without anybody noticing."""

    def once(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(OK)

    server = serve(once)
    for _ in range(3):
        assert post(sender, server.url).body == b"ok"
        time.sleep(0.05)
    assert server.connections == 3


def test_f34_a_connection_closed_while_sending(sender: Sender, serve: Serve) -> None:
    """F34: a kept connection that ends under the request is replaced once, with the same bytes."""
    requests: list[bytes] = []

    def hang_up_on_the_second(connection: socket.socket) -> None:
        requests.append(read_request(connection))
        connection.sendall(OK)
        requests.append(read_request(connection))

    server = serve(hang_up_on_the_second)
    assert post(sender, server.url, b"1").body == b"ok"
    assert post(sender, server.url, b"2").body == b"ok"
    assert server.connections == 2
    assert requests[1] == requests[2]


def test_a_kept_connection_that_breaks(sender: Sender, serve: Serve) -> None:
    """A kept connection that answers nonsense has failed; only a closed one is replaced."""
    server = serve(answer(OK, b"nonsense\r\n\r\n"))
    assert post(sender, server.url).status == 200
    assert failure(sender, server.url).reason == "protocol"
    assert server.connections == 1


def test_names_are_forgotten(
    abroad: Sender, network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    """I13: only so many names are kept."""
    monkeypatch.setattr(resolver_module, "MAX_NAMES", 2)
    network.dead = {PUBLIC}
    for name in ("a.example", "b.example", "b.example", "c.example", "b.example"):
        network.names[name] = [PUBLIC]
        failure(abroad, f"https://{name}/")
    assert network.lookups == ["a.example", "b.example", "c.example", "b.example"]
    assert len(abroad._resolver._known) <= 2


def test_a_new_connection_is_not_replaced(sender: Sender, serve: Serve) -> None:
    """A peer that hangs up on a new connection has failed; nothing is tried twice."""
    server = serve(hang_up)
    assert failure(sender, server.url).reason == "protocol"
    assert server.connections == 1


def test_idle_connections_grow_old(
    sender: Sender, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A connection that was idle for too long is not used again."""
    server = serve(answer(OK))
    monkeypatch.setattr("surgeline.adapters.outbound.connection.IDLE_SECONDS", 0)
    post(sender, server.url)
    post(sender, server.url)
    assert server.connections == 2


def test_idle_connections_are_few(
    sender: Sender, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """I13: over the cap a connection is closed after its reply, and the old ones with it."""
    monkeypatch.setattr("surgeline.adapters.outbound.connection.MAX_IDLE", 1)
    first, second = serve(answer(OK)), serve(answer(OK))
    for server in (first, second, second):
        post(sender, server.url)
    assert (first.connections, second.connections) == (1, 2)
    monkeypatch.setattr("surgeline.adapters.outbound.connection.IDLE_SECONDS", 0)
    post(sender, second.url)
    assert sender._idle._count == 0
    assert not sender._idle._idle


def test_many_threads(sender: Sender, serve: Serve) -> None:
    """Threads that share a sender each get their own reply, on at most as many connections."""

    def echo(connection: socket.socket) -> None:
        while request := read_request(connection):
            body = request.partition(b"\r\n\r\n")[2]
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)

    server = serve(echo)
    wrong: list[object] = []

    def run(number: int) -> None:
        for turn in range(25):
            body = f"{number}/{turn}".encode()
            reply = post(sender, server.url, body)
            if reply.body != body:
                wrong.append((body, reply))

    threads = [threading.Thread(target=run, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert server.connections <= 8


# ------------------------------------------------------------------ what is no HTTP


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
@settings(deadline=None)
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
