"""The routes by which admin keys are made and removed are described here."""

from local.published import staff_bodies
from local.published.operation_kinds import Operation, of_operators

OF_KEYS: dict[str, Operation] = {
    "GET /v1/admin/keys": of_operators(
        "The admin keys: their names and scopes, and nothing that opens anything",
        {200: staff_bodies.Keys},
    ),
    "POST /v1/admin/keys": of_operators(
        "Make an admin key, which is shown only here",
        {201: staff_bodies.KeyMade},
        takes=staff_bodies.NewKey,
    ),
    "DELETE /v1/admin/keys/{key_name}": of_operators(
        "Remove an admin key, which opens nothing within a minute"
    ),
}
