"""The operators' API groups recent questions that no article answered, with people's answers."""

from pathlib import Path
from typing import Any

import pytest
from surgeline.application.answers.find_candidates import DAY_MS, find_candidates
from surgeline.application.answers.knowledge_shelf import REREAD_SECONDS
from surgeline.application.answers.life.unfound_searches import MOST_OF_A_DAY
from surgeline.application.answers.recent_questions import AskedQuestion

from tests.functions.drafted import BASE, built, published, with_articles
from tests.functions.stage import Stage
from tests.functions.test_phrasings import is_answered_by_a_person, picks

PATH = "/v1/admin/knowledge/shop/candidates"
ASKED = ("do you sell gift cards", "can I buy a gift card here", "do you have gift cards")


def asked(stage: Stage) -> None:
    for number, text in enumerate(ASKED):
        stage.write(text, sender=f"customer-{number}")
        stage.drain("events")
    stage.write("When are you open?", sender="answered")
    stage.drain("events")


def test_unanswered_questions_are_grouped(stage: Stage) -> None:
    """What an article answered is no candidate, and everything else is one."""
    asked(stage)
    found = stage.admin("GET", PATH).json["candidates"]
    texts = [text for each in found for text in each["questions"]]
    assert sorted(texts) == sorted(ASKED)
    assert {each["language"] for each in found} == {"en"}


def test_numbers_and_addresses_of_customers_are_taken_out(stage: Stage) -> None:
    """A candidate is shown to authors, who need no card number, no address and no name."""
    text = "can Ann Otter pay a gift card with 4111 1111 1111 1111, write to a.b@example.org"
    stage.write(text, customer={"name": "Ann Otter"})
    stage.drain("events")
    [only] = stage.admin("GET", PATH).json["candidates"]
    [shown] = only["questions"]
    assert shown == "can [name] pay a gift card with [card], write to [e-mail]"
    assert [text for _, text in only["origins"]] == [shown]


def test_articles_that_people_suggest_are_listed(stage: Stage) -> None:
    """Equal suggestions are counted, and numbers and addresses are taken out."""
    for sender in ("kim", "lee"):
        stage.write("I want to talk to a person", sender=sender)
        stage.drain("events")
        conversation = stage.thread(sender).conversation
        about = {"conversation_id": conversation.id}
        offer = conversation.handoff.offers[0].offer_id
        stage.pool("handoff.accepted", about | {"offer_id": offer})
        stage.drain("events")
        article = {"question": "Do you gift wrap?", "answer": "Yes, ask a.b@example.org."}
        epoch = stage.thread(sender).conversation.epoch
        end = about | {"epoch": epoch, "outcome": "solved", "summary": ""}
        end |= {"article": article}
        assert stage.pool("conversation.resolved", end).status == 202
        stage.drain("events")
    [one] = stage.admin("GET", PATH).json["suggested"]
    assert (one["question"], one["answer"]) == ("Do you gift wrap?", "Yes, ask [e-mail].")
    assert (one["count"], one["pools"], one["language"]) == (2, ["vendor"], "en")
    assert {text for _, text in one["origins"]} == {one["question"], one["answer"]}


def test_an_unknown_knowledge_base_has_no_candidates(stage: Stage) -> None:
    """It is not found, as everywhere else."""
    assert stage.admin("GET", "/v1/admin/knowledge/none/candidates").status == 404


def test_a_group_tells_how_it_goes_and_what_an_article_would_save() -> None:
    """The known days are halved, people's answers are counted, and their work is told in hours."""
    days = ((9, "Yes."), (5, None), (2, "Yes, we do."))
    asked = [
        AskedQuestion(f"t{day}", ASKED[0], None, reply, 1, day * DAY_MS) for day, reply in days
    ]
    [group] = find_candidates(asked, {}, now=10 * DAY_MS, handle_minutes=30)
    assert group["trend"] == {"days": 4, "newer": 1, "older": 1}
    assert (group["by_hand"], group["saves_hours"]) == (2, 1.0)
    [group] = find_candidates([AskedQuestion("t1", ASKED[0], None)], {})
    assert (group["trend"], group["by_hand"], group["saves_hours"]) == (None, 0, None)


def of(thread: str, reply: str | None, by: str = "", closed: bool | None = None) -> AskedQuestion:
    """Return a question on gift cards with what a person answered."""
    return AskedQuestion(thread, ASKED[0], None, reply, by=by, closed=closed)


def test_the_answer_of_whoever_closes_most_is_proposed_and_marked() -> None:
    """The shortest one stands first only where nobody knows. Who asked again was not helped."""
    asked = [
        *(of(f"m{each}", "Yes, from 10 to 200 euros.", "Mina", closed=True) for each in range(3)),
        *(of(f"b{each}", "Yes.", "Bo", closed=each == 0) for each in range(3)),
        of("back", None),
        of("back", "Maybe.", "Mina", closed=True),
        of("open", "No.", "Lee"),
    ]
    [group] = find_candidates(asked, {})
    assert group["answers"] == ["Yes, from 10 to 200 euros.", "No.", "Yes."]
    assert group["best"] == {"by": "Mina", "closed": 3, "of": 4}
    [group] = find_candidates([of("1", "Yes, we do."), of("2", "No.")], {})
    assert (group["answers"], group["best"]) == (["No.", "Yes, we do."], None)


def test_a_question_with_simple_answers_comes_first() -> None:
    """Frequency counts times simplicity: people's short answers that say the same."""
    more = "on the one hand and on the other " * 20
    long = [f"{start} {more}" for start in ("It depends", "Well")]
    hard = [AskedQuestion(f"h{n}", "when will my parcel come", None, long[n % 2]) for n in range(4)]
    easy = [of(f"e{n}", "Yes, at the till.") for n in range(4)]
    first, second = find_candidates([*hard, *easy], {})
    assert (first["questions"][0], first["simplicity"] > 0.9) == (ASKED[0], True)
    assert (second["rank"], second["simplicity"] < 0.6) == (2, True)


def test_what_a_person_answered_and_how_it_ended_is_read_from_the_log(stage: Stage) -> None:
    """The person's name, the end as solved, and a customer who denies it. An erasure takes all."""
    stage.configure(survey={"enabled": True})
    stage.clock.advance(REREAD_SECONDS + 1)
    for sender, says in (("kim", "yes"), ("lee", "no")):
        is_answered_by_a_person(stage, sender, f"Yes, {sender}.", ASKED[0])
        current = stage.thread(sender).conversation
        end = {"conversation_id": current.id, "epoch": current.epoch, "outcome": "solved"}
        stage.pool("conversation.resolved", end | {"summary": ""})
        stage.drain("events")
        stage.write(says, sender=sender)
        stage.drain("events")
        stage.clock.advance(1)
    [group] = stage.admin("GET", PATH).json["candidates"]
    assert group["answers"] == ["Yes, kim.", "Yes, lee."]
    assert group["best"] == {"by": "vendor", "closed": 1, "of": 2}
    for sender in ("kim", "lee"):
        stage.admin("POST", "/v1/admin/erasures", {"channel": "shop", "sender": sender})
    stage.drain("events")
    assert stage.admin("GET", PATH).json["candidates"] == []


def test_a_search_that_found_nothing_counts_and_names_nobody(stage: Stage) -> None:
    """It stands among the questions, without a thread, bounded, redacted, and for four weeks."""
    with_articles(stage)

    def search(words: str) -> int:
        return stage.request("POST", "/v1/web/web/visitors", {"searched": words}).status

    text = "gift cards for a.b@example.org"
    assert {search(words) for words in (text, text.upper(), "42", "when are you open?")} == {204}
    assert search("a" * 201) == 400
    assert [search(ASKED[1]) for _ in range(MOST_OF_A_DAY + 5)][-1] == 204
    groups = stage.admin("GET", PATH).json["candidates"]
    texts = [text for each in groups for text in each["questions"]]
    assert texts.count("gift cards for [e-mail]") == 2
    assert texts.count(ASKED[1]) == MOST_OF_A_DAY
    assert len(texts) == MOST_OF_A_DAY + 2 == sum(each["searches"] for each in groups)
    assert [each["origins"] for each in groups] == [[]] * len(groups)
    assert stage.admin("GET", "/v1/admin/conversations").json["conversations"] == []
    kept = stage.backend.ledger().find("searches.shop", limit=99)
    assert "example.org" not in str(kept)
    assert {each.expires_at - stage.clock.now() <= 28 * DAY_MS for each in kept} == {True}
    stage.clock.advance(29 * DAY_MS // 1000)
    assert stage.admin("GET", PATH).json["candidates"] == []


def candidates(stage: Stage) -> list[str]:
    """Return the questions of all candidates."""
    stage.clock.advance(REREAD_SECONDS + 1)
    found = stage.admin("GET", PATH).json["candidates"]
    return sorted(text for each in found for text in each["questions"])


def test_a_company_without_any_article_sees_what_to_write_first(tmp_path: Path) -> None:
    """Nothing was ever published. Questions count all the same, greetings do not."""
    stage = Stage(tmp_path)
    for number, text in enumerate((*ASKED, "Hello!")):
        stage.write(text, sender=f"customer-{number}")
        stage.drain("events")
    answer = stage.admin("GET", PATH)
    assert (answer.status, answer.json["version"]) == (200, None)
    for room in ("states", "phrasings"):
        assert stage.admin("GET", f"{BASE}/{room}").json["articles"] == []
        assert stage.admin("GET", f"/v1/admin/knowledge/none/{room}").status == 404
    assert candidates(stage) == sorted(ASKED)
    draft = published(stage)
    assert stage.admin("GET", f"{BASE}/drafts/{draft}").json["state"] == "published"


@pytest.mark.parametrize("state", ["automated", "assisted", "paused"])
def test_a_question_that_an_article_answers_by_now_is_no_candidate(
    stage: Stage, state: str
) -> None:
    """It stands in the log for weeks. An article at rest answers nothing, so it is one again."""
    with_articles(stage)
    asked(stage)
    draft = published(stage)
    article = stage.admin("GET", f"{BASE}/drafts/{draft}").json["article_id"]
    body: dict[str, Any] = {"article": article, "state": state, "reason": "because"}
    assert stage.admin("PUT", f"{BASE}/states", body).status == 200
    still = candidates(stage)
    assert ("do you sell gift cards" in still) == (state == "paused")


def test_a_question_that_a_person_found_an_article_for_is_a_phrasing_and_no_candidate(
    stage: Stage,
) -> None:
    """The customer picked it, or an agent answered with it. Nobody has to write it again."""
    with_articles(stage)
    built(stage)
    picks(stage, "kim")
    is_answered_by_a_person(
        stage, "lee", "We are open from Monday to Saturday, 9 to 18.", "until when may one come"
    )
    assert candidates(stage) == []
