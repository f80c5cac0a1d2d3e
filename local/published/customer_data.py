"""The OpenAPI document is made here of what a company's own customer system implements."""

from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter

from local.published.events import Described
from local.published.openapi import SECURITY, signed_headers
from local.published.schemas import untitled

REF = "#/components/schemas/{model}"
JSON = "application/json"


class ProvenIdentity(Described):
    """A name of the customer that the channel proves."""

    kind: Literal["phone_e164", "email", "channel"]
    channel: str
    value: str
    verified: Literal[True]


class LookUp(Described):
    """The question who a customer is. A check asks for somebody whom nobody knows."""

    identities: Annotated[list[ProvenIdentity], Field(min_length=1, max_length=5)]
    want: list[Literal["profile", "orders", "cases"]]
    purpose: Literal["handoff", "answer", "check"]
    conversation_id: str


class Customer(Described):
    """A profile. `value` is what the customer has bought, in `currency`."""

    id: Annotated[str, Field(min_length=1, max_length=80)]
    name: Annotated[str, Field(max_length=200)] = ""
    language: str = ""
    since: str = ""
    tags: Annotated[tuple[str, ...], Field(max_length=20)] = ()
    vip: bool = False
    value: float | None = None
    currency: str = ""


class Money(Described):
    """An amount, as a decimal number in a text."""

    amount: str
    currency: str


class Tracking(Described):
    """Where a parcel is."""

    carrier: str = ""
    url: str = ""


class CustomersOrder(Described):
    """An order. The states named here have words in an answer. Others are shown to people only."""

    id: Annotated[str, Field(min_length=1, max_length=80)]
    number: str = ""
    status: Annotated[
        str, Field(examples=["open", "paid", "packed", "shipped", "delivered", "returned"])
    ] = ""
    placed_at: str = ""
    total: Money | None = None
    items: int | None = None
    tracking: Tracking | None = None


class CustomersCase(Described):
    """A case of the customer."""

    id: Annotated[str, Field(min_length=1, max_length=80)]
    subject: str = ""
    status: str = ""
    url: str = ""


class LookedUp(Described):
    """Exactly one customer (`true`), nobody (`false`), or more than one (`many`).

    Only `true` has a customer. Orders stand newest first. The whole answer has at most 20 kB.
    """

    found: bool | Literal["many"]
    customer: Customer | None = None
    orders: Annotated[tuple[CustomersOrder, ...], Field(max_length=5)] = ()
    cases: Annotated[tuple[CustomersCase, ...], Field(max_length=5)] = ()
    as_of: str = ""


class NewCase(Described):
    """A customer asked for a person. The same `idempotency_key` is the same case."""

    idempotency_key: str
    conversation_id: str
    customer_id: str | None
    identities: list[ProvenIdentity]
    subject: str
    summary: Annotated[str, Field(max_length=2_000)]
    priority: Annotated[int, Field(ge=0)]


class NewNote(Described):
    """A pool ended a conversation. The same `idempotency_key` is the same note."""

    idempotency_key: str
    conversation_id: str
    customer_id: str
    text: Annotated[str, Field(max_length=2_000)]
    outcome: str


class Kept(Described):
    """The case or note that is kept."""

    id: str = ""
    url: str = ""


def document() -> dict[str, Any]:
    """Return the whole document, which is the same for the same sources."""
    made: dict[str, Any] = {}

    def schema(model: type) -> dict[str, Any]:
        found = untitled(TypeAdapter(model).json_schema(ref_template=REF, by_alias=True))
        made.update(found.pop("$defs", {}))
        made[model.__name__] = found
        return {"$ref": REF.format(model=model.__name__)}

    def post(name: str, summary: str, takes: type, status: int, answers: type) -> dict[str, Any]:
        return {
            "operationId": name,
            "summary": summary,
            "security": [{"signature": []}],
            "parameters": signed_headers(),
            "requestBody": {"required": True, "content": {JSON: {"schema": schema(takes)}}},
            "responses": {
                str(status): {
                    "description": "Done.",
                    "content": {JSON: {"schema": schema(answers)}},
                },
                "401": {"description": "The signature is wrong."},
                "default": {"description": "The customer's data is not available."},
            },
        }

    health = {
        "operationId": "health",
        "summary": "Whether the system is well. It is asked by `surgeline customer check` alone",
        "responses": {"200": {"description": "It is."}},
    }
    paths = {
        "/lookup": {"post": post("lookup", "Who a customer is", LookUp, 200, LookedUp)},
        "/cases": {"post": post("case", "Keep a case", NewCase, 201, Kept)},
        "/notes": {"post": post("note", "Keep a note", NewNote, 201, Kept)},
        "/health": {"get": health},
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Surgeline: customer data",
            "version": "1",
            "description": "What a company implements below one URL, so that people and answers "
            "know the customer. Fields may be added; ignore those you don't know.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": dict(sorted(made.items())),
            "securitySchemes": {"signature": SECURITY["signature"]},
        },
    }
