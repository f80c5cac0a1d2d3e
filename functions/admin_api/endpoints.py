"""The operators' routes for channels and pools live here."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from surgeline.adapters.configuration.providers import MAX_FIELD
from surgeline.adapters.pools.webhook import Webhook
from surgeline.adapters.signing.rotation import begin_rotation, finish_rotation
from surgeline.application.change_configuration import ONE, ChangeConfiguration
from surgeline.application.configuration import ConfigurationShelf, Item
from surgeline.application.pools.ping_endpoint import ping_endpoint
from surgeline.application.ports.refusals import Absent
from surgeline.application.ports.secrets import Secrets
from surgeline.errors import BadRequest, Disagrees
from surgeline.runtime.bootstrap import Backend
from surgeline.runtime.http import Request, Response, json_only
from surgeline.runtime.strict_json import load_object

from functions.admin_api.providers import ProvidedFields, base_url_of
from functions.admin_api.routes import Routes, author_of, name_in, new_ping_id, said_yes

PARAMETERS: dict[Item, str] = {"channels": "channel_id", "pools": "pool_id"}
GIVEN: dict[Item, dict[str, Any]] = {
    "channels": {"kind": "signed"},
    "pools": {"kind": "outsourced"},
}
"""The fields that a new channel or pool has unless its body says otherwise."""


OF_A_DAY: dict[Item, frozenset[str]] = {
    "channels": frozenset({"closure"}),
    "pools": frozenset({"paused", "draining", "seats", "hours"}),
}
"""The fields of a channel and of a pool that a lead may change."""


@dataclass(frozen=True, slots=True)
class EndpointRoutes:
    """The routes that channels and pools share, below /v1/admin/{channels,pools}/{id}."""

    item: Item
    change: ChangeConfiguration
    backend: Backend
    new_secret: Callable[[], str]
    provided: ProvidedFields
    info: Callable[..., None]

    def read(self) -> Routes:
        """Return the routes that change nothing."""
        return {}

    def write(self) -> Routes:
        """Return the routes that change something."""
        path = f"/v1/admin/{self.item}/{{{PARAMETERS[self.item]}}}"
        return {
            f"PATCH {path}/day": self._run_day,
            f"PUT {path}": self._put,
            f"PATCH {path}": self._patch,
            f"DELETE {path}": self._remove,
            f"POST {path}/secret": self._rotate,
        }

    def _put(self, request: Request) -> Response:
        """Add or replace a channel or pool.

        The secret of a new one is shown only in this answer.
        """
        json_only(request)
        id_ = self._id(request)
        asked = load_object(request.body)
        wanted = self._usual(asked) | asked | {"id": id_}
        provided = self.provided.of(self.item, wanted, base_url_of(request, self.backend))
        shown, secret = self.change.signed(author_of(request)).put(
            self.item,
            id_,
            wanted if provided is None else provided.settings,
            replace=said_yes(request, "replace"),
            brought=provided.secret if provided else None,
        )
        self._told("endpoint_put", id_)
        return Response(200, {ONE[self.item]: shown} | (provided.as_json() if provided else secret))

    def _usual(self, asked: Mapping[str, object]) -> dict[str, Any]:
        """Return the fields that stand where the body is silent.

        A company's own people who have no endpoint work in the console. A tool brings its own.
        """
        if self.item == "pools" and (tool := self.provided.usual(asked.get("reached_by"))):
            return tool
        is_inside = self.item == "pools" and asked.get("kind") == "in_house"
        if is_inside and not {"url", "reached_by"} & set(asked):
            return GIVEN[self.item] | {"reached_by": "console"}
        return GIVEN[self.item]

    def _patch(self, request: Request) -> Response:
        json_only(request)
        id_ = self._id(request)
        shown = self.change.signed(author_of(request)).patch(
            self.item, id_, load_object(request.body)
        )
        self._told("endpoint_changed", id_)
        return Response(200, {ONE[self.item]: shown})

    def _run_day(self, request: Request) -> Response:
        """Change only what a lead changes in the course of a day.

        That is the standing, seats and hours of a pool, and the closure of a channel.
        """
        json_only(request)
        asked = load_object(request.body)
        allowed = OF_A_DAY[self.item]
        others = sorted(set(asked) - allowed)
        if others or not asked:
            raise BadRequest(f"use only {', '.join(sorted(allowed))}", field=", ".join(others))
        id_ = self._id(request)
        shown = self.change.signed(author_of(request)).patch(self.item, id_, asked)
        self._told("endpoint_changed", id_)
        return Response(200, {ONE[self.item]: shown})

    def _remove(self, request: Request) -> Response:
        id_ = self._id(request)
        self.change.signed(author_of(request)).remove(self.item, id_)
        self._told("endpoint_removed", id_)
        return Response(200, {"removed": id_})

    def _rotate(self, request: Request) -> Response:
        """Begin to replace the secret, or finish: `finish` drops all secrets but the newest.

        An endpoint that a whole document added has no secret yet. It gets its first one here.
        """
        json_only(request)
        asked = load_object(request.body)
        finish = asked.get("finish", False)
        if not isinstance(finish, bool):
            raise BadRequest("use true, or leave the field out to begin", field="finish")
        fields = _fields(asked)
        if finish and fields:
            raise BadRequest("leave the fields out to finish", field="fields")
        id_ = self._id(request)
        name = f"{self.item}/{id_}"
        secrets = self.backend.secrets()
        if finish:
            body: dict[str, object] = {"dropped": finish_rotation(secrets, name)}
        elif new := self.provided.rotated(
            self.item, id_, fields, base_url_of(request, self.backend)
        ):
            body = {"good": _beside(secrets, name, new)}
        elif first := self.change.first_secret(self.item, id_):
            body = first | {"good": 1}
        else:
            secret = self.new_secret()
            body = {"secret": secret, "good": begin_rotation(secrets, name, secret)}
        self.info("secret_rotated", endpoint=name, finished=finish)
        return Response(200, body)

    def _id(self, request: Request) -> str:
        return name_in(request, PARAMETERS[self.item])

    def _told(self, word: str, id_: str) -> None:
        self.info(word, endpoint=f"{self.item}/{id_}")


def _fields(asked: Mapping[str, object]) -> Mapping[str, str]:
    """Return the fields in a request's body, if there are any. Raises BadRequest."""
    fields = asked.get("fields")
    if fields is None:
        return {}
    if not isinstance(fields, Mapping) or not all(map(_is_field, fields.values())):
        text = f"a text of 1 to {MAX_FIELD:,} characters"
        raise BadRequest(f"use an object with {text} for each field", field="fields")
    return fields


def _is_field(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= MAX_FIELD


def _beside(secrets: Secrets, name: str, new: str) -> int:
    """Keep new fields before those there are, if any, and return how many sets are good."""
    if secrets.latest(name):
        return begin_rotation(secrets, name, new)
    secrets.swap(name, new, was=None)
    return 1


@dataclass(frozen=True, slots=True)
class PingRoutes:
    """The route POST /v1/admin/pools/{pool_id}/ping, which sends a `pool.ping` now."""

    shelf: ConfigurationShelf
    backend: Backend

    def read(self) -> Routes:
        """Return the routes that change nothing."""
        return {}

    def write(self) -> Routes:
        """Return the routes that change something."""
        return {"POST /v1/admin/pools/{pool_id}/ping": self._ping}

    def _ping(self, request: Request) -> Response:
        pool_id = name_in(request, "pool_id")
        pool = self.shelf.pool(pool_id)
        if pool is None:
            raise Absent(f"there is no pool {pool_id!r}")
        if not isinstance(pool.settings, Webhook):
            raise Disagrees(
                f"the pool {pool_id!r} is reached by {pool.reached_by}: only webhooks are pinged",
                state=pool.reached_by,
            )
        pinged = ping_endpoint(
            self.backend.webhooks(),
            pool.settings.url,
            secret=f"pools/{pool_id}",
            event="pool.ping",
            ping_id=new_ping_id(self.backend.randomness),
            now=self.backend.clock.now(),
        )
        return Response(200, asdict(pinged))
