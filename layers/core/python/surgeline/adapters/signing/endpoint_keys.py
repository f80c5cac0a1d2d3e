"""The signing keys of an endpoint are read here. An unusable secret is our fault."""

from functools import lru_cache

from surgeline.adapters.signing.field_sets import has_fields
from surgeline.adapters.signing.standard_webhooks import decode_secrets
from surgeline.application.ports.secrets import Secrets
from surgeline.errors import Unavailable, Unprocessable

_decoded = lru_cache(maxsize=1_024)(decode_secrets)


def endpoint_keys(secrets: Secrets, name: str) -> tuple[bytes, ...]:
    """Return the keys, the newest first. Raises Unavailable.

    There are none for an unknown endpoint, and for a channel that a provider's fields open.
    """
    stored = secrets.get(name) if name.isascii() else None
    if not stored or has_fields(stored):
        return ()
    try:
        return _decoded(stored)
    except Unprocessable as error:
        raise Unavailable(f"the secret {name!r} can't be used", retry_after_seconds=60) from error
