"""A provider's proof is compared here with those that a channel's own fields make."""

import hmac
from collections.abc import Callable, Iterable, Sequence

from surgeline.adapters.signing.field_sets import Fields
from surgeline.errors import Unauthorized

DECOY = b"no channel has this secret"


def require_proof(
    keys: Sequence[Fields],
    name: str,
    presented: str | None,
    *proofs: Callable[[bytes], bytes],
) -> None:
    """Accept what one of `proofs` makes of one of the secrets in the field `name`.

    A channel without a secret takes as long as one with a secret. Raises Unauthorized.
    """
    if not presented:
        raise Unauthorized(reason="missing")
    secrets = [each[name].encode() for each in keys if each.get(name)]
    theirs = presented.encode(errors="replace")
    made: Iterable[bytes] = (prove(secret) for secret in secrets or (DECOY,) for prove in proofs)
    matches = [hmac.compare_digest(ours, theirs) for ours in made]
    if not secrets or not any(matches):
        raise Unauthorized(reason="signature")
