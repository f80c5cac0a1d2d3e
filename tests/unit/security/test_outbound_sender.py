import contextlib
import datetime as dt
import gzip
import ipaddress
import logging
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given, settings
from hypothesis import strategies as st
from surgeline.adapters.outbound import resolver as resolver_module
from surgeline.adapters.outbound.connection import connect_tcp
from surgeline.adapters.outbound.sender import (
    MAX_REPLY_BYTES,
    MAX_REQUEST_BYTES,
    Reply,
    Sender,
    SendFailed,
)

pytestmark = pytest.mark.enable_socket

PUBLIC = "93.184.216.34"
PUBLIC_6 = "2606:2800:220:1::1"
NAME = "pool.example.com"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
Handler = Callable[[socket.socket], None]


# ------------------------------------------------------------------ a server that misbehaves


@dataclass
class Server:
    """A loopback server; each connection runs the handler on a thread of its own."""

    handler: Handler
    tls: ssl.SSLContext | None = None
    connections: int = 0
    sni: list[str | None] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._open: list[socket.socket] = []
        if self.tls is not None:
            self.tls.sni_callback = lambda _sock, name, _context: self.sni.append(name)
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}/hook"

    def stop(self) -> None:
        """Stop listening and drop every connection."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for each in self._open:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self.connections += 1
                self._open.append(connection)
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            if self.tls is None:
                self.handler(connection)
                return
            with self.tls.wrap_socket(connection, server_side=True) as secured:
                self._open.append(secured)
                self.handler(secured)


def read_request(connection: socket.socket) -> bytes:
    """One request, headers and body; empty at the end of the connection."""
    data = b""
    while b"\r\n\r\n" not in data:
        more = connection.recv(65_536)
        if not more:
            return b""
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    length = next(
        int(line.split(b":")[1])
        for line in head.split(b"\r\n")
        if line.lower().startswith(b"content-length:")
    )
    while len(body) < length:
        body += connection.recv(65_536)
    return head + b"\r\n\r\n" + body


def answer(*replies: bytes, requests: list[bytes] | None = None) -> Handler:
    """Answer one request after another, the last reply for ever."""

    def handler(connection: socket.socket) -> None:
        number = 0
        while request := read_request(connection):
            if requests is not None:
                requests.append(request)
            connection.sendall(replies[min(number, len(replies) - 1)])
            number += 1

    return handler


def drip(head: bytes, byte: bytes, *, every_seconds: float = 0.02) -> Handler:
    """Send the head, then one byte after another for ever."""

    def handler(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(head)
        while True:
            connection.sendall(byte)
            time.sleep(every_seconds)

    return handler


def hold(connection: socket.socket) -> None:
    """Take the request and say nothing until the peer goes."""
    read_request(connection)
    connection.recv(1)


def hang_up(connection: socket.socket) -> None:
    """Take the request and close the connection."""
    read_request(connection)


Serve = Callable[..., Server]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Starts servers, and stops them after the test."""
    with contextlib.ExitStack() as stack:

        def start(handler: Handler, *, tls: ssl.SSLContext | None = None) -> Server:
            server = Server(handler, tls)
            stack.callback(server.stop)
            return server

        yield start


@pytest.fixture
def sender() -> Iterator[Sender]:
    """As in the embedded home: loopback allowed."""
    with Sender(allow_loopback=True) as each:
        yield each


def post(
    sender: Sender,
    url: str,
    body: bytes = b"{}",
    *,
    timeout_seconds: float = 5,
    connect_timeout: float = 3,
) -> Reply:
    """Send as the delivery worker does."""
    return sender.post(
        url,
        {"Content-Type": "application/json"},
        body,
        timeout_seconds=timeout_seconds,
        connect_timeout=connect_timeout,
    )


def failure(
    sender: Sender,
    url: str,
    body: bytes = b"{}",
    *,
    timeout_seconds: float = 5,
    connect_timeout: float = 3,
) -> SendFailed:
    """Why nothing came of it."""
    with pytest.raises(SendFailed) as failed:
        post(sender, url, body, timeout_seconds=timeout_seconds, connect_timeout=connect_timeout)
    return failed.value


# ------------------------------------------------------------------ names, certificates


@dataclass
class Network:
    """A made-up internet: names with addresses, every address routed to one loopback server."""

    port: int = 0
    names: dict[str, list[str]] = field(default_factory=dict)
    lookups: list[str] = field(default_factory=list)
    connects: list[tuple[str, int]] = field(default_factory=list)
    dead: set[str] = field(default_factory=set)
    timeouts: list[float] = field(default_factory=list)

    def resolve(self, host: str, port: int, **_: object) -> list[tuple[Any, ...]]:
        """As socket.getaddrinfo."""
        self.lookups.append(host)
        if host not in self.names:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))
            for address in self.names[host]
        ]

    def connect(self, address: str, port: int, timeout_seconds: float) -> socket.socket:
        """As connect_tcp, to the one server."""
        self.connects.append((address, port))
        self.timeouts.append(timeout_seconds)
        if address in self.dead:
            raise TimeoutError("timed out")
        sock = connect_tcp("127.0.0.1", self.port, timeout_seconds)
        sock.settimeout(30)  # deadlines are the sender's to keep
        return sock


@dataclass(frozen=True)
class Authority:
    """A certificate authority of the test's own."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate
    folder: Path

    def server(self, name: str) -> ssl.SSLContext:
        """A server's side, with a certificate for the name or address."""
        key = ec.generate_private_key(ec.SECP256R1())
        try:
            subject: x509.GeneralName = x509.IPAddress(ipaddress.ip_address(name))
        except ValueError:
            subject = x509.DNSName(name)
        certificate = (
            _certificate("server", key, self.certificate.subject)
            .add_extension(x509.SubjectAlternativeName([subject]), critical=False)
            .sign(self.key, hashes.SHA256())
        )
        pem = self.folder / f"{name.replace(':', '_')}.pem"
        pem.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            + certificate.public_bytes(serialization.Encoding.PEM)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem)
        return context

    def client(self) -> ssl.SSLContext:
        """A client's side that trusts this authority."""
        pem = self.certificate.public_bytes(serialization.Encoding.PEM).decode()
        return ssl.create_default_context(cadata=pem)


def _certificate(
    name: str, key: ec.EllipticCurvePrivateKey, issuer: x509.Name | None = None
) -> x509.CertificateBuilder:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(tz=dt.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer or subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
    )


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """One authority for all tests."""
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = (
        _certificate("tests", key)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    return Authority(key, certificate, tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def network() -> Network:
    """No names yet."""
    return Network()


@pytest.fixture
def abroad(network: Network, authority: Authority) -> Iterator[Sender]:
    """As in AWS: public hosts only, over TLS, on the made-up internet."""
    with Sender(
        allow_loopback=False,
        resolve=network.resolve,
        connect=network.connect,
        tls=authority.client(),
    ) as each:
        yield each


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
    """F27: errors of the receiver are replies; what they mean is the caller's to say."""
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


# ------------------------------------------------------------------ time


def test_f28_no_answer(sender: Sender, serve: Serve) -> None:
    """F28: an endpoint that takes the request and says nothing costs the timeout and no more."""
    server = serve(hold)
    failed = failure(sender, server.url, timeout_seconds=0.3)
    assert failed.reason == "timeout"
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
    assert failed.reason == "timeout"
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


# ------------------------------------------------------------------ where it may go


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("place", ["http://169.254.169.254/latest/meta-data", "elsewhere"])
def test_f30_b59_redirects(sender: Sender, serve: Serve, status: int, place: str) -> None:
    """F30, B59: no redirect is followed, to a private address, another port or the same host."""
    other = serve(answer(OK))
    location = other.url if place == "elsewhere" else place
    head = f"HTTP/1.1 {status} x\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n"
    server = serve(answer(head.encode()))
    assert post(sender, server.url).status == status
    assert (server.connections, other.connections) == (1, 0)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/",
        "https://example.com:22/",
        "https://127.0.0.1/",
        "https://169.254.169.254/",
        "https://user:pw@example.com/",
        "https://2130706433/",
        "http://localhost/",
        "nonsense",
        "",
    ],
)
def test_b52_to_b60_refused_urls_open_nothing(abroad: Sender, network: Network, url: str) -> None:
    """B52-B55, B60: what the guard refuses is neither looked up nor connected to."""
    assert failure(abroad, url).reason == "blocked"
    assert network.lookups == []
    assert network.connects == []


def test_b56_rebinding(
    abroad: Sender,
    network: Network,
    serve: Serve,
    authority: Authority,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """B56: the address that was checked is the one connected to; a later private one is blocked."""
    server = serve(answer(OK), tls=authority.server(NAME))
    network.port = server.port
    answers = iter([[PUBLIC], ["127.0.0.1"]])
    resolve = network.resolve

    def rebinding(host: str, port: int, **options: object) -> list[tuple[Any, ...]]:
        network.names[host] = next(answers)
        return resolve(host, port, **options)

    monkeypatch.setattr(abroad._resolver, "_resolve", rebinding)
    monkeypatch.setattr(resolver_module, "KEEP_SECONDS", 0)
    assert post(abroad, f"https://{NAME}/").status == 200
    assert network.lookups == [NAME]
    assert network.connects == [(PUBLIC, 443)]
    assert server.sni == [NAME]
    assert failure(abroad, f"https://{NAME}/").reason == "blocked"
    assert network.lookups == [NAME, NAME]
    assert network.connects == [(PUBLIC, 443)]


def test_b56_a_kept_look_up_is_a_checked_one(
    abroad: Sender, network: Network, serve: Serve, authority: Authority
) -> None:
    """B56: for half a minute the name is not asked again; it can't turn private in between."""
    network.port = serve(answer(OK), tls=authority.server(NAME)).port
    network.names[NAME] = [PUBLIC]
    post(abroad, f"https://{NAME}/")
    abroad.close()
    network.names[NAME] = ["127.0.0.1"]
    post(abroad, f"https://{NAME}/")
    assert network.lookups == [NAME]
    assert network.connects == [(PUBLIC, 443)] * 2


@pytest.mark.parametrize(
    "addresses",
    [
        [PUBLIC, "10.0.0.1"],
        ["10.0.0.1", PUBLIC],
        [PUBLIC] * 9 + ["::1"],
        [PUBLIC, "fe80::1%eth0"],
        ["192.168.0.1"],
        ["::ffff:127.0.0.1"],
        ["64:ff9b::a9fe:a9fe"],
    ],
)
def test_b57_mixed_records(abroad: Sender, network: Network, addresses: list[str]) -> None:
    """B57: one private address among a name's, wherever its alias leads, blocks the name."""
    network.names[NAME] = addresses
    assert failure(abroad, f"https://{NAME}/").reason == "blocked"
    assert network.connects == []


def test_b58_an_error_is_no_pass(abroad: Sender, network: Network) -> None:
    """B58: a name that could not be resolved is not remembered as a good one."""
    assert failure(abroad, f"https://{NAME}/").reason == "connect"
    network.names[NAME] = ["169.254.169.254"]
    assert failure(abroad, f"https://{NAME}/").reason == "blocked"
    network.names["empty.example"] = []
    assert failure(abroad, "https://empty.example/").reason == "connect"
    assert network.connects == []


def test_b58_a_look_up_that_hangs(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    """B58, F28: a look-up that hangs ends with the connect timeout, and hangs on one thread."""
    release = threading.Event()
    calls = []

    def hang(host: str, port: int, **_: object) -> list[tuple[Any, ...]]:
        calls.append(host)
        release.wait(5)
        return network.resolve(host, port)

    sender = Sender(allow_loopback=False, resolve=hang, connect=network.connect)
    for _ in range(3):
        failed = failure(sender, f"https://{NAME}/", connect_timeout=0.1)
        assert failed.reason == "timeout"
        assert failed.milliseconds < 2_000
    release.set()
    assert calls == [NAME]


def test_loopback_names_stay_here(network: Network, serve: Serve) -> None:
    """Where loopback is allowed, only its own names reach it: others are blocked as ever."""
    network.port = serve(answer(OK)).port
    network.names = {"localhost": ["127.0.0.1"], NAME: ["127.0.0.1"]}
    with Sender(allow_loopback=True, resolve=network.resolve, connect=network.connect) as sender:
        assert post(sender, "http://localhost:81/").status == 200
        assert failure(sender, f"https://{NAME}/").reason == "blocked"
        network.names = {"pool.localhost": ["10.0.0.1"]}
        assert failure(sender, "http://pool.localhost:81/").reason == "blocked"
    assert network.connects == [("127.0.0.1", 81)]


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
    """Threads share a sender: each gets its own reply, on at most as many connections."""

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
    """B22: what is not HTTP, or too much of it, is one kind of failure."""

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
    with pytest.raises(SendFailed) as failed:
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
    with contextlib.suppress(SendFailed):
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
    """Whatever bytes come back, it is a Reply or SendFailed."""
    peers: list[socket.socket] = []

    def connect(_address: str, _port: int, _timeout_seconds: float) -> socket.socket:
        ours, theirs = socket.socketpair()
        theirs.sendall(b"".join(parts))
        theirs.shutdown(socket.SHUT_WR)
        peers.append(theirs)
        return ours

    with Sender(allow_loopback=True, connect=connect) as sender:
        for _ in range(2):
            with contextlib.suppress(SendFailed):
                reply = post(sender, "http://127.0.0.1:1/", timeout_seconds=2)
                assert isinstance(reply, Reply)
    for peer in peers:
        peer.close()
