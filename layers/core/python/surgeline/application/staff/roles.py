"""The roles of people, and the scopes of admin keys, say here what their holders may do.

A route of the API asks for one scope. `read` shows, `lead` runs the day, `write` changes the
deployment, and `desk` takes conversations.
"""

from collections.abc import Mapping
from typing import Literal

from surgeline.application.ports.staff import Role

Scope = Literal["desk", "read", "lead", "write"]
ROLES: Mapping[Role, frozenset[Scope]] = {
    "agent": frozenset({"desk"}),
    "lead": frozenset({"desk", "read", "lead"}),
    "admin": frozenset({"desk", "read", "lead", "write"}),
}
HOME_PAGES: Mapping[Role, str] = {"agent": "/agent", "lead": "/lead", "admin": "/lead"}
"""The page on which a person begins after signing in."""


def scopes_of_key(scopes: list[str]) -> set[str]:
    """Return the scopes of an admin key. A key that changes everything also does a lead's work."""
    return {*scopes, *(["lead"] if "write" in scopes else [])}
