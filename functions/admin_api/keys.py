"""The operators' routes for admin keys live here. A key is shown once, and kept as a hash."""

from collections.abc import Callable, Mapping
from typing import Any, cast

from surgeline.application.staff.keys import KEY_BYTES, REACHES, AdminKey, AdminKeys, Reach
from surgeline.domain.ids import NAME_FORM, is_name
from surgeline.errors import BadRequest
from surgeline.runtime.bootstrap import Backend
from surgeline.runtime.http import Request, Response, json_only
from surgeline.runtime.strict_json import load_object, text_field

from functions.admin_api.routes import Routes

MAX_NAME = 64


class KeyRoutes:
    """The routes that list, make and remove admin keys."""

    def __init__(self, backend: Backend, info: Callable[..., None]) -> None:
        self._keys = AdminKeys(backend.secrets())
        self._randomness = backend.randomness
        self._info = info

    def read(self) -> Routes:
        """Return the routes that change nothing."""
        return {"GET /v1/admin/keys": self._list}

    def write(self) -> Routes:
        """Return the routes that change something."""
        return {
            "POST /v1/admin/keys": self._add,
            "DELETE /v1/admin/keys/{key_name}": self._remove,
        }

    def _list(self, request: Request) -> Response:
        """Answer the keys without anything that would open something."""
        del request
        return Response(200, {"keys": [_told(each) for each in self._keys.all()]})

    def _add(self, request: Request) -> Response:
        """Make a key, and answer it this once. Raises BadRequest, Disagrees."""
        json_only(request)
        body = load_object(request.body)
        name = text_field(body, "name", max_chars=MAX_NAME)
        if not is_name(name):
            raise BadRequest(f"names have {NAME_FORM}", field="name")
        reach = _reach(body)
        key = self._keys.add(name, reach, self._randomness.token(KEY_BYTES))
        self._info("key_made", key_name=name, scope=reach)
        shown = _told(AdminKey(name, REACHES[reach]))
        return Response(201, shown | {"key": key}, made=name)

    def _remove(self, request: Request) -> Response:
        """Forget a key. Raises Absent, Disagrees."""
        name = request.path["key_name"]
        self._keys.remove(name, by=request.who)
        self._info("key_removed", key_name=name)
        return Response(200, {"removed": name})


def _reach(body: Mapping[str, Any]) -> Reach:
    reach = body.get("scope")
    if not isinstance(reach, str) or reach not in REACHES:
        raise BadRequest(f"use one of {', '.join(REACHES)}", field="scope")
    return cast("Reach", reach)


def _told(key: AdminKey) -> dict[str, object]:
    """Return a key as its list has it. `scope` is the most that it may do."""
    reach = next((each for each in reversed(tuple(REACHES)) if each in key.scopes), "read")
    return {"name": key.name, "scope": reach}
