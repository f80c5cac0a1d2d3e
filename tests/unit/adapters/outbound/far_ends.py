"""Servers, names and certificates at the far end of an outbound call, as bad as wanted."""

import contextlib
import datetime as dt
import ipaddress
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
from surgeline.adapters.outbound.connection import connect_tcp
from surgeline.adapters.outbound.sender import (
    HttpReply,
    NoReply,
    Sender,
)

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
    lengths = [
        int(line.split(b":")[1])
        for line in head.split(b"\r\n")
        if line.lower().startswith(b"content-length:")
    ]
    length = lengths[0] if lengths else 0
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
    """Yield a starter of servers, and stop the servers after the test."""
    with contextlib.ExitStack() as stack:

        def start(handler: Handler, *, tls: ssl.SSLContext | None = None) -> Server:
            server = Server(handler, tls)
            stack.callback(server.stop)
            return server

        yield start


@pytest.fixture
def sender() -> Iterator[Sender]:
    """Yield a sender that may call loopback, as in the embedded home."""
    with Sender(allow_loopback=True) as each:
        yield each


def post(
    sender: Sender,
    url: str,
    body: bytes = b"{}",
    *,
    timeout_seconds: float = 5,
    connect_timeout: float = 3,
) -> HttpReply:
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
) -> NoReply:
    """Return the reason why no reply came."""
    with pytest.raises(NoReply) as failed:
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
        """Return a server's side, with a certificate for the name or address."""
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
        """Return a client's side that trusts this authority."""
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
    """Return one authority for all tests."""
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
    """Yield a sender as in AWS, for public hosts over TLS on the made-up internet."""
    with Sender(
        allow_loopback=False,
        resolve=network.resolve,
        connect=network.connect,
        tls=authority.client(),
    ) as each:
        yield each
