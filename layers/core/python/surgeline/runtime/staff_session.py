"""The sessions of staff are read from cookies here, and requests of other sites are refused.

Over https the cookie is bound to this very host (`__Host-`). Over plain http, which is for one
machine alone, no browser accepts that, so the cookie has another name there.
"""

from collections.abc import Mapping
from urllib.parse import urlsplit

from surgeline.application.staff.passes import SignedIn, StaffPasses
from surgeline.application.staff.passwords import StaffPasswords
from surgeline.errors import Forbidden, Unauthorized
from surgeline.runtime.bootstrap import Backend
from surgeline.runtime.http import Request

PLAIN_COOKIE = "surgeline_staff"
SECURE_COOKIE = "__Host-surgeline_staff"
HEADER = "x-surgeline"
"""A page of ours sends this header with each change. No form and no link of a site can."""
SAFE = ("GET ", "HEAD ")


def passes_of(backend: Backend) -> StaffPasses:
    """Return the passes that a home keeps."""
    return StaffPasses(backend.staff(), backend.clock, backend.randomness)


def passwords_of(backend: Backend) -> StaffPasswords:
    """Return the passwords that a home keeps."""
    return StaffPasswords(backend.staff(), passes_of(backend), backend.clock, backend.randomness)


def session_token(request: Request) -> str:
    """Return the token of the request's session, or an empty text."""
    return _cookies(request).get(SECURE_COOKIE if request.is_secure else PLAIN_COOKIE, "")


def session_cookie(request: Request, token: str, *, seconds: int) -> str:
    """Return the header's value that keeps the token in the browser, for 0 seconds to delete it."""
    secure = request.is_secure
    name = SECURE_COOKIE if secure else PLAIN_COOKIE
    rest = f"Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict"
    return f"{name}={token}; {rest}{'; Secure' if secure else ''}"


def signed_in(request: Request, passes: StaffPasses) -> SignedIn:
    """Return the person whose browser asks. Raises Unauthorized, Forbidden."""
    token = session_token(request)
    if not token:
        raise Unauthorized(reason="missing")
    if not request.route.startswith(SAFE):
        own_page_only(request)
    return passes.who(token)


def own_page_only(request: Request) -> None:
    """Refuse a change that another site's page asks for. Raises Forbidden."""
    if request.headers.get(HEADER) is None or _origin_host(request) != request.host:
        raise Forbidden("only Surgeline's own pages may do this with a session")


def _origin_host(request: Request) -> str | None:
    """Return the host and port of the page that asks, or None where the origin is no address."""
    try:
        return urlsplit(request.headers.get("origin", "")).netloc
    except ValueError:
        return None


def _cookies(request: Request) -> Mapping[str, str]:
    pairs = (each.partition("=") for each in request.headers.get("cookie", "").split(";"))
    return {name.strip(): value.strip() for name, _, value in pairs}
