"""Mails arrive here over SMTP, in a process of their own, and are stored for channels and pools.

    python -m local.runner.mail_door

A mail is acknowledged once it is stored. It is taken only for addresses of e-mail channels and of
pools that work in a mailbox, so nothing is relayed. The server for the internet stands before this
one.
"""

import asyncio
import logging
import os
import socket
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Final, Protocol

from aiosmtpd.smtp import SMTP, Envelope, Session
from surgeline.adapters.channels.email.headers import untagged
from surgeline.adapters.channels.email.mime import MOST_BYTES
from surgeline.adapters.channels.email.settings import KIND_NAME, mailbox_of
from surgeline.adapters.signing.field_sets import field_sets
from surgeline.application.configuration import ConfigurationShelf
from surgeline.application.conversations.take_mail import ARRIVED
from surgeline.application.desks.take_desk_mail import FOLDER
from surgeline.application.ports.blobs import Blobs
from surgeline.application.ports.clock import Clock
from surgeline.application.ports.randomness import Randomness
from surgeline.application.ports.secrets import Secrets
from surgeline.errors import Unavailable
from surgeline.runtime.configuration import shelf_of

from local.home import names
from local.home.backend import from_environment
from local.runner.processes import child

MOST_RECIPIENTS: Final = 50
TIMEOUT_SECONDS: Final = 60.0
LONGEST_LINE: Final = 1_048_576
"""RFC 5321 ends a line at 998 characters. Many programs do not, and their mails are mails too."""

log = logging.getLogger(__name__)


class Home(Protocol):
    """The parts of a home that mails are stored with."""

    @property
    def clock(self) -> Clock:
        """Return the source of time."""

    @property
    def randomness(self) -> Randomness:
        """Return the source of chance."""

    def blobs(self) -> Blobs:
        """Return the store of mails."""

    def secrets(self) -> Secrets:
        """Return the secrets, which have the channels' addresses."""


class MailDoor:
    """The handler of one SMTP server (see aiosmtpd's handlers)."""

    def __init__(self, home: Home, shelf: ConfigurationShelf) -> None:
        self._home = home
        self._shelf = shelf

    async def handle_RCPT(  # noqa: N802 # aiosmtpd's name
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        rcpt_options: list[str],
    ) -> str:
        """Accept an address of a channel or pool, and refuse any other."""
        del server, session, rcpt_options
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return f"452 4.5.3 at most {MOST_RECIPIENTS} recipients"
        try:
            known = await asyncio.to_thread(self.folders)
        except Unavailable:
            return "451 4.3.0 try again later"
        if untagged(address.lower()) not in known:
            return "550 5.1.1 nobody has this address"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 # aiosmtpd's name
        """Store a mail once for each channel and pool it is for, and then acknowledge it."""
        del server
        content = envelope.content
        assert isinstance(content, bytes)
        peer = session.peer[0] if isinstance(session.peer, tuple) else "here"
        sender = (envelope.mail_from or "").strip("<>")  # the null sender comes with its brackets
        recipients = list(envelope.rcpt_tos)
        try:
            await asyncio.to_thread(self.store, sender, recipients, content, peer)
        except (Unavailable, OSError) as error:
            log.warning("a mail could not be stored: %s", type(error).__name__)
            return "451 4.3.0 try again later"
        return "250 2.0.0 stored"

    def channels(self) -> Mapping[str, str]:
        """Return the e-mail channels by their addresses. Raises Unavailable."""
        found: dict[str, str] = {}
        for each in self._shelf.current().channels:
            sets = field_sets(self._home.secrets(), each.id, KIND_NAME)
            if each.kind == KIND_NAME and sets:
                found[mailbox_of(sets[0]).address] = each.id
        return found

    def folders(self) -> Mapping[str, str]:
        """Return the folders of mails to channels and to pools, by their addresses.

        Raises Unavailable. A channel keeps an address that a pool has too.
        """
        found: dict[str, str] = {}
        for each in self._shelf.current().pools:
            sets = field_sets(self._home.secrets(), each.id, KIND_NAME, item="pools")
            if each.reached_by == KIND_NAME and sets:
                found[mailbox_of(sets[0]).address] = f"{FOLDER}{each.id}"
        return found | dict(self.channels())

    def store(self, sender: str, recipients: Iterable[str], content: bytes, peer: str) -> None:
        """Store the mail with its envelope before it. Raises Unavailable, OSError."""
        known, stored = self.folders(), set[str]()
        for address in recipients:
            folder = known.get(untagged(address.lower()), "")
            if folder and folder not in stored:
                stored.add(folder)
                name = self._home.randomness.token(16).hex()
                head = _trace(sender, address, peer, self._home.clock.now())
                self._home.blobs().put(f"{ARRIVED}{folder}/{name}", head + content)


class Smtp(SMTP):
    """An SMTP server that takes the lines of the real world."""

    line_length_limit = LONGEST_LINE


def server(door: MailDoor, loop: asyncio.AbstractEventLoop) -> Smtp:
    """Return the protocol of one connection."""
    return Smtp(
        door,
        data_size_limit=MOST_BYTES,
        enable_SMTPUTF8=True,
        hostname="localhost",
        ident="Surgeline",
        timeout=TIMEOUT_SECONDS,
        loop=loop,
    )


async def serve(door: MailDoor, listening: socket.socket, stopped: asyncio.Event) -> None:
    """Answer every connection until it is time to stop."""
    loop = asyncio.get_running_loop()
    opened = await loop.create_server(lambda: server(door, loop), sock=listening)
    async with opened:
        await stopped.wait()


def _trace(sender: str, recipient: str, peer: str, now: int) -> bytes:
    """Return the headers that the last server on a mail's way adds."""
    when = format_datetime(datetime.fromtimestamp(now // 1000, UTC))
    lines = (
        f"Return-Path: <{sender}>",
        f"Delivered-To: {recipient}",
        f"Received: from {peer} by Surgeline with SMTP; {when}",
    )
    plain = ("".join(each for each in line if each.isprintable()) for line in lines)
    return "".join(f"{line}\r\n" for line in plain).encode()


def _alarm(message: str, **fields: object) -> None:
    log.warning("%s: %s", message, sorted(fields))


async def _run(this: child.Child, stop: child.StopSignal) -> None:
    backend = from_environment(this.environ)
    listening = socket.socket(fileno=os.dup(int(this.environ[names.LISTEN_FD])))
    listening.settimeout(0)
    stopped = asyncio.Event()
    asyncio.get_running_loop().add_reader(stop.fd, stopped.set)
    this.ready()
    await serve(MailDoor(backend, shelf_of(backend, _alarm)), listening, stopped)


def main() -> None:
    """Take mails in until the supervisor says stop."""
    this = child.begin("mail-door")
    asyncio.run(_run(this, child.StopSignal()))


if __name__ == "__main__":
    main()
    child.end()
