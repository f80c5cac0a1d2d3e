"""The routes by which people sign in and out live here.

A token comes in the body of a request, never in its address, so that it stands in no log.
"""

from collections.abc import Callable

from surgeline.application.ports.staff import Person
from surgeline.application.staff.passes import SESSION_SECONDS, Issued, SignedIn
from surgeline.application.staff.roles import HOME_PAGES, ROLES
from surgeline.domain.times import rfc3339
from surgeline.runtime.bootstrap import Backend
from surgeline.runtime.http import Request, Response, json_only
from surgeline.runtime.staff_session import (
    own_page_only,
    passes_of,
    passwords_of,
    session_cookie,
    session_token,
    signed_in,
)
from surgeline.runtime.strict_json import load_object, text_field

from functions.staff_web.tries import Tries

MAX_TOKEN = 200
TRIES_AT_ONCE = 60
TRIES_PER_SECOND = 1.0


class SignInRoutes:
    """The routes POST /v1/staff/sign-in, POST /v1/staff/sign-out and GET /v1/staff/me."""

    def __init__(self, backend: Backend, log: Callable[..., None]) -> None:
        self._passes = passes_of(backend)
        self._passwords = passwords_of(backend)
        self._log = log
        self._tries = Tries(backend.clock, at_once=TRIES_AT_ONCE, per_second=TRIES_PER_SECOND)

    def sign_in(self, request: Request) -> Response:
        """Exchange an invitation's token for a session. Raises Unauthorized, TooMany."""
        json_only(request)
        own_page_only(request)
        self._tries.take(request)
        token = text_field(load_object(request.body), "token", max_chars=MAX_TOKEN)
        issued = self._passes.sign_in(token)
        self._log("staff_signed_in", person_id=issued.person.id)
        return begun(request, issued)

    def sign_out(self, request: Request) -> Response:
        """End the session, also one that is over already."""
        own_page_only(request)
        if token := session_token(request):
            self._passes.sign_out(token)
        return Response(200, {}, {"set-cookie": session_cookie(request, "", seconds=0)})

    def me(self, request: Request) -> Response:
        """Answer who is signed in, and move the end of the session once a day."""
        signed_in(request, self._passes)
        token = session_token(request)
        found = self._passes.renew(token)
        headers = {}
        if found.renewed:
            headers["set-cookie"] = session_cookie(request, token, seconds=SESSION_SECONDS)
        return Response(200, self._told(found), headers)

    def _told(self, found: SignedIn) -> dict[str, object]:
        return {
            "person": _shown(found.person),
            "page": HOME_PAGES[found.person.role],
            "expires_at": rfc3339(found.expires_at),
            "has_password": found.person.password is not None,
            "asks_password": self._passwords.asks(found),
            "sets_password": self._passwords.sets(found),
        }


def begun(request: Request, issued: Issued, *, seconds: int = SESSION_SECONDS) -> Response:
    """Answer who is signed in now, with the cookie of the new session for so many seconds."""
    cookie = session_cookie(request, issued.token, seconds=seconds)
    body = {"person": _shown(issued.person), "page": HOME_PAGES[issued.person.role]}
    return Response(200, body, {"set-cookie": cookie})


def _shown(person: Person) -> dict[str, object]:
    return {
        "id": person.id,
        "name": person.name,
        "role": person.role,
        "pools": list(person.pools),
        "may": sorted(ROLES[person.role]),
    }
