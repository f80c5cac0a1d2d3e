"""The page behind the link of a call lives here: a person looks at the call and answers it.

The token of the link is the proof, so nobody has to sign in at night. It comes in the body of a
request, never in its address, so that it stands in no log. Only a person's press answers: a
preview of the link changes nothing.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from surgeline.adapters.staff_format import decode, encode
from surgeline.application.configuration import ConfigurationShelf
from surgeline.application.on_call.answer_call import AnswerCall
from surgeline.application.on_call.calendars import Calendars
from surgeline.application.on_call.call_books import call_books
from surgeline.application.ports.refusals import Absent
from surgeline.domain.ids import is_name
from surgeline.domain.on_call.call import Call
from surgeline.domain.on_call.settings import OnCallPerson
from surgeline.domain.times import rfc3339
from surgeline.errors import BadRequest
from surgeline.runtime.bootstrap import Backend
from surgeline.runtime.http import Request, Response, json_only
from surgeline.runtime.ids_key import ids_key
from surgeline.runtime.rate_cap import RateCap
from surgeline.runtime.strict_json import load_object, text_field
from surgeline.runtime.visitor_cap import network_of

MAX_ID: Final = 64
LONGEST_MINUTES: Final = 1_440
TRIES_AT_ONCE: Final = 60
TRIES_PER_SECOND: Final = 1.0


class CalledRoutes:
    """The routes POST /v1/called, POST /v1/called/answer, and that of calendars."""

    def __init__(
        self, backend: Backend, shelf: ConfigurationShelf, log: Callable[..., None]
    ) -> None:
        self._clock = backend.clock
        self._log = log
        secrets = backend.secrets()
        books = call_books(backend.ledger(), encode, decode)
        self._answer = AnswerCall(
            shelf=shelf, books=books, key=lambda: ids_key(secrets), clock=backend.clock
        )
        self._calendars = Calendars(
            shelf=shelf, books=books, key=lambda: ids_key(secrets), clock=backend.clock
        )
        self._tries = RateCap(
            burst=TRIES_AT_ONCE,
            per_second=TRIES_PER_SECOND,
            refusal="too many answers from here; try again after the seconds in Retry-After",
        )

    def look(self, request: Request) -> Response:
        """Answer what the call of a link is about, and what the person has said."""
        call_id, person, token = _link(self._body(request))
        call, who = self._answer.look(call_id, person, token)
        return Response(200, {"call": _shown(call, who, self._clock.now())})

    def answer(self, request: Request) -> Response:
        """Take the person's answer. A repeat changes nothing."""
        body = self._body(request)
        call_id, person, token = _link(body)
        coming = body.get("coming")
        if not isinstance(coming, bool):
            raise BadRequest("use true or false", field="coming")
        minutes = body.get("in_minutes")
        is_whole = isinstance(minutes, int) and not isinstance(minutes, bool)
        if minutes is not None and not (is_whole and 0 <= minutes <= LONGEST_MINUTES):
            raise BadRequest(
                f"use whole minutes from 0 to {LONGEST_MINUTES:,}, or leave it out",
                field="in_minutes",
            )
        heard = self._answer(call_id, person, token, coming=coming, in_minutes=minutes)
        self._log("answered_call", call_id=call_id, person=person, told=heard.told)
        call, who = self._answer.look(call_id, person, token)
        return Response(200, {"told": heard.told, "call": _shown(call, who, self._clock.now())})

    def calendar(self, request: Request) -> Response:
        """Answer the calendar behind a secret link. A link that was ended finds nothing."""
        self._take(request)
        person, token = request.path["on_call_id"], request.path["calendar_token"]
        if not is_name(person) or len(token) > MAX_ID:
            raise Absent("there is no such calendar")
        file = self._calendars.file(person, token)
        return Response(200, file, {"content-type": "text/calendar; charset=utf-8"})

    def _body(self, request: Request) -> dict[str, Any]:
        json_only(request)
        self._take(request)
        return load_object(request.body)

    def _take(self, request: Request) -> None:
        forwarded = request.headers.get("x-forwarded-for", "")
        self._tries.take(network_of(request.peer, forwarded) or "here", self._clock.now())


def _link(body: Mapping[str, Any]) -> tuple[str, str, str]:
    call_id, person, token = (
        text_field(body, name, max_chars=MAX_ID) for name in ("call", "person", "token")
    )
    return call_id, person, token


def _shown(call: Call, person: OnCallPerson, now: int) -> dict[str, object]:
    said = call.answer_of(person.id)
    return {
        "kind": call.kind,
        "why": call.why,
        "name": person.name,
        "zone": person.zone,
        "from": rfc3339(call.begins),
        "until": rfc3339(call.ends),
        "arrives_minutes": call.arrives_ms // 60_000,
        "is_open": call.is_open(now),
        "is_full": call.is_full,
        "coming": None if said is None else said.coming,
        "arrives_at": None if said is None or said.arrives_at is None else rfc3339(said.arrives_at),
    }
