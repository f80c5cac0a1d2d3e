"""The operators' routes for reports live here."""

import re
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

from surgeline.adapters.staff_format import decode, encode
from surgeline.adapters.system_texts import lead_words
from surgeline.application.answers.judged_bases import judged_bases
from surgeline.application.answers.life.reviewed_facts import reviewed_facts
from surgeline.application.configuration import ConfigurationShelf
from surgeline.application.ports.retention import RECORD_DAYS
from surgeline.application.reports.read_report import read_report
from surgeline.application.spikes.notice_spikes import noticed
from surgeline.application.staff.attendance import attendance
from surgeline.domain.hours import zone_of
from surgeline.errors import BadRequest, NotFound
from surgeline.reports.attendance import Attendance
from surgeline.reports.days import Span, date_at, span_of, week_of
from surgeline.reports.page.page import page
from surgeline.reports.registry import REPORTS
from surgeline.reports.report import OF_ARTICLES, ArticleFacts
from surgeline.runtime.bootstrap import Backend
from surgeline.runtime.http import Request, Response

from functions.admin_api.bodies import language_of, only_names
from functions.admin_api.routes import Routes

DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
LONGEST_ZONE: Final = 64
LONGEST_DAYS: Final = 92
"""The report that needs what is known of articles."""
AGENTS: Final = "agents"
"""The report that needs what is known of people's times."""
DAY_MS: Final = 86_400_000
PAGE_HEADERS: Final = {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": (
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'self'"
    ),
    "referrer-policy": "no-referrer",
}
"""A report's page runs nothing and loads nothing. Only the lead's page may show it in itself."""

ASKED_BY: Final = ("day", "week", "from", "to", "zone", "language", "format", "texts")
"""What a report may be asked by."""


class ReportRoutes:
    """GET below /v1/admin/reports: each report by its name."""

    def __init__(self, backend: Backend, shelf: ConfigurationShelf) -> None:
        self._backend = backend
        self._shelf = shelf

    def read(self) -> Routes:
        """Return the routes that change nothing."""
        return {"GET /v1/admin/reports/{report}": self.show}

    def write(self) -> Routes:
        """Return no routes, because a report changes nothing."""
        return {}

    def show(self, request: Request) -> Response:
        """Answer the report of a day or of several, which is today unless others are asked for.

        With `format=html` it is the page that `surgeline report --html` writes.
        """
        name, is_page = request.path["report"], _is_page(request)
        if name not in REPORTS:
            raise NotFound(f"there is no such report; use one of {', '.join(REPORTS)}")
        only_names(request, ASKED_BY)
        now, configuration = self._backend.clock.now(), self._shelf.current()
        words = lead_words(language_of(request, configuration.reports.language))
        seen = noticed(self._backend.blobs())
        span = _span(request, _zone(request, configuration.reports.zone), now=now)
        found = read_report(
            name,
            span,
            configuration=configuration,
            store=self._backend.store(),
            outcomes=self._backend.outcomes(),
            at=now,
            reviewed=judged_bases(
                self._backend.blobs(), (each.knowledge_base for each in configuration.channels)
            ),
            words=words,
            on_aws=not self._backend.allows_loopback,
            spikes=seen.spikes,
            days_known=seen.days,
            articles=self._articles() if name in OF_ARTICLES else {},
            attendance=self._attendance(span) if name == AGENTS else None,
            texts=_with_texts(request),
        )
        return Response(200, page(found, words), PAGE_HEADERS) if is_page else Response(200, found)

    def _attendance(self, span: Span) -> Attendance:
        """Return who was at a desk on the days, and who had said that they come."""
        return attendance(
            span,
            self._shelf.current(),
            ledger=self._backend.ledger(),
            staff=self._backend.staff(),
            encode=encode,
            decode=decode,
        )

    def _articles(self) -> dict[str, dict[str, ArticleFacts]]:
        """Return the states and texts of the articles of every knowledge base."""
        bases = {each.knowledge_base for each in self._shelf.current().channels}
        return {base: reviewed_facts(self._backend.blobs(), base) for base in sorted(bases)}


def _is_page(request: Request) -> bool:
    """Return whether a page is asked for. Raises BadRequest for another form."""
    asked = request.query.get("format", "json")
    if asked not in ("json", "html"):
        raise BadRequest("use json or html, or leave it out for json", field="format")
    return asked == "html"


def _with_texts(request: Request) -> bool:
    """Return whether words of customers are asked for. Raises BadRequest for another word."""
    asked = request.query.get("texts", "no")
    if asked not in ("yes", "no"):
        raise BadRequest("use yes, or leave it out", field="texts")
    return asked == "yes"


def _span(request: Request, zone: ZoneInfo, *, now: int) -> Span:
    """Return the days that are asked for. Raises BadRequest for some without records."""
    today, oldest = date_at(now, zone), date_at(now - RECORD_DAYS * DAY_MS, zone)
    field, first, last = _asked(request, today)
    if last < first:
        raise BadRequest(f"the days end before they begin: {first} to {last}", field=field)
    if (last - first).days >= LONGEST_DAYS:
        raise BadRequest(
            f"{first} to {last} are {(last - first).days + 1} days; a report has at most"
            f" {LONGEST_DAYS}",
            field=field,
        )
    if not oldest < first or last > today:
        raise BadRequest(
            f"use days after {oldest} and up to today, {today}: records are kept for"
            f" {RECORD_DAYS} days",
            field=field,
        )
    try:
        return span_of(first, last, zone)
    except ValueError as error:
        raise BadRequest(str(error), field=field) from error


def _asked(request: Request, today: date) -> tuple[str, date, date]:
    """Return the first and the last day, and which part of the query named the last."""
    given = [name for name in ("day", "week", "from", "to") if name in request.query]
    if given in ([], ["day"]):
        day = _date(request, "day") if given else today
        return "day", day, day
    if given == ["week"]:
        first, last = _week(request)
        return "week", first, min(last, today) if first <= today else last
    if given == ["from", "to"]:
        return "to", _date(request, "from"), _date(request, "to")
    raise BadRequest("use day, or week, or from and to together", field=given[-1])


def _date(request: Request, field: str) -> date:
    asked = request.query[field]
    try:
        found = date.fromisoformat(asked) if DATE.fullmatch(asked) else None
    except ValueError:
        found = None
    if found is None:
        raise BadRequest("use a date of the calendar, as in 2026-03-01", field=field)
    return found


def _week(request: Request) -> tuple[date, date]:
    try:
        return week_of(request.query["week"])
    except (ValueError, OverflowError) as error:
        raise BadRequest("use a week of the calendar, as in 2026-W09", field="week") from error


def _zone(request: Request, usual: str) -> ZoneInfo:
    name = request.query.get("zone", usual)
    try:
        return zone_of(name[:LONGEST_ZONE])
    except (ValueError, KeyError, OSError) as error:
        raise BadRequest(
            "use the IANA name of a time zone, as in Europe/Paris", field="zone"
        ) from error
