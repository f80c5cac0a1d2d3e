"""Pools are changed field by field, removed and pinged over the admin API."""

import pytest

from tests.functions.conftest import Endpoint
from tests.functions.stage import Stage
from tests.functions.test_pools_come_and_go import accept, ask, offers

URL = "http://127.0.0.1:9/"
NIGHT = "/v1/admin/pools/night"


def pools(stage: Stage) -> dict[str, dict[str, object]]:
    whole = stage.admin("GET", "/v1/admin/configuration").json["configuration"]
    return {pool["id"]: pool for pool in whole["pools"]}


def test_one_field_changes_and_the_others_stay(stage: Stage) -> None:
    """PATCH changes what it names."""
    stage.admin("PUT", NIGHT, {"url": URL, "seats": 3, "languages": ["ko"]})
    answer = stage.admin("PATCH", NIGHT, {"seats": 4, "paused": True})
    assert answer.status == 200
    changed = pools(stage)["night"]
    assert [changed[name] for name in ("seats", "paused", "languages")] == [4, True, ["ko"]]


HOURS = {
    "zone": "Europe/Paris",
    "week": {"mon": ["09:00-18:00"], "tue": ["09:00-18:00"]},
    "holidays": ["2026-05-01"],
    "special": {"2026-12-24": ["09:00-12:00"]},
}


@pytest.mark.parametrize(
    ("change", "after"),
    [
        ({"holidays": ["2026-12-25"]}, {"holidays": ["2026-05-01", "2026-12-25"]}),
        (
            {"week": {"wed": ["10:00-12:00"], "mon": []}},
            {"week": {"mon": [], "tue": ["09:00-18:00"], "wed": ["10:00-12:00"]}},
        ),
        ({"week": {"mon": None}}, {"week": {"tue": ["09:00-18:00"]}}),
        ({"zone": "Asia/Seoul"}, {"zone": "Asia/Seoul"}),
        ({"special": {"2026-12-24": None}}, {"special": {}}),
    ],
)
def test_a_change_of_hours_keeps_the_others(
    stage: Stage, change: dict[str, object], after: dict[str, object]
) -> None:
    """Days and dates are changed one by one, holidays are added, the zone stays."""
    stage.admin("PUT", NIGHT, {"url": URL, "hours": HOURS})
    answer = stage.admin("PATCH", NIGHT, {"hours": change})
    assert answer.status == 200, answer.text
    assert pools(stage)["night"]["hours"] == HOURS | after


def test_hours_are_taken_away_whole(stage: Stage) -> None:
    """A pool without hours needs a zone with its first ones, and null takes all hours away."""
    stage.admin("PUT", NIGHT, {"url": URL, "hours": HOURS})
    assert stage.admin("PATCH", NIGHT, {"hours": None}).status == 200
    assert pools(stage)["night"]["hours"] is None
    refused = stage.admin("PATCH", NIGHT, {"hours": {"week": {"mon": ["09:00-18:00"]}}})
    assert refused.json["error"]["problems"] == ["hours.zone: is missing"]


def test_a_wrong_change_is_refused_with_its_place(stage: Stage) -> None:
    """A wrong change of a pool is 422 with every field as the caller wrote it, and the pool stays
    as it was.
    """
    stage.admin("PUT", NIGHT, {"url": URL, "seats": 3})
    answer = stage.admin("PATCH", NIGHT, {"seats": 0, "ring_seconds": "x", "colour": "red"})
    assert answer.status == 422
    assert answer.json["error"]["problems"] == [
        "colour: there is no such field",
        "ring_seconds: must be a whole number",
    ]
    answer = stage.admin("PATCH", NIGHT, {"seats": 0, "daily_cap": -1})
    assert answer.json["error"]["problems"] == [
        "seats: 0 is not between 1 and 100,000",
        "daily_cap: -1.0 is not between 0 and 1,000,000,000,000",
        "daily_cap: needs cost_per_conversation, or cost_per_hour, to be counted by",
    ]
    assert pools(stage)["night"]["seats"] == 3


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PATCH", "/v1/admin/pools/nobody"),
        ("DELETE", "/v1/admin/pools/nobody"),
        ("POST", "/v1/admin/pools/nobody/ping"),
        ("DELETE", "/v1/admin/pools/No Body"),
    ],
)
def test_an_unknown_pool_is_404(stage: Stage, method: str, path: str) -> None:
    """Nothing is made by changing it."""
    assert stage.admin(method, path, {}).status == 404


def test_a_paused_pool_keeps_what_it_has_and_is_asked_nothing(stage: Stage) -> None:
    """Pausing strands nobody; resuming asks it again."""
    ask(stage, "c1")
    owned = accept(stage)
    stage.admin("PATCH", "/v1/admin/pools/vendor", {"paused": True})
    stage.clock.advance(6)
    ask(stage, "c2")
    assert offers(stage, "c2") == []
    assert stage.pool("message.sent", owned | {"text": "still here"}).status == 202
    stage.admin("PATCH", "/v1/admin/pools/vendor", {"paused": False})
    stage.clock.advance(6)
    ask(stage, "c3")
    assert [each.pool_id for each in offers(stage, "c3")] == ["vendor"]


def test_a_removed_pool_is_asked_nothing(stage: Stage) -> None:
    """A removed pool is asked nothing, and a pool that a step names cannot be removed."""
    assert stage.admin("DELETE", "/v1/admin/pools/vendor").json == {"removed": "vendor"}
    stage.clock.advance(6)
    ask(stage, "c1")
    assert offers(stage, "c1") == []
    stage.configure(routing={"steps": [{"pools": ["vendor"]}]})
    stage.clock.advance(6)
    answer = stage.admin("DELETE", "/v1/admin/pools/vendor")
    assert answer.status == 422
    assert "there is no pool 'vendor'" in answer.text


@pytest.mark.enable_socket
def test_a_ping_is_signed_and_says_how_it_went(wired: Stage, endpoint: Endpoint) -> None:
    """The pool gets one `pool.ping`; whoever asked reads what became of it."""
    pinged = wired.admin("POST", "/v1/admin/pools/vendor/ping").json
    assert (pinged["taken"], pinged["outcome"], pinged["status"]) == (True, "ok", 200)
    [(headers, body)] = endpoint.got
    assert body["type"] == "pool.ping"
    assert {"webhook-id", "webhook-signature"} <= set(headers)
    endpoint.answer = lambda _: (500, {})
    pinged = wired.admin("POST", "/v1/admin/pools/vendor/ping").json
    assert (pinged["taken"], pinged["outcome"]) == (False, "status 500")


@pytest.mark.enable_socket
def test_a_ping_to_nobody_is_no_error_of_ours(stage: Stage) -> None:
    """A ping that nobody listens to is a 200 that says so, and never a 5xx."""
    pinged = stage.admin("POST", "/v1/admin/pools/vendor/ping")
    assert pinged.status == 200
    assert (pinged.json["taken"], pinged.json["status"]) == (False, None)


def test_a_suggested_article_is_kept_with_the_outcome(stage: Stage) -> None:
    """Operators see a suggested article with the conversation, and the customer does not."""
    ask(stage, "c1")
    owned = accept(stage)
    article = {"question": "Do you ship to Jeju?", "answer": "Yes, in four days.", "title": "Jeju"}
    ended = {"outcome": "solved", "summary": "Asked about Jeju.", "article": article}
    assert stage.pool("conversation.resolved", owned | ended).status == 202
    stage.drain("events")
    shown = stage.admin("GET", f"/v1/admin/conversations/{owned['conversation_id']}").json
    assert [each["outcome"] for each in shown["entries"] if each["outcome"]] == [ended]
    assert "Jeju" not in str(stage.said())


@pytest.mark.parametrize("wrong", [{"question": ""}, {"answer": "x" * 10_001}, {"title": 5}])
def test_a_wrong_article_is_refused_with_its_place(stage: Stage, wrong: dict[str, object]) -> None:
    """A wrong suggested article is a 400 that names the field."""
    ask(stage, "c1")
    article = {"question": "q", "answer": "a"} | wrong
    data = accept(stage) | {"outcome": "solved", "article": article}
    answer = stage.pool("conversation.resolved", data)
    assert answer.status == 400
    assert answer.json["error"]["field"] == f"data.article.{next(iter(wrong))}"


def test_a_change_gives_no_other_id(stage: Stage) -> None:
    """The path names the pool, so that a body's id moves neither the pool nor its secret."""
    stage.admin("PUT", NIGHT, {"url": URL})
    assert stage.admin("PATCH", NIGHT, {"id": "day", "seats": 4}).json["pool"]["id"] == "night"
    assert "night" in pools(stage)
    assert "day" not in pools(stage)
