"""A ticket opens one web socket at a pool's desk. It is signed, and good for a minute.

A ticket is `pool~expiry~proof`. It goes in the subprotocol of the socket, so that it stands in no
address and in no log. Nothing is stored.
"""

import hmac

from surgeline.application.ports.sockets import DESK
from surgeline.domain.ids import keyed_id
from surgeline.errors import Unauthorized

LIFETIME_SECONDS = 60
PROTOCOL = "surgeline.desk"
"""The subprotocol that a page of staff asks for. Its ticket is asked for beside it."""


def issue_ticket(key: bytes, pool_id: str, *, now: int) -> str:
    """Return a ticket for the desk of that pool."""
    said = f"{pool_id}~{now + LIFETIME_SECONDS * 1000}"
    return f"{said}~{_proof(key, said)}"


def read_ticket(key: bytes, ticket: str, *, now: int) -> str:
    """Return the pool whose desk the ticket opens. Raises Unauthorized."""
    said, _, proof = ticket.rpartition("~")
    valid = ticket.isascii() and hmac.compare_digest(proof, _proof(key, said))
    if not valid:
        raise Unauthorized(reason="ticket")
    pool_id, _, expires_at = said.partition("~")
    if int(expires_at) <= now:
        raise Unauthorized(reason="expired")
    return pool_id


def room_of(pool_id: str) -> str:
    """Return the name under which the sockets at a pool's desk are kept."""
    return f"{DESK}{pool_id}"


def _proof(key: bytes, said: str) -> str:
    return keyed_id("", key, "desk", said)
