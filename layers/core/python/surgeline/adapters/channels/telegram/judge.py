"""Telegram's answers to a send are judged here: what each means for the delivery and the channel.

`outcome` begins with the scope of a failure: the message, the recipient, the account, or later.
"""

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

FORBIDDEN = 403
DENIED = (401, 404)
"""Both mean that the token is wrong, because the token stands in the path."""
_GONE = ("chat not found", "user not found", "peer_id_invalid", "user is deactivated")


def judge(reply: Reply) -> SendResult:
    """Return the meaning of Telegram's answer."""
    status = reply.status
    if status < 300:  # noqa: PLR2004 # what HTTP calls success
        return delivered(reply)
    if status in DENIED:
        return held(reply, f"account: status {status}", wait_seconds=ACCOUNT_WAIT_SECONDS)
    if status == THROTTLED or status >= SERVER_ERRORS:
        return held(reply, f"later: status {status}", wait_seconds=_wait_seconds(reply))
    told = str(said(reply).get("description")).lower()
    gone = status == FORBIDDEN or any(each in told for each in _GONE)
    return failed(reply, f"{'recipient' if gone else 'message'}: status {status}")


def _wait_seconds(reply: Reply) -> int | None:
    """Return the wait that Telegram asks for, which stands in the body."""
    parameters = said(reply).get("parameters")
    wait = parameters.get("retry_after") if isinstance(parameters, dict) else None
    return wait if isinstance(wait, int) and wait >= 0 else reply.retry_after_seconds
