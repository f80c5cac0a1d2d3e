"""Records that are made quickly are the records that `dataclasses` makes."""

import inspect
from dataclasses import FrozenInstanceError, dataclass, field, replace

import pytest
from pydantic import TypeAdapter
from surgeline.records import quick


@dataclass(frozen=True, slots=True)
class _Slow:
    kind: str
    words: list[str] = field(default_factory=list)
    at: int = 0
    _: object = field(default=None, kw_only=True)


@quick
@dataclass(frozen=True, slots=True)
class _Quick:
    kind: str
    words: list[str] = field(default_factory=list)
    at: int = 0
    _: object = field(default=None, kw_only=True)


def test_a_quick_record_is_made_as_any_other() -> None:
    """A quick record has the fields, the equality, the hash and the signature of a slow one."""
    for values, named in ((("a",), {}), (("a", ["b"], 2), {"_": 3}), ((), {"kind": "k", "at": 4})):
        slow, made = _Slow(*values, **named), _Quick(*values, **named)
        assert type(made) is _Quick
        assert repr(made) == repr(slow).replace("_Slow", "_Quick")
        assert made == _Quick(*values, **named)
    assert inspect.signature(_Quick) == inspect.signature(_Slow)
    assert _Quick("a").words is not _Quick("a").words
    assert replace(_Quick("a"), at=5) == TypeAdapter(_Quick).validate_python({"kind": "a", "at": 5})


def test_a_quick_record_stays_frozen() -> None:
    """A quick record refuses a change, a field that it does not have, and a missing field."""
    with pytest.raises(FrozenInstanceError):
        _Quick("a").at = 1  # type: ignore[misc] # what is refused
    with pytest.raises(AttributeError):
        object.__setattr__(_Quick("a"), "other", 1)
    for named in ({"kind": "a", "other": 1}, {"at": 1}):
        with pytest.raises(TypeError, match="__init__"):
            _Quick(**named)


def test_a_class_that_does_more_when_it_is_made_is_refused() -> None:
    """A class with a base, with more to do, or without slots is no quick record."""

    @dataclass(frozen=True, slots=True)
    class Checked:
        at: int

        def __post_init__(self) -> None: ...

    @dataclass(frozen=True, slots=True)
    class Derived(_Slow):
        more: int = 0

    @dataclass(frozen=True)
    class Open:
        at: int

    for kind in (Checked, Derived, Open):
        with pytest.raises(TypeError, match=f"{kind.__name__} is not a plain dataclass"):
            quick(kind)
