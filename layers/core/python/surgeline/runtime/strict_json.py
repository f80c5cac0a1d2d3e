"""JSON from strangers is read here: bounded first, parsed strictly, then read field by field.

Signatures, content types and the meaning of the fields do not live here.
"""

import json
import math
import re
from collections.abc import Mapping
from typing import Literal, NoReturn, overload

from surgeline.errors import BadRequest, PayloadTooLarge

MAX_BYTES = 262_144
MAX_DEPTH = 32
MAX_ITEMS = 10_000
MIN_INT = -(2**63)
MAX_INT = 2**63 - 1

_MAX_INT_CHARS = 20
_BOM = b"\xef\xbb\xbf"
# Possessive, and the closing quote is optional: one pass over any text, even a broken one.
_STRING = re.compile(r'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
_BRACKET = re.compile(r"[\[\]{}]")
# Escapes are taken whole and in order, so that an escaped backslash never starts the next one.
_ESCAPE = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    r"|(?P<lone>u[dD][89a-fA-F][0-9a-fA-F]{2})|.)",
    re.DOTALL,
)


def loads(
    raw: bytes,
    *,
    max_bytes: int = MAX_BYTES,
    max_depth: int = MAX_DEPTH,
    max_items: int = MAX_ITEMS,
) -> object:
    r"""Return the value of one JSON document in UTF-8.

    Raises PayloadTooLarge over `max_bytes`. Any other fault raises BadRequest, which has the place
    of the fault and never any of the content. These are the faults:

    - no document, a byte order mark, bytes that are not UTF-8, or text after the document
    - nesting or items over the caps, or a key twice in an object
    - NaN, infinities, numbers that overflow, or integers beyond signed 64 bits

    A lone surrogate (`\ud800`) becomes U+FFFD, so that every string can be encoded later. U+0000
    stays as it was sent.
    """
    if len(raw) > max_bytes:
        raise PayloadTooLarge(f"the body has {len(raw)} bytes, at most {max_bytes} are accepted")
    if raw.startswith(_BOM):
        raise BadRequest("the body starts with a byte order mark; send plain UTF-8")
    if not raw.strip():
        raise BadRequest("the body is empty; a JSON document is expected")
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        raise BadRequest(f"the body is not UTF-8 at byte {error.start}") from error
    _check_shape(text, max_depth=max_depth, max_items=max_items)
    if "\\ud" in text or "\\uD" in text:
        text = _ESCAPE.sub(lambda m: r"\ufffd" if m["lone"] else m[0], text)
    try:
        value: object = json.loads(
            text,
            object_pairs_hook=_object,
            parse_int=_integer,
            parse_float=_number,
            parse_constant=_constant,
        )
    except json.JSONDecodeError as error:
        # A colon in the parser's message introduces the caller's own text, which is cut off.
        what = error.msg.partition(":")[0]
        raise BadRequest(
            f"not valid JSON: {what} (line {error.lineno}, column {error.colno})"
        ) from error
    return value


def load_object(
    raw: bytes,
    *,
    max_bytes: int = MAX_BYTES,
    max_depth: int = MAX_DEPTH,
    max_items: int = MAX_ITEMS,
) -> dict[str, object]:
    """Return the value of a document that must be an object. Otherwise see `loads`."""
    value = loads(raw, max_bytes=max_bytes, max_depth=max_depth, max_items=max_items)
    if not isinstance(value, dict):
        raise BadRequest(f"the body must be a JSON object, not {_kind(value)}")
    return value


@overload
def text_field(
    obj: Mapping[str, object],
    name: str,
    *,
    max_chars: int,
    min_chars: int = 1,
    required: Literal[True] = True,
) -> str: ...
@overload
def text_field(
    obj: Mapping[str, object], name: str, *, max_chars: int, min_chars: int = 1, required: bool
) -> str | None: ...
def text_field(
    obj: Mapping[str, object],
    name: str,
    *,
    max_chars: int,
    min_chars: int = 1,
    required: bool = True,
) -> str | None:
    """Return the text under `name`, or None for an absent optional field. Raises BadRequest."""
    expected = f"text of {min_chars} to {max_chars} characters"
    value = _present(obj, name, expected, required=required)
    if value is None:
        return None
    if not isinstance(value, str):
        _refuse(name, expected, _kind(value))
    if not min_chars <= len(value) <= max_chars:
        _refuse(name, expected, f"{len(value)} characters")
    return value


@overload
def int_field(
    obj: Mapping[str, object],
    name: str,
    *,
    minimum: int = 0,
    maximum: int = MAX_INT,
    required: Literal[True] = True,
) -> int: ...
@overload
def int_field(
    obj: Mapping[str, object],
    name: str,
    *,
    minimum: int = 0,
    maximum: int = MAX_INT,
    required: bool,
) -> int | None: ...
def int_field(
    obj: Mapping[str, object],
    name: str,
    *,
    minimum: int = 0,
    maximum: int = MAX_INT,
    required: bool = True,
) -> int | None:
    """Return the whole number under `name`.

    The values true and 1.0 are no whole numbers. Returns None and raises as `text_field` does.
    """
    expected = f"a whole number from {minimum} to {maximum}"
    value = _present(obj, name, expected, required=required)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int):
        _refuse(name, expected, _kind(value))
    if not minimum <= value <= maximum:
        _refuse(name, expected, "a number outside of that")
    return value


def _present(
    obj: Mapping[str, object], name: str, expected: str, *, required: bool
) -> object | None:
    value = obj.get(name)
    if value is None and required:
        _refuse(name, expected, "null" if name in obj else "nothing")
    return value


def _refuse(name: str, expected: str, found: str) -> NoReturn:
    raise BadRequest(f"{name} must be {expected}, not {found}", field=name)


def _kind(value: object) -> str:
    """Return a JSON value's type in words. The value itself is never repeated."""
    if value is None:
        return "null"
    names = {bool: "true or false", int: "a number", float: "a number", str: "text"}
    return names.get(type(value)) or ("an object" if isinstance(value, Mapping) else "an array")


def _check_shape(text: str, *, max_depth: int, max_items: int) -> None:
    """Refuse a text that is too deep or too large to build. The check is linear in the text."""
    bare = _STRING.sub("", text)
    if bare.count(",") + bare.count("[") + bare.count("{") > max_items:
        raise BadRequest(f"the JSON has too many items, at most {max_items} are accepted")
    depth = 0
    for bracket in _BRACKET.finditer(bare):
        depth += 1 if bracket[0] in "[{" else -1
        if depth > max_depth:
            raise BadRequest(f"the JSON is nested too deeply, at most {max_depth} levels")
        if depth < 0:
            return  # the parser says where the fault is


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise BadRequest("an object of the JSON has the same key twice")
    return found


def _integer(digits: str) -> int:
    if len(digits) > _MAX_INT_CHARS or not MIN_INT <= (value := int(digits)) <= MAX_INT:
        raise BadRequest("the JSON has an integer of more than 64 bits")
    return value


def _number(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise BadRequest("the JSON has a number that is too large")
    return value


def _constant(_name: str) -> NoReturn:
    raise BadRequest("NaN and Infinity are not JSON")
