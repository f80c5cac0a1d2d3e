"""Meta's webhooks prove themselves here: by the app secret, and the first GET by a token.

The three channels of Meta share both.
"""

import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from functools import partial

from surgeline.adapters.hooks import Call
from surgeline.adapters.signing.field_proof import require_proof
from surgeline.adapters.signing.field_sets import Fields
from surgeline.errors import Unauthorized

_CHALLENGE = re.compile(r"[!-~]{1,256}")


def verify(keys: Sequence[Fields], call: Call) -> None:
    """Accept a body that one of the app secrets signed. Raises Unauthorized."""
    presented = call.headers.get("x-hub-signature-256")
    require_proof(keys, "app_secret", presented, partial(_sign, call.body))


def _sign(body: bytes, secret: bytes) -> bytes:
    return f"sha256={hmac.digest(secret, body, hashlib.sha256).hex()}".encode()


def handshake(keys: Sequence[Fields], query: Mapping[str, str]) -> str:
    """Return Meta's challenge if Meta knows one of the verify tokens. Raises Unauthorized."""
    challenge = query.get("hub.challenge", "")
    if query.get("hub.mode") != "subscribe" or not _CHALLENGE.fullmatch(challenge):
        raise Unauthorized(reason="missing")
    require_proof(keys, "verify_token", query.get("hub.verify_token"), bytes)
    return challenge
