"""The port of mails that leave the system lives here."""

from dataclasses import dataclass, field
from typing import Literal, Protocol

Security = Literal["starttls", "tls", "none"]
Stage = Literal["login", "sender", "recipient", "data"]
"""The step of a mail's sending at which a server answered last."""


@dataclass(frozen=True, slots=True)
class Smarthost:
    """A mail server that takes our mails for everybody."""

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    security: Security = "starttls"


@dataclass(frozen=True, slots=True)
class Letter:
    """A whole mail, with the envelope's sender, to whom bounces go, and its one recipient."""

    sender: str
    recipient: str
    content: bytes


@dataclass(frozen=True, slots=True)
class MailReply:
    """A mail server's last answer: its code, its status such as `5.1.1`, and the step it is for."""

    code: int
    status: str = ""
    stage: Stage = "data"
    milliseconds: int = 0


class Mails(Protocol):
    """Sends mails. Many threads may send at once."""

    def send(self, letter: Letter, by: Smarthost | None, *, timeout_seconds: float) -> MailReply:
        """Send once, and return the last answer. Raises SendFailed.

        Without a smarthost the home's own service sends. A home without one raises SendFailed with
        the reason `blocked`.
        """

    def greet(self, by: Smarthost | None, domain: str, *, timeout_seconds: float) -> MailReply:
        """Log in and send nothing, to try the settings of a domain's channel. Raises SendFailed."""
