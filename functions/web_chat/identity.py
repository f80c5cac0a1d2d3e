"""A company's own site proves here which of its customers writes, so that nobody claims to be one.

The proof is the HMAC-SHA256 of the customer's id in hex, with a secret of the channel as its key.
Only the company's servers know the secret.
"""

import hashlib
import hmac
from collections.abc import Mapping

from surgeline.application.ports.secrets import Secrets
from surgeline.domain.customers.identity import ARRIVED
from surgeline.errors import BadRequest, Forbidden
from surgeline.runtime.strict_json import text_field

MAX_USER = 128
MAX_PROOF = 128
RESERVED = ("user_id", "user_verified", *ARRIVED)
"""Attributes that only a proof sets."""


def proven_user(secrets: Secrets, channel_id: str, body: Mapping[str, object]) -> str:
    """Return the customer's id that a body proves, or an empty text where it names none.

    Raises BadRequest, and Forbidden for a proof that none of the channel's secrets makes.
    """
    user = body.get("user")
    if user is None:
        return ""
    if not isinstance(user, Mapping):
        raise BadRequest('use {"id", "proof"}', field="user")
    user_id = text_field(user, "id", max_chars=MAX_USER)
    proof = text_field(user, "proof", max_chars=MAX_PROOF)
    if not user_id or not user_id.isprintable():
        raise BadRequest(f"use 1 to {MAX_USER} characters", field="user.id")
    known = (secrets.get(f"channels/{channel_id}") or "").split()
    if not any(_is_proof(each, user_id, proof) for each in known):
        raise Forbidden("the proof of this customer is not right, or the channel has no secret")
    return user_id


def _is_proof(secret: str, user_id: str, proof: str) -> bool:
    right = hmac.new(secret.encode(), user_id.encode(), hashlib.sha256).hexdigest()
    return hmac.compare_digest(right.encode(), proof.lower().encode("utf-8", "replace"))
