"""The operators' routes of people who are called live here: who is on call, calls, and shifts."""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from surgeline.adapters.staff_format import decode, encode
from surgeline.application.configuration import ConfigurationShelf
from surgeline.application.on_call.answer_call import AnswerCall
from surgeline.application.on_call.calendars import Calendars
from surgeline.application.on_call.call_books import call_books
from surgeline.application.on_call.keep_served import read_shares
from surgeline.application.on_call.lead_calls import LeadCalls
from surgeline.application.ports.refusals import Absent
from surgeline.domain.ids import is_name
from surgeline.domain.on_call.call import Call
from surgeline.domain.on_call.fairness import Share, next_of
from surgeline.domain.on_call.given import Time
from surgeline.domain.on_call.rota import Swap
from surgeline.domain.on_call.settings import OnCall
from surgeline.domain.plain_text import plain_text
from surgeline.domain.times import rfc3339
from surgeline.errors import BadRequest
from surgeline.runtime.bootstrap import Backend
from surgeline.runtime.http import Request, Response
from surgeline.runtime.ids_key import ids_key
from surgeline.runtime.strict_json import text_field

from functions.admin_api.bodies import body_of, moment_in, whole_number
from functions.admin_api.routes import Routes, reason_of

CALLS: Final = "/v1/admin/calls"
CALENDAR: Final = "/v1/admin/calendars/{on_call_id}"
CALL_ID: Final = re.compile(r"[0-9]{14}-[0-9a-f]{10}")
MOST_WHY: Final = 200
MOST_NAME: Final = 64
LONGEST_MINUTES: Final = 1_440
MOST_NAMED: Final = 100
USUAL_DAYS: Final = 90
MOST_DAYS: Final = 400
DAY_MS: Final = 86_400_000


class OnCallRoutes:
    """The routes below /v1/admin/calls, and those of shifts and swaps."""

    def __init__(self, backend: Backend, shelf: ConfigurationShelf) -> None:
        self._clock = backend.clock
        self._shelf = shelf
        self._books = books = call_books(backend.ledger(), encode, decode)
        self._lead = LeadCalls(shelf, books, backend.clock, backend.randomness)
        secrets = backend.secrets()

        def key() -> bytes:
            return ids_key(secrets)

        self._calendars = Calendars(shelf=shelf, books=books, key=key, clock=backend.clock)
        self._answers = AnswerCall(shelf=shelf, books=books, key=key, clock=backend.clock)

    def read(self) -> Routes:
        """Return the routes that change nothing."""
        return {f"GET {CALLS}": self._list, "GET /v1/admin/calls/ledger": self._ledger}

    def write(self) -> Routes:
        """Return the routes that change something."""
        return {
            f"POST {CALLS}": self._call,
            f"POST {CALLS}/{{call_id}}/close": self._close,
            f"POST {CALLS}/{{call_id}}/answers": self._note,
            "POST /v1/admin/shifts": self._offer,
            "POST /v1/admin/swaps": self._swap,
            "DELETE /v1/admin/swaps/{swap_id}": self._undo,
            f"POST {CALENDAR}": self._open_calendar,
            f"DELETE {CALENDAR}": self._close_calendar,
        }

    def _list(self, request: Request) -> Response:
        """Answer who is on call now, and the calls of the last days, the newest first."""
        del request
        now, settings = self._clock.now(), self._shelf.current().on_call
        names = {each.id: each.name for each in settings.people}
        available = self._lead.available()
        body = {
            "as_of": rfc3339(now),
            "people": [
                {"id": each.id, "name": each.name, "available": _times(available.get(each.id, ()))}
                for each in settings.people
            ],
            "rotas": [
                {"id": rota, "on_call": list(order)}
                for rota, order in self._lead.on_call_now().items()
            ],
            "calls": [_shown(each, names, now) for each in self._lead.calls()],
            "swaps": [_swapped(name, each) for name, each in self._lead.swaps_ahead()],
        }
        return Response(200, body)

    def _ledger(self, request: Request) -> Response:
        """Answer everybody's share of being on call, who is next by fairness first."""
        now, days = self._clock.now(), _days(request)
        settings = self._shelf.current().on_call
        shares = read_shares(self._shelf, self._books, since=now - days * DAY_MS, now=now)
        body = {
            "as_of": rfc3339(now),
            "days": days,
            "people": [_share(each, settings) for each in shares],
            "rotas": [
                {"id": rota.id, "next": next_of(rota.people, shares)} for rota in settings.rotas
            ],
        }
        return Response(200, body)

    def _call(self, request: Request) -> Response:
        """Call people of a rota. They are asked one after the other, from the next minute on."""
        body = body_of(request)
        call = self._lead.call(
            text_field(body, "rota", max_chars=MOST_NAME),
            whole_number(body, "people"),
            why=_why(body),
            who=request.who,
            emergency=body.get("emergency") is True,
        )
        return Response(201, {"call": self._one(call)}, made=call.group)

    def _note(self, request: Request) -> Response:
        """Take the answer that a person gave by phone, or through a system of the company."""
        call_id, body = _call_id(request), body_of(request)
        coming = body.get("coming")
        if not isinstance(coming, bool):
            raise BadRequest("use true or false", field="coming")
        minutes = None
        if body.get("in_minutes") is not None:
            minutes = whole_number(body, "in_minutes")
            if not 0 <= minutes <= LONGEST_MINUTES:
                raise BadRequest(f"use 0 to {LONGEST_MINUTES:,} minutes", field="in_minutes")
        person = text_field(body, "person", max_chars=MOST_NAME)
        heard = self._answers.record(call_id, person, coming=coming, in_minutes=minutes)
        return Response(200, {"told": heard.told, "call": self._one(heard.call)})

    def _close(self, request: Request) -> Response:
        """End a call, so that nobody more is asked."""
        call = self._lead.close(_call_id(request), who=request.who)
        return Response(200, {"call": self._one(call)})

    def _offer(self, request: Request) -> Response:
        """Offer a shift. The first who say yes have it."""
        body = body_of(request)
        call = self._lead.offer(
            _names(body),
            whole_number(body, "people"),
            begins=moment_in(body, "from"),
            ends=moment_in(body, "until"),
            why=_why(body),
            who=request.who,
        )
        return Response(201, {"call": self._one(call)})

    def _swap(self, request: Request) -> Response:
        """Let one person be on call in the place of another, from a time to a time.

        Where nobody is named whose place it is, it is that of whoever is on turn first.
        """
        body = body_of(request)
        named = body.get("instead_of") is not None
        swap = Swap(
            rota=text_field(body, "rota", max_chars=MOST_NAME),
            since=moment_in(body, "from"),
            until=moment_in(body, "until"),
            instead_of=text_field(body, "instead_of", max_chars=MOST_NAME) if named else "",
            takes_over=text_field(body, "takes_over", max_chars=MOST_NAME),
            by=request.who,
            reason=reason_of(request, body),
        )
        if named:
            self._lead.swap(swap)
        else:
            self._lead.override(swap)
        shown = {"rota": swap.rota, "takes_over": swap.takes_over}
        return Response(201, {"swap": shown}, made=swap.rota)

    def _undo(self, request: Request) -> Response:
        """Undo a swap from now on. What was served already stays as it was."""
        swap_id = request.path["swap_id"]
        if not CALL_ID.fullmatch(swap_id):
            raise Absent("there is no such swap")
        self._lead.undo_swap(swap_id, who=request.who)
        return Response(200, {"swap": swap_id})

    def _open_calendar(self, request: Request) -> Response:
        """Answer a new link of a person's calendar. The link before opens nothing any more."""
        link = self._calendars.open(_on_call_id(request))
        return Response(201, {"person": link.person, "url": link.url}, made=link.person)

    def _close_calendar(self, request: Request) -> Response:
        """End the link of a person's calendar."""
        person = _on_call_id(request)
        self._calendars.close(person)
        return Response(200, {"person": person, "url": None})

    def _one(self, call: Call) -> dict[str, object]:
        names = {each.id: each.name for each in self._shelf.current().on_call.people}
        return _shown(call, names, self._clock.now())


def _shown(call: Call, names: Mapping[str, str], now: int) -> dict[str, object]:
    return {
        "id": call.id,
        "kind": call.kind,
        "rota": call.group or None,
        "why": call.why,
        "people": call.people,
        "from": rfc3339(call.begins),
        "until": rfc3339(call.ends),
        "opened_at": rfc3339(call.opened_at),
        "opened_by": call.opened_by,
        "is_open": call.is_open(now),
        "is_full": call.is_full,
        "is_exhausted": call.kind == "call" and call.is_open(now) and call.is_exhausted(now),
        "asked": [
            {"person": each.person, "name": names.get(each.person), "at": rfc3339(each.at)}
            for each in call.asked
        ],
        "answers": [
            {
                "person": each.person,
                "name": names.get(each.person),
                "coming": each.coming,
                "at": rfc3339(each.at),
                "arrives_at": None if each.arrives_at is None else rfc3339(each.arrives_at),
            }
            for each in call.answers
        ],
    }


def _swapped(name: str, swap: Swap) -> dict[str, object]:
    return {
        "id": name,
        "rota": swap.rota,
        "from": rfc3339(swap.since),
        "until": rfc3339(swap.until),
        "instead_of": swap.instead_of,
        "takes_over": swap.takes_over,
        "by": swap.by,
        "reason": swap.reason,
    }


def _times(times: Iterable[Time]) -> list[dict[str, str]]:
    return [{"from": rfc3339(each.since), "until": rfc3339(each.until)} for each in times]


def _share(share: Share, settings: OnCall) -> dict[str, object]:
    person = settings.person(share.person)
    return {
        "person": share.person,
        "name": person.name if person else None,
        "hours": _hours(share.duty_ms),
        "night_hours": _hours(share.night_ms),
        "weekend_hours": _hours(share.weekend_ms),
        "covered_hours": _hours(share.covered_ms),
        "pages": share.pages,
        "pages_at_night": share.pages_at_night,
        "came": share.came,
        "declined": share.declined,
        "silent": share.silent,
        "offers": share.offers,
        "shifts": share.shifts,
        "shift_hours": _hours(share.shift_ms),
        "owed_hours": share.owed_hours,
        "load": round(share.load, 2),
        "last_at": rfc3339(share.last_at) if share.last_at else None,
    }


def _hours(length: int) -> float:
    return round(length / 3_600_000, 2)


def _days(request: Request) -> int:
    asked = request.query.get("days", str(USUAL_DAYS))
    if not (asked.isascii() and asked.isdigit() and 1 <= int(asked[:6]) <= MOST_DAYS):
        raise BadRequest(f"use 1 to {MOST_DAYS} days", field="days")
    return int(asked)


def _call_id(request: Request) -> str:
    found = request.path["call_id"]
    if not CALL_ID.fullmatch(found):
        raise Absent("there is no such call")
    return found


def _on_call_id(request: Request) -> str:
    found = request.path["on_call_id"]
    if not is_name(found):
        raise Absent("nobody on call has that id")
    return found


def _why(body: Mapping[str, object]) -> str:
    why = body.get("why")
    said = plain_text(why).strip() if isinstance(why, str) else ""
    if not said or len(said) > MOST_WHY:
        raise BadRequest(f"say in 1 to {MOST_WHY} characters why people are needed", field="why")
    return said


def _names(body: Mapping[str, object]) -> list[str]:
    named = body.get("persons", [])
    if (
        not isinstance(named, list)
        or len(named) > MOST_NAMED
        or not all(isinstance(each, str) for each in named)
    ):
        raise BadRequest(f"use a list of at most {MOST_NAMED} people's ids", field="persons")
    return named
