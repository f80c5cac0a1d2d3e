"""LINE's answers to a send are judged here: what each means for the delivery and the channel.

`outcome` begins with the scope of a failure: the message, the recipient, the account, or later.
"""

import re
from typing import Any

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

BAD_REQUEST, SENT_EARLIER = 400, 409
DENIED = (401, 403)
_PLACE = re.compile(r"[A-Za-z]{1,40}(?:\[\d{1,3}\])?(?:\.[A-Za-z]{1,40}(?:\[\d{1,3}\])?){0,5}")


def judge(reply: Reply) -> SendResult:
    """Return the meaning of LINE's answer. A repeat under a known retry key was sent earlier."""
    status = reply.status
    if status < 300 or status == SENT_EARLIER:  # noqa: PLR2004 # what HTTP calls success
        return delivered(reply)
    answer = said(reply)
    if status in DENIED:
        return held(reply, f"account: status {status}", wait_seconds=ACCOUNT_WAIT_SECONDS)
    if status == THROTTLED and "monthly limit" in str(answer.get("message")):
        return held(reply, "account: monthly limit", wait_seconds=ACCOUNT_WAIT_SECONDS)
    if status == THROTTLED or status >= SERVER_ERRORS:
        wait = reply.retry_after_seconds
        return held(reply, f"later: status {status}", wait_seconds=wait)
    place = _place(answer)
    scope = "recipient" if place == "to" else "message"
    outcome = f"{scope}: status {status}" + (f" at {place}" if place else "")
    return failed(reply, outcome)


def is_token_refused(reply: Reply) -> bool:
    """Return whether LINE refused only the reply token, which is used or too old."""
    message = str(said(reply).get("message"))
    return reply.status == BAD_REQUEST and "reply token" in message.lower()


def _place(answer: dict[str, Any]) -> str:
    """Return the field that LINE names as wrong. Nothing of the text itself gets into a log."""
    details = answer.get("details")
    first = details[0] if isinstance(details, list) and details else {}
    named = first.get("property") if isinstance(first, dict) else None
    if named is None and "'to'" in str(answer.get("message")):
        named = "to"
    return named if isinstance(named, str) and _PLACE.fullmatch(named) else ""
