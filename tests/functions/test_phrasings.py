"""Picks, rejections and agents' answers become proposed phrasings, which a person drafts."""

import json
from typing import Any

import pytest

from tests.functions.drafted import built, with_articles
from tests.functions.signed_in import DESK, sign_in
from tests.functions.stage import Stage

BASE = "/v1/admin/knowledge/shop"
PHRASINGS = f"{BASE}/phrasings"
ASKED = "until when can customers come"
HOURS = "We are open from Monday to Saturday, 9 to 18."


@pytest.fixture
def shop(stage: Stage) -> Stage:
    """Return a stage with a published knowledge base."""
    return with_articles(stage)


def says(stage: Stage, sender: str, *texts: str) -> None:
    """Let a customer write some messages."""
    for text in texts:
        stage.write(text, sender=sender)
        stage.drain("events")
        stage.clock.advance(1)


def picks(stage: Stage, sender: str, text: str = ASKED) -> None:
    """Let a customer ask, and pick the opening hours among the choices."""
    says(stage, sender, text)
    choices = stage.thread(sender).conversation.choices
    says(stage, sender, str(choices.index("en-hours") + 1))
    assert stage.said(sender)[-1][1] == HOURS


def is_answered_by_a_person(stage: Stage, sender: str, said: str, text: str = ASKED) -> None:
    """Let a customer ask, want a person, and be answered by one."""
    says(stage, sender, text, "I want to talk to a person")
    offer = stage.thread(sender).conversation.handoff.offers[0].offer_id
    about = {"conversation_id": stage.thread(sender).conversation.id}
    assert stage.pool("handoff.accepted", about | {"offer_id": offer}).status == 200
    stage.drain("events")
    epoch = stage.thread(sender).conversation.epoch
    assert stage.pool("message.sent", about | {"epoch": epoch, "text": said}).status == 202
    stage.drain("events")


def proposed(stage: Stage, query: str = "") -> Any:
    """Return the proposed phrasings by article."""
    found = stage.admin("GET", PHRASINGS + query).json["articles"]
    return {each["article"]: each["phrasings"] for each in found}


def test_a_pick_proposes_a_phrasing(shop: Stage) -> None:
    """The words of the question are told with their customers, once however they are written."""
    picks(shop, "kim")
    picks(shop, "lee", ASKED.capitalize())
    [only] = proposed(shop)["en-hours"]
    assert only["text"].casefold() == ASKED
    assert (only["customers"], only["sources"]) == (2, {"picked": 2})


def test_an_agent_who_uses_an_answer_proposes_a_phrasing(shop: Stage) -> None:
    """The article's own words count, with small changes and a greeting around them."""
    is_answered_by_a_person(shop, "kim", f"Hello! {HOURS}")
    is_answered_by_a_person(shop, "lee", HOURS.replace("Saturday", "Friday"))
    is_answered_by_a_person(shop, "max", "I have to look that up for you, one moment please.")
    [only] = proposed(shop)["en-hours"]
    assert (only["customers"], only["sources"]) == (2, {"used": 2})


def test_an_agent_who_reports_a_used_suggestion_proposes_a_phrasing(shop: Stage) -> None:
    """A suggestion that was edited counts, and a skipped one says nothing. States tell both."""
    for state in ("paused", "automated"):
        body = {"article": "en-hours", "state": state, "reason": "looked at"}
        assert shop.admin("PUT", f"{BASE}/states", body).status == 200
        shop.clock.advance(6)
    for sender, use in (("kim", "edited"), ("lee", "skipped")):
        is_answered_by_a_person(shop, sender, "One moment, let me look that up for you.")
        conversation = shop.thread(sender).conversation
        end = {"conversation_id": conversation.id, "epoch": conversation.epoch}
        end |= {"outcome": "solved", "summary": ""}
        end |= {"suggestions": [{"article_id": "en-hours", "use": use}]}
        assert shop.pool("conversation.resolved", end).status == 202
        shop.drain("events")
    [only] = proposed(shop)["en-hours"]
    assert (only["customers"], only["sources"]) == (1, {"used": 1})
    shown = shop.admin("GET", f"{BASE}/states?article=en-hours").json["articles"][0]
    since = shown["since_change"]
    assert {each: since[each] for each in ("used", "edited", "skipped")} == {
        "used": 0,
        "edited": 1,
        "skipped": 1,
    }
    assert [each["who"] for each in since["by"]] == ["vendor"]


def test_a_rejection_counts_against(shop: Stage) -> None:
    """Words whose answer was rejected as often as it was used are not proposed."""
    text = "at what time do you close"
    is_answered_by_a_person(shop, "kim", HOURS, text)
    assert [each["text"] for each in proposed(shop)["en-hours"]] == [text]
    says(shop, "lee", text)
    assert shop.said("lee")[-1][1] == HOURS
    says(shop, "lee", "that is wrong")
    assert proposed(shop) == {}


def test_what_is_a_phrasing_already_or_holds_a_number_is_not_proposed(shop: Stage) -> None:
    """Neither teaches anything."""
    picks(shop, "kim", f"{ASKED} my card is 4111 1111 1111 1111")
    assert proposed(shop) == {}


def test_a_phrasing_becomes_a_draft_and_nothing_by_itself(shop: Stage) -> None:
    """A person takes it. It is checked and approved as any draft, and then proposed no more."""
    picks(shop, "kim")
    before = shop.admin("GET", BASE).json["current"]
    body = {"article": "en-hours", "texts": [ASKED], "reason": "two customers"}
    made = shop.admin("POST", PHRASINGS, body)
    assert (made.status, made.json["added"]) == (201, 1)
    draft = shop.admin("GET", f"{BASE}/drafts/{made.json['id']}").json
    assert draft["difference"]["added"] == [ASKED]
    assert (draft["state"], draft["reason"]) == ("draft", "two customers")
    assert shop.admin("GET", BASE).json["current"] == before
    for act in ("propose", "approve"):
        assert shop.admin("POST", f"{BASE}/drafts/{draft['id']}/{act}", {}).status == 200
        built(shop)
    shop.admin("POST", f"{BASE}/release", {})
    built(shop)
    shop.clock.advance(6)
    assert proposed(shop) == {}


def test_a_quiz_has_questions_that_are_phrasings_already(shop: Stage) -> None:
    """A pack's quiz is of real questions, also where a diligent lead has taken them over."""
    known = "When are you open?"
    is_answered_by_a_person(shop, "kim", HOURS, known)
    assert proposed(shop) == {}
    assert [each["text"] for each in proposed(shop, "?known=yes")["en-hours"]] == [known]


def test_an_erasure_names_the_packs_that_words_went_into(shop: Stage) -> None:
    """Nobody can delete a pack on a disk, so its readers are asked to. The next one has none."""
    picks(shop, "kim")
    picks(shop, "lee", "till when may one come by")
    assert len(proposed(shop, "?known=yes&pool=vendor")["en-hours"]) == 2
    assert shop.admin("GET", f"{PHRASINGS}?pool=nobody").status == 400
    body = {"channel": "shop", "sender": "kim"}
    for _ in range(2):
        answer = shop.admin("POST", "/v1/admin/erasures", body).json
        shop.drain("events")
        shop.clock.advance(1)
    [copy] = answer["copies"]
    assert (copy["kind"], copy["name"]) == ("pack", "vendor")
    assert [one["customers"] for one in proposed(shop, "?known=yes&pool=vendor")["en-hours"]] == [1]
    never = {"channel": "shop", "sender": "never packed"}
    assert shop.admin("POST", "/v1/admin/erasures", never).json.get("copies", []) == []


def test_a_dismissed_phrasing_is_proposed_no_more(shop: Stage) -> None:
    """Nobody has to dismiss the same words twice, and no words are kept for it."""
    picks(shop, "kim")
    body = {"article": "en-hours", "texts": [ASKED]}
    assert shop.admin("POST", f"{BASE}/dismissals", body).json == {"dismissed": 1}
    picks(shop, "lee")
    assert proposed(shop) == {}
    kept = shop.backend.blobs().get("knowledge/shop/life.json")
    assert ASKED.encode() not in kept


def test_a_dismissed_question_is_no_candidate(shop: Stage) -> None:
    """The words of a group that nobody will write an article for are left out."""
    says(shop, "kim", "do you sell gift cards")
    [one] = shop.admin("GET", f"{BASE}/candidates").json["candidates"]
    shop.admin("POST", f"{BASE}/dismissals", {"texts": one["questions"]})
    assert shop.admin("GET", f"{BASE}/candidates").json["candidates"] == []


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"article": "en-hours", "texts": []}, 400, "texts"),
        ({"article": "en-hours", "texts": [7]}, 400, "texts"),
        ({"article": "en-hours", "texts": ["never said"]}, 400, "texts"),
        ({"texts": [ASKED]}, 400, "article"),
        ({"article": "none", "texts": [ASKED]}, 404, None),
    ],
)
def test_only_proposed_phrasings_are_taken(
    shop: Stage, body: dict[str, object], status: int, field: str | None
) -> None:
    """Anything else is refused, and names the field."""
    answer = shop.admin("POST", PHRASINGS, body)
    assert (answer.status, answer.json["error"].get("field")) == (status, field)


def test_an_erasure_reaches_phrasings_and_their_drafts(shop: Stage) -> None:
    """I14: nothing said by an erased customer is proposed, drafted or kept any more."""
    picks(shop, "kim")
    made = shop.admin("POST", PHRASINGS, {"article": "en-hours", "texts": [ASKED]})
    for _ in range(2):
        shop.admin("POST", "/v1/admin/erasures", {"channel": "shop", "sender": "kim"})
        shop.drain("events")
        shop.clock.advance(1)
    assert proposed(shop) == {}
    draft = shop.admin("GET", f"{BASE}/drafts/{made.json['id']}").json
    assert ASKED not in json.dumps(draft)
    blobs = shop.backend.blobs()
    assert not any(ASKED.encode() in blobs.get(key) for key in blobs.keys("knowledge"))


def test_a_lead_may_take_phrasings_and_an_agent_may_not(shop: Stage) -> None:
    """The routes ask for the lead's scope."""
    shop.configure(pools=[DESK])
    shop.clock.advance(6)
    picks(shop, "kim")
    body = {"article": "en-hours", "texts": [ASKED]}
    agent, lead = sign_in(shop, "Mina", "agent", "desk"), sign_in(shop, "Lee", "lead")
    assert shop.request("POST", PHRASINGS, body, agent).status == 403
    assert shop.request("POST", PHRASINGS, body, lead).status == 201


def test_an_answer_that_helped_proposes_its_question(shop: Stage) -> None:
    """A "yes" to the survey is an agreement, and a "no" weighs against it."""
    shop.configure(survey={"enabled": True})
    shop.clock.advance(6)
    says(shop, "kim", "when are you all open?", "thanks", "yes")
    [phrasing] = proposed(shop)["en-hours"]
    assert (phrasing["text"], phrasing["sources"]) == ("when are you all open?", {"helped": 1})
    says(shop, "lee", "when are you all open?", "thanks", "no")
    assert proposed(shop) == {}
