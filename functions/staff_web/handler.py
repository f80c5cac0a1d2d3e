"""This function serves the pages of the company's own people, and lets them sign in."""

from surgeline.runtime.bootstrap import Backend, Handler, entry
from surgeline.runtime.http import http
from surgeline.runtime.logs import log_of
from surgeline.runtime.settings import StaffWeb

from functions.staff_web.pages import PageRoutes
from functions.staff_web.sign_in import SignInRoutes


def build(backend: Backend, settings: StaffWeb) -> Handler:
    """Return the handler over a backend."""
    info, _ = log_of("staff_web", settings.log_level)
    pages = PageRoutes()
    sign_in = SignInRoutes(backend, info)
    return http(
        {
            "GET /sign-in": pages.sign_in,
            "GET /staff/{folder}/{file}": pages.asset,
            "POST /v1/staff/sign-in": sign_in.sign_in,
            "POST /v1/staff/sign-out": sign_in.sign_out,
            "GET /v1/staff/me": sign_in.me,
        },
        log=info,
        clock=backend.clock,
    )


handler = entry(StaffWeb, build)
