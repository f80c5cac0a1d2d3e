"""What is logged of refusals: each of them, but of a flood only how large it is."""

from dataclasses import dataclass
from typing import Any

from surgeline.errors import BadRequest, TooMany, Unauthorized
from surgeline.runtime.http import Request, Response, http


@dataclass
class Clock:
    """Stands where it is set."""

    at: int = 0

    def now(self) -> int:
        return self.at


def refused(error: Exception, *times: float) -> list[dict[str, Any]]:
    """Return what was logged of a refusal at each of these seconds."""
    clock = Clock()
    told: list[dict[str, Any]] = []

    def refuse(_request: Request) -> Response:
        raise error

    def log(_message: str, **fields: object) -> None:
        told.append(fields)

    handler = http({"POST /": refuse}, log=log, clock=clock)
    for at in times:
        clock.at = round(at * 1000)
        assert handler({"routeKey": "POST /"}, None)["statusCode"] in (400, 401, 429)
    return told


def test_a_flood_is_told_of_once_a_second() -> None:
    """Each line of refusals says how many there were since the last line."""
    told = refused(TooMany("slower"), 0.0, 0.1, 0.2, 1.0, 1.1, 2.5)
    assert [each["count"] for each in told] == [1, 3, 2]


def test_a_clock_that_goes_back_hides_no_flood() -> None:
    """The next refusal has its line at once, although the last line is of a later time."""
    told = refused(TooMany("slower"), 3_600.0, 0.0, 0.1)
    assert [each["count"] for each in told] == [1, 1]


def test_unknown_callers_are_told_of_once_a_second_as_well() -> None:
    """Guessing at keys fills no log, and hides no flood of another kind."""
    told = refused(Unauthorized(reason="token"), 0.0, 0.1, 0.2, 1.0)
    assert [(each["count"], each["reason"]) for each in told] == [(1, "token"), (3, "token")]


def test_any_other_refusal_is_told_of_each_time() -> None:
    """A caller's mistake has a line of its own."""
    told = refused(BadRequest("no"), 0.0, 0.1)
    assert [each["count"] for each in told] == [1, 1]
