"""Twilio's answers to a send are judged here, by Twilio's numbers of errors."""

from surgeline.adapters.channels.calls import (
    ACCOUNT_WAIT_SECONDS,
    SERVER_ERRORS,
    THROTTLED,
    delivered,
    failed,
    held,
    said,
)
from surgeline.adapters.channels.twilio.codes import ACCOUNT, LATER, UNSUBSCRIBED, scope_of
from surgeline.application.ports.deliveries import Reply
from surgeline.application.ports.targets import SendResult

DENIED = (401, 403)


def judge(reply: Reply) -> SendResult:
    """Return the meaning of Twilio's answer."""
    if reply.status < 300:  # noqa: PLR2004 # what HTTP calls success
        return delivered(reply)
    code = said(reply).get("code")
    named = f"error {code}" if isinstance(code, int) else f"status {reply.status}"
    if code in ACCOUNT or reply.status in DENIED:
        return held(reply, f"account: {named}", wait_seconds=ACCOUNT_WAIT_SECONDS)
    if code in LATER or reply.status == THROTTLED or reply.status >= SERVER_ERRORS:
        return held(reply, f"later: {named}", wait_seconds=reply.retry_after_seconds)
    if code == UNSUBSCRIBED:
        return failed(reply, f"recipient: {named}, unsubscribed")
    return failed(reply, f"{scope_of(code)}: {named}")
