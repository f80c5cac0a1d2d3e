"""Each event, out and in, has a JSON Schema by its type. The configuration has one, too."""

from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel, TypeAdapter
from surgeline.adapters.configuration.kinds import Kinds
from surgeline.adapters.configuration.models import document
from surgeline.adapters.pool_protocol import ENVELOPES

from local.published.article_events import ALL_TO_POOLS
from local.published.channel_events import TO_CHANNELS
from local.published.events import Context, TranscriptPage, type_of
from local.published.told_events import TO_SUBSCRIBERS

DIALECT = "https://json-schema.org/draft/2020-12/schema"
OTHERS: dict[str, type] = {
    "configuration": document(Kinds()),
    "context": Context,
    "transcript": TranscriptPage,
}
"""These types are no events of their own."""


def event_models() -> Iterator[tuple[str, type[BaseModel]]]:
    """Return every event's type with its model, those that Surgeline sends first."""
    for model in (*ALL_TO_POOLS, *TO_CHANNELS, *TO_SUBSCRIBERS, *get_args(ENVELOPES)):
        yield type_of(model), model


def schemas() -> dict[str, dict[str, Any]]:
    """Return the schemas by the name under which they are served, without `.json`."""
    named: dict[str, type] = {**dict(event_models()), **OTHERS}
    return {name: _schema(name, model) for name, model in named.items()}


def _schema(name: str, model: type) -> dict[str, Any]:
    found = TypeAdapter(model).json_schema(by_alias=True, mode="validation")
    return {"$schema": DIALECT, **untitled(found), "title": name}


def untitled(schema: Any) -> Any:  # noqa: ANN401 # JSON
    """Return the same without the titles that repeat the names of fields and classes."""
    if isinstance(schema, list):
        return [untitled(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    # A property may be called `title`: its value is a schema, not a text.
    return {
        key: untitled(each)
        for key, each in schema.items()
        if key != "title" or not isinstance(each, str)
    }
