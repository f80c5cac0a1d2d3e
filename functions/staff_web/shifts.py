"""The routes of a person's own shifts live here: times on call that are given and taken."""

import re
from collections.abc import Callable, Mapping
from typing import Final

from surgeline.adapters.staff_format import decode, encode
from surgeline.application.configuration import ConfigurationShelf
from surgeline.application.on_call.call_books import call_books
from surgeline.application.on_call.own_shifts import Offered, OwnShifts
from surgeline.application.ports.refusals import Absent
from surgeline.domain.on_call.duties import Duty
from surgeline.domain.on_call.given import Time
from surgeline.domain.on_call.settings import OnCallPerson
from surgeline.domain.times import is_rfc3339, milliseconds, rfc3339
from surgeline.errors import BadRequest
from surgeline.runtime.bootstrap import Backend
from surgeline.runtime.http import Request, Response, json_only
from surgeline.runtime.staff_session import passes_of, signed_in
from surgeline.runtime.strict_json import load_object, text_field

MAX_NAME: Final = 64
OFFER_ID: Final = re.compile(r"[0-9]{14}-[0-9a-f]{10}")


class ShiftRoutes:
    """The routes below /v1/staff/shifts."""

    def __init__(
        self, backend: Backend, shelf: ConfigurationShelf, log: Callable[..., None]
    ) -> None:
        self._shelf = shelf
        self._log = log
        self._passes = passes_of(backend)
        books = call_books(backend.ledger(), encode, decode)
        self._own = OwnShifts(shelf, books, backend.clock, backend.randomness)

    def show(self, request: Request) -> Response:
        """Answer the person's times on call, what is offered, and when they can work.

        Who is in no rota has none of it.
        """
        person = self._own.person(signed_in(request, self._passes).person.name)
        if person is None:
            return Response(200, {"person": None, "duties": [], "offers": [], "available": []})
        found = self._own.look(person)
        body = {
            "person": {"id": person.id, "name": person.name},
            "duties": [_duty(each) for each in found.duties],
            "offers": [self._offer(each, person) for each in found.offers],
            "available": [_time(each) for each in found.available.times],
        }
        return Response(200, body)

    def give(self, request: Request) -> Response:
        """Offer a time on call to the others."""
        json_only(request)
        person, body = self._person(request), load_object(request.body)
        rota = text_field(body, "rota", max_chars=MAX_NAME)
        given = self._own.give(person, rota, _at(body, "from"), _at(body, "until"))
        self._log("shift_given", person=person.id, rota=rota, offer=given.id)
        return Response(201, {"offer": self._offer(Offered(given), person)})

    def take(self, request: Request) -> Response:
        """Take an offered time. The first one has it."""
        json_only(request)
        person, offer = self._person(request), _offer_id(request)
        swap = self._own.take(person, offer)
        self._log("shift_taken", person=person.id, rota=swap.rota, offer=offer)
        body = {"rota": swap.rota, "from": rfc3339(swap.since), "until": rfc3339(swap.until)}
        return Response(200, {"taken": body})

    def withdraw(self, request: Request) -> Response:
        """Take back an offer that nobody has taken."""
        person, offer = self._person(request), _offer_id(request)
        self._own.withdraw(person, offer)
        self._log("shift_withdrawn", person=person.id, offer=offer)
        return Response(200, {})

    def say_available(self, request: Request) -> Response:
        """Keep when the person can work."""
        json_only(request)
        person, body = self._person(request), load_object(request.body)
        wanted = body.get("times")
        if not isinstance(wanted, list) or not all(isinstance(each, dict) for each in wanted):
            raise BadRequest("use a list of times, each with from and until", field="times")
        times = [Time(_at(each, "from"), _at(each, "until")) for each in wanted]
        said = self._own.say_available(person, times)
        return Response(200, {"available": [_time(each) for each in said.times]})

    def _person(self, request: Request) -> OnCallPerson:
        person = self._own.person(signed_in(request, self._passes).person.name)
        if person is None:
            raise Absent("nobody on call has your name; a lead adds you to the configuration")
        return person

    def _offer(self, offered: Offered, person: OnCallPerson) -> dict[str, object]:
        names = {each.id: each.name for each in self._shelf.current().on_call.people}
        given = offered.given
        return {
            "id": given.id,
            "rota": given.rota,
            "by": names.get(given.person, given.person),
            "mine": given.person == person.id,
            "taken_by": names.get(offered.taken_by, offered.taken_by) or None,
            **_time(Time(given.since, given.until)),
        }


def _duty(duty: Duty) -> dict[str, object]:
    return {"rota": duty.rota, "layer": duty.layer, **_time(Time(duty.since, duty.until))}


def _time(time: Time) -> dict[str, object]:
    return {"from": rfc3339(time.since), "until": rfc3339(time.until)}


def _at(body: Mapping[str, object], name: str) -> int:
    """Return a moment of a body. Raises BadRequest."""
    said = text_field(body, name, max_chars=MAX_NAME)
    if not is_rfc3339(said):
        raise BadRequest("use a time with its zone, as in 2026-03-01T12:00:00Z", field=name)
    return milliseconds(said)


def _offer_id(request: Request) -> str:
    found = request.path["offer_id"]
    if not OFFER_ID.fullmatch(found):
        raise Absent("there is no such offer")
    return found
