"""The states of articles decide who sees them, over every entrance, and a rise needs proof."""

import json
from functools import partial
from typing import Any

import pytest
from surgeline.application.answers.states.ledger import Change, Ledger, Standing, change_ledger
from surgeline.application.configuration import REREAD_SECONDS

from local.virtual.front import Answered
from local.virtual.shop import articles_file
from tests.functions.drafted import BASE, GIFT, act, begun, built, said_to, with_articles
from tests.functions.stage import Stage
from tests.functions.test_due_articles import next_day

STATES = f"{BASE}/states"
HOURS = "When are you open?"


@pytest.fixture
def shop(stage: Stage) -> Stage:
    """Return a stage with a published knowledge base."""
    return with_articles(stage)


def moved(shop: Stage, after: str, **more: Any) -> Answered:
    """Take the article on opening hours to another state."""
    body = {"article": "en-hours", "state": after, "reason": "because"} | more
    return shop.admin("PUT", STATES, body)


def state(shop: Stage, article: str = "en-hours") -> str:
    """Return the state of an article."""
    found = shop.admin("GET", f"{STATES}?article={article}").json["articles"]
    return str(found[0]["state"])


def file_with(**states: str) -> bytes:
    """Return the shop's articles, some with a state that the file names."""
    lines = []
    for line in articles_file().decode().splitlines():
        article = json.loads(line)
        wanted = states.get(article["id"].replace("-", "_"))
        lines.append(json.dumps(article | ({"state": wanted} if wanted else {})))
    return "\n".join(lines).encode()


def test_an_article_of_an_old_base_is_automated_and_answers(shop: Stage) -> None:
    """Nobody has to say anything of states."""
    assert state(shop) == "automated"
    assert said_to(shop, "c1", HOURS).startswith("We are open")


@pytest.mark.parametrize("after", ["draft", "assisted", "shadow", "paused", "retired"])
def test_only_an_automated_article_answers(shop: Stage, after: str) -> None:
    """A person gets the question within seconds, and no similar article answers in its place."""
    assert moved(shop, after).status == 200
    assert "open" not in said_to(shop, "c1", HOURS)
    explained = shop.admin("POST", f"{BASE}/explain", {"text": HOURS, "language": "en"}).json
    assert explained["decision"] == "abstain"
    assert explained["candidates"][0]["state"] == after
    thread = shop.thread("c1")
    named = thread.conversation.handoff.candidates
    assert ("en-hours" in named) == (after in ("assisted", "shadow"))
    assert thread.conversation.account.shadowed == (("en-hours",) if after == "shadow" else ())


def test_a_person_takes_a_pause_back(shop: Stage) -> None:
    """The text is the same, so that nothing has to be proved anew."""
    moved(shop, "paused")
    assert moved(shop, "automated").status == 200
    assert said_to(shop, "c1", HOURS).startswith("We are open")


def reviewed(shop: Stage) -> str:
    """Review the opening hours, and return their state."""
    body = {"article": "en-hours", "review_by": "2027-01-01"}
    return str(shop.admin("PUT", f"{BASE}/due", body).json["state"])


def test_a_rise_without_proof_is_refused_over_every_entrance(shop: Stage) -> None:
    """The numbers are told by the route, by a file, by a draft, and by a file put there by hand."""
    moved(shop, "assisted")
    refused = moved(shop, "automated")
    assert (refused.status, "0 uses" in refused.text, "20 are needed" in refused.text) == (
        409,
        True,
        True,
    )
    assert moved(shop, "automated", dry_run=True).status == 409
    assert moved(shop, "shadow").status == 409
    sent = shop.admin("PUT", BASE, file_with(en_hours="automated"))
    assert sent.status == 422
    assert "0 uses" in sent.text
    draft = begun(shop, **_hours(), id="en-hours", state="automated")
    act(shop, draft, "propose")
    built(shop)
    act(shop, draft, "approve")
    assert shop.admin("POST", f"{BASE}/release", {}).status == 422
    key = "knowledge-sources/shop/byhand.jsonl"
    shop.backend.blobs().put(key, file_with(en_hours="automated"))
    shop.upload(key, b"")
    assert shop.admin("GET", f"{BASE}/versions").json["versions"][0]["what"] == "refused"
    assert reviewed(shop) == "assisted"
    assert state(shop) == "assisted"
    assert "open" not in said_to(shop, "c9", HOURS)


def _hours() -> dict[str, Any]:
    line = next(each for each in articles_file().decode().splitlines() if '"en-hours"' in each)
    article: dict[str, Any] = json.loads(line)
    return {name: article[name] for name in ("title", "language", "questions", "answer")}


def test_a_state_survives_a_publication_a_way_back_and_a_removal(shop: Stage) -> None:
    """A file that says nothing of states keeps them, and so does an earlier version."""
    moved(shop, "assisted")
    shop.admin("PUT", BASE, articles_file() + b"\n")
    built(shop)
    assert state(shop) == "assisted"
    shop.admin("POST", f"{BASE}/rollback", {})
    assert "open" not in said_to(shop, "c1", HOURS)
    without = b"\n".join(e for e in articles_file().splitlines() if b'"en-hours"' not in e)
    shop.admin("PUT", BASE, without)
    built(shop)
    shop.admin("PUT", BASE, articles_file())
    built(shop)
    assert state(shop) == "assisted"
    assert shop.admin("PUT", BASE, file_with(en_hours="automated")).status == 422


def test_a_file_names_states_and_gets_them_back(shop: Stage) -> None:
    """A lower state needs no proof, and whole articles carry their states."""
    assert shop.admin("PUT", BASE, file_with(en_hours="assisted")).status == 202
    built(shop)
    assert state(shop) == "assisted"
    whole = shop.admin("GET", f"{BASE}/articles?content=yes").json["articles"]
    assert {each["id"]: each.get("state") for each in whole}["en-hours"] == "assisted"
    wrong = shop.admin("PUT", BASE, file_with(en_hours="live"))
    assert "use one of draft, assisted" in wrong.text


def test_new_articles_begin_as_the_company_says(shop: Stage) -> None:
    """With `new_articles` set, a new article is for people first, and can't name another state."""
    shop.configure(knowledge={"steps": {"new_articles": "assisted"}})
    shop.clock.advance(REREAD_SECONDS + 1)
    new = GIFT | {"id": "en-gift"}
    raw = articles_file() + b"\n" + json.dumps(new).encode()
    assert shop.admin("PUT", BASE, raw).status == 202
    built(shop)
    assert (state(shop, "en-gift"), state(shop)) == ("assisted", "automated")
    other = json.dumps(new | {"id": "en-other", "state": "automated"}).encode()
    assert shop.admin("PUT", BASE, raw + b"\n" + other).status == 422


def test_more_phrasings_keep_the_proof_and_another_answer_does_not(shop: Stage) -> None:
    """A use proves the words that customers read, however they asked."""
    for number in range(3):
        said_to(shop, f"c{number}", HOURS)
    lines = [json.loads(each) for each in articles_file().decode().splitlines()]
    hours = next(each for each in lines if each["id"] == "en-hours")

    def uses() -> int:
        shop.admin("PUT", BASE, "\n".join(map(json.dumps, lines)).encode())
        built(shop)
        shop.clock.advance(REREAD_SECONDS + 1)
        found = shop.admin("GET", f"{STATES}?article=en-hours").json["articles"][0]
        return int(found["numbers"]["uses"])

    hours["questions"] = [*hours["questions"], "until when may one come"]
    assert uses() == 3
    hours["answer"] = "We are open every day, 9 to 18."
    assert uses() == 0


def test_an_unknown_article_or_state_is_named(shop: Stage) -> None:
    """The answer says what is accepted."""
    assert moved(shop, "live").status == 400
    assert moved(shop, "paused", article="none").status == 404
    assert shop.admin("GET", f"{STATES}?article=none").status == 404


def test_an_article_that_turns_wrong_is_taken_back_within_a_day(
    shop: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ten customers reject it. The next day it is paused, with its reason, an alert and a log."""
    for number in range(10):
        said_to(shop, f"c{number}", HOURS)
        shop.write("no, that is wrong", sender=f"c{number}")
        shop.drain("events")
    due = shop.admin("GET", f"{STATES}?article=en-hours").json["articles"][0]
    assert (due["state"], due["numbers"]["closed"]) == ("automated", 0)
    assert "of the last" in due["falls_because"]
    next_day(shop)
    fallen = shop.admin("GET", f"{STATES}?article=en-hours").json["articles"][0]
    assert fallen["state"] == "paused"
    assert (fallen["changes"][0]["by_itself"], fallen["changes"][0]["who"]) == (
        True,
        "the instance",
    )
    assert "article_moved" in capsys.readouterr().out
    alerts = shop.admin("GET", "/v1/admin/alerts").json["standing"]
    assert any("no longer answer" in e["words"] and "en-hours" in e["words"] for e in alerts)
    assert moved(shop, "automated").status == 409
    assert reviewed(shop) == "paused", "a review takes back nothing but a passed day"
    found = shop.admin("GET", "/v1/admin/reports/articles").json
    assert found["report"] == "articles"


def test_a_step_that_was_cut_off_before_the_pointer_moved_takes_effect_the_next_day(
    shop: Stage,
) -> None:
    """The ledger alone has the pause, until the articles are watched again."""
    paused = Standing("paused")
    change_ledger(shop.backend.blobs(), "shop", lambda each: each.with_("en-hours", paused))
    assert said_to(shop, "c1", HOURS).startswith("We are open")
    next_day(shop)
    assert "open" not in said_to(shop, "c2", HOURS)


def test_an_article_whose_alert_was_lost_is_told_the_next_day(shop: Stage) -> None:
    """The ledger says what was taken back and why, whoever died first, and it rings again."""
    told = []
    for article_id in ("en-hours", "en-returns"):
        at = shop.clock.now()
        step = Change(at, "the instance", "automated", "paused", "rated wrong", by_itself=True)
        fell = partial(Ledger.with_, article_id=article_id, standing=Standing("paused", (step,)))
        change_ledger(shop.backend.blobs(), "shop", fell)
        next_day(shop)
        next_day(shop)
        alerts = shop.admin("GET", "/v1/admin/alerts").json
        [stands] = [e for e in alerts["standing"] if e["key"] == "article_taken_back:shop"]
        told.append((stands["id"], stands["words"]))
    assert "no longer answer: en-hours (rated wrong). Read" in told[0][1]
    assert "en-returns (rated wrong), en-hours." in told[1][1]
    assert told[0][0] != told[1][0]


def test_a_person_confirms_each_step_where_the_company_wants_that(shop: Stage) -> None:
    """The instance takes no step by itself, and an alert says what waits."""
    shop.configure(knowledge={"steps": {"by_itself": "none"}})
    for number in range(5):
        said_to(shop, f"c{number}", HOURS)
        shop.write("no, that is wrong", sender=f"c{number}")
        shop.drain("events")
    next_day(shop)
    assert state(shop) == "automated"
    alerts = shop.admin("GET", "/v1/admin/alerts").json["standing"]
    assert any("wait" in e["words"] and "en-hours" in e["words"] for e in alerts)


def test_a_proven_article_rises_by_itself_where_the_company_wants_that(shop: Stage) -> None:
    """With `both` it takes one step a day, and its uses until then count."""
    shop.configure(knowledge={"steps": {"by_itself": "both", "uses": 5, "closes": 0.4}})
    for number in range(6):
        said_to(shop, f"c{number}", HOURS)
    moved(shop, "assisted")
    proved = shop.admin("GET", f"{STATES}?article=en-hours").json["articles"][0]
    assert (proved["rises_to"], proved["numbers"]["closed"]) == ("shadow", 6)
    next_day(shop)
    assert state(shop) == "shadow"
    next_day(shop)
    assert state(shop) == "shadow", "no decision beside people was judged yet"
