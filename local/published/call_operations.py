"""The routes of people who are called are described here, for the OpenAPI document."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal, TypeVar

from pydantic import Field

from local.published import bodies
from local.published.events import Described, Time
from local.published.operation_kinds import Operation, of_staff

_Operation = TypeVar("_Operation")
Named = Annotated[str, Field(min_length=1, max_length=64)]
Why = Annotated[str, Field(min_length=1, max_length=200)]


class NewCall(Described):
    """A call for people of a rota. An emergency also calls people in their quiet time."""

    rota: Named
    people: Annotated[int, Field(ge=1, le=100)]
    why: Why
    emergency: bool = False


class NewShift(Described):
    """A shift that is offered to `persons`, or to everybody. The first who say yes have it."""

    people: Annotated[int, Field(ge=1, le=100)]
    from_: Annotated[Time, Field(alias="from")]
    until: Time
    why: Why
    persons: Annotated[tuple[Named, ...], Field(max_length=100)] = ()


class NewSwap(Described):
    """One person is on call in the place of another, from a time to a time.

    Without `instead_of` it is the place of whoever is on turn first.
    """

    rota: Named
    from_: Annotated[Time, Field(alias="from")]
    until: Time
    instead_of: Named | None = None
    takes_over: Named
    reason: Annotated[str, Field(max_length=200)] = ""


class CallLink(Described):
    """The parts of a call's link."""

    call: Named
    person: Named
    token: Named


class CallAnswer(CallLink):
    """The answer of the person, who may say in how many minutes they are there."""

    coming: bool
    in_minutes: Annotated[int | None, Field(ge=0, le=1_440)] = None


class NotedAnswer(Described):
    """The answer that a person gave otherwise, with the minutes until they are there."""

    person: Named
    coming: bool
    in_minutes: Annotated[int | None, Field(ge=0, le=1_440)] = None


class Called(Described):
    """The call as the person sees it, and what became of an answer."""

    call: dict[str, Any]
    told: Literal["coming", "declined", "full", "over", "again", "not_asked", "hours"] | None = None


class Calendar(Described):
    """The link of a person's calendar, or null after its end."""

    person: str
    url: str | None


class ShiftTime(Described):
    """A span of time."""

    from_: Annotated[Time, Field(alias="from")]
    until: Time


class GivenShift(ShiftTime):
    """A time on call in a rota that the person offers to the others."""

    rota: Annotated[str, Field(min_length=1, max_length=64)]


class AvailableTimes(Described):
    """The times at which the person can work, in place of those that were said before."""

    times: Annotated[list[ShiftTime], Field(max_length=100)]


def call_operations(
    admin: Callable[..., _Operation], plain: Callable[..., _Operation], page: Mapping[str, Any]
) -> dict[str, _Operation]:
    """Return the routes. `admin` makes those of operators, and `plain` those of links."""
    made = {201: bodies.Document}
    link: dict[str, Any] = {"answers": {200: Called}, "refusals": (400, 401, 404, 409, 415, 429)}
    return {
        "GET /called": plain("The page behind the link of a call", **page),
        "POST /v1/called": plain("What a call is about", takes=CallLink, **link),
        "POST /v1/called/answer": plain("Whether the person comes", takes=CallAnswer, **link),
        "GET /v1/admin/calls": admin("Who is on call now, and the calls of the last days"),
        "GET /v1/admin/calls/ledger": admin(
            "Everybody's share of being on call, who is next by fairness first",
            query={"days": {"type": "integer", "minimum": 1, "maximum": 400, "default": 90}},
        ),
        "POST /v1/admin/calls": admin("People of a rota are called", takes=NewCall, answers=made),
        "POST /v1/admin/calls/{call_id}/close": admin("A call ends, and nobody more is asked"),
        "POST /v1/admin/calls/{call_id}/answers": admin(
            "The answer of a person who gave it otherwise", takes=NotedAnswer
        ),
        "POST /v1/admin/shifts": admin("A shift is offered", takes=NewShift, answers=made),
        "POST /v1/admin/swaps": admin("Two people swap", takes=NewSwap, answers=made),
        "DELETE /v1/admin/swaps/{swap_id}": admin("A swap is undone from now on"),
        "POST /v1/admin/calendars/{on_call_id}": admin(
            "A new link of a person's calendar, which ends the one before", answers={201: Calendar}
        ),
        "DELETE /v1/admin/calendars/{on_call_id}": admin(
            "The link of a person's calendar ends", answers={200: Calendar}
        ),
        "GET /calendar/{on_call_id}/{calendar_token}": plain(
            "A person's calendar, as iCalendar", answers={200: None}, refusals=(404, 429)
        ),
    }


OF_SHIFTS: dict[str, Operation] = {
    "GET /v1/staff/shifts": of_staff(
        "The person's times on call, what is offered, and when the person can work",
        {200: bodies.Document},
    ),
    "POST /v1/staff/shifts": of_staff(
        "Offer a time on call to the others", {201: bodies.Document}, takes=GivenShift
    ),
    "POST /v1/staff/shifts/{offer_id}/take": of_staff(
        "Take an offered time; the first one has it", {200: bodies.Document}, takes=bodies.Document
    ),
    "DELETE /v1/staff/shifts/{offer_id}": of_staff(
        "Take back an offer that nobody has taken", {200: bodies.Document}
    ),
    "PUT /v1/staff/availability": of_staff(
        "When the person can work", {200: bodies.Document}, takes=AvailableTimes
    ),
}
