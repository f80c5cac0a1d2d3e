"""The operators' routes for the configuration as a whole, and for its routing, live here."""

from collections.abc import Callable
from typing import Any

from surgeline.adapters.configuration.format import ConfigurationFormat
from surgeline.application.change_configuration import ChangeConfiguration
from surgeline.application.configuration import ConfigurationShelf
from surgeline.application.configuration_pointer import Former, Pointer
from surgeline.domain.times import rfc3339
from surgeline.errors import BadRequest
from surgeline.runtime.http import Request, Response, json_only
from surgeline.runtime.strict_json import load_object, text_field

from functions.admin_api.routes import Routes, author_of, said_yes

PATH = "/v1/admin/configuration"


class ConfigurationRoutes:
    """The routes GET and PUT /v1/admin/configuration."""

    def __init__(
        self,
        shelf: ConfigurationShelf,
        form: ConfigurationFormat,
        change: ChangeConfiguration,
        info: Callable[..., None],
    ) -> None:
        self._shelf = shelf
        self._form = form
        self._change = change
        self._info = info

    def read(self) -> Routes:
        """Return the routes that change nothing."""
        return {f"GET {PATH}": self._show, f"GET {PATH}/versions": self._versions}

    def write(self) -> Routes:
        """Return the routes that change something."""
        return {
            f"PUT {PATH}": self._put,
            f"POST {PATH}/rollback": self._roll_back,
            "PUT /v1/admin/routing": self._put_routing,
        }

    def _show(self, request: Request) -> Response:
        """Show the configuration in force, or the version that the query names. Raises Absent."""
        wanted = request.query.get("version")
        if wanted is not None:
            return Response(200, {"version": wanted, "configuration": self._former(wanted)})
        current = self._form.shown(self._shelf.current())
        return Response(200, {"version": self._shelf.version, "configuration": current})

    def _versions(self, request: Request) -> Response:
        """List the version in force and the former ones, the newest first, with who made each."""
        del request
        self._shelf.latest()
        pointer = self._shelf.pointer
        former = [
            {"version": each.version, "until": rfc3339(each.until)} | _signed(each)
            for each in pointer.former
        ]
        current = [{"version": pointer.version, "until": None} | _signed(pointer)]
        return Response(200, {"versions": (current if pointer.version else []) + former})

    def _former(self, version: str) -> dict[str, Any]:
        self._shelf.latest()
        return self._form.shown(self._form.decode(self._shelf.document(version)))

    def _roll_back(self, request: Request) -> Response:
        """Put a former version in force again, as a new publication. Raises Absent, Disagrees."""
        json_only(request)
        wanted = text_field(load_object(request.body), "version", max_chars=64)
        version = self._change.signed(author_of(request)).publish(
            self._former(wanted),
            after=request.headers.get("if-match"),
            remove=said_yes(request, "remove"),
        )
        self._info("configuration_rolled_back", version=version)
        return Response(200, {"version": version})

    def _put_routing(self, request: Request) -> Response:
        """Put the steps of the routing in force, and change nothing else. Raises Unprocessable."""
        json_only(request)
        asked = load_object(request.body)
        if set(asked) != {"routing"}:
            raise BadRequest("give routing, and nothing else", field=", ".join(asked))
        whole = self._form.shown(self._shelf.latest()) | asked
        after = request.headers.get("if-match", self._shelf.version)
        change = self._change.signed(author_of(request))
        version = change.publish(whole, after=after, remove=False)
        self._info("routing_published", version=version)
        return Response(200, {"version": version})

    def _put(self, request: Request) -> Response:
        json_only(request)
        version = self._change.signed(author_of(request)).publish(
            load_object(request.body),
            after=request.headers.get("if-match"),
            remove=said_yes(request, "remove"),
            unreadable=said_yes(request, "unreadable"),
        )
        self._info("configuration_published", version=version)
        return Response(200, {"version": version})


def _signed(version: Pointer | Former) -> dict[str, object]:
    """Return when a version was published, by whom and why, as far as that is known."""
    return {
        "at": rfc3339(version.at) if version.at else None,
        "who": version.author.who,
        "reason": version.author.reason,
    }
