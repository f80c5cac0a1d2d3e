"""The operators' routes for reports live here."""

import re
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

from surgeline.application.configuration import ConfigurationShelf
from surgeline.application.ports.retention import RECORD_DAYS
from surgeline.application.reports.read_cases import read_cases
from surgeline.domain.hours import zone_of
from surgeline.errors import BadRequest
from surgeline.reports.daily import daily
from surgeline.reports.days import Day, date_at, day_of
from surgeline.runtime.bootstrap import Backend
from surgeline.runtime.http import Request, Response

from functions.admin_api.routes import Routes

DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
LONGEST_ZONE: Final = 64
DAY_MS: Final = 86_400_000


class ReportRoutes:
    """GET below /v1/admin/reports: each report by its name."""

    def __init__(self, backend: Backend, shelf: ConfigurationShelf) -> None:
        self._backend = backend
        self._shelf = shelf

    def read(self) -> Routes:
        """Return the routes that change nothing."""
        return {"GET /v1/admin/reports/daily": self.daily}

    def write(self) -> Routes:
        """Return no routes, because a report changes nothing."""
        return {}

    def daily(self, request: Request) -> Response:
        """Answer the report of a day, which is today unless another one is asked for."""
        now = self._backend.clock.now()
        day = _day(request, now=now)
        store, outcomes = self._backend.store(), self._backend.outcomes()
        quiet = self._shelf.current().rules.conversation_seconds * 1000
        cases = read_cases(store, outcomes, day.start, day.end)
        return Response(200, daily(day, cases, at=now, quiet=quiet))


def _day(request: Request, *, now: int) -> Day:
    """Return the day that is asked for. Raises BadRequest for one without records."""
    zone = _zone(request)
    asked = request.query.get("day")
    if asked is None:
        return day_of(date_at(now, zone), zone)
    try:
        which = date.fromisoformat(asked) if DATE.fullmatch(asked) else None
    except ValueError:
        which = None
    if which is None:
        raise BadRequest("use a date of the calendar, as in 2026-03-01", field="day")
    today, oldest = date_at(now, zone), date_at(now - RECORD_DAYS * DAY_MS, zone)
    if not oldest < which <= today:
        raise BadRequest(
            f"use a day after {oldest} and up to today, {today}: records are kept for"
            f" {RECORD_DAYS} days",
            field="day",
        )
    try:
        return day_of(which, zone)
    except ValueError as error:
        raise BadRequest(str(error), field="day") from error


def _zone(request: Request) -> ZoneInfo:
    name = request.query.get("time_zone", "UTC")
    try:
        return zone_of(name[:LONGEST_ZONE])
    except (ValueError, KeyError, OSError) as error:
        raise BadRequest(
            "use the IANA name of a time zone, as in Europe/Paris", field="time_zone"
        ) from error
