"""Slack's answers to a send are judged here. Slack says `ok: false` with the status 200."""

import re
from collections.abc import Mapping
from typing import Any

from surgeline.adapters.channels.calls import (
    ACCOUNT_WAIT_SECONDS,
    delivered,
    failed,
    held,
    said,
    unanswered,
)
from surgeline.application.ports.deliveries import Reply
from surgeline.application.ports.targets import Refused, SendResult

LATER = frozenset(
    {
        "ratelimited",
        "rate_limited",
        "internal_error",
        "fatal_error",
        "service_unavailable",
        "request_timeout",
    }
)
ACCOUNT = frozenset(
    {
        "invalid_auth",
        "not_authed",
        "account_inactive",
        "token_revoked",
        "token_expired",
        "missing_scope",
        "not_allowed_token_type",
        "no_permission",
        "ekm_access_denied",
        "team_access_not_granted",
        "message_limit_exceeded",
        "access_denied",
        "accesslimited",
        "org_login_required",
        "team_added_to_org",
    }
)
RECIPIENT = frozenset(
    {
        "channel_not_found",
        "is_archived",
        "not_in_channel",
        "user_not_found",
        "users_not_found",
        "cannot_dm_bot",
        "messages_tab_disabled",
        "restricted_action",
        "thread_locked",
    }
)
_WORD = re.compile(r"[a-z_]{1,60}")


def judge(reply: Reply) -> SendResult:
    """Return the meaning of Slack's answer."""
    answer = said(reply)
    if later := later_of(reply):
        return later
    if reply.status < 300 and answer.get("ok") is True:  # noqa: PLR2004 # what HTTP calls success
        return delivered(reply)
    word = _word_of(answer)
    named = word or f"status {reply.status}"
    if word in ACCOUNT:
        return held(reply, f"account: {named}", wait_seconds=ACCOUNT_WAIT_SECONDS)
    return failed(reply, f"{'recipient' if word in RECIPIENT else 'message'}: {named}")


def later_of(reply: Reply) -> Refused | None:
    """Return why Slack cannot answer now. It may say so with `ok: false`."""
    word = _word_of(said(reply))
    if word in LATER:
        return held(reply, f"later: {word}", wait_seconds=reply.retry_after_seconds)
    return unanswered(reply)


def _word_of(answer: Mapping[str, Any]) -> str:
    error = answer.get("error")
    return error if isinstance(error, str) and _WORD.fullmatch(error) else ""
