"""The bodies of the operators' requests are read here."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from surgeline.errors import BadRequest
from surgeline.knowledge.text.languages import LANGUAGES
from surgeline.runtime.http import Request, json_only
from surgeline.runtime.strict_json import load_object


def body_of(request: Request) -> dict[str, Any]:
    """Return the JSON object of a request. Raises BadRequest and UnsupportedMedia."""
    json_only(request)
    return load_object(request.body)


def whole_number(body: Mapping[str, object], name: str) -> int:
    """Return a whole number of a body. Raises BadRequest for anything else."""
    value = body.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise BadRequest("use a whole number", field=name)
    return value


def moment_in(body: Mapping[str, object], name: str) -> int:
    """Return a moment of a body, in ms. Raises BadRequest for one without its zone."""
    value = body.get(name)
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
        if moment is not None and moment.tzinfo is not None:
            return int(moment.timestamp() * 1000)
    except (ValueError, OverflowError):
        pass
    raise BadRequest("use a time with its zone, as in 2026-03-01T12:00:00Z", field=name)


def language_of(request: Request, usual: str) -> str:
    """Return the language that is asked for. Raises BadRequest for one without texts."""
    asked = request.query.get("language", usual)
    if asked not in LANGUAGES:
        known = ", ".join(LANGUAGES)
        raise BadRequest(f"use one of {known}, or leave it out for {usual}", field="language")
    return asked


def language_asked(request: Request) -> str | None:
    """Return the language that is asked for, or None. Raises BadRequest as `language_of` does."""
    return language_of(request, "en") if request.query.get("language") else None


def only_names(request: Request, names: Collection[str]) -> None:
    """Refuse a query with a name that means nothing here, as a misspelt filter would list all."""
    for name in request.query:
        if name not in names:
            known = ", ".join(names)
            raise BadRequest(f"there is no {name[:64]!r} here; use {known}", field=name[:64])
