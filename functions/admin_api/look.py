"""The operators' routes for the company's look and words live here."""

from collections.abc import Callable, Mapping
from typing import Any

from surgeline.adapters.configuration.format import ConfigurationFormat
from surgeline.adapters.configuration.page_look import page_look
from surgeline.adapters.system_texts import system_texts
from surgeline.application.change_configuration import ChangeConfiguration
from surgeline.application.configuration import Configuration, ConfigurationShelf
from surgeline.domain.company.look import PAGE_WORDS
from surgeline.errors import BadRequest
from surgeline.runtime.http import Request, Response, json_only
from surgeline.runtime.strict_json import load_object

from functions.admin_api.routes import Routes, author_of

PATH = "/v1/admin/look"
PARTS = ("company", "brands")


class LookRoutes:
    """The routes below /v1/admin/look. They change no other part of the configuration."""

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
        return {f"GET {PATH}": self._show, f"POST {PATH}/preview": self._preview}

    def write(self) -> Routes:
        """Return the routes that change something."""
        return {f"PUT {PATH}": self._put}

    def _show(self, request: Request) -> Response:
        """Show the look in force, and the shipped texts that it may replace."""
        del request
        shown = self._form.shown(self._shelf.latest())
        looks = {name: shown[name] for name in PARTS}
        texts = {"texts": system_texts(), "page_words": list(PAGE_WORDS)}
        return Response(200, {"version": self._shelf.version, **looks, **texts})

    def _preview(self, request: Request) -> Response:
        """Show how each look would be drawn, or what is wrong with it. Raises Unprocessable."""
        wanted = self._change.tried(self._wanted(request))
        return Response(200, {"company": _drawn(wanted, ""), "brands": _brands(wanted)})

    def _put(self, request: Request) -> Response:
        """Put the look in force. Raises Unprocessable, Disagrees."""
        wanted = self._wanted(request)
        after = request.headers.get("if-match", self._shelf.version)
        version = self._change.signed(author_of(request)).publish(wanted, after=after, remove=False)
        self._info("look_published", version=version)
        return Response(200, {"version": version})

    def _wanted(self, request: Request) -> dict[str, Any]:
        """Return the whole configuration with the look of the request in it."""
        json_only(request)
        asked = load_object(request.body)
        if not asked or set(asked) - set(PARTS):
            raise BadRequest(f"give {' or '.join(PARTS)}, and nothing else", field=", ".join(asked))
        return self._form.shown(self._shelf.latest()) | asked


def _drawn(configuration: Configuration, channel_id: str) -> Mapping[str, Any]:
    return page_look(configuration.look_of(channel_id), inline_logo=True)


def _brands(configuration: Configuration) -> Mapping[str, Any]:
    return {each: _drawn(configuration, each) for each in configuration.brands}
