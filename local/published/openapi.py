"""The OpenAPI 3.1 document describes every HTTP entrance.

The document is made of the topology, the table of operations and the models.
"""

import re
from http import HTTPStatus
from typing import Any

from pydantic import TypeAdapter

from infra import topology
from infra.topology import Function, Route
from local.home.plan import of_kind
from local.published.article_events import ALL_TO_POOLS
from local.published.bodies import Refusal
from local.published.channel_events import TO_CHANNELS
from local.published.events import type_of
from local.published.operation_kinds import JSON, PARAMETERS, Operation
from local.published.operations import operation
from local.published.schemas import untitled
from local.published.told_events import TO_SUBSCRIBERS

REF = "#/components/schemas/{model}"
TRY_AGAIN = (429, 503)
SECURITY: dict[str, dict[str, object]] = {
    "signature": {
        "type": "apiKey",
        "in": "header",
        "name": "webhook-signature",
        "description": "Standard Webhooks, together with webhook-id and webhook-timestamp.",
    },
    "visitor": {"type": "http", "scheme": "bearer", "description": "The token of a visitor."},
    "admin": {
        "type": "http",
        "scheme": "bearer",
        "description": "An admin key. The session of a lead or an admin does as well.",
    },
    "staff": {
        "type": "apiKey",
        "in": "cookie",
        "name": "__Host-surgeline_staff",
        "description": "The session of somebody who signed in, with the header x-surgeline.",
    },
}


def document() -> dict[str, Any]:
    """Return the whole document, which is the same for the same sources."""
    made = _Document()
    paths: dict[str, dict[str, Any]] = {}
    for function in topology.FUNCTIONS:
        for route in of_kind(function, Route):
            paths.setdefault(route.path, {})[route.method.lower()] = made.operation(function, route)
    webhooks = {
        type_of(model): {"post": made.webhook(type_of(model), model)}
        for model in (*ALL_TO_POOLS, *TO_CHANNELS, *TO_SUBSCRIBERS)
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Surgeline",
            "version": "1",
            "description": "Channels, pools, the chat page and operators. Within a version fields "
            "may be added; ignore those you don't know.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "paths": dict(sorted(paths.items())),
        "webhooks": webhooks,
        "components": {
            "schemas": dict(sorted(made.schemas.items())),
            "securitySchemes": SECURITY,
        },
    }


class _Document:
    """The operations, and the schemas that the operations name."""

    def __init__(self) -> None:
        self.schemas: dict[str, Any] = {}
        self._named: dict[Any, dict[str, Any]] = {}

    def operation(self, function: Function, route: Route) -> dict[str, Any]:
        """Return one method of a path."""
        row = operation(route.key, function.purpose)
        made: dict[str, Any] = {
            "operationId": _operation_id(route),
            "tags": [function.name],
            "summary": row.summary,
            "responses": self._answers(row),
        }
        parameters = [*_path_parameters(route.path), *_queries(row), *_webhook_headers(row)]
        if parameters:
            made["parameters"] = parameters
        if row.takes is not None:
            content = {row.takes_type: {"schema": self._schema(row.takes)}}
            made["requestBody"] = {"required": True, "content": content}
        if row.proof:
            made["security"] = [{row.proof: []}]
        return made

    def webhook(self, kind: str, model: object) -> dict[str, Any]:
        """Return an event that Surgeline posts to somebody else."""
        return {
            "operationId": f"receive_{kind.replace('.', '_')}",
            "summary": kind,
            "parameters": signed_headers(),
            "requestBody": {"required": True, "content": {JSON: {"schema": self._schema(model)}}},
            "responses": {
                "2XX": {"description": "Taken."},
                "410": {"description": "The endpoint is gone for good."},
                "default": {"description": "Tried again later."},
            },
        }

    def _answers(self, row: Operation) -> dict[str, Any]:
        answers: dict[str, Any] = {}
        for status, model in row.answers.items():
            answers[str(status)] = {"description": _phrase(status)}
            if model:
                answers[str(status)]["content"] = {JSON: {"schema": self._schema(model)}}
        for status in row.refusals:
            content = {JSON: {"schema": self._schema(Refusal)}}
            answers[str(status)] = {"description": _phrase(status), "content": content}
            if status in TRY_AGAIN:
                answers[str(status)]["headers"] = {
                    "retry-after": {
                        "description": "Seconds to wait, at least.",
                        "schema": {"type": "integer", "minimum": 0},
                    }
                }
        return dict(sorted(answers.items()))

    def _schema(self, model: Any) -> dict[str, Any]:  # noqa: ANN401 # whatever pydantic describes
        if model not in self._named:
            self._named[model] = self._described(model)
        return self._named[model]

    def _described(self, model: Any) -> dict[str, Any]:  # noqa: ANN401 # the same
        found = untitled(TypeAdapter(model).json_schema(ref_template=REF, by_alias=True))
        self.schemas |= found.pop("$defs", {})
        name = getattr(model, "__name__", None)
        if name is None or found.get("type") != "object":
            whole: dict[str, Any] = found
            return whole
        self.schemas[name] = found
        return {"$ref": REF.format(model=name)}


def _operation_id(route: Route) -> str:
    words = re.findall(r"[a-z_]+", route.path.removesuffix(".json"))
    return "_".join([route.method.lower(), *(word for word in words if word != "v")])


def _phrase(status: int) -> str:
    return HTTPStatus(status).phrase


def _path_parameters(path: str) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {
                "type": "string",
                **({"pattern": PARAMETERS[name]} if name in PARAMETERS else {}),
            },
        }
        for name in re.findall(r"\{(\w+)\}", path)
    ]


def _queries(row: Operation) -> list[dict[str, Any]]:
    return [{"name": name, "in": "query", "schema": schema} for name, schema in row.query.items()]


def _webhook_headers(row: Operation) -> list[dict[str, Any]]:
    return signed_headers() if row.proof == "signature" else []


def signed_headers() -> list[dict[str, Any]]:
    """Return the headers that a signed request carries besides its signature."""
    return [
        {
            "name": "webhook-id",
            "in": "header",
            "required": True,
            "description": "The same over all tries of one event.",
            "schema": {"type": "string", "pattern": r"^[!-\-/-~]{1,255}$"},
        },
        {
            "name": "webhook-timestamp",
            "in": "header",
            "required": True,
            "description": "The time of this try, in seconds.",
            "schema": {"type": "string", "pattern": "^[0-9]{1,12}$"},
        },
    ]
