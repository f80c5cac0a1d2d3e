"""A topology's handlers are made in one process as on Lambda, from a backend and from settings.

The second parameter of a function's `build` says which settings the function has.
"""

from collections.abc import Callable, Mapping
from functools import cache, partial
from importlib import import_module
from inspect import signature
from typing import Any, get_type_hints

from surgeline.runtime import settings
from surgeline.runtime.bootstrap import Backend, Handler

from infra.topology import Function
from local.home.environment import settings_of
from local.home.plan import Plan

Build = Callable[[Any, Any], Handler]
"""A call that makes a handler from a `Backend` and from the function's own settings."""


class Handlers:
    """One generation of handlers, each made when it is first asked for.

    `variables` are added to the environment of every function, without their `SURGELINE_`.
    `builds` are for functions that have no folder below `functions/`.
    """

    def __init__(
        self,
        plan: Plan,
        backend: Backend,
        *,
        variables: Mapping[str, str] | None = None,
        builds: Mapping[str, Build] | None = None,
    ) -> None:
        self._plan = plan
        self._backend = backend
        self._variables = {f"{settings.PREFIX}{k}": v for k, v in (variables or {}).items()}
        self._builds = dict(builds or {})
        self._made: dict[str, Handler] = {}

    def __getitem__(self, name: str) -> Handler:
        """Return the handler of a function. Raises KeyError for an unknown function."""
        if name not in self._made:
            self._made[name] = self._make(self._plan.function(name))
        return self._made[name]

    def _make(self, function: Function) -> Handler:
        build = self._builds.get(function.name) or build_of(self._plan, function.name)
        environment = settings_of(function, self._plan.queues) | self._variables
        return build(self._backend, settings.read(model_of(build), environment))


def build_of(plan: Plan, name: str) -> Build:
    """Return the `build` of a function's module."""
    build: Build = import_module(plan.handler_module(name)).build
    return build


@cache
def model_of(build: Build) -> type[settings.Settings]:
    """Return the settings model that a `build` takes, which is its second parameter's type."""
    whole = build.func if isinstance(build, partial) else build
    _backend, second = list(signature(whole).parameters)[:2]
    model: type[settings.Settings] = get_type_hints(whole)[second]
    return model
