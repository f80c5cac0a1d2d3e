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
from surgeline.application.ports.deliveries import Reply
from surgeline.application.ports.targets import SendResult

UNSUBSCRIBED = 21610
LATER = frozenset({20429, 20500, 20503, 21611, 63018})
RECIPIENT = frozenset(
    {UNSUBSCRIBED, 21211, 21217, 21612, 21614, 30003, 30004, 30005, 30006, 30007, 63003, 63024}
)
WINDOW = frozenset({63016})
ACCOUNT = frozenset(
    {20003, 20005, 20006, 20404, 21212, 21408, 21603, 21606, 21608, 21659, 21660, 21701, 21703}
    | {30002, 30034, 63007, 63038}
)
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
    scope = "recipient" if code in RECIPIENT else "window" if code in WINDOW else "message"
    return failed(reply, f"{scope}: {named}")
