"""knowledge_build and the admin API's upload: valid articles answer soon, others change nothing."""

import json

from tests.functions.stage import ARTICLES, Stage, articles_file

PATH = "/v1/admin/knowledge/shop"
CHANGED = (ARTICLES[0] | {"answer": "We are open every day."}, ARTICLES[1])


def built(stage: Stage) -> None:
    """Play the bucket's event for the newest source."""
    for key in stage.backend.blobs().keys("knowledge-sources/"):
        stage.upload(key, stage.backend.blobs().get(key))


def test_uploaded_articles_answer_after_the_build(stage: Stage) -> None:
    """An upload is acknowledged with its version; once built, that version answers."""
    answer = stage.admin("PUT", PATH, articles_file(CHANGED))
    assert answer.status == 202
    assert answer.json["articles"] == 2
    built(stage)
    assert stage.admin("GET", PATH).json["current"] == answer.json["version"]
    stage.clock.advance(6)
    stage.write("When are you open?")
    stage.drain("events")
    assert stage.said()[-1] == ("bot", "We are open every day.")


def test_a_knowledge_base_with_errors_is_refused_and_the_old_one_answers(stage: Stage) -> None:
    """Each problem is named with line and field; nothing is stored and nothing changes."""
    before = stage.admin("GET", PATH).json
    bad = articles_file() + b'\n{"id": "en-hours", "title": "", "language": "xx", "questions": []}'
    answer = stage.admin("PUT", PATH, bad)
    assert answer.status == 422
    problems = answer.json["error"]["problems"]
    assert all(problem.startswith("articles.jsonl:3:") for problem in problems)
    assert {"title", "language", "questions", "answer"} <= {
        p.split(":")[2].strip() for p in problems
    }
    assert stage.backend.blobs().keys("knowledge-sources/") == []
    assert stage.admin("GET", PATH).json == before
    stage.write("When are you open?")
    stage.drain("events")
    assert stage.said()[-1][0] == "bot"


def test_a_broken_source_in_the_bucket_leaves_the_pointer_alone(stage: Stage) -> None:
    """Whoever writes rubbish past the API changes nothing either; the build says so and ends."""
    before = stage.admin("GET", PATH).json
    stage.backend.blobs().put("knowledge-sources/shop/x.jsonl", b"{rubbish")
    assert stage.upload("knowledge-sources/shop/x.jsonl", b"{rubbish") == {}
    assert stage.admin("GET", PATH).json == before


def test_building_twice_is_harmless(stage: Stage) -> None:
    """A notification that comes twice builds the same version with the same bytes."""
    stage.admin("PUT", PATH, articles_file())
    built(stage)
    first = {k: stage.backend.blobs().get(k) for k in stage.backend.blobs().keys("knowledge/")}
    built(stage)
    again = {k: stage.backend.blobs().get(k) for k in stage.backend.blobs().keys("knowledge/")}
    assert first == again
    assert json.loads(first["knowledge/shop/current"])["articles"] == 2
