"""Meta's Graph API is spoken to here: its paths, its errors, and the try of a token.

The codes are those of the three channels of Meta. `outcome` begins with the scope of a failure.
"""

import json
from collections.abc import Mapping
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
from surgeline.adapters.channels.meta.codes import PAIR, scope_of
from surgeline.adapters.configuration.providers import Checked, Finding
from surgeline.adapters.signing.field_sets import Fields
from surgeline.application.ports.deliveries import Reply, SendFailed
from surgeline.application.ports.targets import Refused, SendResult

API_BASE = "https://graph.facebook.com"
VERSION = "v25.0"
SECONDS = 10.0
UNAUTHORIZED = 401
PAIR_SECONDS = 6
"""How long one customer is left alone who got too many messages."""


def bearer(fields: Fields) -> Mapping[str, str]:
    """Return the header that proves who calls."""
    return {"authorization": f"Bearer {fields.get('access_token', '')}"}


def judge(reply: Reply) -> SendResult:
    """Return the meaning of Meta's answer. The codes say more than the status."""
    if reply.status < 300:  # noqa: PLR2004 # what HTTP calls success
        return delivered(reply)
    error = _error(reply)
    code, subcode = _code(error, "code"), _code(error, "error_subcode")
    told = f"status {reply.status}" + (f", code {code}" if code is not None else "")
    if scope := scope_of(code, subcode):
        return _scoped(reply, scope, told, is_pair=code == PAIR)
    if reply.status == UNAUTHORIZED:
        return held(reply, f"account: {told}", wait_seconds=ACCOUNT_WAIT_SECONDS)
    transient = error.get("is_transient") is True
    if transient or reply.status == THROTTLED or reply.status >= SERVER_ERRORS:
        return held(reply, f"later: {told}", wait_seconds=reply.retry_after_seconds)
    return failed(reply, f"message: {told}")


def _scoped(reply: Reply, scope: str, told: str, *, is_pair: bool) -> Refused:
    outcome = f"{scope}: {told}"
    if scope in ("window", "recipient"):
        return failed(reply, outcome)
    if is_pair:  # this customer's rate, and nobody else's
        return Refused(
            outcome=outcome,
            status=reply.status,
            milliseconds=reply.milliseconds,
            wait_seconds=PAIR_SECONDS,
        )
    wait = ACCOUNT_WAIT_SECONDS if scope == "account" else reply.retry_after_seconds
    return held(reply, outcome, wait_seconds=wait)


def _error(reply: Reply) -> Mapping[str, Any]:
    error = said(reply).get("error")
    return error if isinstance(error, Mapping) else {}


def _code(error: Mapping[str, Any], name: str) -> int | None:
    code = error.get(name)
    return code if isinstance(code, int) and not isinstance(code, bool) else None


def try_token(checked: Checked, path: str, body: object) -> Finding:
    """Try the access token by a message without a recipient, which reaches nobody.

    Meta looks at the token first. It refuses the message where it accepts the token.
    """
    name = "access_token"
    try:
        reply = checked.posts.post(
            f"{checked.settings.api_base}{path}",
            {"content-type": "application/json", **bearer(checked.fields)},
            json.dumps(body).encode(),
            timeout_seconds=SECONDS,
        )
    except SendFailed as error:
        return _unclear(name, error.reason)
    scope = scope_of(_code(_error(reply), "code"))
    if reply.status == UNAUTHORIZED or scope == "account":
        advice = (
            "Meta refuses it: make one that does not expire, with the right to send messages, "
            f"then `surgeline channel rotate ID --field {name}=-`"
        )
        return Finding(name, ok=False, said=advice)
    if reply.status == 400 and not scope:  # noqa: PLR2004 # the recipient that is missing
        return Finding(name, ok=True, said="Meta accepts it")
    return _unclear(name, f"HTTP {reply.status}")


def _unclear(name: str, why: str) -> Finding:
    return Finding(name, ok=False, said=f"Meta could not be asked ({why}); try again")
