"""The fields that a provider gives for a channel or pool are one secret with one form.

A set is `kind:` and the fields as JSON in base64. During a rotation spaces separate the sets, as
they separate secrets. The kind is part of it, so that one provider's hook never reads another's.
"""

import base64
import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Literal

from surgeline.application.ports.secrets import Secrets
from surgeline.errors import Unavailable

HOOK_URL = "hook_url"
"""Every set also has the URL that the provider calls, because some signatures cover it."""
Item = Literal["channels", "pools"]
Fields = Mapping[str, str]
"""The values of one set, by the names that the provider's console has for them."""


def write_fields(kind: str, fields: Fields) -> str:
    """Return one set as it is stored."""
    written = json.dumps(dict(fields)).encode()
    return f"{kind}:{base64.urlsafe_b64encode(written).decode()}"


def has_fields(stored: str) -> bool:
    """Return whether a stored secret has a provider's fields, and is no key of ours."""
    return ":" in stored


def field_sets(
    secrets: Secrets, item_id: str, kind: str, *, item: Item = "channels"
) -> tuple[Fields, ...]:
    """Return the sets of a channel or pool, the newest first, or none for one of another kind.

    Raises Unavailable for a set that can't be read.
    """
    name = f"{item}/{item_id}"
    stored = secrets.get(name) if name.isascii() else None
    return read_sets(kind, stored or "")


def read_sets(kind: str, stored: str) -> tuple[Fields, ...]:
    """Return the sets of a stored secret that are of that kind. Raises Unavailable."""
    sets = (each.partition(":") for each in stored.split())
    return tuple(_decoded(encoded) for of, _, encoded in sets if of == kind)


@lru_cache(maxsize=1_024)
def _decoded(encoded: str) -> Fields:
    try:
        fields = json.loads(base64.urlsafe_b64decode(encoded))
    except ValueError as error:
        raise Unavailable("a provider's fields can't be read; rotate them") from error
    if not isinstance(fields, dict):
        raise Unavailable("a provider's fields are no JSON object; rotate them")
    return {str(name): str(value) for name, value in fields.items()}
