"""The operators' routes for the company's own people, and for the record of acts, live here."""

from collections.abc import Callable, Mapping
from typing import Any, cast

from surgeline.application.configuration import ConfigurationShelf
from surgeline.application.ports.staff import Act, Person, Role
from surgeline.application.staff.accounts import MAX_EMAIL, plain_email
from surgeline.application.staff.roles import ROLES
from surgeline.domain.times import rfc3339
from surgeline.errors import BadRequest
from surgeline.runtime.bootstrap import Backend
from surgeline.runtime.http import Request, Response, json_only
from surgeline.runtime.staff_session import passes_of
from surgeline.runtime.strict_json import load_object, text_field

from functions.admin_api.routes import Routes
from functions.admin_api.spans import span_of

SIGN_IN = "/sign-in#"
"""The token stands behind the number sign, so that no browser sends it and no server logs it."""
LED: tuple[Role, ...] = ("agent",)
"""The roles that a lead may sign out."""
MAX_NAME = 100
MOST_ACTS = 1_000
USUAL_DAYS = 30


class StaffRoutes:
    """The routes that list, invite and revoke people, and that show who changed what."""

    def __init__(
        self, backend: Backend, shelf: ConfigurationShelf, info: Callable[..., None]
    ) -> None:
        self._backend = backend
        self._shelf = shelf
        self._passes = passes_of(backend)
        self._info = info

    def read(self) -> Routes:
        """Return the routes that change nothing."""
        return {"GET /v1/admin/staff": self._list, "GET /v1/admin/audit": self._audit}

    def write(self) -> Routes:
        """Return the routes that change something."""
        return {
            "POST /v1/admin/staff": self._invite,
            "POST /v1/admin/staff/{person_id}/revoke": self._revoke,
        }

    def _list(self, request: Request) -> Response:
        """Answer everybody who was invited, without any proof of theirs."""
        del request
        return Response(200, {"people": [_shown(each) for each in self._backend.staff().people()]})

    def _invite(self, request: Request) -> Response:
        """Add or change a person, and answer the path of a link that signs in once."""
        json_only(request)
        body = load_object(request.body)
        name = text_field(body, "name", max_chars=MAX_NAME)
        role = _role(body)
        email = _email(body)
        issued = self._passes.invite(name, role, self._pools(body, role), email=email)
        self._info("staff_invited", person_id=issued.person.id, role=role)
        shown = {
            "person": _shown(issued.person),
            "path": f"{SIGN_IN}{issued.token}",
            "expires_at": rfc3339(issued.expires_at),
        }
        return Response(201, shown, made=issued.person.name)

    def _revoke(self, request: Request) -> Response:
        """End a person's sessions, invitations and password at once. Raises Absent, Forbidden.

        A lead may do so with agents, and whoever has the scope `write` with everybody.
        """
        roles = ROLES if "write" in request.scopes else LED
        person = self._passes.revoke(request.path["person_id"], tuple(roles))
        self._info("staff_revoked", person_id=person.id)
        return Response(200, {"person": _shown(person)}, made=person.name)

    def _audit(self, request: Request) -> Response:
        """Answer who changed what, the newest first."""
        now = self._backend.clock.now()
        zone = self._shelf.current().reports.zone
        since, until = span_of(request.query, now=now, usual_days=USUAL_DAYS, zone=zone)
        acts = self._backend.acts().find(since, until, limit=MOST_ACTS)
        return Response(200, {"acts": [_told(each) for each in acts]})

    def _pools(self, body: Mapping[str, Any], role: Role) -> tuple[str, ...]:
        """Return the pools of a new person. Raises BadRequest for one that has no console."""
        named = body.get("pools", [])
        if not isinstance(named, list) or not all(isinstance(each, str) for each in named):
            raise BadRequest("use a list of pools' ids", field="pools")
        pools = self._shelf.current().pools if named else ()
        console = [each.id for each in pools if each.reached_by == "console"]
        for each in named:
            if each not in console:
                known = ", ".join(console) or "none yet"
                raise BadRequest(
                    f"{each!r} is no pool of the console; those are: {known}", field="pools"
                )
        if role == "agent" and not named:
            raise BadRequest("name at least one pool of the agent", field="pools")
        return tuple(dict.fromkeys(named))


def _role(body: Mapping[str, Any]) -> Role:
    role = body.get("role")
    if role not in ROLES:
        raise BadRequest(f"use one of {', '.join(ROLES)}", field="role")
    return cast(Role, role)


def _email(body: Mapping[str, Any]) -> str:
    """Return the address whose account may sign in, or an empty text. Raises BadRequest."""
    given = text_field(body, "email", max_chars=MAX_EMAIL, required=False)
    if given is None:
        return ""
    if not (email := plain_email(given)):
        raise BadRequest("use a mail address, as in mina@shop.example", field="email")
    return email


def _shown(person: Person) -> dict[str, object]:
    return {
        "id": person.id,
        "name": person.name,
        "role": person.role,
        "pools": list(person.pools),
        "added_at": rfc3339(person.added_at),
        "revoked": person.revoked,
        "has_password": person.password is not None,
        "email": person.email,
    }


def _told(act: Act) -> dict[str, object]:
    return {
        "id": act.id,
        "at": rfc3339(act.at),
        "who": act.who,
        "act": act.act,
        "target": act.target,
        "reason": act.reason,
        "status": act.status,
    }
