"""LINE's answers to a send are judged here: what each means for the delivery and the channel.

`outcome` begins with the scope of a failure: the message, the recipient, the account, or later.
"""

import json
import re
from typing import Any

from surgeline.application.ports.deliveries import Reply
from surgeline.application.ports.targets import Delivered, Refused, SendResult

BAD_REQUEST, SENT_EARLIER, THROTTLED, SERVER_ERRORS = 400, 409, 429, 500
DENIED = (401, 403)
ACCOUNT_WAIT_SECONDS = 300
"""A refused account is mended by people, so the next try is minutes away."""
_PLACE = re.compile(r"[A-Za-z]{1,40}(?:\[\d{1,3}\])?(?:\.[A-Za-z]{1,40}(?:\[\d{1,3}\])?){0,5}")


def judge(reply: Reply) -> SendResult:
    """Return the meaning of LINE's answer. A repeat under a known retry key was sent earlier."""
    status = reply.status
    if status < 300 or status == SENT_EARLIER:  # noqa: PLR2004 # what HTTP calls success
        return Delivered(status, reply.milliseconds)
    said = _said(reply.body)
    if status in DENIED:
        return _refused(reply, f"account: status {status}", wait_seconds=ACCOUNT_WAIT_SECONDS)
    if status == THROTTLED and "monthly limit" in str(said.get("message")):
        return _refused(reply, "account: monthly limit", wait_seconds=ACCOUNT_WAIT_SECONDS)
    if status == THROTTLED or status >= SERVER_ERRORS:
        wait = reply.retry_after_seconds
        return _refused(reply, f"later: status {status}", wait_seconds=wait)
    place = _place(said)
    scope = "recipient" if place == "to" else "message"
    outcome = f"{scope}: status {status}" + (f" at {place}" if place else "")
    return Refused(outcome=outcome, status=status, milliseconds=reply.milliseconds, final=True)


def is_token_refused(reply: Reply) -> bool:
    """Return whether LINE refused only the reply token, which is used or too old."""
    message = str(_said(reply.body).get("message"))
    return reply.status == BAD_REQUEST and "reply token" in message.lower()


def _refused(reply: Reply, outcome: str, *, wait_seconds: int | None) -> Refused:
    return Refused(
        outcome=outcome,
        status=reply.status,
        milliseconds=reply.milliseconds,
        wait_seconds=wait_seconds,
        unhealthy=True,
    )


def _said(body: bytes) -> dict[str, Any]:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _place(said: dict[str, Any]) -> str:
    """Return the field that LINE names as wrong. Nothing of the text itself gets into a log."""
    details = said.get("details")
    first = details[0] if isinstance(details, list) and details else {}
    named = first.get("property") if isinstance(first, dict) else None
    if named is None and "'to'" in str(said.get("message")):
        named = "to"
    return named if isinstance(named, str) and _PLACE.fullmatch(named) else ""
