"""The mailbox of a team is played here over real SMTP on loopback, with the people who answer."""

import asyncio
import smtplib
from collections.abc import Callable
from email import message_from_bytes
from typing import Final

from aiosmtpd.smtp import SMTP, Envelope, Session
from surgeline.application.ports.mails import Letter

from local.simulators.desk import Desk
from local.simulators.desks.mailbox import MailboxTool
from local.simulators.desks.team import Team
from local.simulators.tool import OK, Play, TeamAtWork

HOST: Final = "127.0.0.1"
SECONDS: Final = 10.0
REFUSED: Final = 400
"""The answer of a door that will not take the mail, as HTTP says it."""
_LATER: Final = 500


class MailTeam(TeamAtWork):
    """A mail server with one mailbox, whose people write to Surgeline's door at `port`."""

    def __init__(self, mailbox: str, desk: Desk, play: Play, *, host: str, port: int) -> None:
        self._tool = MailboxTool(mailbox)
        super().__init__(Team(self._tool, desk), play)
        self._door = host, port

    async def serve(self, port: int, ready: Callable[[int], None], stopped: asyncio.Event) -> None:
        """Take mails until it is time to stop. Raises OSError for a port in use."""
        loop = asyncio.get_running_loop()
        opened = await loop.create_server(lambda: self._protocol(loop), HOST, port)
        async with opened, self.working():
            ready(opened.sockets[0].getsockname()[1])
            await stopped.wait()

    async def send(self, event: bytes) -> int:
        """Send a person's mail to the door. Return what its answer would be in HTTP."""
        return await asyncio.to_thread(self._post, event)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 # aiosmtpd's name
        """Take a mail of ours into the mailbox."""
        del server, session
        assert isinstance(envelope.content, bytes)
        if await self.fails():
            return "451 4.3.2 try again later"
        letter = Letter(envelope.mail_from or "", envelope.rcpt_tos[0], envelope.content)
        reply, brought = self._tool.take(letter)
        self.bring(brought)
        return f"{reply.code} {reply.status} taken"

    def _protocol(self, loop: asyncio.AbstractEventLoop) -> SMTP:
        return SMTP(self, hostname="localhost", ident="Simulated", enable_SMTPUTF8=True, loop=loop)

    def _post(self, event: bytes) -> int:
        mail = message_from_bytes(event)
        try:
            with smtplib.SMTP(*self._door, "localhost", SECONDS) as server:
                server.sendmail(str(mail["From"]), [str(mail["To"])], event)
        except smtplib.SMTPRecipientsRefused as error:
            return _status(next(code for code, _ in error.recipients.values()))
        except smtplib.SMTPResponseException as error:
            return _status(error.smtp_code)
        except (OSError, smtplib.SMTPException):
            return 0
        return OK


def _status(code: int) -> int:
    """Return a refusal as HTTP says it. One with a code below 500 is for later."""
    return _LATER if code < _LATER else REFUSED
