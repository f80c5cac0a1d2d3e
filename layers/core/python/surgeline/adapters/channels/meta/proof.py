"""Meta's webhooks prove themselves here: by the app secret, and the first GET by a token.

The three channels of Meta share both.
"""

import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence

from surgeline.adapters.hooks import Call
from surgeline.adapters.signing.field_sets import Fields
from surgeline.errors import Unauthorized

_SCHEME = "sha256="
_CHALLENGE = re.compile(r"[!-~]{1,256}")
_DECOY = b"no channel has this secret"


def verify(keys: Sequence[Fields], call: Call) -> None:
    """Accept a body that one of the app secrets signed. Raises Unauthorized."""
    presented = call.headers.get("x-hub-signature-256")
    if not presented:
        raise Unauthorized(reason="missing")
    secrets = [each["app_secret"].encode() for each in keys if each.get("app_secret")]
    expected = [
        f"{_SCHEME}{hmac.digest(secret, call.body, hashlib.sha256).hex()}".encode()
        for secret in secrets or (_DECOY,)
    ]
    if not _is_one_of(expected, presented) or not secrets:
        raise Unauthorized(reason="signature")


def handshake(keys: Sequence[Fields], query: Mapping[str, str]) -> str:
    """Return Meta's challenge if Meta knows one of the verify tokens. Raises Unauthorized."""
    presented = query.get("hub.verify_token")
    challenge = query.get("hub.challenge", "")
    if not presented or query.get("hub.mode") != "subscribe" or not _CHALLENGE.fullmatch(challenge):
        raise Unauthorized(reason="missing")
    tokens = [each["verify_token"].encode() for each in keys if each.get("verify_token")]
    if not _is_one_of(tokens or [_DECOY], presented) or not tokens:
        raise Unauthorized(reason="token")
    return challenge


def _is_one_of(expected: Sequence[bytes], presented: str) -> bool:
    """Compare with each in a time that tells nothing of them."""
    theirs = presented.encode(errors="replace")
    matches = [hmac.compare_digest(ours, theirs) for ours in expected]
    return any(matches)
