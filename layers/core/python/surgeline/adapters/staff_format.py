"""People, passes, acts and cases are written here as JSON text, the same in both homes."""

from collections.abc import Hashable
from functools import cache
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter, ValidationError

from surgeline.errors import Unreadable

_T = TypeVar("_T")


def encode(value: object) -> str:
    """Return the item as a store keeps it, in ASCII."""
    return (
        _adapter(cast("Hashable", type(value))).dump_json(value, ensure_ascii=True).decode("ascii")
    )


def decode(kind: type[_T], text: str) -> _T:
    """Return the item that a store kept. Raises Unreadable, without quoting the item."""
    try:
        found: _T = _adapter(cast("Hashable", kind)).validate_json(text)
    except ValidationError:
        raise Unreadable(f"this release can't read a stored {kind.__name__}") from None
    return found


@cache
def _adapter(kind: Hashable) -> TypeAdapter[Any]:
    return TypeAdapter(cast("Any", kind))
