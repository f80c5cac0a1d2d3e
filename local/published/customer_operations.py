"""The routes for the system that knows customers are data here, for the OpenAPI document."""

from typing import Annotated, Literal

from pydantic import Field

from local.published import bodies
from local.published.events import Described
from local.published.operation_kinds import SIGNED, Operation, of_operators


class ConnectSystem(Described):
    """The system that knows the company's customers.

    `fields` are its credentials, for a kind that has any.
    """

    kind: Annotated[str, Field(max_length=64)] = "own"
    url: Annotated[str, Field(max_length=2_000)]
    want: Annotated[tuple[Literal["profile", "orders", "cases"], ...], Field(min_length=1)] = (
        "profile",
        "orders",
        "cases",
    )
    cases: bool = False
    notes: bool = False
    fields: Annotated[dict[str, str], Field(default_factory=dict)]


OF_CUSTOMER_DATA: dict[str, Operation] = {
    "POST /v1/pools/{pool_id}/contexts": Operation(
        "All that is known of the customer, for a pool that is offered the conversation or owns it",
        proof="signature",
        takes=bodies.ContextAsked,
        answers={200: bodies.OneContext},
        refusals=(*SIGNED, 404),
    ),
    "GET /v1/admin/customer-data": of_operators(
        "The system that knows customers, without its credentials"
    ),
    "PUT /v1/admin/customer-data": of_operators(
        "Connect the system that knows customers; a new secret is shown only here",
        takes=ConnectSystem,
    ),
    "DELETE /v1/admin/customer-data": of_operators(
        "Disconnect the system that knows customers, and delete its secret"
    ),
    "POST /v1/admin/customer-data/check": of_operators(
        "Try the connected system without changing anything there"
    ),
}
