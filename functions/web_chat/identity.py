"""A company's own site proves here which of its customers writes, so that nobody claims to be one.

The proof is an HMAC-SHA256 in hex, with a secret of the channel as its key, over the customer's id,
or over the time, a line feed and the id. Only the company's servers know the secret. A proof with a
time is good for an hour. One without a time may have been copied at any time.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass

from surgeline.application.ports.secrets import Secrets
from surgeline.domain.customers.identity import ARRIVED
from surgeline.errors import BadRequest, Forbidden
from surgeline.runtime.strict_json import text_field

MAX_USER = 128
MAX_PROOF = 128
FRESH_SECONDS = 3_600
AHEAD_SECONDS = 300
"""A server's clock may be ahead of ours by so much."""
RESERVED = ("user_id", "user_verified", *ARRIVED)
"""Attributes that only a proof sets."""
_MOST_SECONDS = 10**11


@dataclass(frozen=True, slots=True)
class Proven:
    """The customer's id that a site proves, or an empty text. `is_fresh` means proven just now."""

    user: str = ""
    is_fresh: bool = False


def proven_user(
    secrets: Secrets, channel_id: str, body: Mapping[str, object], *, now: int
) -> Proven:
    """Return the customer that a body proves at `now` (UTC epoch ms), or nobody if it names none.

    Raises BadRequest, and Forbidden for a proof that none of the channel's secrets makes, or that
    is too old.
    """
    user = body.get("user")
    if user is None:
        return Proven()
    if not isinstance(user, Mapping):
        raise BadRequest('use {"id", "proof", "at"}', field="user")
    user_id = text_field(user, "id", max_chars=MAX_USER)
    proof = text_field(user, "proof", max_chars=MAX_PROOF)
    if not user_id or not user_id.isprintable():
        raise BadRequest(f"use 1 to {MAX_USER} characters", field="user.id")
    at = _time_of(user)
    proven = user_id if at is None else f"{at}\n{user_id}"  # an id has no line feed
    known = (secrets.get(f"channels/{channel_id}") or "").split()
    if not any(_is_proof(each, proven, proof) for each in known):
        raise Forbidden("the proof of this customer is not right, or the channel has no secret")
    if at is not None and not -AHEAD_SECONDS <= now // 1000 - at <= FRESH_SECONDS:
        raise Forbidden(
            "the proof of this customer is older than an hour, or its time is in the future; have "
            "your server make a new one"
        )
    return Proven(user_id, is_fresh=at is not None)


def _time_of(user: Mapping[str, object]) -> int | None:
    """Return when a proof says that it was made, in seconds. Raises BadRequest."""
    at = user.get("at")
    if at is None:
        return None
    if not isinstance(at, int) or isinstance(at, bool) or not 0 <= at < _MOST_SECONDS:
        raise BadRequest("use the seconds since 1970 as a whole number", field="user.at")
    return at


def _is_proof(secret: str, proven: str, proof: str) -> bool:
    right = hmac.new(secret.encode(), proven.encode(), hashlib.sha256).hexdigest()
    return hmac.compare_digest(right.encode(), proof.lower().encode("utf-8", "replace"))
