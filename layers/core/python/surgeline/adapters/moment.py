"""A time in the body of an event is a text as RFC 3339 writes it."""

from typing import Annotated

from pydantic import AfterValidator, Field

from surgeline.domain.times import is_rfc3339


def _moment(text: str) -> str:
    """Return the text if it is a time as RFC 3339 writes it."""
    if not is_rfc3339(text):
        raise ValueError("must be a time such as 2026-03-01T14:00:00Z")
    return text


Moment = Annotated[
    str,
    Field(max_length=40, json_schema_extra={"format": "date-time"}),
    AfterValidator(_moment),
]
