"""The routes of the surge controller are described here, for the OpenAPI document."""

from collections.abc import Callable
from typing import Annotated, Literal, TypeVar

from pydantic import Field

from local.published import bodies
from local.published.events import Described
from local.published.operation_kinds import SPAN

LANGUAGE = {"language": {"enum": ["en", "ko", "fr"]}}

_Operation = TypeVar("_Operation")


class Order(Described):
    """So many people from outside, for so long, whatever the advice is."""

    people: Annotated[int, Field(ge=0, le=100_000)]
    minutes: Annotated[int, Field(ge=1, le=10_080)]


class ModeOrder(Described):
    """A mode of the controller, for so long, whatever the configuration says."""

    mode: Literal["off", "advise", "ask", "act"]
    minutes: Annotated[int, Field(ge=1, le=10_080)]


class Approval(Described):
    """The number of the proposal that is approved."""

    proposal: int


class DayForecast(Described):
    """The customers who will ask for a person, by intervals of a day from midnight.

    `agents` are the people on shift in each interval.
    """

    minutes: Literal[5, 10, 15, 20, 30, 60]
    contacts: Annotated[list[Annotated[float, Field(ge=0, le=1_000_000)]], Field(min_length=1)]
    agents: list[Annotated[float, Field(ge=0, le=1_000_000)]] | None = None


class AbsentPeople(Described):
    """People who were rostered and are absent from a time to a time. `who` names them for leads."""

    people: Annotated[int, Field(ge=1, le=1_000)]
    since: Annotated[str, Field(alias="from", json_schema_extra={"format": "date-time"})]
    until: Annotated[str, Field(json_schema_extra={"format": "date-time"})]
    who: Annotated[str, Field(max_length=200)] = ""


def surge_operations(admin: Callable[..., _Operation]) -> dict[str, _Operation]:
    """Return the routes, each made by `admin` as a route of operators."""
    surge = "/v1/admin/surge"
    return {
        f"GET {surge}": admin(
            "What the surge controller may do, how it stands, and why", query=LANGUAGE
        ),
        f"GET {surge}/decisions": admin(
            "The decisions of a span, the newest first", query=SPAN | LANGUAGE
        ),
        f"PUT {surge}/pools/{{pool_id}}": admin(
            "A number of people that a pool has until a time; the header x-reason says why",
            takes=Order,
        ),
        f"DELETE {surge}/pools/{{pool_id}}": admin("An override ends now"),
        f"PUT {surge}/mode": admin(
            "Another mode of the controller until a time; the header x-reason says why",
            takes=ModeOrder,
        ),
        f"DELETE {surge}/mode": admin("The controller is in its configured mode again"),
        f"POST {surge}/approval": admin(
            "The standing proposal is approved, and followed within a minute",
            takes=Approval,
            answers={202: bodies.Document},
        ),
        f"PUT {surge}/forecasts/{{day}}": admin(
            "The forecast of a day, in place of the instance's own", takes=DayForecast
        ),
        f"GET {surge}/ahead": admin("The next hours: who is expected, needed, there and absent"),
        f"POST {surge}/absences": admin(
            "People are absent from a time to a time; the header x-reason says why",
            takes=AbsentPeople,
            answers={201: bodies.Document},
        ),
        f"DELETE {surge}/absences/{{absence_id}}": admin("An absence ends now"),
    }
