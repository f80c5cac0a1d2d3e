"""A mail server's answers to a mail are judged here: what each means for it and for the channel.

`outcome` begins with the scope of a failure: the message, the recipient, the account, or later.
"""

from surgeline.application.ports.mails import MailReply
from surgeline.application.ports.targets import Delivered, Refused, SendResult

SERVICE_UNAVAILABLE = 421
FAILURES = 500
ACCOUNT_WAIT_SECONDS = 300
"""A refused account is mended by people, so the next try is minutes away."""
LATER_WAIT_SECONDS = 60
_ACCOUNT_CODES = (530, 534, 535, 538)
_FULL = ("5.2.2", "4.2.2")
_QUOTA = "5.4.5"
_MESSAGE = ("5.2.3", "5.3.4", "5.6", "5.7.26")


def judge(reply: MailReply) -> SendResult:
    """Return the meaning of a server's last answer."""
    code, status = reply.code, reply.status
    if 200 <= code < 300:  # noqa: PLR2004 # what SMTP calls success
        return Delivered(code, reply.milliseconds)
    named = f"status {code}" + (f" {status}" if status else "")
    if code in _ACCOUNT_CODES:
        return _waits(reply, f"account: {named}", ACCOUNT_WAIT_SECONDS, unhealthy=True)
    if code < FAILURES or status in _FULL:
        return _waits(reply, f"later: {named}", LATER_WAIT_SECONDS, unhealthy=_is_servers(reply))
    if status.startswith(_MESSAGE):
        return _failed(reply, f"message: {named}")
    if reply.stage in ("login", "sender") or status == _QUOTA or status.startswith("5.7"):
        return _waits(reply, f"account: {named}", ACCOUNT_WAIT_SECONDS, unhealthy=True)
    theirs = reply.stage == "recipient" or status.startswith(("5.1", "5.2"))
    return _failed(reply, f"{'recipient' if theirs else 'message'}: {named}")


def _is_servers(reply: MailReply) -> bool:
    """Return whether a server can't work at all now, for whichever recipient."""
    return reply.code == SERVICE_UNAVAILABLE or reply.stage != "recipient"


def _waits(reply: MailReply, outcome: str, seconds: int, *, unhealthy: bool) -> Refused:
    return Refused(
        outcome=outcome,
        status=reply.code,
        milliseconds=reply.milliseconds,
        wait_seconds=seconds,
        unhealthy=unhealthy,
    )


def _failed(reply: MailReply, outcome: str) -> Refused:
    return Refused(outcome=outcome, status=reply.code, milliseconds=reply.milliseconds, final=True)
