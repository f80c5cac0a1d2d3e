"""Ids are made with one secret key of the deployment, which is read when first needed."""

import base64

from surgeline.application.ports.secrets import Secrets
from surgeline.errors import Unavailable

NAME = "ids"


def ids_key(secrets: Secrets) -> bytes:
    """Return the key. Raises Unavailable while the key is not set, because no id can be made."""
    value = secrets.get(NAME)
    if not value:
        raise Unavailable("the secret 'ids' is not set", retry_after_seconds=30)
    return base64.b64decode(value)
