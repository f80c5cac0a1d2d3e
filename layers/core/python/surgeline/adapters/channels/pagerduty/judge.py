"""PagerDuty's answers to an event are judged here."""

from surgeline.adapters.channels.calls import (
    ACCOUNT_WAIT_SECONDS,
    SERVER_ERRORS,
    THROTTLED,
    delivered,
    failed,
    held,
    said,
)
from surgeline.application.ports.deliveries import Reply
from surgeline.application.ports.targets import SendResult

ACCEPTED = 202
INVALID = 400
_KEY_WORDS = ("routing_key", "routing key", "integration key")


def judge(reply: Reply) -> SendResult:
    """Return the meaning of an answer. Only 202 says that the event was taken."""
    status = reply.status
    if status == ACCEPTED:
        return delivered(reply)
    if status == THROTTLED or status >= SERVER_ERRORS:
        return held(reply, f"later: status {status}", wait_seconds=reply.retry_after_seconds)
    if status == INVALID and not _blames_key(reply):
        return failed(reply, f"message: status {status}")
    return held(reply, f"account: status {status}", wait_seconds=ACCOUNT_WAIT_SECONDS)


def _blames_key(reply: Reply) -> bool:
    """Return whether PagerDuty says that the integration key is wrong."""
    found = said(reply)
    told = f"{found.get('message')} {found.get('errors')}".lower()
    return any(each in told for each in _KEY_WORDS)
