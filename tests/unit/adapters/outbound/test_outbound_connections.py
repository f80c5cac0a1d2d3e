"""Outbound connections are checked by TLS, kept, shared and ended."""

import socket
import threading
import time

import pytest
from surgeline.adapters.outbound import resolver as resolver_module
from surgeline.adapters.outbound.sender import (
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
    failure,
    hang_up,
    post,
    read_request,
)

pytestmark = pytest.mark.enable_socket


# ---------------------------------------------------------------- TLS


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


# ---------------------------------------------------------------- connections


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


def test_words_that_nobody_asked_for_are_no_reply(sender: Sender, serve: Serve) -> None:
    """A reply that comes while a connection is idle is never taken for that of a later request."""

    def talkative(connection: socket.socket) -> None:
        while read_request(connection):
            connection.sendall(OK)
            time.sleep(0.02)
            connection.sendall(b"HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n")

    server = serve(talkative)
    for _ in range(2):
        assert post(sender, server.url).status == 200
        time.sleep(0.05)
    assert server.connections == 2


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
