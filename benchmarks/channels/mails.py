"""Customers' mail programs and their mail server stand here, on real SMTP. A share of it fails."""

import asyncio
import random
import smtplib
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiosmtpd.smtp import SMTP, Envelope, Session
from surgeline.application.ports.mails import Letter

from local.simulators.mailboxes import Mailboxes
from local.simulators.providers.server import Shown

HOST, ADDRESS = "127.0.0.1", "support@shop.example"
SECONDS = 30.0
TAKEN = "250 2.0.0 taken"
LATER = {"recipient": "451 4.7.1 too many mails", "data": "451 4.3.0 try again later"}


class PostOffice:
    """The smarthost of the e-mail channel, with the mailboxes of all its customers.

    `door` is the port at which the instance takes mails in. `calls` counts the mails that were
    brought, and `failed` those that a fault turned away.
    """

    def __init__(self, door: int, failing: float, seed: int) -> None:
        self.calls = self.failed = 0
        self._door = door
        self._failing = failing
        self._chance = random.Random(seed)  # noqa: S311 - plays faults
        self._mailboxes = Mailboxes()

    @property
    def shown(self) -> list[Shown]:
        """Return every mail in the mailboxes, in its order."""
        return self._mailboxes.shown

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[dict[str, str]]:
        """Serve on loopback, and yield the fields of a channel that sends by this server."""
        loop = asyncio.get_running_loop()
        server = await loop.create_server(self._connection, HOST, 0, backlog=1024)
        port = server.sockets[0].getsockname()[1]
        try:
            yield {"address": ADDRESS, "host": HOST, "port": f"{port}", "starttls": "no"}
        finally:
            server.close()

    def mail(self, user: str, text: str) -> bytes:
        """Return a customer's mail, which answers the newest one there."""
        return self._mailboxes.text(user, text, to=ADDRESS, now=round(time.time() * 1000))

    async def handle_RCPT(  # noqa: N802 # aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Accept any customer. Half of the faults are here, as those of one customer."""
        del server, session, options
        self.calls += 1
        if self._happens(self._failing / 2):
            return LATER["recipient"]
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 # aiosmtpd's name
        """Take a mail into its mailbox. The other faults are here, as those of the server."""
        del server, session
        if self._happens(self._failing / 2):
            return LATER["data"]
        assert isinstance(envelope.content, bytes)
        letter = Letter(envelope.mail_from or "", envelope.rcpt_tos[0], envelope.content)
        self._mailboxes.take(letter)
        return TAKEN

    def _connection(self) -> SMTP:
        loop = asyncio.get_running_loop()
        return SMTP(self, hostname="localhost", ident="Bench", enable_SMTPUTF8=True, loop=loop)

    def _happens(self, share: float) -> bool:
        happens = self._chance.random() < share
        self.failed += happens
        return happens

    def bring(self, user: str, mail: bytes) -> bool:
        """Bring a mail to the address in its `To`, and return whether it was taken. It waits."""
        to = next(line[4:] for line in mail.decode().splitlines() if line.startswith("To: "))
        try:
            with smtplib.SMTP(HOST, self._door, "localhost", SECONDS) as server:
                server.sendmail(user, [to.strip()], mail)
        except (OSError, smtplib.SMTPException):
            return False
        return True
