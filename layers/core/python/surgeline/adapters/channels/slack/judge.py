"""Slack's answers to a send are judged here. Slack says `ok: false` with the status 200."""

import re

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
    if reply.status < 300 and answer.get("ok") is True:  # noqa: PLR2004 # what HTTP calls success
        return delivered(reply)
    error = answer.get("error")
    word = error if isinstance(error, str) and _WORD.fullmatch(error) else ""
    named = word or f"status {reply.status}"
    if reply.status == THROTTLED or reply.status >= SERVER_ERRORS or word in LATER:
        return held(reply, f"later: {named}", wait_seconds=reply.retry_after_seconds)
    if word in ACCOUNT:
        return held(reply, f"account: {named}", wait_seconds=ACCOUNT_WAIT_SECONDS)
    return failed(reply, f"{'recipient' if word in RECIPIENT else 'message'}: {named}")
