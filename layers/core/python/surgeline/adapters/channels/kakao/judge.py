"""Kakao's answers to a callback are judged here."""

from surgeline.adapters.channels.calls import (
    SERVER_ERRORS,
    THROTTLED,
    delivered,
    failed,
    held,
    said,
)
from surgeline.application.ports.deliveries import Reply
from surgeline.application.ports.targets import Refused, SendResult

GONE = (403, 404, 410)
REFUSED = ("FAIL", "ERROR")
SPENT = "window: the callback is used or too old"


def judge(reply: Reply) -> SendResult:
    """Return the meaning of an answer. Kakao also refuses with the status 200."""
    answer = said(reply)
    status = reply.status
    if status < 300 and answer.get("status") not in REFUSED:  # noqa: PLR2004 # a success
        return delivered(reply)
    if status == THROTTLED or status >= SERVER_ERRORS:
        return held(reply, f"later: status {status}", wait_seconds=reply.retry_after_seconds)
    told = str(answer.get("message")).lower()
    if status in GONE or "token" in told or "expire" in told:
        return failed(reply, SPENT)
    return failed(reply, f"message: status {status}")


def is_spent(result: SendResult) -> bool:
    """Return whether Kakao refused only the callback, which is used or too old."""
    return isinstance(result, Refused) and result.outcome == SPENT
