"""One mail is handed to one mail server here, guarded and bounded in time.

The address is pinned after its check, as for posts. The server's name is what its certificate must
be for. The meaning of an answer does not live here.
"""

import re
import smtplib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import cached_property

from surgeline.adapters.outbound.connection import Connect, connect_tcp
from surgeline.adapters.outbound.guard import check_address
from surgeline.adapters.outbound.resolver import Resolve, Resolver
from surgeline.application.ports.deliveries import SendFailed
from surgeline.application.ports.mails import Letter, MailReply, Smarthost, Stage
from surgeline.errors import Unprocessable

MOST_ADDRESSES = 4
OK = 250
_STATUS = re.compile(rb"^\s*([245]\.\d{1,3}\.\d{1,3})\b")
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?")


class SmtpMails:
    """Sends each mail over a connection of its own. Many threads may send at once.

    `allow_loopback` also allows servers on this machine and in private networks, which is where one
    machine's own mail server is.
    """

    def __init__(
        self,
        *,
        allow_loopback: bool,
        resolve: Resolve = socket.getaddrinfo,
        connect: Connect = connect_tcp,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._allow_loopback = allow_loopback
        self._resolver = Resolver(resolve)
        self._connect = connect
        self._given = tls

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        """Return the settings of TLS, which are read at their first use."""
        return self._given or ssl.create_default_context()

    def send(self, letter: Letter, by: Smarthost | None, *, timeout_seconds: float) -> MailReply:
        """See ports.mails.Mails."""
        began = time.monotonic()
        steps = _Steps()
        domain = letter.sender.rpartition("@")[2]
        with self._talk(by, domain, began, timeout_seconds, steps) as (server, host):
            reply = _login(server, host) or _hand_over(server, letter, steps)
        return replace(reply, milliseconds=_since(began))

    def greet(self, by: Smarthost | None, domain: str, *, timeout_seconds: float) -> MailReply:
        """See ports.mails.Mails."""
        began = time.monotonic()
        with self._talk(by, domain, began, timeout_seconds, _Steps()) as (server, host):
            reply = _login(server, host) or _reply(server.noop(), "login")
        return replace(reply, milliseconds=_since(began))

    @contextmanager
    def _talk(
        self,
        by: Smarthost | None,
        domain: str,
        began: float,
        timeout_seconds: float,
        steps: "_Steps",
    ) -> Iterator[tuple[smtplib.SMTP, Smarthost]]:
        """Open a connection for a while. Raises SendFailed for whatever goes wrong in it."""
        if by is None:
            raise SendFailed("blocked")
        timer = threading.Timer(timeout_seconds, steps.cut)
        timer.daemon = True
        server: smtplib.SMTP | None = None
        try:
            addresses = self._addresses(by, timeout_seconds)
            timer.start()
            server = self._open(by, domain, addresses, steps, began + timeout_seconds)
            self._greeting(server, by)
            yield server, by
        except SendFailed:
            raise
        except (OSError, smtplib.SMTPException, ValueError) as error:
            late = isinstance(error, TimeoutError) or _since(began) >= timeout_seconds * 1_000
            reason = "timeout" if late else steps.reason(error)
            raise SendFailed(reason, _since(began), sent=steps.sent) from error
        finally:
            timer.cancel()
            if server is not None:
                server.close()

    def _addresses(self, by: Smarthost, timeout_seconds: float) -> Sequence[str]:
        """Return the addresses of the server's name, after each of them was checked."""
        if not _HOST.fullmatch(by.host):
            raise SendFailed("blocked")
        try:
            found: Sequence[str] = self._resolver.addresses(
                by.host, by.port, timeout_seconds=timeout_seconds
            )
            if not self._allow_loopback:
                for each in found:
                    check_address(each, allow_loopback=False)
        except Unprocessable as error:
            raise SendFailed("blocked") from error
        except TimeoutError as error:
            raise SendFailed("timeout") from error
        except (OSError, UnicodeError) as error:
            raise SendFailed("connect") from error
        return found[:MOST_ADDRESSES]

    def _open(
        self, by: Smarthost, domain: str, addresses: Sequence[str], steps: "_Steps", until: float
    ) -> smtplib.SMTP:
        """Connect, and introduce ourselves by the domain of our mails, which has an address."""
        tls = self._tls if by.security == "tls" else None

        def connect() -> socket.socket:
            """Return a connection to the first address that takes one, each in its share."""
            failed = OSError("the name has no address")
            for number, address in enumerate(addresses):
                left = max(0.1, until - time.monotonic())
                try:
                    opened = self._connect(address, by.port, left / (len(addresses) - number))
                except OSError as error:
                    failed = error
                    continue
                opened.settimeout(left)
                steps.sock = opened
                steps.sock = opened if tls is None else _secured(opened, tls, by.host)
                return steps.sock
            raise failed

        return _pinned(by, domain, connect)

    def _greeting(self, server: smtplib.SMTP, by: Smarthost) -> None:
        server.ehlo_or_helo_if_needed()
        if by.security == "starttls":
            server.starttls(context=self._tls)
            server.ehlo()


@dataclass(slots=True)
class _Steps:
    """The progress of one mail. It is `sent` from the moment at which its text begins to go out."""

    sent: bool = False
    sock: socket.socket | None = None

    def cut(self) -> None:
        """End a conversation whose time is over, so that the thread in it wakes up."""
        if self.sock is not None:
            with suppress(OSError):
                self.sock.shutdown(socket.SHUT_RDWR)

    def reason(self, error: Exception) -> str:
        """Return the word for a failure, as `SendFailed` has them."""
        if isinstance(error, ssl.SSLError | smtplib.SMTPNotSupportedError):
            return "tls"  # the second says that STARTTLS was asked for and is not there
        return "connect" if self.sock is None else "protocol"


def _secured(opened: socket.socket, tls: ssl.SSLContext, host: str) -> socket.socket:
    try:
        return tls.wrap_socket(opened, server_hostname=host)
    except BaseException:
        opened.close()
        raise


def _pinned(by: Smarthost, domain: str, connect: Callable[[], socket.socket]) -> smtplib.SMTP:
    """Return a client whose connection goes to a checked address and no other."""

    class Pinned(smtplib.SMTP):
        def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
            del host, port, timeout
            return connect()

    return Pinned(by.host, by.port, local_hostname=domain)


def _login(server: smtplib.SMTP, by: Smarthost) -> MailReply | None:
    """Log in where the settings say so. Return the refusal, or None."""
    if not by.user:
        return None
    try:
        server.login(by.user, by.password)
    except smtplib.SMTPAuthenticationError as error:
        return _reply((error.smtp_code, _bytes(error.smtp_error)), "login")
    except smtplib.SMTPNotSupportedError:
        return MailReply(530, "5.7.0", "login")
    return None


def _hand_over(server: smtplib.SMTP, letter: Letter, steps: _Steps) -> MailReply:
    """Say the envelope and the mail, and return the first refusal or the last answer."""
    options = [f"size={len(letter.content)}"] if server.has_extn("size") else []
    if not (letter.sender.isascii() and letter.recipient.isascii()):
        if not server.has_extn("smtputf8"):
            return MailReply(553, "5.6.7", "recipient")
        options += ["SMTPUTF8", "BODY=8BITMIME"]
    begun = _reply(server.mail(letter.sender, options), "sender")
    if begun.code != OK:
        return begun
    named = _reply(server.rcpt(letter.recipient), "recipient")
    if named.code not in (OK, 251):
        return named
    steps.sent = True
    try:
        answer = _reply(server.data(letter.content), "data")
    except smtplib.SMTPDataError as error:  # before the text, so nothing of it went out
        steps.sent = False
        return _reply((error.smtp_code, _bytes(error.smtp_error)), "data")
    _quit(server)
    return answer


def _quit(server: smtplib.SMTP) -> None:
    try:
        server.quit()
    except (OSError, smtplib.SMTPException):
        return  # the mail is handed over already


def _reply(answer: tuple[int, bytes], stage: Stage) -> MailReply:
    code, said = answer
    if code <= 0:
        raise smtplib.SMTPServerDisconnected("no code in the answer")
    found = _STATUS.match(said)
    return MailReply(code, found[1].decode() if found else "", stage)


def _bytes(said: bytes | str) -> bytes:
    return said if isinstance(said, bytes) else said.encode(errors="replace")


def _since(began: float) -> int:
    return round((time.monotonic() - began) * 1_000)
