"""The parts that the operators' routes share live here: credentials, acts, and ids in paths."""

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol
from urllib.parse import unquote

from surgeline.application.configuration_pointer import Author
from surgeline.application.ports.randomness import Randomness
from surgeline.application.ports.refusals import Absent
from surgeline.application.ports.secrets import Secrets
from surgeline.application.ports.staff import Act
from surgeline.application.staff.keys import SECRET, holder_of
from surgeline.application.staff.roles import ROLES, Scope, scopes_of_key
from surgeline.domain.ids import NAME_FORM, is_name
from surgeline.domain.plain_text import plain_text
from surgeline.errors import Forbidden, Rejected, Unauthorized
from surgeline.runtime.bootstrap import Backend
from surgeline.runtime.http import Request, Response
from surgeline.runtime.staff_session import passes_of, signed_in

Route = Callable[[Request], Response]
Routes = Mapping[str, Route]
"""Routes by their key, as `PUT /v1/admin/configuration`."""

FOR_LEADS = frozenset(
    {
        "PATCH /v1/admin/pools/{pool_id}/day",
        "PATCH /v1/admin/channels/{channel_id}/day",
        "POST /v1/admin/conversations/{conversation_id}/assign",
        "POST /v1/admin/backlogs/{backlog_id}/acts",
        "POST /v1/admin/backlogs/{backlog_id}/tickets",
        "POST /v1/admin/staff/{person_id}/revoke",
        "PUT /v1/admin/look",
        "PUT /v1/admin/crisis",
        "DELETE /v1/admin/crisis",
        "PUT /v1/admin/crisis/profiles/{profile_id}",
        "POST /v1/admin/incidents",
        "POST /v1/admin/incidents/{incident_id}/end",
        "PUT /v1/admin/surge/pools/{pool_id}",
        "DELETE /v1/admin/surge/pools/{pool_id}",
        "PUT /v1/admin/surge/mode",
        "DELETE /v1/admin/surge/mode",
        "POST /v1/admin/surge/approval",
        "PUT /v1/admin/surge/forecasts/{day}",
        "POST /v1/admin/surge/absences",
        "DELETE /v1/admin/surge/absences/{absence_id}",
        "PUT /v1/admin/routing",
        "POST /v1/admin/calls",
        "POST /v1/admin/calls/{call_id}/close",
        "POST /v1/admin/calls/{call_id}/answers",
        "POST /v1/admin/shifts",
        "POST /v1/admin/swaps",
        "DELETE /v1/admin/swaps/{swap_id}",
        "POST /v1/admin/calendars/{on_call_id}",
        "DELETE /v1/admin/calendars/{on_call_id}",
        "PUT /v1/admin/knowledge/{knowledge_base}",
        "PUT /v1/admin/knowledge/{knowledge_base}/reviews",
        "POST /v1/admin/knowledge/{knowledge_base}/rollback",
        "POST /v1/admin/knowledge/{knowledge_base}/drafts",
        "PUT /v1/admin/knowledge/{knowledge_base}/drafts/{draft_id}",
        "POST /v1/admin/knowledge/{knowledge_base}/drafts/{draft_id}/{act}",
        "POST /v1/admin/knowledge/{knowledge_base}/release",
        "POST /v1/admin/knowledge/{knowledge_base}/phrasings",
        "POST /v1/admin/knowledge/{knowledge_base}/dismissals",
        "PUT /v1/admin/knowledge/{knowledge_base}/due",
        "PUT /v1/admin/knowledge/{knowledge_base}/states",
        "POST /v1/admin/alerts/{alert_id}/acknowledge",
        "DELETE /v1/admin/subscriptions/{subscription_id}",
    }
)
"""The routes with which a lead runs the day. Every other change asks for the scope `write`."""
MAX_REASON = 200
PREFIX = "/v1/admin/"
ACT_BYTES = 16
DRAFT_BYTES = 10
PING_BYTES = 16


class Resource(Protocol):
    """The routes of one resource, grouped by the scope that they need."""

    def read(self) -> Routes:
        """Return the routes that change nothing."""

    def write(self) -> Routes:
        """Return the routes that change something."""


@dataclass(frozen=True, slots=True)
class Caller:
    """The holder of an admin key or of a session. `who` is how the record of acts names them.

    `name` is that without the role, which may change.
    """

    who: str
    scopes: frozenset[str]
    name: str


def scope_of(key: str, *, changes: bool) -> Scope:
    """Return the scope that a route asks for."""
    if not changes:
        return "read"
    return "lead" if key in FOR_LEADS else "write"


class Guard:
    """Lets a caller use the routes that their scopes allow, and keeps who changed what.

    A caller is the holder of an admin key, or somebody of the staff with a session.
    """

    def __init__(self, backend: Backend) -> None:
        self._secrets: Secrets = backend.secrets()
        self._passes = passes_of(backend)
        self._acts = backend.acts()
        self._clock = backend.clock
        self._randomness = backend.randomness

    def __call__(self, resource: Resource) -> dict[str, Route]:
        """Return the resource's routes, open only to callers with the scope of each."""
        reads = {key: self._reading(route) for key, route in resource.read().items()}
        changes = {key: self._changing(key, route) for key, route in resource.write().items()}
        return reads | changes

    def _reading(self, route: Route) -> Route:
        def checked(request: Request) -> Response:
            caller = self._allowed(request, "read")
            return route(replace(request, who=caller.name, scopes=caller.scopes))

        return checked

    def _changing(self, key: str, route: Route) -> Route:
        def kept(request: Request) -> Response:
            """Keep the act before it is done, and its answer afterwards.

            An act whose process died in between stays on record without an answer.
            """
            caller = self._allowed(request, scope_of(key, changes=True))
            act = Act(
                id=f"a{self._randomness.token(ACT_BYTES).hex()}",
                at=self._clock.now(),
                who=caller.who,
                act=key.replace(PREFIX, ""),
                target="/".join(request.path.values()),
                reason=reason_of(request),
            )
            self._acts.keep(act)
            try:
                answer = route(replace(request, who=caller.name, scopes=caller.scopes))
            except Rejected as refusal:
                self._acts.keep(replace(act, status=refusal.status))
                raise
            self._acts.keep(replace(act, status=answer.status, target=answer.made or act.target))
            return answer

        return kept

    def _allowed(self, request: Request, scope: Scope) -> Caller:
        """Return the caller if they may do what asks for the scope. Raises Forbidden."""
        caller = self._caller(request)
        if scope not in caller.scopes:
            raise Forbidden(f"{caller.who} lacks the scope {scope!r}")
        return caller

    def _caller(self, request: Request) -> Caller:
        if "authorization" in request.headers:
            return self._key_holder(request)
        person = signed_in(request, self._passes).person
        return Caller(f"{person.name} ({person.role})", ROLES[person.role], person.name)

    def _key_holder(self, request: Request) -> Caller:
        kind, _, key = request.headers.get("authorization", "").partition(" ")
        is_bearer = kind.lower() == "bearer"
        digest = hashlib.sha256(key.strip().encode()).hexdigest().encode()
        for known in json.loads(self._secrets.get(SECRET) or "[]"):
            if hmac.compare_digest(digest, str(known["sha256"]).encode()) and is_bearer:
                scopes = frozenset(scopes_of_key(list(known["scopes"])))
                name = holder_of(str(known["name"]))
                return Caller(name, scopes, name)
        raise Unauthorized(reason="admin key")


def author_of(request: Request) -> Author:
    """Return who changes the configuration, and why, for the list of its versions."""
    return Author(request.who, reason_of(request))


def name_in(request: Request, parameter: str) -> str:
    """Return the id in the request's path. Raises Absent for a text that can't be an id."""
    value = request.path[parameter]
    if not is_name(value):
        raise Absent(f"ids have {NAME_FORM}")
    return value


def said_yes(request: Request, name: str) -> bool:
    """Return whether the query confirms something, as `?replace=yes` does."""
    return request.query.get(name) == "yes"


def draft_id_of(randomness: Randomness) -> str:
    """Return the id of a new draft."""
    return f"d{randomness.token(DRAFT_BYTES).hex()}"


def new_ping_id(randomness: Randomness) -> str:
    """Return the webhook id of a ping. No two pings have the same."""
    return f"p{randomness.token(PING_BYTES).hex()}"


def reason_of(request: Request, body: Mapping[str, object] | None = None) -> str:
    """Return the reason in the body, or in the header `x-reason`, written as in an address."""
    given = (body or {}).get("reason")
    if isinstance(given, str) and given.strip():
        return plain_text(given)[:MAX_REASON]
    return plain_text(unquote(request.headers.get("x-reason", "")))[:MAX_REASON]
