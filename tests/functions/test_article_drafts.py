"""An article is drafted, proposed, checked, approved, published and taken back."""

import json

import pytest

from local.virtual.shop import articles_file
from tests.functions.drafted import (
    ASKED,
    BASE,
    DRAFTS,
    GIFT,
    act,
    articles,
    asked,
    begun,
    built,
    proposed,
    published,
    said_to,
    shown,
    with_articles,
)
from tests.functions.signed_in import sign_in
from tests.functions.stage import Stage


@pytest.fixture
def shop(stage: Stage) -> Stage:
    """Return a stage with a published knowledge base."""
    return with_articles(stage)


def test_an_article_goes_from_a_draft_to_an_answer(shop: Stage) -> None:
    """Each step is on record with its person and reason, and customers see only the last one."""
    draft = proposed(shop)
    assert articles(shop) == ["en-hours", "en-returns"]
    assert act(shop, draft, "approve").json["state"] == "approved"
    released = shop.admin("POST", f"{BASE}/release", {"reason": "the answer is right"})
    assert released.json["drafts"] == [draft]
    assert shown(shop, draft)["state"] == "approved"
    built(shop)
    found = shown(shop, draft)
    assert (found["state"], found["version"]) == ("published", released.json["version"])
    steps = [(each["act"], each["who"]) for each in found["steps"]]
    key = "the key 'test'"
    assert steps == [(each, key) for each in ("written", "proposed", "approved", "released")]
    assert [each["reason"] for each in found["steps"]][1] == "propose, because"
    assert articles(shop) == ["en-hours", "en-returns", "en-gift-cards"]
    assert said_to(shop, "after", "Do you sell gift cards?") == GIFT["answer"]


def test_a_draft_keeps_an_article_s_tags_and_crisis_answer(shop: Stage) -> None:
    """They are part of its text and of its difference, and of the version."""
    marks = {"tags": ["neutral"], "crisis_answer": "Soon."}
    draft = published(shop, id="en-hours", **marks)
    change = shown(shop, draft)["difference"]
    assert (change["tags"], change["crisis_answer"]) == (["", "neutral"], ["", "Soon."])
    shop.clock.advance(6)
    listed = shop.admin("GET", f"{BASE}/articles?content=yes").json["articles"]
    [one] = [each for each in listed if each["id"] == "en-hours"]
    assert {name: one[name] for name in marks} == marks


def test_a_check_says_what_recent_questions_would_get(shop: Stage) -> None:
    """Questions that the article would have answered are told, with before and after."""
    asked(shop)
    shop.write("When are you open?", sender="answered")
    shop.drain("events")
    check = shown(shop, proposed(shop))["check"]
    assert (check["asked"], check["counts"]["answered"], check["problem"]) == (3, 2, "")
    assert {each["text"] for each in check["answered"]} == set(ASKED)
    assert {each["after"]["article"] for each in check["answered"]} == {"en-gift-cards"}
    assert {each["before"]["article"] for each in check["answered"]} == {None}


def test_a_check_says_what_nobody_would_answer_any_more(shop: Stage) -> None:
    """The end of an article is checked as well: its questions are told as lost."""
    shop.write("When are you open?", sender="open")
    shop.drain("events")
    made = shop.admin("POST", DRAFTS, {"retire": "en-hours", "reason": "it moved"})
    act(shop, made.json["id"], "propose")
    built(shop)
    check = shown(shop, made.json["id"])["check"]
    assert check["counts"]["lost"] == 1
    assert check["lost"][0]["before"]["article"] == "en-hours"


def test_nothing_is_approved_unchecked(shop: Stage) -> None:
    """An approval waits for the check, and a text that was changed has to be proposed anew."""
    draft = begun(shop)
    assert act(shop, draft, "approve").json["error"]["state"] == "draft"
    act(shop, draft, "propose")
    assert act(shop, draft, "approve").json["error"]["state"] == "checking"
    built(shop)
    edited = {"article": GIFT | {"answer": "Yes, of course."}}
    answer = shop.admin("PUT", f"{DRAFTS}/{draft}", edited)
    assert answer.json["state"] == "draft"
    assert act(shop, draft, "approve").json["error"]["state"] == "draft"
    act(shop, draft, "propose")
    assert act(shop, draft, "approve").json["error"]["state"] == "checking"
    built(shop)
    assert act(shop, draft, "approve").status == 200


def test_an_approval_compares_with_the_articles_that_answer_now(shop: Stage) -> None:
    """A draft that was checked before another publication is checked again."""
    first = proposed(shop)
    published(shop, id="other", title="Other", questions=["a", "b", "c"], answer="Other.")
    assert act(shop, first, "approve").json["error"]["state"] == "checking"
    built(shop)
    assert act(shop, first, "approve").status == 200


def test_nothing_but_approved_drafts_is_published(shop: Stage) -> None:
    """A draft, a proposed draft and a declined one are refused by name, and so is nothing."""
    release = f"{BASE}/release"
    assert shop.admin("POST", release, {}).json["error"]["state"] == "nothing"
    draft = begun(shop)
    assert shop.admin("POST", release, {"drafts": [draft]}).json["error"]["state"] == "draft"
    act(shop, draft, "propose")
    built(shop)
    assert shop.admin("POST", release, {"drafts": [draft]}).json["error"]["state"] == "proposed"
    act(shop, draft, "decline")
    assert shop.admin("POST", release, {"drafts": [draft]}).json["error"]["state"] == "declined"
    assert shop.admin("POST", release, {"drafts": ["d0"]}).status == 404
    assert articles(shop) == ["en-hours", "en-returns"]


def test_a_second_person_approves_where_the_configuration_says_so(shop: Stage) -> None:
    """Neither author nor proposer approves, whatever role they have by then."""
    shop.configure(knowledge={"second_person": True})
    shop.clock.advance(6)
    ann, lee = sign_in(shop, "Ann", "lead"), sign_in(shop, "Lee", "lead")
    made = shop.request("POST", DRAFTS, {"article": GIFT}, ann)
    draft = made.json["id"]
    act(shop, draft, "propose", ann)
    built(shop)
    assert act(shop, draft, "approve", ann).status == 403
    promoted = sign_in(shop, "ann", "admin")
    assert act(shop, draft, "approve", promoted).status == 403
    approved = act(shop, draft, "approve", lee)
    assert (approved.status, approved.json["reviewer"]) == (200, "Lee")
    assert shop.request("PUT", BASE, articles_file(), lee).status == 403
    assert shop.request("PUT", BASE, articles_file(), promoted).status == 202


def test_an_article_that_changed_meanwhile_is_looked_at_again(shop: Stage) -> None:
    """A draft is not published over a change that its author never saw."""
    draft = proposed(shop, id="en-hours")
    assert act(shop, draft, "approve").status == 200
    [hours, returns] = [json.loads(line) for line in articles_file().splitlines()]
    raw = articles_file((hours | {"answer": "Always."}, returns))
    shop.admin("PUT", BASE, raw)
    built(shop)
    answer = shop.admin("POST", f"{BASE}/release", {})
    assert (answer.status, answer.json["error"]["state"]) == (409, "changed")


def test_two_publications_at_once_lose_nothing(shop: Stage) -> None:
    """While a version is built the next one waits, because it would be without the first."""
    one, two = proposed(shop), proposed(shop, id="two", title="Two")
    for each in (one, two):
        assert act(shop, each, "approve").status == 200
    release = f"{BASE}/release"
    assert shop.admin("POST", release, {"drafts": [one]}).status == 202
    again = shop.admin("POST", release, {"drafts": [two]})
    assert (again.status, again.json["error"]["state"]) == (409, "building")
    built(shop)
    assert shop.admin("POST", release, {"drafts": [two]}).status == 202
    built(shop)
    assert articles(shop) == ["en-hours", "en-returns", "en-gift-cards", "two"]


def test_a_build_that_never_came_is_tried_again(shop: Stage) -> None:
    """After a quarter of an hour the draft may be published anew."""
    draft = proposed(shop)
    act(shop, draft, "approve")
    shop.admin("POST", f"{BASE}/release", {})
    shop.clock.advance(901)
    assert shop.admin("POST", f"{BASE}/release", {}).status == 202
    built(shop)
    assert shown(shop, draft)["state"] == "published"


def test_a_publication_that_was_overtaken_leaves_its_drafts_approved(shop: Stage) -> None:
    """A whole base that was uploaded later answers, and the draft says why it does not."""
    draft = proposed(shop)
    act(shop, draft, "approve")
    version = shop.admin("POST", f"{BASE}/release", {}).json["version"]
    shop.clock.advance(1)
    [hours, returns] = [json.loads(line) for line in articles_file().splitlines()]
    newer = shop.admin("PUT", BASE, articles_file((hours | {"answer": "Always."}, returns)))
    blobs = shop.backend.blobs()
    for each in (newer.json["version"], version):  # events promise no order
        key = f"knowledge-sources/shop/{each}.jsonl"
        shop.upload(key, blobs.get(key), at=0)
    found = shown(shop, draft)
    assert (found["state"], found["version"]) == ("approved", None)
    assert "another version" in found["problem"]


def test_a_version_that_can_not_be_built_leaves_its_drafts_approved(shop: Stage) -> None:
    """The draft says what is wrong, and may be published once that is mended."""
    draft = proposed(shop)
    act(shop, draft, "approve")
    version = shop.admin("POST", f"{BASE}/release", {}).json["version"]
    key = f"knowledge-sources/shop/{version}.jsonl"
    shop.backend.blobs().put(key, b"{}")
    built(shop)
    found = shown(shop, draft)
    assert (found["state"], found["version"]) == ("approved", None)
    assert "missing" in found["problem"]


def test_one_act_takes_a_publication_back(shop: Stage) -> None:
    """The version before answers at once, and the draft is on record as taken back."""
    draft = published(shop)
    answer = act(shop, draft, "undo")
    assert (answer.status, answer.json["state"]) == (200, "undone")
    assert articles(shop) == ["en-hours", "en-returns"]
    assert act(shop, draft, "undo").json["error"]["state"] == "undone"


def test_taking_one_change_back_keeps_the_others(shop: Stage) -> None:
    """A later publication of another article stays, and the former text is built again."""
    draft = published(shop, id="en-hours", answer="Always.")
    published(shop, id="two", title="Two")
    assert act(shop, draft, "undo").status == 200
    built(shop)
    assert articles(shop) == ["en-hours", "en-returns", "two"]
    assert said_to(shop, "c9", "When are you open?").startswith("We are open from Monday")


def test_a_change_that_was_changed_again_is_not_taken_back(shop: Stage) -> None:
    """The newest change of an article is taken back first."""
    first = published(shop, id="en-hours", answer="Always.")
    second = published(shop, id="en-hours", answer="Never.")
    assert act(shop, first, "undo").json["error"]["state"] == "changed"
    assert act(shop, second, "undo").status == 200
    built(shop)
    assert act(shop, first, "undo").status == 200


def test_an_article_is_retired_the_same_way(shop: Stage) -> None:
    """Its end is proposed, checked, approved and published, and can be taken back."""
    made = shop.admin("POST", DRAFTS, {"retire": "en-returns", "reason": "nobody asks"})
    draft = made.json["id"]
    assert made.json["difference"]["kind"] == "retire"
    act(shop, draft, "propose")
    built(shop)
    act(shop, draft, "approve")
    shop.admin("POST", f"{BASE}/release", {})
    built(shop)
    assert articles(shop) == ["en-hours"]
    act(shop, draft, "undo")
    assert articles(shop) == ["en-hours", "en-returns"]
    assert shop.admin("POST", DRAFTS, {"retire": "nothing"}).status == 409


def test_a_draft_that_is_not_complete_is_kept_and_not_proposed(shop: Stage) -> None:
    """Its problems name their fields, and nothing is checked before they are mended."""
    draft = begun(shop, answer="", questions=[])
    assert [each.partition(":")[0] for each in shown(shop, draft)["problems"]] == [
        "questions",
        "answer",
    ]
    refused = act(shop, draft, "propose")
    assert (refused.status, len(refused.json["error"]["problems"])) == (422, 2)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "article"),
        ({"article": []}, "article"),
        ({"article": GIFT | {"questions": "one"}}, "article.questions"),
        ({"article": GIFT | {"colour": "red"}}, "article"),
        ({"article": GIFT | {"tags": 7}}, "article.tags"),
        ({"article": GIFT | {"crisis_answer": []}}, "crisis_answer"),
        ({"article": GIFT | {"title": 7}}, "title"),
        ({"article": GIFT, "review_by": "soon"}, "review_by"),
        ({"article": GIFT, "origins": [["t"]]}, "origins"),
        ({"article": GIFT, "origins": "t"}, "origins"),
    ],
)
def test_a_draft_of_another_shape_is_refused(
    shop: Stage, body: dict[str, object], field: str
) -> None:
    """The refusal names the field and what is accepted."""
    answer = shop.admin("POST", DRAFTS, body)
    assert (answer.status, answer.json["error"]["field"]) == (400, field)


def test_a_draft_is_discarded_with_its_check(shop: Stage) -> None:
    """Nothing of it is left, and a published one stays on record."""
    draft = proposed(shop)
    assert act(shop, draft, "discard").json["state"] == "discarded"
    assert shop.admin("GET", f"{DRAFTS}/{draft}").status == 404
    blobs = shop.backend.blobs()
    assert {blobs.get(each) for each in blobs.keys("knowledge/shop/checks/")} == {b"null"}
    assert act(shop, published(shop), "discard").status == 409
    assert act(shop, "d0", "forget").json["error"]["field"] == "act"


def test_a_candidate_becomes_a_draft_with_its_sources(shop: Stage) -> None:
    """The questions and the people's answers come along, without numbers and addresses."""
    shop.write("gift card to a.b@example.org please", sender="kim")
    shop.drain("events")
    [one] = shop.admin("GET", f"{BASE}/candidates").json["candidates"]
    article = GIFT | {"questions": one["questions"]}
    made = shop.admin("POST", DRAFTS, {"article": article, "origins": one["origins"]})
    assert made.json["sources"] == ["gift card to [e-mail] please"]


def test_an_erasure_reaches_open_drafts_and_their_checks(shop: Stage) -> None:
    """I14: words of an erased customer leave drafts that nobody published, and every check."""
    asked(shop)
    found = shop.admin("GET", f"{BASE}/candidates").json["candidates"]
    origins = [origin for each in found for origin in each["origins"]]
    assert sorted(text for _, text in origins) == sorted(ASKED)
    article = GIFT | {"title": ASKED[0], "questions": list(ASKED)}
    body = {"article": article, "origins": origins}
    draft = shop.admin("POST", DRAFTS, body).json["id"]
    act(shop, draft, "propose")
    built(shop)
    assert len(shown(shop, draft)["check"]["answered"]) == 2
    for _ in range(2):
        shop.admin("POST", "/v1/admin/erasures", {"channel": "shop", "sender": "customer-0"})
        shop.drain("events")
        shop.clock.advance(1)
    found = shown(shop, draft)
    assert found["article"]["questions"] == [ASKED[1]]
    assert found["state"] == "draft"
    assert ASKED[0] not in json.dumps(found)
    everything = [shop.backend.blobs().get(each) for each in shop.backend.blobs().keys("know")]
    assert not any(ASKED[0].encode() in each for each in everything)


def test_an_editor_that_is_too_old_saves_nothing(shop: Stage) -> None:
    """Two people never overwrite each other, and erased words do not come back."""
    draft = begun(shop)
    read = shown(shop, draft)["changed_at"]
    shop.clock.advance(1)
    body = {"article": GIFT | {"answer": "One."}, "changed_at": read}
    assert shop.admin("PUT", f"{DRAFTS}/{draft}", body).status == 200
    late = shop.admin("PUT", f"{DRAFTS}/{draft}", body)
    assert (late.status, late.json["error"]["state"]) == (409, "changed")
    wrong = shop.admin("PUT", f"{DRAFTS}/{draft}", body | {"changed_at": "then"})
    assert wrong.json["error"]["field"] == "changed_at"


def test_no_customers_words_are_offered_to_everybody(shop: Stage) -> None:
    """The chat page begins with authors' questions alone. A file's words leave no origin."""
    words = "Does Anna Kim get a gift card?"
    article = GIFT | {"questions": [words, "Do you sell gift cards?"]}
    body = {"article": article, "origins": [["", words]]}
    draft = shop.admin("POST", DRAFTS, body).json["id"]
    act(shop, draft, "propose")
    built(shop)
    act(shop, draft, "approve")
    shop.admin("POST", f"{BASE}/release", {})
    built(shop)
    shop.clock.advance(61)
    page = shop.request("GET", "/").text
    assert "Do you sell gift cards?" in page
    assert words not in page
    assert shown(shop, draft)["sources"] == []
