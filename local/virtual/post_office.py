"""Mail servers of the virtual network are callables here, found by their host's name."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from surgeline.application.ports.deliveries import SendFailed
from surgeline.application.ports.mails import Letter, MailReply, Smarthost

from local.virtual.clock import VirtualClock
from local.virtual.journal import Journal


@dataclass(frozen=True, slots=True)
class Posted:
    """A mail as a server receives it. `letter` is None for a login without a mail."""

    letter: Letter | None
    by: Smarthost
    at: int


MailServer = Callable[[Posted], MailReply]
"""A server raises `SendFailed` in order to give no answer."""


class PostOffice:
    """The way to mail servers (see ports.mails.Mails). A host without a server is unreachable."""

    def __init__(self, clock: VirtualClock, journal: Journal) -> None:
        self._clock = clock
        self._journal = journal
        self._servers: dict[str, MailServer] = {}

    def serve(self, host: str, server: MailServer) -> None:
        """Let a server answer at that host. A later server takes the place of an earlier one."""
        self._servers[host] = server

    def send(self, letter: Letter, by: Smarthost | None, *, timeout_seconds: float) -> MailReply:
        """See ports.mails.Mails."""
        del timeout_seconds
        return self._asked(letter, by)

    def greet(self, by: Smarthost | None, domain: str, *, timeout_seconds: float) -> MailReply:
        """See ports.mails.Mails."""
        del domain, timeout_seconds
        return self._asked(None, by)

    def _asked(self, letter: Letter | None, by: Smarthost | None) -> MailReply:
        now = self._clock.now()
        if by is None:
            raise SendFailed("blocked")
        content = letter.content.decode(errors="replace") if letter else ""
        self._journal.note("mail", now, by.host, letter.recipient if letter else "", content)
        if by.host not in self._servers:
            raise SendFailed("connect")
        reply = self._servers[by.host](Posted(letter, by, now))
        return replace(reply, milliseconds=0)
