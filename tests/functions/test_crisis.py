"""Crisis mode over the real routes: tone, articles, people, expiry, and one act back."""

import json
from typing import Any

import pytest

from local.virtual.shop import ARTICLES, articles_file
from tests.functions.signed_in import DESK, sign_in
from tests.functions.stage import Stage

HOURS, RETURNS = "When are you open?", "How long can I return an item?"
OPEN, WITHIN = (str(each["answer"]) for each in ARTICLES)
SHORTER = "We are open from 10 to 16, while the virus spreads."
PREAMBLE = "We know that this is a hard time."
PERSON = "We are passing this to a person now. You can keep writing; they will see everything."


@pytest.fixture
def shop(stage: Stage) -> Stage:
    """Return a shop whose hours have a crisis answer, and whose returns are marked by nothing."""
    hours, returns = ARTICLES
    stage.publish(articles_file((hours | {"crisis_answer": SHORTER}, returns)))
    write(stage)
    return stage


def write(stage: Stage, **fields: Any) -> None:
    """Write the profile of the tests."""
    body = {"preamble": {"en": PREAMBLE}, "banner": {"en": "We are here."}} | fields
    answered = stage.admin("PUT", "/v1/admin/crisis/profiles/calm", body)
    assert answered.status == 200, answered.text


def turn(stage: Stage, *, on: bool, minutes: int = 60) -> dict[str, Any]:
    """Turn the crisis on or off, and let the workers read it."""
    body = {"profile": "calm", "minutes": minutes}
    way = ("PUT", "/v1/admin/crisis", body) if on else ("DELETE", "/v1/admin/crisis", None)
    answered = stage.admin(*way)
    assert answered.status == 200, answered.text
    stage.clock.advance(6)
    status: dict[str, Any] = answered.json
    return status


def ask(stage: Stage, text: str, sender: str) -> list[str]:
    """Let a customer write, and return all that was said to it."""
    before = len(stage.said(sender))
    assert stage.write(text, sender=sender).status == 202
    stage.drain("events")
    return [line for speaker, line in stage.said(sender)[before:] if speaker != "customer"]


def test_the_next_answer_follows_it_and_off_restores_all(shop: Stage) -> None:
    """The preamble comes once. An article without a mark is left to people."""
    assert ask(shop, HOURS, "ann") == [OPEN]
    turn(shop, on=True)
    assert ask(shop, HOURS, "bob") == [f"{PREAMBLE}\n\n{SHORTER}"]
    assert ask(shop, RETURNS, "eve") == [PERSON]
    handoff = shop.thread("eve").conversation.handoff
    assert (handoff.reason, handoff.candidates[0]) == ("crisis", "en-returns")
    turn(shop, on=False)
    assert ask(shop, HOURS, "kim") == [OPEN]
    assert ask(shop, RETURNS, "lee") == [WITHIN]


def test_a_crisis_expires_by_itself(shop: Stage) -> None:
    """Nobody has to remember it."""
    assert turn(shop, on=True, minutes=10)["on"]["profile"] == "calm"
    shop.clock.advance(600)
    assert ask(shop, HOURS, "ann") == [OPEN]
    assert shop.admin("GET", "/v1/admin/crisis").json["on"] is None


def test_neutral_articles_are_used_and_cheerful_ones_are_not(stage: Stage) -> None:
    """A topic of the profile's list goes straight to people, whatever its article's marks."""
    hours, returns = ARTICLES
    stage.publish(articles_file((hours | {"tags": ["neutral"]}, returns | {"tags": ["cheerful"]})))
    write(stage, preamble={})
    turn(stage, on=True)
    assert ask(stage, HOURS, "ann") == [OPEN]
    assert ask(stage, RETURNS, "bob") == [PERSON]
    write(stage, preamble={}, to_people=["en-hours"])
    turn(stage, on=True)
    assert ask(stage, HOURS, "eve") == [PERSON]


@pytest.mark.parametrize("text", ["Come by any day!", "Come by \N{SMILING FACE WITH SMILING EYES}"])
def test_a_loud_text_is_held_back_though_it_is_marked(stage: Stage, text: str) -> None:
    """The check of what goes out is stricter in a crisis, and the status names the article."""
    hours, returns = ARTICLES
    returns = returns | {"answer": text, "tags": ["neutral"]}
    stage.publish(articles_file((hours | {"crisis_answer": text}, returns)))
    write(stage)
    turn(stage, on=True)
    assert ask(stage, HOURS, "ann") == ask(stage, RETURNS, "bob") == [PERSON]
    [profile] = stage.admin("GET", "/v1/admin/crisis").json["profiles"]
    assert profile["articles"][0]["suppressed_ids"] == ["en-hours", "en-returns"]
    turn(stage, on=False)
    assert ask(stage, RETURNS, "eve") == [text]


def test_system_texts_are_swapped_and_the_banner_is_shown(shop: Stage) -> None:
    """The tone of greetings and of the passing on is the profile's."""
    write(shop, texts={"en": {"greeting": "Hello.", "handing_over": "A person comes."}})
    turn(shop, on=True)
    assert ask(shop, "hello", "ann") == ["Hello."]
    assert ask(shop, RETURNS, "bob") == ["A person comes."]
    [banner] = shop.request("GET", "/v1/web/web/notices").json["notices"]
    assert (banner["id"], banner["texts"]) == ("crisis", {"en": "We are here."})
    turn(shop, on=False)
    assert shop.request("GET", "/v1/web/web/notices").json["notices"] == []


def test_a_wait_is_told_in_the_tone_of_the_crisis(shop: Stage) -> None:
    """The profile's words go before those that the company wrote for the stage."""
    document = shop.admin("GET", "/v1/admin/configuration").json["configuration"]
    document["waiting"]["stages"] = [{"when": "kept", "texts": {"en": "Lovely that you wait!"}}]
    for pool in document["pools"]:
        pool["paused"] = True
    assert shop.admin("PUT", "/v1/admin/configuration", document).status == 200
    write(shop, texts={"en": {"kept": "People come as soon as they can, until {until}."}})
    shop.clock.advance(6)
    assert ask(shop, "I want to talk to a person", "ann") == ["Lovely that you wait!"]
    turn(shop, on=True)
    [said] = ask(shop, "I want to talk to a person", "bob")
    assert said.startswith("People come as soon as they can, until Wednesday")


def test_every_article_is_a_variant_neutral_suppressed_or_for_people(shop: Stage) -> None:
    """The status counts each article once, and names those that are suppressed."""
    [profile] = shop.admin("GET", "/v1/admin/crisis").json["profiles"]
    assert profile["articles"] == [
        {
            "knowledge_base": "shop",
            "variant": 1,
            "neutral": 0,
            "suppressed": 1,
            "to_people": 0,
            "suppressed_ids": ["en-returns"],
        }
    ]


def test_a_crisis_is_rehearsed_over_the_last_day(shop: Stage) -> None:
    """It says what each conversation would have met, and changes nothing."""
    ask(shop, HOURS, "ann")
    ask(shop, RETURNS, "bob")
    ask(shop, "I want to talk to a person", "eve")
    found = shop.admin("GET", "/v1/admin/crisis/rehearsal?profile=calm").json
    assert (found["conversations"], found["more_people"]) == (3, 1)
    assert found["counts"] == {"variant": 1, "suppressed": 1, "unchanged": 1}
    assert {(*each["articles"], each["fit"]) for each in found["met"]} == {
        ("en-hours", "variant"),
        ("en-returns", "suppressed"),
        (None,),
    }
    assert shop.admin("GET", "/v1/admin/crisis").json["on"] is None
    assert shop.admin("GET", "/v1/admin/crisis/rehearsal?profile=grim").status == 404


def test_a_running_crisis_keeps_its_profile(shop: Stage) -> None:
    """Neither a changed profile nor a published document changes what is on."""
    turn(shop, on=True)
    write(shop, preamble={"en": "Other words."})
    document = shop.admin("GET", "/v1/admin/configuration").json["configuration"]
    assert [each["id"] for each in document["crisis_profiles"]] == ["calm"]
    document["crisis_profiles"] = []
    assert shop.admin("PUT", "/v1/admin/configuration", document).status == 200
    shop.clock.advance(6)
    assert ask(shop, HOURS, "ann") == [f"{PREAMBLE}\n\n{SHORTER}"]


def test_what_is_wrong_with_a_profile_is_told(stage: Stage) -> None:
    """Every problem is told with its place, and nothing is written."""
    body = {
        "preamble": {"de": "Hallo", "fr": "Nous vous répondrons sous 24 heures."},
        "banner": {"en": " ", "ko": "24시간 이내에 답변 드려요."},
        "texts": {
            "en": {
                "greating": "Hello.",
                "kept": "We answer within 2 hours.",
                "waited": "Dear {name}, you wait.",
            }
        },
        "suppressed_tags": ["Cheerful!"],
        "to_people": ["en-opening"],
    }
    refused = stage.admin("PUT", "/v1/admin/crisis/profiles/calm", body)
    assert refused.status == 422
    problems = "\n".join(refused.json["error"]["problems"])
    for place in ("banner.en:", "texts.en.greating: use one of", "suppressed_tags[0]:"):
        assert f"crisis_profiles[0].{place}" in problems
    assert "texts.en.kept: it promises 'answer within 2 hours'" in problems
    assert "texts.en.waited: there is no {name} here" in problems
    assert "preamble.fr: it promises 'répondrons sous 24 heures'" in problems
    assert "banner.ko: it promises" in problems
    assert "preamble.de: use one of en, ko, fr" in problems
    assert "no knowledge base has an article 'en-opening'" in problems
    assert stage.admin("PUT", "/v1/admin/crisis", {"profile": "calm"}).status == 404
    write(stage)
    assert stage.admin("PUT", "/v1/admin/crisis", {"profile": "calm", "minutes": 0}).status == 422


def test_a_lead_turns_it_on_and_the_act_is_on_record(shop: Stage) -> None:
    """An agent may not, and every act is audited."""
    shop.configure(pools=[DESK])
    write(shop)
    body = {"profile": "calm", "minutes": 60}
    agent, lead = sign_in(shop, "Mina", "agent", "desk"), sign_in(shop, "Lee", "lead")
    assert shop.request("PUT", "/v1/admin/crisis", body, agent).status == 403
    assert shop.request("PUT", "/v1/admin/crisis", body, lead).status == 200
    assert shop.request("DELETE", "/v1/admin/crisis", None, lead).status == 200
    acts = shop.admin("GET", "/v1/admin/audit").json["acts"]
    done = {(each["who"], each["act"]) for each in acts if each["status"] == 200}
    assert {("Lee (lead)", "PUT crisis"), ("Lee (lead)", "DELETE crisis")} <= done


def test_marks_of_articles_come_back_as_they_were_published(shop: Stage) -> None:
    """A download holds the crisis answer, so that publishing it again loses nothing."""
    place = "/v1/admin/knowledge/shop/articles?content=yes"
    articles = {each["id"]: each for each in shop.admin("GET", place).json["articles"]}
    assert articles["en-hours"]["crisis_answer"] == SHORTER
    assert "crisis_answer" not in articles["en-returns"]
    assert "tags" not in json.dumps(articles["en-returns"])
