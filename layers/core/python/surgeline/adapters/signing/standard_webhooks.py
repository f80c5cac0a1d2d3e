"""Standard Webhooks v1 lives here: secrets, signing and verifying, with the standard library.

Parsing the body, remembering webhook ids and the asymmetric `v1a` do not live here.
"""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence

from surgeline.errors import BadRequest, Unauthorized, Unprocessable

SECRET_PREFIX = "whsec_"  # noqa: S105 - the public prefix, no secret
# The specification says 24, yet its own test of an unpadded secret decodes to 23 bytes.
MIN_SECRET_BYTES = 23
MAX_SECRET_BYTES = 64
MAX_SECRETS = 4
MAX_SIGNATURES = 16
TOLERANCE_SECONDS = 300

_ID, _TIMESTAMP, _SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
# The edge takes 10,240 bytes of headers, so a longer id never came through it.
_MAX_HASHED_ID_CHARS = 10_240
_ID_FORM = re.compile(r"[!-\-/-~]{1,255}")  # printable ASCII without space and dot
_TIMESTAMP_FORM = re.compile(r"[0-9]{1,12}")
_KEY_FORM = re.compile(r"[A-Za-z0-9+/]+={0,2}")
_DECOY = bytes(24)  # hashed in place of an absent secret, so that both take the same time


def decode_secret(text: str) -> bytes:
    """Return the key of one `whsec_` secret. Its base64 may have no padding.

    Raises Unprocessable, whose message never repeats the secret.
    """
    encoded = text.removeprefix(SECRET_PREFIX)
    if encoded == text:
        raise Unprocessable(f"a webhook secret starts with {SECRET_PREFIX}")
    bare = encoded.rstrip("=")
    padded = bare + "=" * (-len(bare) % 4)
    if not _KEY_FORM.fullmatch(encoded) or encoded not in (bare, padded):
        raise Unprocessable(f"a webhook secret must be base64 after {SECRET_PREFIX}")
    try:
        key = base64.b64decode(padded, validate=True)
    except binascii.Error as error:
        raise Unprocessable("the base64 of a webhook secret is cut short") from error
    _check_length(key)
    return key


def decode_secrets(text: str) -> tuple[bytes, ...]:
    """Return the keys of one stored value. During a rotation spaces separate its secrets.

    Raises Unprocessable, also for an empty value.
    """
    parts = text.split()
    if not 1 <= len(parts) <= MAX_SECRETS:
        raise Unprocessable(f"expected 1 to {MAX_SECRETS} webhook secrets, got {len(parts)}")
    return tuple(decode_secret(part) for part in parts)


def new_secret(random_bytes: bytes) -> str:
    """Return a secret to hand out, from the caller's random bytes (32 are good)."""
    _check_length(random_bytes)
    return SECRET_PREFIX + base64.b64encode(random_bytes).decode()


def sign(
    secrets: Sequence[bytes], *, webhook_id: str, timestamp: int, body: bytes
) -> dict[str, str]:
    """Return the three headers of one attempt, with one signature a secret.

    `timestamp` is in seconds. Raises ValueError on an id that no receiver should take, or without
    a usable secret.
    """
    if not _ID_FORM.fullmatch(webhook_id):
        raise ValueError("a webhook id is 1 to 255 printable ASCII characters without dots")
    if not secrets or not all(secrets):
        raise ValueError("nothing can be signed without a secret")
    written = str(timestamp)
    signatures = (_signature(secret, webhook_id, written, body) for secret in secrets)
    return {
        _ID: webhook_id,
        _TIMESTAMP: written,
        _SIGNATURE: " ".join(f"v1,{signature.decode()}" for signature in signatures),
    }


def verify(
    secrets: Sequence[bytes],
    headers: Mapping[str, str],
    body: bytes,
    *,
    now_seconds: int,
    tolerance: int = TOLERANCE_SECONDS,
) -> str:
    """Return the webhook id of a request that one of the secrets signed.

    Header names may be in any case. Raises Unauthorized (reason: missing, duplicate, timestamp, id,
    signatures, signature). A caller that signed correctly is told more. It gets BadRequest for an
    id that is empty, over 255 characters or not printable ASCII without spaces and dots. No input
    raises anything else.
    """
    webhook_id, timestamp, presented = (_header(headers, n) for n in (_ID, _TIMESTAMP, _SIGNATURE))
    if not _TIMESTAMP_FORM.fullmatch(timestamp) or abs(now_seconds - int(timestamp)) > tolerance:
        raise Unauthorized(reason="timestamp")
    if len(webhook_id) > _MAX_HASHED_ID_CHARS:
        raise Unauthorized(reason="id")
    candidates = _candidates(presented)
    usable = [secret for secret in secrets if secret]
    expected = [_signature(key, webhook_id, timestamp, body) for key in usable or (_DECOY,)]
    # Encoded forms are compared: base64 in any other form than ours is never decoded.
    matches = [hmac.compare_digest(ours, theirs) for ours in expected for theirs in candidates]
    if not usable or not any(matches):
        raise Unauthorized(reason="signature")
    if not _ID_FORM.fullmatch(webhook_id):
        raise BadRequest(
            f"{_ID} must be 1 to 255 printable ASCII characters without spaces and dots",
            field=_ID,
        )
    return webhook_id


def _check_length(key: bytes) -> None:
    if not MIN_SECRET_BYTES <= len(key) <= MAX_SECRET_BYTES:
        raise Unprocessable(
            f"a webhook secret has 24 to {MAX_SECRET_BYTES} bytes, this one has {len(key)}"
        )


def _header(headers: Mapping[str, str], name: str) -> str:
    """Return the one value of a header. Two spellings of its name count as two headers."""
    values = [value for key, value in headers.items() if key.lower() == name]
    if len(values) > 1:
        raise Unauthorized(reason="duplicate")
    if not values or not isinstance(values[0], str):
        raise Unauthorized(reason="missing")
    return values[0]


def _candidates(presented: str) -> list[bytes]:
    """Return the v1 signatures of the header. Other versions are ignored."""
    parts = presented.split(" ", MAX_SIGNATURES)
    if len(parts) > MAX_SIGNATURES:
        raise Unauthorized(reason="signatures")
    if any(part.count(",") > 1 for part in parts):
        # An HTTP API joins repeated headers with commas. A second header is no signature.
        raise Unauthorized(reason="duplicate")
    tagged = (part.partition(",") for part in parts)
    return [value.encode(errors="replace") for version, _, value in tagged if version == "v1"]


def _signature(secret: bytes, webhook_id: str, timestamp: str, body: bytes) -> bytes:
    # Nobody can sign lone surrogates, and they must not become a crash either.
    signed = b"%s.%s.%s" % (webhook_id.encode(errors="surrogatepass"), timestamp.encode(), body)
    return base64.b64encode(hmac.digest(secret, signed, hashlib.sha256))
