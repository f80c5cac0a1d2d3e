"""Mails go out to a real mail server (aiosmtpd), and each of its answers is told."""

import asyncio
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from surgeline.adapters.outbound.smtp import SmtpMails
from surgeline.application.ports.deliveries import SendFailed
from surgeline.application.ports.mails import Letter, MailReply, Smarthost

from tests.unit.adapters.outbound.far_ends import Authority

pytestmark = pytest.mark.enable_socket

FROM, TO = "support+tag@shop.example", "kim@customer.example"
LETTER = Letter(FROM, TO, b"From: support@shop.example\r\n\r\nHello.\r\n.\r\nBye.\r\n")


class Customers:
    """The mailboxes of a real mail server, which refuses as it is told to."""

    def __init__(self) -> None:
        self.got: list[Any] = []
        self.rcpt, self.data = "250 2.1.5 OK", "250 2.0.0 OK"
        self.wait = 0.0

    async def handle_RCPT(  # noqa: N802 # aiosmtpd's name
        self, _s: Any, _n: Any, envelope: Any, address: str, _o: Any
    ) -> str:
        if self.rcpt.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 # as above
        self.got.append(envelope)
        await asyncio.sleep(self.wait)
        return self.data


def let_in(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
    return AuthResult(success=(data.login, data.password) == (b"user", b"right"), handled=False)


@contextmanager
def served(customers: Customers, **how: Any) -> Iterator[int]:
    """Serve the mailboxes on loopback, and yield the port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(customers, hostname="127.0.0.1", port=port, **how)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


@pytest.fixture
def customers() -> Customers:
    return Customers()


def sent(
    port: int, seconds: float = 10, tls: ssl.SSLContext | None = None, **how: Any
) -> MailReply:
    """Send the letter over an open connection, unless something else is said."""
    by = Smarthost(**{"host": "127.0.0.1", "port": port, "security": "none", **how})
    return SmtpMails(allow_loopback=True, tls=tls).send(LETTER, by, timeout_seconds=seconds)


def failure(port: int, seconds: float = 10, **how: Any) -> SendFailed:
    """Return how a send failed."""
    with pytest.raises(SendFailed) as failed:
        sent(port, seconds, **how)
    return failed.value


def test_a_mail_arrives_byte_for_byte(customers: Customers) -> None:
    """The server gets the envelope and the whole mail, also a line with a lone dot."""
    with served(customers) as port:
        reply = sent(port)
    assert (reply.code, reply.status, reply.stage) == (250, "2.0.0", "data")
    [envelope] = customers.got
    assert (envelope.mail_from, envelope.rcpt_tos) == (FROM, [TO])
    assert envelope.content == LETTER.content


@pytest.mark.parametrize(
    ("where", "said", "reply"),
    [
        ("rcpt", "550 5.1.1 no such user", (550, "5.1.1", "recipient")),
        ("rcpt", "451 4.7.1 greylisted", (451, "4.7.1", "recipient")),
        ("rcpt", "550 no status", (550, "", "recipient")),
        ("data", "554 5.6.0 no", (554, "5.6.0", "data")),
        ("data", "452 4.3.1 full", (452, "4.3.1", "data")),
        ("rcpt", "551-5.1.1 one\r\n551 5.1.1 two", (551, "5.1.1", "recipient")),
    ],
)
def test_a_refusal_is_told_with_its_step(
    customers: Customers, where: str, said: str, reply: tuple[int, str, str]
) -> None:
    """The code, the status and the step of a refusal come back."""
    setattr(customers, where, said)
    with served(customers) as port:
        found = sent(port)
    assert (found.code, found.status, found.stage) == reply


def test_starttls_and_a_login(customers: Customers, authority: Authority) -> None:
    """A password goes over TLS whose certificate is the server's, and a wrong one is refused."""
    how: Any = {"tls_context": authority.server("localhost"), "authenticator": let_in}
    asked: Any = {"host": "localhost", "security": "starttls", "user": "user"}
    with served(customers, **how, auth_required=True) as port:
        right = sent(port, tls=authority.client(), password="right", **asked)
        wrong = sent(port, tls=authority.client(), password="wrong", **asked)
        stranger = failure(port, tls=None, password="right", **asked)
        other = failure(port, tls=authority.client(), **{**asked, "host": "127.0.0.1"})
    assert (right.code, wrong.code, wrong.stage) == (250, 535, "login")
    assert (stranger.reason, other.reason) == ("tls", "tls")
    assert len(customers.got) == 1


def test_no_password_goes_where_tls_is_missing(customers: Customers) -> None:
    """A server that does not offer STARTTLS gets neither the password nor the mail."""
    with served(customers) as port:
        found = failure(port, security="starttls", user="user", password="right")
    assert (found.reason, customers.got) == ("tls", [])


def test_tls_from_the_start(authority: Authority) -> None:
    """A server of port 465 speaks TLS before anything else."""
    with raw(secure_greeting(authority)) as port:
        found = failure(port, tls=authority.client(), host="localhost", security="tls")
    assert found.reason == "protocol"  # it greeted over TLS, and hung up then


def secure_greeting(authority: Authority) -> Callable[[socket.socket], None]:
    """Return a peer that greets over TLS and then hangs up."""
    context = authority.server("localhost")

    def greet(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as secured:
            secured.sendall(b"220 hello\r\n")
            secured.recv(100)

    return greet


def test_a_server_that_is_not_there(customers: Customers) -> None:
    """Nothing answers, so nothing was sent."""
    with served(customers) as port:
        pass
    found = failure(port)
    assert (found.reason, found.sent) == ("connect", False)


def test_a_slow_server_is_left_in_time(customers: Customers) -> None:
    """After the time is over nobody knows whether the mail was taken."""
    customers.wait = 5
    with served(customers) as port:
        began = time.monotonic()
        found = failure(port, seconds=0.5)
        assert time.monotonic() - began < 3
    assert (found.reason, found.sent) == ("timeout", True)


@contextmanager
def raw(talk: Callable[[socket.socket], None]) -> Iterator[int]:
    """Serve one connection as a bad server would, and yield the port."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer() -> None:
            with listening.accept()[0] as connection:
                try:
                    talk(connection)
                except OSError:
                    return

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        thread.join(5)


def drip(connection: socket.socket) -> None:
    for _ in range(100):
        connection.sendall(b"2")
        time.sleep(0.1)


BAD_SERVERS: dict[str, tuple[Callable[[socket.socket], None], str]] = {
    "hangs up": (lambda _connection: None, "protocol"),
    "is busy": (lambda c: c.sendall(b"421 4.3.2 later\r\n"), "protocol"),
    "speaks HTTP": (lambda c: c.sendall(b"HTTP/1.1 400 Bad\r\n\r\n"), "protocol"),
    "says too much": (lambda c: c.sendall(b"220 " + b"x" * 100_000), "protocol"),
    "drips": (drip, "timeout"),
    "says nothing": (lambda _connection: time.sleep(2), "timeout"),
}


@pytest.mark.parametrize(("talk", "reason"), BAD_SERVERS.values(), ids=BAD_SERVERS.keys())
def test_a_bad_server_is_a_failure_like_another(
    talk: Callable[[socket.socket], None], reason: str
) -> None:
    """Whatever a server says or does not say ends in time, and nothing was sent."""
    with raw(talk) as port:
        began = time.monotonic()
        found = failure(port, seconds=1)
        assert time.monotonic() - began < 3
    assert (found.reason, found.sent) == (reason, False)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "10.0.0.1", "169.254.169.254", "::1", "a b"]
)
def test_a_home_on_aws_calls_no_internal_address(host: str) -> None:
    """The guard of webhooks also stands before mail servers."""
    mails = SmtpMails(
        allow_loopback=False,
        resolve=lambda *_a, **_k: [(2, 1, 6, "", (host if "." in host else "127.0.0.1", 25))],
    )
    with pytest.raises(SendFailed) as failed:
        mails.send(LETTER, Smarthost(host, 25, security="none"), timeout_seconds=2)
    assert failed.value.reason == "blocked"
    assert not failed.value.attempted


def test_a_home_without_a_service_sends_by_smarthosts_only() -> None:
    """One machine has no service of its own."""
    mails = SmtpMails(allow_loopback=True)
    with pytest.raises(SendFailed, match="blocked"):
        mails.send(LETTER, None, timeout_seconds=2)


def test_a_greeting_sends_nothing(customers: Customers) -> None:
    """A check logs in, and no mail goes out."""
    with served(customers) as port:
        by = Smarthost("127.0.0.1", port, security="none")
        reply = SmtpMails(allow_loopback=True).greet(by, "shop.example", timeout_seconds=5)
    assert (reply.code, customers.got) == (250, [])


def test_an_address_beyond_ascii_needs_a_server_for_it(customers: Customers) -> None:
    """A mail to 김@예.example goes to servers that take such addresses, and else fails alone."""
    letter = Letter(FROM, "김@예.example", LETTER.content)
    mails = SmtpMails(allow_loopback=True)
    with served(customers, enable_SMTPUTF8=True) as port:
        by = Smarthost("127.0.0.1", port, security="none")
        assert mails.send(letter, by, timeout_seconds=5).code == 250
    with served(customers, enable_SMTPUTF8=False) as port:
        by = Smarthost("127.0.0.1", port, security="none")
        assert mails.send(letter, by, timeout_seconds=5).status == "5.6.7"
