"""The kinds of operations are data here: by whom a route may be asked, and what it may refuse."""

from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import BaseModel
from surgeline.domain.ids import CONVERSATION, NAME

from local.published import bodies

JSON = "application/json"
ARTICLES = "application/x-ndjson"
Proof = Literal["signature", "visitor", "admin", "staff"]
PARAMETERS = {
    "channel_id": f"^{NAME}$",
    "pool_id": f"^{NAME}$",
    "knowledge_base": f"^{NAME}$",
    "kind": f"^{NAME}$",
    "conversation_id": f"^{CONVERSATION}$",
    "report": "^[a-z_]{1,32}$",
    "file": r"^[a-z]+(?:\.[a-z]+)+$",
    "name": r"^[a-z_.]+\.json$",
    "subscription_id": f"^{NAME}$",
    "alert_id": "^a[a-z2-7]{26}$",
    "incident_id": f"^{NAME}$",
    "profile_id": f"^{NAME}$",
    "person_id": "^u[a-z2-7]{26}$",
    "folder": "^[a-z]+$",
    "on_call_id": f"^{NAME}$",
    "calendar_token": "^c[a-z2-7]{26}$",
    "absence_id": "^[0-9]{14}-[0-9a-f]{10}$",
    "offer_id": "^[0-9]{14}-[0-9a-f]{10}$",
    "swap_id": "^[0-9]{14}-[0-9a-f]{10}$",
    "call_id": "^[0-9]{14}-[0-9a-f]{10}$",
    "token": r"^t[a-z2-7]{26}\.f[a-z2-7]{26}\.[0-9]{1,12}\.k[a-z2-7]{26}$",
    "day": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
}
"""The form of a path's parameters."""


@dataclass(frozen=True, slots=True)
class Operation:
    """A route. `answers` has the model of the body by status, and None for no JSON."""

    summary: str
    proof: Proof | None = None
    takes: object = None
    takes_type: str = JSON
    answers: dict[int, type[BaseModel] | None] = field(default_factory=dict)
    refusals: tuple[int, ...] = ()
    query: dict[str, dict[str, object]] = field(default_factory=dict)


SIGNED = (400, 401, 413, 415, 429, 503)
VISITOR = (400, 401, 413, 415, 429, 503)
ADMIN = (400, 401, 403, 404, 409, 413, 415, 422, 503)


def of_operators(
    summary: str,
    answers: dict[int, type[BaseModel] | None] | None = None,
    **more: Any,  # noqa: ANN401 # as Operation has them
) -> Operation:
    """Return an operators' route. By default it answers 200 and some document."""
    answers = answers or {200: bodies.Document}
    return Operation(summary, proof="admin", answers=answers, refusals=ADMIN, **more)


SPAN: dict[str, Any] = {
    name: {"anyOf": [{"type": "string", "format": each} for each in ("date-time", "date")]}
    for name in ("since", "until")
}
"""A span of time. A date is its first moment in the company's time zone."""
PAGE: dict[str, Any] = {"answers": {200: None, 304: None}, "refusals": (413, 415)}
STAFF = (400, 401, 403, 404, 409, 413, 415, 429, 503)


def of_staff(
    summary: str,
    answers: dict[int, type[BaseModel] | None],
    **more: Any,  # noqa: ANN401 # as Operation has them
) -> Operation:
    """Return a route that takes the session of somebody of the staff."""
    return Operation(summary, proof="staff", answers=answers, refusals=STAFF, **more)


MAY_ASK = Operation(
    "Whether a page of another site may ask this; browsers want to know before they do",
    answers={204: None},
    refusals=(401, 413, 415, 503),
)
ROTATION = "A new secret beside those there are, shown once; or, to finish, only the newest"
ROTATED: dict[str, Any] = {
    "takes": bodies.RotateFields,
    "answers": {200: bodies.Rotated},
}
MEANT: dict[str, object] = {"enum": ["yes"]}
"""A query that confirms that removing or replacing is intended."""
