"""What is logged of refusals: each of them, but of a flood only how large it is."""

from typing import Any

import pytest
from surgeline.errors import BadRequest, TooMany
from surgeline.runtime.http import Request, Response, http


def refused(
    monkeypatch: pytest.MonkeyPatch, error: Exception, *times: float
) -> list[dict[str, Any]]:
    """What was logged of a refusal at each of these seconds."""
    told: list[dict[str, Any]] = []

    def refuse(_request: Request) -> Response:
        raise error

    def log(_message: str, **fields: object) -> None:
        told.append(fields)

    handler = http({"POST /": refuse}, log=log)
    for at in times:
        monkeypatch.setattr("surgeline.runtime.http.time.monotonic", lambda at=at: at)
        assert handler({"routeKey": "POST /"}, None)["statusCode"] in (400, 429)
    return told


def test_a_flood_is_told_of_once_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    """Given refusals faster than that, each line says how many there were since the last."""
    told = refused(monkeypatch, TooMany("slower"), 0.0, 0.1, 0.2, 1.0, 1.1, 2.5)
    assert [each["count"] for each in told] == [1, 3, 2]


def test_any_other_refusal_is_told_of_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """A caller's mistake has a line of its own."""
    told = refused(monkeypatch, BadRequest("no"), 0.0, 0.1)
    assert [each["count"] for each in told] == [1, 1]
