"""The key that ids are made with is one secret of the deployment, read when first needed."""

import base64

from surgeline.application.ports.secrets import Secrets
from surgeline.errors import Unavailable

NAME = "ids"


def ids_key(secrets: Secrets) -> bytes:
    """Return the key. Raises Unavailable where it is not set; nothing is taken in without it."""
    value = secrets.get(NAME)
    if not value:
        raise Unavailable("the secret 'ids' is not set", retry_after_seconds=30)
    return base64.b64decode(value)
