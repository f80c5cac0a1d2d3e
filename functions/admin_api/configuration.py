"""The operators' routes for the configuration as a whole live here."""

from collections.abc import Callable

from surgeline.adapters.configuration.format import ConfigurationFormat
from surgeline.application.change_configuration import ChangeConfiguration
from surgeline.application.configuration import ConfigurationShelf
from surgeline.runtime.http import Request, Response, json_only
from surgeline.runtime.strict_json import load_object

from functions.admin_api.routes import Routes, said_yes

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
        return {f"GET {PATH}": self._show}

    def write(self) -> Routes:
        """Return the routes that change something."""
        return {f"PUT {PATH}": self._put}

    def _show(self, request: Request) -> Response:
        del request
        current = self._form.shown(self._shelf.current())
        return Response(200, {"version": self._shelf.version, "configuration": current})

    def _put(self, request: Request) -> Response:
        json_only(request)
        version = self._change.publish(
            load_object(request.body),
            after=request.headers.get("if-match"),
            remove=said_yes(request, "remove"),
            unreadable=said_yes(request, "unreadable"),
        )
        self._info("configuration_published", version=version)
        return Response(200, {"version": version})
