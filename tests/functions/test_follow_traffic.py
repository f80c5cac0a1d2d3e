"""Thresholds follow the questions of recent weeks, once a day and after each publication."""

import json
from pathlib import Path
from typing import Any

import pytest
from surgeline.application.answers.current_knowledge import index_key, pointer_key
from surgeline.application.answers.encoders import Encoders
from surgeline.application.answers.follow_traffic import ENOUGH, QUESTIONS_OF_A_CUSTOMER, STEP
from surgeline.application.answers.labels.follow_labels import follow_labels
from surgeline.knowledge.answering.index import Index
from surgeline.knowledge.answering.live import MOST
from surgeline.knowledge.answering.traffic import Move
from surgeline.knowledge.text.reading import detect_language

from infra.topology import DAY_SECONDS
from local.home.lambda_events import schedule_event
from tests.functions.stage import Stage

PATH = "/v1/admin/knowledge/shop"
SAMPLES = Path(__file__).parents[2] / "samples"


def published(stage: Stage, raw: bytes | None = None) -> None:
    """Publish articles (the sample shop's) as an operator and the bucket do."""
    body = (SAMPLES / "shop.jsonl").read_bytes() if raw is None else raw
    version = stage.admin("PUT", PATH, body).json["version"]
    for key in stage.backend.blobs().keys("knowledge-sources/"):
        if version in key:
            stage.upload(key, stage.backend.blobs().get(key))


def questions(*, answerable: bool) -> list[str]:
    """Return English questions whose article is in the shop, or whose answer is nowhere."""
    lines = (SAMPLES / "questions.jsonl").read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    return [row["text"] for row in rows if (row.get("article") is not None) is answerable]


def asked(stage: Stage, texts: list[str], *, each: int = QUESTIONS_OF_A_CUSTOMER) -> None:
    """Let customers ask, each of them a few of the questions."""
    for number, text in enumerate(texts):
        stage.write(text, sender=f"customer-{number // each}")
        stage.drain("events")


def day_passed(stage: Stage) -> dict[str, Any]:
    """Let the clock wake the function, and return what traffic moved."""
    stage.clock.advance(DAY_SECONDS)
    stage.call("knowledge_build", schedule_event("knowledge_build", DAY_SECONDS, at=0))
    found: dict[str, Any] = stage.admin("GET", f"{PATH}/traffic").json
    return found


def unanswerable(number: int) -> list[str]:
    """Return English questions that the shop has no article for, as often as it takes."""
    own = [text for text in questions(answerable=False) if detect_language(text) == "en"]
    return [own[place % len(own)] for place in range(number)]


def needed(stage: Stage) -> float:
    """Return the probability that an answer needs now, as an explanation says it."""
    stage.clock.advance(6)
    body = {"text": "When is my order going to arrive?", "language": "en"}
    return float(stage.admin("POST", f"{PATH}/explain", body).json["threshold"])


def test_questions_that_nothing_answers_raise_what_an_answer_needs(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    """The threshold rises at once, with an alarm, and the reason names traffic and numbers."""
    published(stage)
    rehearsed = needed(stage)
    asked(stage, unanswerable(ENOUGH + 5), each=1)
    told = day_passed(stage)
    move = told["moves"][0]
    assert (move["language"], move["questions"]) == ("en", ENOUGH + 5)
    assert move["threshold"] > move["rehearsed"] == pytest.approx(rehearsed, abs=1e-4)
    assert needed(stage) == move["threshold"]
    assert told["why"][0].startswith(f"{ENOUGH + 5} questions of your traffic moved")
    assert [change["moves"] for change in told["changes"]] == [told["moves"]]
    assert "promise_at_risk" in capsys.readouterr().out


def test_few_questions_move_nothing(stage: Stage) -> None:
    """The rehearsed threshold stands until enough was asked in a language."""
    published(stage)
    asked(stage, unanswerable(ENOUGH - 1), each=1)
    assert day_passed(stage) == {"held": False, "moves": [], "why": [], "changes": []}


def test_one_customer_moves_little(stage: Stage) -> None:
    """A flood of one customer counts as a few questions."""
    published(stage)
    asked(stage, unanswerable(ENOUGH + 5), each=ENOUGH + 5)
    assert day_passed(stage)["moves"] == []


def test_old_questions_are_forgotten(stage: Stage) -> None:
    """A threshold rests on the questions of four weeks, and then on none."""
    published(stage)
    rehearsed = needed(stage)
    asked(stage, unanswerable(ENOUGH + 5), each=1)
    assert day_passed(stage)["moves"]
    stage.clock.advance(28 * DAY_SECONDS)
    assert day_passed(stage)["moves"] == []
    assert needed(stage) == rehearsed


def test_a_publication_follows_traffic_at_once(stage: Stage) -> None:
    """A new version does not begin as if nobody had ever asked."""
    published(stage)
    asked(stage, unanswerable(ENOUGH + 5), each=1)
    lines = (SAMPLES / "shop.jsonl").read_bytes().splitlines(keepends=True)
    published(stage, b"".join(lines[:-1]))
    told = stage.admin("GET", f"{PATH}/traffic").json
    assert [move["language"] for move in told["moves"]] == ["en"]


def test_an_operator_holds_the_thresholds_and_releases_them(stage: Stage) -> None:
    """While they are held the rehearsed ones stand, also after a publication."""
    published(stage)
    rehearsed = needed(stage)
    asked(stage, unanswerable(ENOUGH + 5), each=1)
    assert day_passed(stage)["moves"]
    held = stage.admin("PUT", f"{PATH}/traffic", {"held": True}).json
    assert (held["held"], held["moves"]) == (True, [])
    assert held["changes"][0]["held"] is True
    assert needed(stage) == rehearsed
    assert day_passed(stage)["moves"] == []
    stage.admin("PUT", f"{PATH}/traffic", {"held": False})
    assert day_passed(stage)["moves"]


def test_reviews_come_before_traffic(stage: Stage) -> None:
    """A threshold that reviewed answers proved is not moved by unlabelled questions."""
    published(stage)
    asked(stage, unanswerable(ENOUGH + 5), each=1)
    day_passed(stage)
    key = pointer_key("shop")
    was = stage.backend.blobs().get(key)
    proved = json.loads(was) | {"threshold": 0.7}
    stage.backend.blobs().swap(key, json.dumps(proved).encode(), was=was)
    assert needed(stage) == 0.7
    assert day_passed(stage)["moves"]
    assert needed(stage) == 0.7


def test_a_lower_threshold_turns_a_choice_into_an_answer(stage: Stage) -> None:
    """The workers take the moved threshold within seconds, without a new index."""
    stage.write("till which hour is it open", sender="before")
    stage.drain("events")
    assert stage.said("before")[-1][1].startswith("Did you mean")
    key = pointer_key("shop")
    was = stage.backend.blobs().get(key)
    found = stage.home.backend.blobs().get(index_key("shop", json.loads(was)["version"]))
    part = Index.from_bytes(found).parts[0]
    move = Move(part.language, "lexical", 500, 0.1, 0.6, 0.95, 0.01)
    moved = json.loads(was) | {"traffic": [move.as_json()]}
    stage.backend.blobs().swap(key, json.dumps(moved).encode(), was=was)
    stage.clock.advance(6)
    stage.write("till which hour is it open", sender="after")
    stage.drain("events")
    assert stage.said("after")[-1][1].startswith("We are open")


@pytest.mark.parametrize("body", [{}, {"held": "yes"}, {"held": None}])
def test_a_hold_is_true_or_false(stage: Stage, body: dict[str, object]) -> None:
    """Anything else is refused, and names the field."""
    answer = stage.admin("PUT", f"{PATH}/traffic", body)
    assert (answer.status, answer.json["error"]["field"]) == (400, "held")


def test_nothing_is_held_where_nothing_answers(stage: Stage) -> None:
    """A knowledge base that was never published is unknown."""
    assert stage.admin("PUT", f"{PATH}s/traffic", {"held": True}).status == 404


def test_a_threshold_falls_step_by_step() -> None:
    """Traffic lowers a threshold a little a day, and raises it at once."""
    move = Move("en", "lexical", 500, 0.1, 0.6, 0.95, 0.6)
    assert move.eased(None, STEP).threshold == pytest.approx(0.90)
    assert move.eased(0.90, STEP).threshold == pytest.approx(0.85)
    assert move.eased(0.62, STEP).threshold == 0.6
    assert move.eased(0.5, STEP).threshold == 0.6


def test_what_customers_say_of_answers_takes_answers_away(stage: Stage) -> None:
    """Rejections raise what an answer needs by a step a day; silence and a hold move nothing."""
    for sender in ("quiet", "loud"):
        stage.write("When are you open?", sender=sender)
        stage.drain("events")
    stage.write("No, that is not what I asked", sender="loud")
    stage.drain("events")
    day_passed(stage)
    counted = stage.admin("GET", f"{PATH}/reviews").json["labels"]
    assert (counted["kinds"], counted["least"]) == ({"rejected": 1, "unopposed": 1}, None)

    store, alarms = stage.backend.store(), list[dict[str, Any]]()
    quiet, loud = (
        store.records(stage.thread(sender).id, limit=40, newest_first=True)
        for sender in ("quiet", "loud")
    )

    def alarmed(name: str, **told: object) -> None:
        alarms.append({"name": name, **told})

    def labelled(rejected: int) -> float | None:
        threads = [(str(place), loud if place < rejected else quiet) for place in range(300)]
        follow_labels(
            stage.backend.blobs(),
            "shop",
            threads,
            Encoders(dict[str, bytes]().__getitem__, alarmed),
            alarmed,
            at=stage.clock.now(),
        )
        found: float | None = stage.admin("GET", f"{PATH}/traffic").json.get("least")
        return found

    stands = needed(stage)
    stage.clock.advance(DAY_SECONDS)
    assert labelled(0) is None
    assert labelled(50) is None  # its day had its step
    assert not alarms
    stage.clock.advance(DAY_SECONDS)
    assert labelled(50) == needed(stage) == MOST
    assert stands < MOST <= stands + STEP
    assert [(each["name"], each["wrong"]) for each in alarms] == [("promise_at_risk", 100)]
    change = stage.admin("GET", f"{PATH}/traffic").json["changes"][0]
    assert change["labels"]["kinds"] == {"rejected": 50, "unopposed": 250}
    assert change["why"][0].startswith("Reviews and labels count 100 wrong among 300 answers")
    body = {"text": "When are you open?", "language": "en"}
    told = stage.admin("POST", f"{PATH}/explain", body).json["why"]
    assert "What customers and agents said of answers raised what one needs to 99%." in told
    stage.admin("PUT", f"{PATH}/traffic", {"held": True})
    assert labelled(50) is None
    assert needed(stage) == stands
    stage.admin("PUT", f"{PATH}/traffic", {"held": False})
    was = stage.backend.blobs().get(pointer_key("shop"))
    offered = json.loads(was) | {"held": ["en-hours"]}
    stage.backend.blobs().swap(pointer_key("shop"), json.dumps(offered).encode(), was=was)
    assert labelled(50) is None
    assert stage.admin("GET", f"{PATH}/reviews").json["labels"]["kinds"] == {}
