"""The parts that the operators' routes share live here: admin keys, and ids in paths."""

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from typing import Protocol

from surgeline.application.ports.refusals import Absent
from surgeline.application.ports.secrets import Secrets
from surgeline.domain.ids import NAME_FORM, is_name
from surgeline.errors import Forbidden, Unauthorized
from surgeline.runtime.http import Request, Response

Route = Callable[[Request], Response]
Routes = Mapping[str, Route]
"""Routes by their key, as `PUT /v1/admin/configuration`."""


class Resource(Protocol):
    """The routes of one resource, grouped by the scope that they need."""

    def read(self) -> Routes:
        """Return the routes that change nothing."""

    def write(self) -> Routes:
        """Return the routes that change something."""


class Guard:
    """Lets the holder of an admin key use the routes that the key's scopes allow."""

    def __init__(self, secrets: Secrets) -> None:
        self._secrets = secrets

    def __call__(self, scope: str, routes: Routes) -> dict[str, Route]:
        """Return the same routes, open only to holders of a key with that scope."""
        return {key: self._guarded(scope, route) for key, route in routes.items()}

    def _guarded(self, scope: str, route: Route) -> Route:
        def checked(request: Request) -> Response:
            name, scopes = self._caller(request)
            if scope not in scopes:
                raise Forbidden(f"the key {name!r} lacks the scope {scope!r}")
            return route(request)

        return checked

    def _caller(self, request: Request) -> tuple[str, list[str]]:
        kind, _, key = request.headers.get("authorization", "").partition(" ")
        is_bearer = kind.lower() == "bearer"
        digest = hashlib.sha256(key.strip().encode()).hexdigest().encode()
        for known in json.loads(self._secrets.get("admin") or "[]"):
            if hmac.compare_digest(digest, str(known["sha256"]).encode()) and is_bearer:
                return str(known["name"]), list(known["scopes"])
        raise Unauthorized(reason="admin key")


def name_in(request: Request, parameter: str) -> str:
    """Return the id in the request's path. Raises Absent for a text that can't be an id."""
    value = request.path[parameter]
    if not is_name(value):
        raise Absent(f"ids have {NAME_FORM}")
    return value


def said_yes(request: Request, name: str) -> bool:
    """Return whether the query confirms something, as `?replace=yes` does."""
    return request.query.get(name) == "yes"
