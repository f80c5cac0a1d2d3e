"""Articles are listed once their review is due, and stop answering where that is configured."""

from datetime import UTC, datetime

import pytest

from infra.topology import DAY_SECONDS
from local.home.lambda_events import schedule_event
from tests.functions.drafted import BASE, act, published, said_to, with_articles
from tests.functions.stage import Stage


@pytest.fixture
def shop(stage: Stage) -> Stage:
    """Return a stage with a published knowledge base."""
    return with_articles(stage)


def day(stage: Stage, days: int) -> str:
    """Return a day from now on."""
    at = stage.clock.now() / 1000 + days * DAY_SECONDS
    return datetime.fromtimestamp(at, UTC).date().isoformat()


def next_day(stage: Stage) -> None:
    """Let the clock wake the function a day later."""
    stage.clock.advance(DAY_SECONDS)
    stage.call("knowledge_build", schedule_event("knowledge_build", DAY_SECONDS, at=0))


def test_an_article_is_listed_once_its_review_is_due(
    shop: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    """It goes on answering, and a review sets the next day."""
    due = f"{BASE}/due"
    review = {"article": "en-hours", "review_by": day(shop, 1), "reason": "summer ends"}
    assert shop.admin("PUT", due, review).json["reviewer"] == "the key 'test'"
    assert shop.admin("GET", due).json["articles"] == []
    assert set(shop.admin("GET", f"{due}?known=yes").json["known"]) == {"en-hours"}
    soon = shop.admin("GET", f"{due}?until={day(shop, 3)}").json["articles"]
    assert [each["article"] for each in soon] == ["en-hours"]
    next_day(shop)
    assert [each["article"] for each in shop.admin("GET", due).json["articles"]] == ["en-hours"]
    assert "review_due" in capsys.readouterr().out
    standing = shop.admin("GET", "/v1/admin/alerts").json["standing"]
    assert [each["key"] for each in standing] == ["review_due:shop"]
    assert said_to(shop, "c1", "When are you open?").startswith("We are open")
    shop.admin("PUT", due, review | {"review_by": None})
    assert shop.admin("GET", due).json["articles"] == []
    assert shop.admin("PUT", due, review | {"article": "none"}).status == 404


def test_an_overdue_article_only_offers_itself_where_that_is_configured(shop: Stage) -> None:
    """It is a choice until somebody has looked at it, also after a publication and a way back."""
    shop.configure(knowledge={"stop_when_due": True})
    shop.admin("PUT", f"{BASE}/due", {"article": "en-hours", "review_by": day(shop, 1)})
    assert said_to(shop, "c1", "When are you open?").startswith("We are open")
    next_day(shop)
    assert said_to(shop, "c2", "When are you open?").startswith("Did you mean")
    body = {"text": "When are you open?", "language": "en"}
    told = shop.admin("POST", f"{BASE}/explain", body).json
    assert (told["decision"], "review is due" in told["why"][0]) == ("suggest", True)
    draft = published(shop)
    assert said_to(shop, "c3", "When are you open?").startswith("Did you mean")
    act(shop, draft, "undo")
    assert said_to(shop, "c4", "When are you open?").startswith("Did you mean")
    shop.admin("PUT", f"{BASE}/due", {"article": "en-hours", "review_by": day(shop, 90)})
    assert said_to(shop, "c5", "When are you open?").startswith("We are open")


@pytest.mark.parametrize("whose", ["company", "article"])
def test_an_overdue_article_is_paused_until_somebody_reviews_it(shop: Stage, whose: str) -> None:
    """The step has its day as its reason, and a review takes it back without any proof."""
    rule: dict[str, str] = {"when_overdue": "pause"}
    shop.configure(knowledge=rule if whose == "company" else {"stop_when_due": True})
    review = {"article": "en-hours", "review_by": day(shop, 1)}
    shop.admin("PUT", f"{BASE}/due", review | (rule if whose == "article" else {}))
    shop.admin("PUT", f"{BASE}/due", review)  # what a review does not name stays
    assert said_to(shop, "c1", "When are you open?").startswith("We are open")
    next_day(shop)
    assert not said_to(shop, "c2", "When are you open?").startswith(("We are open", "Did you"))
    state = f"{BASE}/states?article=en-hours"
    [shown] = shop.admin("GET", state).json["articles"]
    change = shown["changes"][0]
    assert (shown["state"], change["who"]) == ("paused", "the instance")
    assert change["reason"] == f"its review is due since {review['review_by']}"
    standing = shop.admin("GET", "/v1/admin/alerts").json["standing"]
    assert [each["key"] for each in standing] == ["review_due:shop"]
    assert "1 do not answer" in str(standing[0])
    next_day(shop)
    [listed] = shop.admin("GET", f"{BASE}/due").json["articles"]
    assert listed["when_overdue"] == (None if whose == "company" else "pause")
    waiting = shop.admin("GET", "/v1/admin/reports/digest").json["articles"]
    assert waiting == {"due": ["en-hours"], "paused": ["en-hours"]}
    still = shop.admin("PUT", f"{BASE}/due", review | {"owner": "Lee"}).json
    assert "state" not in still, "the day is past"
    told = shop.admin("PUT", f"{BASE}/due", review | {"review_by": day(shop, 90)}).json
    assert told["state"] == "automated"
    assert said_to(shop, "c3", "When are you open?").startswith("We are open")
    wrong = shop.admin("PUT", f"{BASE}/due", review | {"when_overdue": "stop"})
    assert (wrong.status, "answer, offer, pause" in wrong.text) == (400, True)


def test_where_a_person_confirms_each_step_an_overdue_article_goes_on(shop: Stage) -> None:
    """The alert names it, and it answers until somebody pauses it."""
    shop.configure(knowledge={"when_overdue": "pause", "steps": {"by_itself": "none"}})
    shop.admin("PUT", f"{BASE}/due", {"article": "en-hours", "review_by": day(shop, 1)})
    next_day(shop)
    assert said_to(shop, "c1", "When are you open?").startswith("We are open")
    standing = shop.admin("GET", "/v1/admin/alerts").json["standing"]
    assert {each["key"] for each in standing} == {"review_due:shop", "article_step_due:shop"}


def test_an_article_has_an_owner_and_sources(shop: Stage) -> None:
    """A review names them, a later one keeps what it does not name, and a wrong list is refused."""
    due = f"{BASE}/due"
    review = {"article": "en-hours", "owner": "Lee", "sources": ["https://example.com/hours"]}
    assert shop.admin("PUT", due, review).json["owner"] == "Lee"
    kept = shop.admin("PUT", due, {"article": "en-hours"}).json
    assert (kept["owner"], kept["sources"]) == ("Lee", ["https://example.com/hours"])
    [shown] = shop.admin("GET", f"{BASE}/states?article=en-hours").json["articles"]
    assert (shown["owner"], shown["sources"]) == ("Lee", ["https://example.com/hours"])
    assert shop.admin("PUT", due, review | {"sources": "here"}).status == 400
