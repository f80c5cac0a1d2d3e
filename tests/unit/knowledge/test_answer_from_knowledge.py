"""Answering while a knowledge base changes: an answer comes whole from one version."""

from collections.abc import Iterator
from functools import cache
from typing import cast

import pytest
from surgeline.application.answers.answer_from_knowledge import KnowledgeAnswerer
from surgeline.application.answers.current_knowledge import Current
from surgeline.application.answers.knowledge_shelf import KnowledgeShelf
from surgeline.domain.facts import Exchange
from surgeline.domain.reading import Answered, Reading, Rejected, SmallTalk, WantsPerson, Weighed
from surgeline.knowledge.answering.index import Index, build
from surgeline.knowledge.articles.jsonl import Article
from surgeline.knowledge.text.follow_ups import leans_on_before
from surgeline.knowledge.text.message import may_ask_number

QUESTION = "where is my parcel"


class Shelf:
    """Has the next of some versions at each look."""

    def __init__(self, *versions: str) -> None:
        """Make an index of each version, whose titles name it."""
        self._found: Iterator[tuple[Current, Index]] = iter(
            [(Current(each, "lexical"), index_of(each)) for each in versions]
        )

    def index(self, _: str) -> tuple[Current, Index]:
        """See KnowledgeShelf."""
        return next(self._found)

    def begin_message(self) -> None:
        """See KnowledgeShelf."""


@cache
def index_of(version: str) -> Index:
    phrasings = ("where is my parcel", "parcel not here yet", "track my parcel")
    other = ("money back please", "can i get a refund", "refund my order")
    broken = ("it does not work", "the lamp stays dark", "nothing happens when I switch it on")
    return build(
        [
            Article("parcel", f"Parcels, {version}", "en", phrasings, "On its way."),
            Article(
                "refund",
                f"Refunds, {version}",
                "en",
                other,
                "In a week. Tell us your order number.",
            ),
            Article("broken", f"Broken, {version}", "en", broken, "We send another one."),
        ]
    )


@pytest.fixture
def alarms() -> list[str]:
    return []


def answers(shelf: Shelf, alarms: list[str], times: int) -> list[Reading]:
    answerer = KnowledgeAnswerer(
        cast(KnowledgeShelf, shelf), lambda message, **_: alarms.append(message)
    )
    return [answerer.answer("shop", QUESTION, exchange=Exchange()) for _ in range(times)]


def titles(answer: Reading) -> list[str]:
    assert isinstance(answer, Weighed)
    return [title for _, title in answer.candidates]


def test_a_version_that_comes_between_two_messages_answers_the_second(alarms: list[str]) -> None:
    """Each message is answered from its own version, even if v1 comes back after v2."""
    # When
    first, second, third = answers(Shelf("v1", "v2", "v1"), alarms, 3)
    # Then
    assert "Parcels, v1" in titles(first)
    assert "Parcels, v2" in titles(second)
    assert "Parcels, v1" in titles(third)
    assert first == third
    assert alarms == []


def test_an_answer_looks_at_the_shelf_once(alarms: list[str]) -> None:
    """An answer mixes no two versions, even if the version changes at every look."""
    # Given a shelf that is empty after one look
    answer = answers(Shelf("v1"), alarms, 1)[0]
    # Then
    assert {title.rpartition(", ")[2] for title in titles(answer)} == {"v1"}
    assert alarms == []


def said(text: str, **exchange: object) -> Reading:
    """Return the reading of a text after what was said before it."""
    answerer = KnowledgeAnswerer(cast(KnowledgeShelf, Shelf("v1")), lambda *_, **__: None)
    return answerer.answer("shop", text, exchange=Exchange(**exchange))  # type: ignore[arg-type] # any field


def test_messages_in_a_burst_are_one_question() -> None:
    """A question that is sent in two messages is answered at the second."""
    assert not isinstance(said("parcel"), Answered)
    assert not isinstance(said("here"), Answered)
    whole = said("not here", before="parcel", choices=("parcel",), standing=("parcel",))
    assert isinstance(whole, Answered)
    assert whole.article_id == "parcel"


def test_a_message_before_gives_no_answer_that_it_gave_already() -> None:
    """A word that adds nothing to the question before is read by itself."""
    alone, after = said("bad shop"), said("bad shop", before=QUESTION, standing=("parcel",))
    assert after == alone
    assert said("bad shop", before=QUESTION, choices=("parcel",), standing=("parcel",)) == alone


def test_a_message_that_asks_nothing_adds_to_the_one_before() -> None:
    """An order number or a polite word in a burst leaves the bot's answer or choice as it is."""
    for said_before in ({"standing": ("parcel",)}, {"choices": ("parcel",)}):
        burst = {"language": "en", "in_burst": True, **said_before}
        assert all(adds(said(each, **burst)) for each in ("order 4711", "please"))
        assert not any(adds(said(each, **burst)) for each in ("cancel 4711", "4711?", "hello?"))
        assert not adds(said("order 4711", **{**burst, "in_burst": False}))
    assert isinstance(said("no, order 4711", **burst | {"standing": ("parcel",)}), Weighed)
    assert isinstance(said("a person please", **burst), WantsPerson)


def adds(reading: Reading) -> bool:
    return isinstance(reading, SmallTalk) and reading.courtesy == "addition"


def test_a_number_that_the_answer_may_ask_for_is_no_addition() -> None:
    """A number goes where it went if the answer before names one, in any language."""
    asking = ("Send your order number.", "주문 번호를 알려 주세요.", "Votre numéro de commande")
    assert all(map(may_ask_number, asking, ("en", "ko", "fr")))
    assert may_ask_number("Nennen Sie die Bestellung.", "de")
    assert may_ask_number("Which one?", "en-GB")
    assert not may_ask_number("Now it takes 30 days.", "en-GB")
    asked = {"standing": ("refund",), "in_burst": True}
    assert [adds(said(each, **asked)) for each in ("order 4711", "please")] == [False, True]


def test_the_rest_of_a_question_is_judged_with_its_number() -> None:
    """A number whose words complete a question that had no answer yet brings the answer."""
    whole = said("my order", before="refund", choices=("refund",), in_burst=True)
    assert isinstance(whole, Answered)


@pytest.mark.parametrize(
    ("text", "leans"),
    [
        ("and to Korea?", True),
        ("what about shoes bought in a shop", True),
        ("and what about shoes that I bought in one of your shops", False),
        ("not here yet", True),
        ("where is my parcel now", False),
        ("et pour la Corée ?", True),
        ("그럼 한국은요?", True),
        ("아직 안 왔어요", True),
        ("주문한 상품은 언제 도착하나요?", False),
        ("", False),
        ("?!", False),
        ("android app crashes on start", False),
    ],
)
def test_a_message_leans_on_the_one_before_by_its_length_or_its_beginning(
    text: str, leans: bool
) -> None:
    """Short messages and those that begin with a word that goes on may need the one before."""
    assert leans_on_before(text) is leans


def test_a_complaint_rejects_only_what_was_answered(alarms: list[str]) -> None:
    """A complaint is answered by an article, and after an answer the same words reject that
    answer.
    """
    # Given
    answerer = KnowledgeAnswerer(
        cast(KnowledgeShelf, Shelf("v1", "v1")), lambda message, **_: alarms.append(message)
    )
    # When
    first = answerer.answer("shop", "It does not work!", exchange=Exchange())
    later = answerer.answer("shop", "It does not work!", exchange=Exchange(standing=("parcel",)))
    # Then
    assert isinstance(first, Answered)
    assert first.article_id == "broken"
    assert isinstance(later, Rejected)
    assert alarms == []


def test_a_quoted_message_wishes_for_nobody(alarms: list[str]) -> None:
    """A wish for a person in the history below a question is not the customer's."""
    answerer = KnowledgeAnswerer(
        cast(KnowledgeShelf, Shelf("one", "one")), lambda message, **_: alarms.append(message)
    )
    history = "\n\nOn Monday at 10:12, Anna wrote:\n> I want to talk to an agent"
    asked = answerer.answer("shop", f"where is my parcel?{history}", exchange=Exchange())
    wished = answerer.answer("shop", "I want to talk to an agent", exchange=Exchange())
    assert isinstance(asked, Answered)
    assert asked.article_id == "parcel"
    assert isinstance(wished, WantsPerson)
