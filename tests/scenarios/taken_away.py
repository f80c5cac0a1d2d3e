"""Taking a guard out of the source while a test runs: found by its text, put back after.

Which guards there are, and who notices, stands in `test_guards`.
"""

import ast
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from types import CodeType, FunctionType, ModuleType


@dataclass(frozen=True)
class Guard:
    """What stands in the source of a package, what it is replaced with, and who must notice."""

    name: str
    package: ModuleType
    stands: str
    becomes: str
    noticed_by: Callable[[], object]


@contextmanager
def without(guard: Guard) -> Iterator[None]:
    """Yield the functions of the module that holds the guard, with their code compiled without
    it.
    """
    module, source = _holder(guard)
    changed = _codes(compile(source.replace(guard.stands, guard.becomes), str(module), "exec"))
    before = [(function, function.__code__) for function in _functions(module)]
    try:
        for function, code in before:
            function.__code__ = changed[_name(code)]
        yield
    finally:
        for function, code in before:
            function.__code__ = code


def _holder(guard: Guard) -> tuple[ModuleType, str]:
    """Return the one module of the package with the guard, and its source."""
    found = []
    for each in pkgutil.walk_packages(guard.package.__path__, f"{guard.package.__name__}."):
        if each.ispkg:
            continue
        module = import_module(each.name)
        source = inspect.getsource(module)
        found += [(module, source)] * source.count(guard.stands)
    assert len(found) == 1, f"the guard is not where it was ({len(found)} places): {guard.name}"
    ast.parse(found[0][1].replace(guard.stands, guard.becomes))
    return found[0]


def _codes(code: CodeType) -> dict[tuple[str, ...], CodeType]:
    """Return the code of every function in a module's code, by its name."""
    found = {}
    for each in code.co_consts:
        if isinstance(each, CodeType):
            found[_name(each)] = each
            found |= _codes(each)
    return found


def _name(code: CodeType) -> tuple[str, ...]:
    """Return the qualified name and the parameters, by which a property's setter is told apart."""
    return code.co_qualname, *code.co_varnames[: code.co_argcount]


def _functions(module: ModuleType) -> Iterator[FunctionType]:
    """Yield the functions and methods that the module's source defines."""
    for value in vars(module).values():
        if getattr(value, "__module__", None) != module.__name__:
            continue
        members = vars(value).values() if isinstance(value, type) else [value]
        for member in members:
            parts = [member.fget, member.fset] if isinstance(member, property) else [member]
            for function in parts:
                if isinstance(function, FunctionType) and _is_written_in(module, function):
                    yield function


def _is_written_in(module: ModuleType, function: FunctionType) -> bool:
    """Return False for a function that a decorator made, such as a dataclass's method."""
    return function.__code__.co_filename == module.__file__
