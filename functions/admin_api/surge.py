"""The operators' routes of the surge controller live here: its state, its record, and orders."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import partial
from typing import Final, get_args

from surgeline.adapters.staff_format import decode, encode
from surgeline.adapters.system_texts import surge_told
from surgeline.application.books import id_of
from surgeline.application.configuration import ConfigurationShelf
from surgeline.application.on_call.call_books import call_books
from surgeline.application.on_call.could_come import CouldCome
from surgeline.application.on_call.lead_calls import call_name
from surgeline.application.on_call.led_rotas import LedRotas
from surgeline.application.ports.refusals import Absent
from surgeline.application.surge.absences import NoteAbsence
from surgeline.application.surge.lead_surge import LeadSurge
from surgeline.application.surge.look_ahead import MINUTES, look_ahead
from surgeline.application.surge.observe import Observe
from surgeline.application.surge.surge_books import surge_books
from surgeline.domain.plain_text import plain_text
from surgeline.domain.surge.absence import Absence
from surgeline.domain.surge.advise import Act
from surgeline.domain.surge.expected import STEP_MINUTES, Expected
from surgeline.domain.surge.policy import Mode
from surgeline.domain.surge.state import EVERYTHING, Decision, Override, Proposal
from surgeline.domain.times import rfc3339
from surgeline.errors import BadRequest
from surgeline.runtime.bootstrap import Backend
from surgeline.runtime.http import Request, Response

from functions.admin_api.bodies import body_of, language_asked, moment_in, whole_number
from functions.admin_api.routes import Routes, name_in, reason_of
from functions.admin_api.spans import span_of

Teller = Callable[[str], str]

PATH: Final = "/v1/admin/surge"
USUAL_DAYS: Final = 1
MOST_DECISIONS: Final = 1_500
MOST_CONTACTS: Final = 1_000_000.0
MOST_NAMES: Final = 200
ABSENCE_ID: Final = re.compile(r"[0-9]{14}-[0-9a-f]{10}")
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_DAY_MINUTES: Final = 24 * 60
_LONGEST_DAY: Final = 25 * 60
_MODES: Final = get_args(Mode)


class SurgeRoutes:
    """The routes below /v1/admin/surge."""

    def __init__(self, backend: Backend, shelf: ConfigurationShelf) -> None:
        self._clock = backend.clock
        self._shelf = shelf
        self._books = surge_books(backend.ledger(), encode, decode)
        calls = call_books(backend.ledger(), encode, decode)
        self._could_come = CouldCome(calls)
        self._lead = LeadSurge(shelf, self._books, backend.clock)
        self._note = NoteAbsence(self._books.absences, backend.clock, backend.randomness)
        self._observe = Observe(
            board=backend.pool_board(),
            waitlist=backend.waitlist(),
            log=backend.delivery_log(),
            desk=backend.desk(),
            store=backend.store(),
            outcomes=backend.outcomes(),
            forecasts=self._books.forecasts,
            callers=LedRotas(calls, partial(call_name, backend.randomness)),
            absences=self._books.absences,
        )

    def read(self) -> Routes:
        """Return the routes that change nothing."""
        return {
            f"GET {PATH}": self._show,
            f"GET {PATH}/decisions": self._list,
            f"GET {PATH}/ahead": self._ahead,
        }

    def write(self) -> Routes:
        """Return the routes that change something."""
        return {
            f"PUT {PATH}/pools/{{pool_id}}": self._order,
            f"DELETE {PATH}/pools/{{pool_id}}": self._end,
            f"PUT {PATH}/mode": self._set_mode,
            f"DELETE {PATH}/mode": self._end_mode,
            f"POST {PATH}/approval": self._approve,
            f"PUT {PATH}/forecasts/{{day}}": self._forecast,
            f"POST {PATH}/absences": self._absent,
            f"DELETE {PATH}/absences/{{absence_id}}": self._present,
        }

    def _show(self, request: Request) -> Response:
        """Answer what the controller may do, how it stands, and what it decided last."""
        tell = _teller(request)
        policy, state = self._shelf.current().surge, self._lead.state()
        last = self._books.decisions.find(limit=1, newest_first=True)
        body = {
            "as_of": rfc3339(self._clock.now()),
            "mode": self._lead.mode(),
            "configured_mode": policy.mode,
            "pools": [each.pool for each in policy.pools],
            "looked_at": rfc3339(state.at) if state.at else None,
            "spent": round(sum(state.spent.values()), 2),
            "spend_cap": policy.spend_cap,
            "asked_for": dict(state.told),
            "proposal": _proposed(state.proposal, self._clock.now(), tell),
            "overrides": [_override(each) for each in self._lead.overrides()],
            "decision": decided(last[0].document, tell) if last else None,
        }
        return Response(200, body)

    def _list(self, request: Request) -> Response:
        """Answer the decisions of a span, the newest first."""
        tell = _teller(request)
        now = self._clock.now()
        zone = self._shelf.current().reports.zone
        since, until = span_of(request.query, now=now, usual_days=USUAL_DAYS, zone=zone)
        found = self._books.decisions.find(
            first=id_of(since), last=id_of(until - 1), limit=MOST_DECISIONS, newest_first=True
        )
        return Response(200, {"decisions": [decided(each.document, tell) for each in found]})

    def _ahead(self, request: Request) -> Response:
        """Answer who is expected, needed and there in the next hours of today."""
        del request
        now = self._clock.now()
        found = look_ahead(self._observe, self._books, self._shelf.current(), now, self._could_come)
        body = {
            "as_of": rfc3339(now),
            "minutes": MINUTES,
            "is_forecast": found.is_forecast,
            "live_factor": round(found.live_factor, 2),
            "intervals": [
                {
                    "from": rfc3339(each.at),
                    "contacts": round(each.contacts, 1),
                    "needed": each.needed,
                    "on_shift": round(each.on_shift, 1),
                    "absent": each.absent,
                    "could_come": each.could_come,
                    "missing": round(each.missing, 1),
                }
                for each in found.intervals
            ],
            "absences": [_absence(each) for each in found.absences],
        }
        return Response(200, body)

    def _absent(self, request: Request) -> Response:
        """Note that people are absent from a time to a time."""
        body = body_of(request)
        noted = self._note(
            Absence(
                id="",
                people=whole_number(body, "people"),
                since=moment_in(body, "from"),
                until=moment_in(body, "until"),
                who=plain_text(str(body.get("who", "")))[:MOST_NAMES].strip(),
                by=request.who,
                reason=_reason(request),
            )
        )
        return Response(201, {"absence": _absence(noted)}, made=noted.who)

    def _present(self, request: Request) -> Response:
        """End an absence now."""
        if not ABSENCE_ID.fullmatch(request.path["absence_id"]):
            raise Absent("there is no such absence")
        ended = self._note.end(request.path["absence_id"])
        return Response(200, {"absence": _absence(ended)}, made=ended.who)

    def _order(self, request: Request) -> Response:
        """Let a pool have so many people from outside, until a time."""
        body = body_of(request)
        override = self._lead.order(
            name_in(request, "pool_id"),
            whole_number(body, "people"),
            minutes=whole_number(body, "minutes"),
            who=request.who,
            reason=_reason(request),
        )
        return Response(200, {"override": _override(override)})

    def _end(self, request: Request) -> Response:
        self._lead.end(name_in(request, "pool_id"))
        return Response(200, {"ended": request.path["pool_id"]})

    def _set_mode(self, request: Request) -> Response:
        """Put the controller into a mode until a time."""
        body = body_of(request)
        mode = next((each for each in _MODES if each == body.get("mode")), None)
        if mode is None:
            raise BadRequest(f"use one of {', '.join(_MODES)}", field="mode")
        override = self._lead.set_mode(
            mode, minutes=whole_number(body, "minutes"), who=request.who, reason=_reason(request)
        )
        return Response(200, {"override": _override(override)})

    def _end_mode(self, request: Request) -> Response:
        del request
        self._lead.end(EVERYTHING)
        return Response(200, {"ended": "mode"})

    def _approve(self, request: Request) -> Response:
        """Approve the proposal of that time. The controller follows at its next look."""
        at = whole_number(body_of(request), "proposal")
        proposal = self._lead.approve(at, who=request.who)
        return Response(202, {"approved": _proposed(proposal, self._clock.now())})

    def _forecast(self, request: Request) -> Response:
        """Keep who is expected on a day, and who is on shift, by intervals from midnight."""
        body = body_of(request)
        day = request.path["day"]
        if not _is_day(day):
            raise Absent("a day is written as in 2026-03-01")
        expected = _expected(body, request.who)
        self._lead.forecast(day, expected)
        total = round(sum(expected.contacts), 1)
        return Response(200, {"day": day, "intervals": len(expected.contacts), "contacts": total})


def _teller(request: Request) -> Teller:
    """Return what tells reasons: in the language asked for, or else as they were written."""
    language = language_asked(request)
    return surge_told(language) if language else str


def decided(decision: Decision, tell: Teller = str) -> dict[str, object]:
    """Return a decision as the API shows it."""
    return {
        "at": rfc3339(decision.at),
        "mode": decision.mode,
        "did": decision.did,
        "by": decision.by,
        "wanted": decision.wanted,
        "counted": decision.counted,
        "missing": decision.missing,
        "bound": decision.bound,
        "why": [tell(each) for each in decision.why],
        "acts": _acts(decision.acts, tell),
        "facts": {
            "contacts_per_hour": decision.per_hour,
            "is_forecast": decision.is_forecast,
            "live_factor": decision.live_factor,
            "waiting": decision.backlog,
            "on_shift": decision.on_shift,
            "here": dict(decision.here),
            "spent": decision.spent,
            "spend_cap": decision.spend_cap,
        },
        "prices": [
            {
                "people": price.people,
                "service_level": price.service_level,
                "abandoned": price.abandoned,
                "cost_per_hour": price.cost_per_hour,
            }
            for price in decision.prices
        ],
    }


def _acts(acts: Iterable[Act], tell: Teller) -> list[dict[str, object]]:
    return [
        {"pool": act.pool, "people": act.people, "change": act.change, "why": tell(act.why)}
        for act in acts
    ]


def _absence(absence: Absence) -> dict[str, object]:
    return {
        "id": absence.id,
        "who": absence.who,
        "people": absence.people,
        "from": rfc3339(absence.since),
        "until": rfc3339(absence.until),
        "by": absence.by,
        "reason": absence.reason,
    }


def _override(override: Override) -> dict[str, object]:
    return {
        "pool": None if override.pool == EVERYTHING else override.pool,
        "people": override.people,
        "mode": override.mode,
        "until": rfc3339(override.until),
        "by": override.by,
        "reason": override.reason,
    }


def _proposed(proposal: Proposal | None, now: int, tell: Teller = str) -> dict[str, object] | None:
    if proposal is None or proposal.until <= now:
        return None
    return {
        "proposal": proposal.at,
        "until": rfc3339(proposal.until),
        "approved_by": proposal.approved_by,
        "acts": _acts(proposal.acts, tell),
    }


def _reason(request: Request) -> str:
    said = reason_of(request).strip()
    if not said:
        raise BadRequest("say why in a few words, in the header x-reason", field="x-reason")
    return said


def _is_day(text: str) -> bool:
    if not _DAY.fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _expected(body: Mapping[str, object], who: str) -> Expected:
    minutes = whole_number(body, "minutes")
    if minutes < STEP_MINUTES or minutes % STEP_MINUTES or _DAY_MINUTES % minutes:
        raise BadRequest("use 5, 10, 15, 20, 30 or 60 minutes", field="minutes")
    contacts = _numbers(body, "contacts")
    if not contacts or len(contacts) * minutes > _LONGEST_DAY:
        raise BadRequest("use a number for each interval of the day", field="contacts")
    agents = _numbers(body, "agents") if body.get("agents") is not None else []
    if len(agents) not in (0, len(contacts)):
        raise BadRequest("use as many numbers as contacts, or leave it out", field="agents")
    return Expected(minutes=minutes, contacts=tuple(contacts), agents=tuple(agents), by=who)


def _numbers(body: Mapping[str, object], name: str) -> list[float]:
    found = body.get(name)
    if not isinstance(found, list) or not all(map(_is_number, found)):
        raise BadRequest(f"use a list of numbers from 0 to {MOST_CONTACTS:,.0f}", field=name)
    return [float(each) for each in found]


def _is_number(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return 0 <= value <= MOST_CONTACTS
