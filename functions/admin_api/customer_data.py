"""The operators' routes for the system that knows the company's customers live here."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from surgeline.adapters.configuration.kinds import SYSTEMS, system_kind
from surgeline.adapters.customers.system import Means, System
from surgeline.adapters.signing.field_sets import write_fields
from surgeline.application.change_customer_data import ChangeCustomerData
from surgeline.application.configuration import ConfigurationShelf
from surgeline.application.ports.refusals import Absent
from surgeline.errors import Unprocessable
from surgeline.runtime.bootstrap import Backend
from surgeline.runtime.http import Request, Response, json_only
from surgeline.runtime.strict_json import load_object

from functions.admin_api.routes import Routes, author_of

PATH = "/v1/admin/customer-data"
CHECK_SECONDS = 5.0
MAX_FIELD = 4_000


class CustomerDataRoutes:
    """The routes below /v1/admin/customer-data."""

    def __init__(
        self,
        backend: Backend,
        shelf: ConfigurationShelf,
        change: ChangeCustomerData,
        info: Callable[..., None],
    ) -> None:
        self._backend = backend
        self._shelf = shelf
        self._change = change
        self._info = info

    def read(self) -> Routes:
        """Return the routes that change nothing."""
        return {f"GET {PATH}": self._show}

    def write(self) -> Routes:
        """Return the routes that change something. A check speaks to the system."""
        return {
            f"PUT {PATH}": self._put,
            f"DELETE {PATH}": self._end,
            f"POST {PATH}/check": self._check,
        }

    def _show(self, request: Request) -> Response:
        """Answer the connected system without its credentials, or null."""
        del request
        found = self._shelf.current().customers
        return Response(200, {"customers": asdict(found) if found else None})

    def _put(self, request: Request) -> Response:
        """Connect a system. A new secret is shown only in this answer."""
        json_only(request)
        wanted = load_object(request.body)
        fields = wanted.pop("fields", {})
        brought = _credentials(str(wanted.get("kind", "own")), fields)
        secret = self._change.signed(author_of(request)).put(wanted, brought)
        self._info("customer_data_connected", kind=wanted.get("kind", "own"))
        return Response(200, {"customers": wanted, **secret})

    def _end(self, request: Request) -> Response:
        """Disconnect the system, so that nobody is looked up any more."""
        self._change.signed(author_of(request)).end()
        self._info("customer_data_disconnected")
        return Response(200, {"customers": None})

    def _check(self, request: Request) -> Response:
        """Try the connected system, and answer what was found. Raises Absent."""
        del request
        settings = self._shelf.latest().customers
        kind: System | None = system_kind(settings.kind) if settings else None
        if settings is None or kind is None:
            raise Absent("no system is connected; `surgeline customer connect` connects one")
        backend = self._backend
        means = Means(
            settings, backend.webhooks(), backend.posts(), backend.secrets(), backend.clock.now()
        )
        found = [asdict(each) for each in kind.make(means).check(timeout_seconds=CHECK_SECONDS)]
        return Response(200, {"findings": found})


def _credentials(name: str, given: object) -> str | None:
    """Return the credentials as they are stored, or None for a system that has none.

    Raises Unprocessable for fields that are missing or unknown. No problem repeats a value.
    """
    kind: System | None = system_kind(name)
    known: Mapping[str, str] = kind.fields if kind else {}
    if not isinstance(given, Mapping):
        raise Unprocessable("nothing was changed", problems=("fields: give a JSON object",))
    problems = [f"fields.{each}: {name} has no such field" for each in given if each not in known]
    problems += [
        f"fields.{each}: is missing; find it at: {where}"
        for each, where in known.items()
        if each not in given and kind and each not in kind.optional
    ]
    problems += [
        f"fields.{each}: give 1 to {MAX_FIELD} characters of text"
        for each, value in given.items()
        if each in known and not _is_text(value)
    ]
    if kind is None:
        problems = [f"kind: {name[:64]!r} is none of {', '.join(SYSTEMS)}"]
    if problems:
        raise Unprocessable("nothing was changed", problems=tuple(problems))
    return write_fields(name, {k: str(v) for k, v in given.items()}) if known else None


def _is_text(value: Any) -> bool:  # noqa: ANN401 # JSON is any of six types
    return isinstance(value, str) and 0 < len(value) <= MAX_FIELD and value.isascii()
