"""A customer's mail program and mail server are played here, over real SMTP on loopback.

Whoever types a line writes a mail as a customer, and the answers are printed.
"""

import asyncio
import random
import smtplib
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from aiosmtpd.smtp import SMTP, Envelope, Session
from surgeline.application.ports.mails import Letter

from local.simulators.mailboxes import Mailboxes
from local.simulators.provider import Faults
from local.simulators.webhooks import Say, stamp

USER: Final = "customer@customer.example"
HOST: Final = "127.0.0.1"
SECONDS: Final = 10.0
LATE_SECONDS: Final = 0.5


@dataclass(frozen=True, slots=True)
class Door:
    """The place where Surgeline takes mails in, and the channel's address."""

    host: str
    port: int
    address: str


class MailSimulator:
    """One mail server on loopback, with the mailboxes of every customer."""

    def __init__(
        self,
        door: Door,
        *,
        say: Say,
        faults: Faults | None = None,
        seed: int = 0,
        typed: Iterable[str] = (),
    ) -> None:
        self.mailboxes = Mailboxes()
        self._door = door
        self._say = say
        self._faults = faults or Faults()
        self._chance = random.Random(seed)  # noqa: S311 - plays faults
        self._typed = typed
        self._told = 0

    async def serve(self, port: int, ready: Callable[[int], None], stopped: asyncio.Event) -> None:
        """Take mails until it is time to stop. Raises OSError for a port in use."""
        loop = asyncio.get_running_loop()
        opened = await loop.create_server(lambda: self._protocol(loop), HOST, port)
        async with opened:
            ready(opened.sockets[0].getsockname()[1])
            threading.Thread(target=self._read, daemon=True).start()
            await stopped.wait()

    def write(self, text: str, *, user: str = USER) -> int:
        """Write a mail as a customer. Return the code that Surgeline's door answered with."""
        mail = self.mailboxes.text(user, text, to=self._door.address, now=_now())
        if self._happens(self._faults.reordered):
            threading.Timer(LATE_SECONDS, self._post, (user, mail)).start()
            return 0
        if self._happens(self._faults.duplicated):
            self._post(user, mail)
        return self._post(user, mail)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 # aiosmtpd's name
        """Take a mail of ours into the mailbox of its customer."""
        del server, session
        assert isinstance(envelope.content, bytes)
        if self._happens(self._faults.throttled):
            return "451 4.7.1 too many mails"
        letter = Letter(envelope.mail_from or "", envelope.rcpt_tos[0], envelope.content)
        reply = self.mailboxes.take(letter)
        self._tell()
        if self._happens(self._faults.echoed):
            threading.Thread(target=self._send_back, args=(letter,), daemon=True).start()
        return f"{reply.code} {reply.status} taken"

    def _send_back(self, letter: Letter) -> None:
        """Send a mail of ours back as it is, as a robot with a loop does."""
        self._post(letter.recipient, letter.content, to=self._door.address)

    def _protocol(self, loop: asyncio.AbstractEventLoop) -> SMTP:
        return SMTP(self, hostname="localhost", ident="Simulated", enable_SMTPUTF8=True, loop=loop)

    def _read(self) -> None:
        """Write each line that is typed, in a thread of its own, because reading blocks."""
        for line in self._typed:
            if text := line.strip():
                self.write(text)

    def _post(self, user: str, mail: bytes, *, to: str = "") -> int:
        door = self._door
        recipient = to or _recipient(mail) or door.address
        try:
            with smtplib.SMTP(door.host, door.port, "localhost", SECONDS) as server:
                server.sendmail(user, [recipient], mail)
        except smtplib.SMTPResponseException as error:
            return self._refused(error.smtp_code)
        except (OSError, smtplib.SMTPException) as error:
            named = isinstance(error, smtplib.SMTPRecipientsRefused)
            return self._refused(550 if named else 0)
        return 250

    def _refused(self, code: int) -> int:
        said = f"the door answered {code}" if code else "nothing answers at the door"
        self._say(f"{stamp(time.time())} {said} ({self._door.host}:{self._door.port})")
        return code

    def _tell(self) -> None:
        """Print what came into customers' mailboxes since the last time."""
        for each in self.mailboxes.shown[self._told :]:
            self._say(f"{stamp(time.time())} {each.by}\n{each.text}")
        self._told = len(self.mailboxes.shown)

    def _happens(self, share: float) -> bool:
        return self._chance.random() < share


def _recipient(mail: bytes) -> str:
    """Return the address in the mail's To, which may be tagged."""
    for line in mail.decode(errors="replace").splitlines():
        if line.lower().startswith("to:"):
            return line[3:].strip()
    return ""


def _now() -> int:
    return round(time.time() * 1000)
