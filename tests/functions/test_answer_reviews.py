"""Reviews of live answers and explanations, through the operators' API and the build."""

import json

import pytest

from infra.topology import DAY_SECONDS
from local.home.lambda_events import schedule_event
from local.virtual.shop import ARTICLES, articles_file
from tests.functions.stage import Stage

PATH = "/v1/admin/knowledge/shop"
ASKED = "When are you open?"


def lines(count: int, *, wrong: int = 0) -> bytes:
    """Return reviews of one question's answer, some of them wrong."""
    rows = [
        {"text": ASKED, "article": "en-hours", "right": number >= wrong} for number in range(count)
    ]
    return "\n".join(map(json.dumps, rows)).encode()


def notified(stage: Stage, part: str) -> None:
    """Play the bucket's event for what was uploaded."""
    for key in stage.backend.blobs().keys("knowledge-sources/"):
        if part in key:
            stage.upload(key, stage.backend.blobs().get(key))


def reviewed(stage: Stage, raw: bytes) -> dict[str, object]:
    """Upload reviews, let them be judged, and see what they prove."""
    uploaded = stage.admin("PUT", f"{PATH}/reviews", raw)
    assert uploaded.status == 202
    notified(stage, f"/reviews/{uploaded.json['reviews']}")
    judged: dict[str, object] = stage.admin("GET", f"{PATH}/reviews").json
    assert judged["reviews"] == uploaded.json["reviews"]
    return judged


def decision(stage: Stage) -> str:
    """Return what becomes of the question now."""
    stage.clock.advance(6)
    stage.write(ASKED, sender=f"c{stage.clock.now()}")
    stage.drain("events")
    return str(stage.said(f"c{stage.clock.now()}")[-1][1])


def test_few_reviews_change_nothing(stage: Stage) -> None:
    """Fewer than 300 reviews leave the knowledge base's own calibration as it is."""
    judged = reviewed(stage, lines(50, wrong=30))
    assert (judged["reviewed"], judged["wrong"], judged["threshold"]) == (50, 30, None)
    assert decision(stage).startswith("We are open")


def test_bad_reviews_stop_the_answers_and_alarm(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    """An answer becomes a choice, with an alarm, when a third of 300 reviews are wrong."""
    assert decision(stage).startswith("We are open")
    judged = reviewed(stage, lines(300, wrong=100))
    assert judged["threshold"] == 1.0
    assert "promise_at_risk" in capsys.readouterr().out
    assert decision(stage).startswith("Did you mean")


def test_good_reviews_confirm_the_answers(stage: Stage) -> None:
    """An answer is given when 300 right reviews keep its bound, and counts as a review once."""
    judged = reviewed(stage, lines(300))
    assert float(str(judged["bound"])) < 0.05
    assert decision(stage).startswith("We are open")
    stage.call("knowledge_build", schedule_event("knowledge_build", DAY_SECONDS, at=0))
    labels = stage.admin("GET", f"{PATH}/reviews").json["labels"]
    assert (labels["kinds"], labels["least"]) == ({"review": 300}, None)


def test_a_new_version_is_judged_by_the_same_reviews(stage: Stage) -> None:
    """Publishing again does not forget what was reviewed."""
    reviewed(stage, lines(300, wrong=100))
    stage.admin("PUT", PATH, articles_file())
    notified(stage, ".jsonl")
    assert decision(stage).startswith("Did you mean")


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\n\n",
        b"rubbish",
        b"[]",
        b'{"text": "a", "article": "b"}',
        b"\xff\xfe",
        b"[" * 100_000,
    ],
)
def test_b85_reviews_that_are_none_are_refused(stage: Stage, raw: bytes) -> None:
    """The line and what is accepted are named; nothing is stored."""
    answer = stage.admin("PUT", f"{PATH}/reviews", raw)
    assert answer.status == 422
    assert "reviews:1: " in answer.json["error"]["problems"][0]
    assert stage.admin("GET", f"{PATH}/reviews").status == 404


def test_an_operator_lists_the_articles_that_answer(stage: Stage) -> None:
    """The list has ids, languages and titles of the version that answers, and a 404 without one."""
    listed = stage.admin("GET", f"{PATH}/articles").json
    assert listed["version"] == stage.admin("GET", PATH).json["current"]
    assert {"id": "en-hours", "language": "en", "title": "Opening hours"} in listed["articles"]
    assert {frozenset(each) for each in listed["articles"]} == {
        frozenset({"id", "language", "title"})
    }
    assert stage.admin("GET", "/v1/admin/knowledge/none/articles").status == 404


def test_an_operator_gets_the_articles_back(stage: Stage) -> None:
    """Whole articles come in pages that say where the next one begins."""
    whole = stage.admin("GET", f"{PATH}/articles?content=yes").json
    assert whole["version"] == stage.admin("GET", PATH).json["current"]
    assert whole["articles"] == list(ARTICLES)
    assert whole["next_after"] is None
    rest = stage.admin("GET", f"{PATH}/articles?content=yes&after=1").json
    assert rest["articles"] == list(ARTICLES)[1:]
    wrong = stage.admin("GET", f"{PATH}/articles?content=yes&after=x")
    assert wrong.status == 400


def test_an_operator_asks_why(stage: Stage) -> None:
    """The explanation is of the version that answers, and names tier and thresholds."""
    told = stage.admin("POST", f"{PATH}/explain", {"text": ASKED})
    assert told.status == 200
    assert told.json["decision"] == "answer"
    assert told.json["candidates"][0]["id"] == "en-hours"
    assert told.json["version"] == stage.admin("GET", PATH).json["current"]


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        (PATH, {}, 400),
        (PATH, {"text": 7}, 400),
        (PATH, {"text": "x" * 10_001}, 400),
        (PATH, {"text": "x", "language": 7}, 400),
        ("/v1/admin/knowledge/none", {"text": "x"}, 404),
        ("/v1/admin/knowledge/NO..PE", {"text": "x"}, 404),
    ],
)
def test_what_can_not_be_explained_is_refused(
    stage: Stage, path: str, body: dict[str, object], status: int
) -> None:
    """I12: bad input is a 4xx that says what is accepted."""
    assert stage.admin("POST", f"{path}/explain", body).status == status


def test_i14_a_text_to_explain_is_logged_nowhere(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    """I14: neither explaining nor reviewing puts customers' words into the log."""
    stage.admin("POST", f"{PATH}/explain", {"text": "my secret is 1234"})
    reviewed(stage, json.dumps({"text": "secret 1234", "article": "x", "right": True}).encode())
    assert "1234" not in capsys.readouterr().out
