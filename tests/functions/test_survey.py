"""A customer is asked once whether a conversation helped, and the answer is in the reports."""

from typing import Any

import pytest

from tests.functions.stage import Stage

QUESTION = "Did this help you?"
WHY = "What was missing?"
DAY = 86_400


@pytest.fixture
def shop(stage: Stage) -> Stage:
    """Return a stage whose company asks."""
    stage.configure(survey={"enabled": True})
    return stage


def says(stage: Stage, text: str, sender: str = "kim") -> list[str]:
    """Let a customer write, and return what is said to that."""
    before = len(stage.said(sender))
    stage.write(text, sender=sender)
    stage.drain("events")
    stage.clock.advance(1)
    return [words for _, words in stage.said(sender)[before + 1 :]]


def served(stage: Stage, sender: str = "kim", *, speaks: bool = True) -> list[str]:
    """Let a person of the pool serve a customer, and return what the end says."""
    says(stage, "I want to talk to a person", sender)
    conversation = stage.thread(sender).conversation
    about: dict[str, Any] = {"conversation_id": conversation.id}
    offer = conversation.handoff.offers[0].offer_id
    accepted = about | {"offer_id": offer, "agent": {"name": "Mina"}}
    assert stage.pool("handoff.accepted", accepted).status == 200
    stage.drain("events")
    about |= {"epoch": stage.thread(sender).conversation.epoch}
    if speaks:
        stage.pool("message.sent", about | {"text": "It is on its way."})
        stage.drain("events")
    before = len(stage.said(sender))
    resolved = about | {"outcome": "solved", "summary": ""}
    assert stage.pool("conversation.resolved", resolved).status == 202
    stage.drain("events")
    stage.clock.advance(1)
    return [words for _, words in stage.said(sender)[before:]]


def report(stage: Stage) -> Any:
    """Return the report on satisfaction of today."""
    day = "2026-03-01"
    return stage.admin("GET", f"/v1/admin/reports/satisfaction?from={day}&to={day}").json


def test_a_customer_is_asked_once_a_person_has_ended_the_conversation(shop: Stage) -> None:
    """A yes is thanked for, and the report knows channel, pool and person."""
    assert served(shop)[-1] == QUESTION
    assert says(shop, "Yes, it helped") == ["Thank you for telling us."]
    found = report(shop)
    assert (found["asked"], found["answered"], found["helped"]["count"]) == (1, 1, 1)
    told = {key: found[f"by_{key}"][0][key] for key in ("channel", "pool", "agent")}
    assert told == {"channel": "shop", "pool": "vendor", "agent": "Mina"}
    assert found["by_article"] == []


def test_only_a_no_asks_why_and_nothing_asks_a_third_time(shop: Stage) -> None:
    """The reason is free words, which are kept in the log alone."""
    served(shop)
    assert WHY in says(shop, "no")[0]
    words = "nobody told me about the fee"
    assert says(shop, words)[0].startswith("Thank you. The team")
    for text in ("yes", "no", "thanks"):
        said = " ".join(says(shop, text))
        assert QUESTION not in said
        assert WHY not in said
    found = report(shop)
    assert (found["answered"], found["helped"]["count"]) == (1, 0)
    assert words not in str(shop.backend.outcomes().find(0, shop.clock.now() + 1))


@pytest.mark.parametrize(
    ("text", "helped"), [("1", 1), ("2", 0), ("👍", 1), ("👎", 0), ("that is wrong", 0)]
)
def test_an_answer_is_read_by_number_sign_or_words(shop: Stage, text: str, helped: int) -> None:
    """Buttons are not there on every channel."""
    served(shop)
    says(shop, text)
    found = report(shop)
    assert (found["answered"], found["helped"]["count"]) == (1, helped)


def test_any_other_message_is_an_ordinary_one(shop: Stage) -> None:
    """A question is answered, the survey is over, and no conversation is lost."""
    served(shop)
    shop.clock.advance(3_600)
    assert says(shop, "When are you open?")[-1].startswith("We are open")
    assert says(shop, "Yes, it helped") != ["Thank you for telling us."]
    assert report(shop)["answered"] == 0


def test_a_wish_after_a_no_is_no_reason(shop: Stage) -> None:
    """Who wants a person gets one, whatever was asked."""
    served(shop)
    says(shop, "no")
    says(shop, "I want to talk to a person")
    assert shop.thread("kim").conversation.is_open


def test_a_customer_is_asked_at_most_once_in_the_set_time(shop: Stage) -> None:
    """The next conversation within thirty days asks nothing, and a later one does."""
    assert QUESTION in served(shop)
    shop.clock.advance(DAY)
    assert QUESTION not in served(shop)
    shop.clock.advance(30 * DAY)
    assert QUESTION in served(shop)


def test_a_customer_who_wants_no_such_question_gets_none(shop: Stage) -> None:
    """The wish is kept for good."""
    served(shop)
    assert says(shop, "Don't ask me again") == ["We will not ask you again."]
    shop.clock.advance(400 * DAY)
    assert QUESTION not in served(shop)


def test_nobody_is_asked_after_a_wait_without_an_answer(shop: Stage) -> None:
    """Neither where no person wrote, nor where the customer left."""
    assert QUESTION not in served(shop, speaks=False)
    says(shop, "I want to talk to a person", "lee")
    shop.clock.advance(7 * DAY)
    shop.drain()
    assert QUESTION not in [words for _, words in shop.said("lee")]


def test_thanks_for_an_answer_of_the_bot_ask_as_well(shop: Stage) -> None:
    """The article is told in the report. A courtesy does not end the question."""
    says(shop, "When are you open?")
    assert says(shop, "thanks")[-1] == QUESTION
    says(shop, "thank you")
    assert says(shop, "no")[0].startswith("We are sorry")
    [article] = report(shop)["by_article"]
    assert (article["article"], article["helped"]["count"]) == ("en-hours", 0)


def test_thanks_for_nothing_ask_nothing(shop: Stage) -> None:
    """Where no article answered there is nothing to ask about."""
    assert QUESTION not in says(shop, "thanks")


def waits(stage: Stage, minutes: float, sender: str = "kim") -> list[str]:
    """Let time pass in which the customer says nothing, and return what is said to them."""
    before = len(stage.said(sender))
    stage.clock.advance(minutes * 60)
    stage.drain()
    return [words for _, words in stage.said(sender)[before:]]


def test_a_customer_who_says_nothing_after_an_answer_is_asked_once(stage: Stage) -> None:
    """Words meanwhile give more time, a no asks why, and no timer asks again in the set time."""
    stage.configure(survey={"enabled": True, "quiet_channels": ["shop"]})
    says(stage, "When are you open?")
    assert waits(stage, 6) == []
    says(stage, "When are you open?")
    assert waits(stage, 6) == [], "ten minutes after the last words and not before"
    assert waits(stage, 5) == [QUESTION]
    assert WHY in says(stage, "no")[0]
    assert report(stage)["by_article"][0]["article"] == "en-hours"
    says(stage, "the day was missing")
    assert waits(stage, 60) == []
    says(stage, "When are you open?", "lee")
    assert waits(stage, 10, "lee") == [QUESTION]
    says(stage, "yes", "lee")
    says(stage, "When are you open?", "lee")
    assert stage.thread("lee").conversation.quiet_look_at == 0, "who may not be asked needs none"


@pytest.mark.parametrize(
    "rules", [{"quiet_minutes": 0, "quiet_channels": ["shop"]}, {"quiet_channels": ["web"]}, {}]
)
def test_silence_asks_only_where_that_costs_nothing_or_is_wished(
    stage: Stage, rules: dict[str, Any]
) -> None:
    """A company names other channels, or switches it off. Then no timer runs either."""
    stage.configure(survey={"enabled": True} | rules)
    says(stage, "When are you open?")
    assert stage.thread("kim").conversation.quiet_look_at == 0
    assert waits(stage, 30) == []


def test_silence_asks_nobody_who_has_come_to_a_person(stage: Stage) -> None:
    """The person's end asks, and the answer of the bot is no longer the last word."""
    stage.configure(survey={"enabled": True, "quiet_channels": ["shop"]})
    says(stage, "When are you open?")
    says(stage, "I want to talk to a person")
    assert QUESTION not in waits(stage, 11)


def test_nobody_is_asked_unless_the_company_asks(stage: Stage) -> None:
    """The default is silence."""
    assert QUESTION not in served(stage)


def test_the_company_s_words_fit_channel_and_language(stage: Stage) -> None:
    """The first question that fits is asked, and channels that are not named ask nothing."""
    questions = [
        {"text": "On the web?", "channel": "web"},
        {"text": "Utile ?", "language": "fr"},
        {"text": "Was that of use?"},
    ]
    stage.configure(survey={"enabled": True, "channels": ["shop"], "questions": questions})
    assert "Was that of use?" in served(stage)
    stage.configure(survey={"enabled": True, "channels": ["web"]})
    stage.clock.advance(6)
    assert QUESTION not in served(stage, "lee")


def test_a_late_answer_is_an_ordinary_message(shop: Stage) -> None:
    """After a day nobody knows any more what a "no" means."""
    served(shop)
    shop.clock.advance(2 * DAY)
    says(shop, "no")
    assert report(shop)["answered"] == 0


def test_an_erasure_reaches_the_answer(shop: Stage) -> None:
    """I14: who answered what is gone, and a question of that time is counted."""
    served(shop)
    says(shop, "no")
    thread = shop.thread("kim").id
    for _ in range(2):
        shop.admin("POST", "/v1/admin/erasures", {"channel": "shop", "sender": "kim"})
        shop.drain("events")
        shop.clock.advance(1)
    assert (report(shop)["answered"], report(shop)["by_agent"]) == (0, [])
    assert thread not in str(shop.backend.outcomes().find(0, shop.clock.now() + 1))
    assert shop.thread("kim").survey is None


@pytest.mark.parametrize(
    ("survey", "problem"),
    [
        ({"again_days": 0}, "survey.again_days"),
        ({"channels": ["none"]}, "survey.channels: there is no channel 'none'"),
        ({"questions": [{"text": " "}]}, "survey.questions[0].text"),
        ({"questions": [{"text": "?", "language": "English"}]}, "survey.questions[0].language"),
        ({"questions": [{"text": "?", "channel": "none"}]}, "survey.questions[0].channel"),
    ],
)
def test_a_wrong_setting_names_its_place(
    stage: Stage, survey: dict[str, object], problem: str
) -> None:
    """The refusal says which field is wrong."""
    current = stage.admin("GET", "/v1/admin/configuration").json["configuration"]
    answer = stage.admin("PUT", "/v1/admin/configuration", current | {"survey": survey})
    assert answer.status == 422
    assert any(each.startswith(problem) for each in answer.json["error"]["problems"])


def test_a_bad_rating_brings_a_person_the_next_time(shop: Stage) -> None:
    """Whoever said that it did not help meets no bot, also for a question that it could answer."""
    served(shop)
    says(shop, "No, it did not")
    says(shop, "Nobody called me back")
    shop.clock.advance(2 * 3_600)
    says(shop, "When are you open?")
    current = shop.thread("kim").conversation
    assert (current.owner.kind, current.handoff.reason) == ("waiting", "let_down")
    assert current.handoff.priority == 3
