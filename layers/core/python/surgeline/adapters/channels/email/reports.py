"""Reports of mail servers about our mails are read here: bounces, delays and complaints.

A report ends a thread only if it quotes an id or an address of ours, which strangers can't guess.
"""

import re
from typing import Final, Literal

from surgeline.adapters.channels.email.headers import null_sender, thread_named, threads_in
from surgeline.adapters.channels.email.mime import Mime

Meaning = Literal["bounced", "delayed", "refused", "complained", "unclear"]

_FLAGS: Final = re.IGNORECASE | re.MULTILINE
_STATUS = re.compile(
    r"^(?:status|diagnostic-code)\s*:.{0,40}?\b([245])\.(\d{1,3})\.(\d{1,3})\b", _FLAGS
)
_CODE = re.compile(r"^diagnostic-code\s*:.{0,40}?\b([45])\d\d\b", _FLAGS)
_ACTION = re.compile(r"^action\s*:\s*([a-z]{1,20})", _FLAGS)
_FEEDBACK = re.compile(r"^feedback-type\s*:\s*([a-z-]{1,20})", _FLAGS)
_COMPLAINTS: Final = ("abuse", "fraud", "opt-out", "opt-out-list")
_FULL: Final = ("2", "2")
"""A mailbox that is full (5.2.2) may take mails again later."""


def report_of(mime: Mime) -> Meaning | None:
    """Return the meaning of a mail that reports on one of ours, or None for any other mail."""
    fields = "\n".join(text for _, text in mime.reports)
    if mime.report_type == "feedback-report" or "message/feedback-report" in dict(mime.reports):
        kind = _FEEDBACK.search(fields)
        return "complained" if kind and kind[1].lower() in _COMPLAINTS else "unclear"
    if mime.report_type == "delivery-status" or "message/delivery-status" in dict(mime.reports):
        return _status(fields)
    if mime.media == "multipart/report":
        return "unclear"
    submitted = mime.first("auto-submitted").lower()
    return "unclear" if null_sender(mime) and not submitted.startswith("auto-replied") else None


def reported_thread(mime: Mime) -> str:
    """Return the thread that a report is about, or nothing where it does not say."""
    quoted = "\n".join(text for media, text in mime.reports if media != "message/delivery-status")
    return thread_named(mime) or next(threads_in(quoted), "")


def _status(fields: str) -> Meaning:
    action = _ACTION.search(fields)
    if action and action[1].lower() != "failed":
        return "delayed"
    status = _STATUS.search(fields)
    if status is None:
        code = _CODE.search(fields)
        return "unclear" if code is None else "bounced" if code[1] == "5" else "delayed"
    if status[1] != "5" or (status[2], status[3]) == _FULL:
        return "delayed"
    return "refused" if status[2] == "7" else "bounced"
