"""A channel may describe the customer beside the message, in a small object of plain values."""

import json
import re
from collections.abc import Mapping

from surgeline.domain.plain_text import plain_text
from surgeline.errors import BadRequest

MAX_ATTRIBUTES = 20
MAX_VALUE = 200
MAX_BYTES = 2_000
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")

Attributes = dict[str, str | int | float | bool]


def attributes_field(obj: Mapping[str, object], name: str) -> Attributes | None:
    """Return the attributes under `name`, or None without attributes. Raises BadRequest."""
    value = obj.get(name)
    if value is None:
        return None
    if not isinstance(value, Mapping):
        raise BadRequest(f"{name} must be an object of plain values", field=name)
    if len(value) > MAX_ATTRIBUTES:
        raise BadRequest(
            f"{name} must have at most {MAX_ATTRIBUTES} fields, not {len(value)}", field=name
        )
    found = {key: _value(name, key, each) for key, each in value.items()}
    size = len(json.dumps(found, ensure_ascii=False).encode("utf-8", "replace"))
    if size > MAX_BYTES:
        raise BadRequest(f"{name} must have at most {MAX_BYTES} bytes, not {size}", field=name)
    return found


def _value(name: str, key: str, value: object) -> str | int | float | bool:
    if not _NAME.fullmatch(key):
        raise BadRequest(
            f"{name} has a field whose name is not 1 to 40 of a-z 0-9 _, a letter first", field=name
        )
    place = f"{name}.{key}"
    if isinstance(value, str) and len(value) > MAX_VALUE:
        raise BadRequest(
            f"{place} must be text of 0 to {MAX_VALUE} characters, not {len(value)} characters",
            field=place,
        )
    if not isinstance(value, str | int | float):
        raise BadRequest(f"{place} must be text, a number, true or false", field=place)
    return plain_text(value) if isinstance(value, str) else value
