"""The routes by which people sign in with an account of the company's issuer live here."""

from collections.abc import Callable

from surgeline.application.staff.accounts import SESSION_SECONDS, Issuer, StaffAccounts
from surgeline.errors import Unauthorized
from surgeline.runtime.bootstrap import Backend
from surgeline.runtime.http import Request, Response, json_only
from surgeline.runtime.settings import StaffWeb
from surgeline.runtime.staff_session import own_page_only, passes_of

from functions.staff_web.sign_in import begun
from functions.staff_web.tries import Tries

TRIES_AT_ONCE = 60
TRIES_PER_SECOND = 1.0


class AccountRoutes:
    """The routes GET /v1/staff/issuer and POST /v1/staff/sign-in/issuer.

    Without an issuer nobody signs in here. One machine has none, and no request can bring claims
    along, because only API Gateway writes them into an event.
    """

    def __init__(self, backend: Backend, settings: StaffWeb, log: Callable[..., None]) -> None:
        self._log = log
        self._issuer = issuer = issuer_of(settings)
        rest = (backend.staff(), passes_of(backend), backend.clock)
        self._accounts = StaffAccounts(*rest, issuer) if issuer else None
        self._tries = Tries(backend.clock, at_once=TRIES_AT_ONCE, per_second=TRIES_PER_SECOND)

    def issuer(self, request: Request) -> Response:
        """Answer where people prove their accounts, with nulls where there is no issuer."""
        del request
        found = self._issuer
        return Response(200, {"issuer": found and found.url, "client": found and found.client})

    def sign_in(self, request: Request) -> Response:
        """Exchange the claims of a checked token for a session. Raises Unauthorized, Forbidden."""
        json_only(request)
        own_page_only(request)
        self._tries.take(request)
        if self._accounts is None or not request.claims:
            raise Unauthorized(reason="claims")
        issued = self._accounts.sign_in(request.claims)
        self._log("staff_signed_in", person_id=issued.person.id, by="issuer")
        return begun(request, issued, seconds=SESSION_SECONDS)


def issuer_of(settings: StaffWeb) -> Issuer | None:
    """Return the issuer of a deployment, or None where there is none."""
    if not settings.issuer:
        return None
    return Issuer(settings.issuer, settings.issuer_client, settings.issuer_login)
