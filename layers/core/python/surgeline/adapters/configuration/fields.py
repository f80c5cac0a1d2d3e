"""Fields that a person wrote and no model has are found here, each with its place."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints


def unknown_fields(model: type, value: object, place: str = "") -> Iterator[str]:
    """Yield the places of fields in `value` that no dataclass of `model` has."""
    if not isinstance(value, Mapping):
        return
    hints = _hints(model)
    for name, item in value.items():
        where = f"{place}.{name}" if place else str(name)
        if name not in hints:
            yield f"{where}: there is no such field"
        else:
            yield from _inside(hints[name], item, where)


@cache
def _hints(model: type) -> Mapping[str, Any]:
    """Return the types of a dataclass's fields, which take long to find."""
    hints = get_type_hints(model)
    return {each.name: hints[each.name] for each in fields(model)}


def _inside(hint: Any, item: object, place: str) -> Iterator[str]:  # noqa: ANN401 # a type hint
    if is_dataclass(hint) and isinstance(hint, type):
        yield from unknown_fields(hint, item, place)
    elif get_origin(hint) in (Union, UnionType):
        for choice in get_args(hint):
            yield from _inside(choice, item, place)
    elif get_origin(hint) is Mapping and isinstance(item, Mapping):
        for name, each in item.items():
            yield from _inside(get_args(hint)[1], each, f"{place}.{name}")
    elif get_origin(hint) is tuple and isinstance(item, list | tuple):
        for number, each in enumerate(item):
            yield from _inside(get_args(hint)[0], each, f"{place}[{number}]")
