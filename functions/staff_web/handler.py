"""This function serves the pages of the company's own people, and the console's desk."""

from surgeline.application.media.keep_upload import MOST_UPLOADED_BYTES
from surgeline.runtime.bootstrap import Backend, Handler, entry
from surgeline.runtime.configuration import shelf_of
from surgeline.runtime.http import http
from surgeline.runtime.logs import log_of
from surgeline.runtime.settings import StaffWeb

from functions.staff_web.accounts import AccountRoutes, issuer_of
from functions.staff_web.articles import ArticleNoticeRoutes
from functions.staff_web.called import CalledRoutes
from functions.staff_web.desk import DeskRoutes
from functions.staff_web.files import FileRoutes
from functions.staff_web.found_articles import FoundArticleRoutes
from functions.staff_web.pages import PageRoutes
from functions.staff_web.passwords import PasswordRoutes
from functions.staff_web.shifts import ShiftRoutes
from functions.staff_web.sign_in import SignInRoutes

FILES = "POST /v1/staff/pools/{pool_id}/files"


def build(backend: Backend, settings: StaffWeb) -> Handler:
    """Return the handler over a backend."""
    info, alarm = log_of("staff_web", settings.log_level)
    issuer = issuer_of(settings)
    pages = PageRoutes((issuer.url, issuer.login) if issuer else ())
    shelf = shelf_of(backend, alarm)
    desk = DeskRoutes(backend, settings, shelf, info)
    files = FileRoutes(backend, shelf, info)
    articles = ArticleNoticeRoutes(backend, shelf, info)
    found = FoundArticleRoutes(backend, shelf)
    called = CalledRoutes(backend, shelf, info)
    sign_in = SignInRoutes(backend, info)
    passwords = PasswordRoutes(backend, info)
    accounts = AccountRoutes(backend, settings, info)
    shifts = ShiftRoutes(backend, shelf, info)
    return http(
        {
            "GET /sign-in": pages.sign_in,
            "GET /account": pages.account,
            "GET /called": pages.called,
            "GET /calendar/{on_call_id}/{calendar_token}": called.calendar,
            "POST /v1/called": called.look,
            "POST /v1/called/answer": called.answer,
            "GET /agent": pages.agent,
            "GET /lead": pages.lead,
            "GET /staff/{folder}/{file}": pages.asset,
            "POST /v1/staff/sign-in": sign_in.sign_in,
            "GET /v1/staff/issuer": accounts.issuer,
            "POST /v1/staff/sign-in/issuer": accounts.sign_in,
            "POST /v1/staff/sign-in/password": passwords.sign_in,
            "PUT /v1/staff/password": passwords.set,
            "POST /v1/staff/password/remove": passwords.remove,
            "POST /v1/staff/sign-out": sign_in.sign_out,
            "GET /v1/staff/me": sign_in.me,
            "GET /v1/staff/articles": found.find,
            "GET /v1/staff/notices": articles.show,
            "POST /v1/staff/notices/read": articles.read,
            "GET /v1/staff/desk": desk.show,
            "PUT /v1/staff/desk/presence": desk.sit,
            "POST /v1/staff/desk/ticket": desk.ticket,
            "POST /v1/staff/pools/{pool_id}/events": desk.say,
            "POST /v1/staff/pools/{pool_id}/give": desk.give,
            FILES: files.take,
            "GET /v1/staff/pools/{pool_id}/cases/{conversation_id}": desk.case,
            "GET /v1/staff/shifts": shifts.show,
            "POST /v1/staff/shifts": shifts.give,
            "POST /v1/staff/shifts/{offer_id}/take": shifts.take,
            "DELETE /v1/staff/shifts/{offer_id}": shifts.withdraw,
            "PUT /v1/staff/availability": shifts.say_available,
        },
        log=info,
        clock=backend.clock,
        larger={FILES: MOST_UPLOADED_BYTES},
    )


handler = entry(StaffWeb, build)
