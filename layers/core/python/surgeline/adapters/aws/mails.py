"""Mails are sent by Amazon SES here, or by the smarthost that a channel names."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from surgeline.application.ports.clock import Clock
from surgeline.application.ports.deliveries import SendFailed
from surgeline.application.ports.mails import Letter, MailReply, Mails, Smarthost

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client

ACCEPTED = 250
SERVER_ERRORS = 500
_MEANINGS = {
    "TooManyRequestsException": (451, "4.7.1"),
    "ThrottlingException": (451, "4.7.1"),
    "LimitExceededException": (550, "5.4.5"),
    "AccountSuspendedException": (535, "5.7.1"),
    "SendingPausedException": (535, "5.7.1"),
    "MailFromDomainNotVerifiedException": (535, "5.7.1"),
    "AccessDeniedException": (535, "5.7.1"),
    "NotFoundException": (535, "5.7.1"),
    "MessageRejected": (535, "5.7.1"),
    "BadRequestException": (554, "5.6.0"),
}
"""SES's refusals in the words of SMTP. Most mean that the account or its identity is not ready."""


class SesMails:
    """Sends by SES where a channel names no smarthost, and else over SMTP."""

    def __init__(
        self, client: "Callable[[], SESV2Client]", smtp: Callable[[], Mails], clock: Clock
    ) -> None:
        self._client = client
        self._smtp = smtp
        self._clock = clock

    def send(self, letter: Letter, by: Smarthost | None, *, timeout_seconds: float) -> MailReply:
        """See ports.mails.Mails. SES puts its own id in the place of the mail's Message-ID."""
        if by is not None:
            return self._smtp().send(letter, by, timeout_seconds=timeout_seconds)
        return self._asked(
            lambda: self._client().send_email(
                Destination={"ToAddresses": [letter.recipient]},
                FeedbackForwardingEmailAddress=letter.sender,
                Content={"Raw": {"Data": letter.content}},
            )
        )

    def greet(self, by: Smarthost | None, domain: str, *, timeout_seconds: float) -> MailReply:
        """See ports.mails.Mails. SES must have verified the domain."""
        if by is not None:
            return self._smtp().greet(by, domain, timeout_seconds=timeout_seconds)
        verified: list[bool] = []

        def ask() -> None:
            found = self._client().get_email_identity(EmailIdentity=domain)
            verified.append(bool(found.get("VerifiedForSendingStatus")))

        reply = self._asked(ask)
        return reply if verified != [False] else MailReply(535, "5.7.1", "login")

    def _asked(self, ask: Callable[[], object]) -> MailReply:
        """Call SES once, and return its answer in SMTP's words. Raises SendFailed."""
        began = self._clock.now()
        try:
            ask()
        except ClientError as error:
            code = str(error.response.get("Error", {}).get("Code", ""))
            status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
            usual = (451, "4.3.0") if status >= SERVER_ERRORS else (554, "5.6.0")
            reply, enhanced = _MEANINGS.get(code, usual)
            return MailReply(reply, enhanced, "data", self._clock.now() - began)
        except BotoCoreError as error:
            raise SendFailed("timeout", self._clock.now() - began, sent=True) from error
        return MailReply(ACCEPTED, "2.0.0", "data", self._clock.now() - began)
