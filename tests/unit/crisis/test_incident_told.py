"""An incident stands before the bot's answers: which ones, in which language, and how often."""

from dataclasses import replace

from surgeline.application.crisis.asked_before import AskedBefore
from surgeline.domain.crisis.incident import Incident, in_language, running
from surgeline.domain.effects import SendText
from surgeline.domain.facts import Exchange
from surgeline.domain.reading import Answered, Basis, Offered

from tests.unit.domain.story import ANSWER, Story

HOUR = 3_600_000
FLOOD = Incident("i1", {"en": "The street is flooded."}, 0, HOUR, ("returns",))
STORM = Incident("i2", {"en": "A storm."}, 0, HOUR)
PLAIN = Exchange("en")
WEIGHED = replace(ANSWER, basis=Basis("lexical", 0.9, (0.97,)))


def said(story: Story) -> list[str]:
    """Return the texts of the bot so far."""
    return [each.text for each in story.all_of(SendText) if each.speaker == "bot"]


def test_an_incident_runs_from_its_start_to_its_end() -> None:
    """Its end is the first moment without it."""
    planned = replace(FLOOD, starts_at=10, ends_at=20)
    assert [planned.state(at) for at in (9, 10, 19, 20)] == [
        "planned",
        "running",
        "running",
        "ended",
    ]
    on_web = replace(FLOOD, id="i3", channels=("web",))
    assert running([STORM, on_web, FLOOD], "web", 5) == (FLOOD, on_web, STORM)
    assert running([STORM, on_web], "shop", 5) == (STORM,)
    assert running([STORM], "shop", HOUR) == ()


def test_a_text_falls_back_to_its_family_then_english_then_any() -> None:
    """A customer is never told nothing because a language is missing."""
    texts = {"fr": "Bonjour", "en": "Hello"}
    assert in_language(texts, "fr-CA") == "Bonjour"
    assert in_language(texts, "ko") == "Hello"
    assert in_language({"ko": "안녕"}, None) == "안녕"


def test_each_incident_is_told_once_in_a_conversation() -> None:
    """The narrow one comes first. The same article again brings the narrow one alone."""
    story = Story(incidents=(FLOOD, STORM))
    story.customer("returns?", ANSWER)
    story.customer("returns!", ANSWER)
    assert said(story) == [
        "The street is flooded.\n\nA storm.\n\nWithin 30 days.",
        "The street is flooded.",
    ]
    assert story.conversation.account is not None
    assert story.conversation.account.incidents == ("i1", "i2")


def test_an_answer_on_another_topic_has_no_narrow_incident() -> None:
    """Nothing is said of an issue that the customer did not ask about."""
    story = Story(incidents=(FLOOD,))
    story.customer("hours?", replace(ANSWER, article_id="hours", text="9 to 18."))
    assert said(story) == ["9 to 18."]


def test_choices_that_name_the_topic_come_with_the_incident() -> None:
    """A customer whose question is not clear is told as well."""
    story = Story(incidents=(FLOOD,))
    offered = Offered(why="unsure", language="en", candidates=ANSWER.candidates)
    story.customer("hm", offered)
    assert said(story) == ["The street is flooded.\n\n<suggest_intro>"]


def test_a_flood_of_the_same_question_is_weighed_once() -> None:
    """The same words in another case are the same question, for a minute."""
    memory = AskedBefore()
    assert memory.reading("shop", "Returns?", PLAIN, (FLOOD,), now=0) is None
    memory.keep("shop", "Returns?", PLAIN, WEIGHED, now=0)
    assert memory.reading("shop", "  returns ", PLAIN, (FLOOD,), now=59_999) == WEIGHED
    assert memory.reading("shop", "returns", PLAIN, (FLOOD,), now=60_000) is None
    assert memory.reading("other", "returns", PLAIN, (FLOOD,), now=1) is None


def test_a_change_of_the_incidents_is_followed_at_once() -> None:
    """Nothing is answered from the memory of an incident that has ended."""
    memory = AskedBefore()
    memory.reading("shop", "Returns?", PLAIN, (FLOOD,), now=0)
    memory.keep("shop", "Returns?", PLAIN, WEIGHED, now=0)
    assert memory.reading("shop", "Returns?", PLAIN, (), now=1) is None
    assert memory.reading("shop", "Returns?", PLAIN, (FLOOD,), now=2) is None


def test_what_depends_on_the_exchange_is_weighed_anew() -> None:
    """A rejection, a pick among choices and a question off the topic are not remembered."""
    for text, exchange, reading in (
        ("No, I meant returns", PLAIN, WEIGHED),
        ("Returns?", replace(PLAIN, rejected=("returns",)), WEIGHED),
        ("Returns?", replace(PLAIN, choices=("returns",)), WEIGHED),
        ("Returns?", PLAIN, replace(WEIGHED, article_id="hours")),
        ("Returns?", PLAIN, ANSWER),
    ):
        memory = AskedBefore()
        memory.reading("shop", text, exchange, (FLOOD,), now=0)
        assert isinstance(reading, Answered)
        memory.keep("shop", text, exchange, reading, now=0)
        assert memory.reading("shop", text, exchange, (FLOOD,), now=1) is None
