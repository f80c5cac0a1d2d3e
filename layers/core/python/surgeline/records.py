"""Frozen records with many fields are made here in a third of the time that `dataclasses` takes.

A frozen dataclass sets each field by a call that goes around its own guard. A message makes about
thirty records, with four hundred fields. So a record is filled here while it has another class,
which has the same slots and no guard. It gets its own class when it is full.
"""

from collections.abc import Callable, Sequence
from dataclasses import MISSING, Field, fields
from functools import wraps
from typing import Any, Final, TypeVar

Record = TypeVar("Record")

_NOT_GIVEN: Final = object()


def quick(kind: type[Record]) -> type[Record]:
    """Have a frozen dataclass with slots make its instances sooner, and otherwise as before.

    It pays from about seven fields on. Raises TypeError for a class with a base, with
    `__post_init__`, or with a field that is no argument.
    """
    every = fields(kind)  # type: ignore[arg-type] # a dataclass
    slots = tuple(each.name for each in every)
    is_plain = kind.__bases__ == (object,) and not hasattr(kind, "__post_init__")
    if not is_plain or vars(kind).get("__slots__") != slots or not all(f.init for f in every):
        raise TypeError(f"{kind.__name__} is not a plain dataclass with slots")
    names: dict[str, Any] = {
        "_first": {each.name: _first(each) for each in every},
        "_factories": {each.name: each.default_factory for each in every},
        "_not_given": _NOT_GIVEN,
        "_set": object.__setattr__,
        "_open": type(kind.__name__, (), {"__slots__": slots}),
        "_kind": kind,
    }
    exec(_source(every), names)  # noqa: S102 # of field names only, as `dataclasses` does it
    _put(kind, names["__init__"])
    return kind


def _put(kind: Any, make: Callable[..., None]) -> None:  # noqa: ANN401 # a class that changes
    """Have a class make its instances by a function of the same arguments."""
    kind.__init__ = wraps(kind.__init__)(make)


def _first(field: Field[Any]) -> object:
    """Return the value of an argument that is not given."""
    return _NOT_GIVEN if field.default is MISSING else field.default


def _source(every: Sequence[Field[Any]]) -> str:
    """Return the source of `__init__`."""
    keywords = [_argument(each) for each in every if each.kw_only]
    arguments = [_argument(each) for each in every if not each.kw_only]
    arguments += ["*", *keywords] if keywords else []
    return "\n".join(
        (
            f"def __init__(self, {', '.join(arguments)}):",
            "    _set(self, '__class__', _open)",
            *(f"    self.{each.name} = {_value(each)}" for each in every),
            "    self.__class__ = _kind",
        )
    )


def _argument(field: Field[Any]) -> str:
    is_needed = field.default is MISSING and field.default_factory is MISSING
    return field.name if is_needed else f"{field.name}=_first[{field.name!r}]"


def _value(field: Field[Any]) -> str:
    if field.default_factory is MISSING:
        return field.name
    return f"_factories[{field.name!r}]() if {field.name} is _not_given else {field.name}"
