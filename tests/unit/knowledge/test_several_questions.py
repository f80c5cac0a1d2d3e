"""A message with several questions gets an article for each, in their order."""

from types import SimpleNamespace
from typing import cast

import pytest
from surgeline.application.answers.answer_from_knowledge import KnowledgeAnswerer
from surgeline.application.answers.current_knowledge import Current
from surgeline.application.answers.knowledge_shelf import KnowledgeShelf
from surgeline.domain.facts import Exchange
from surgeline.domain.reading import Answered
from surgeline.knowledge.answering.index import Index
from surgeline.knowledge.answering.verdict import held_back
from surgeline.knowledge.text.halves import MOST, halves_of


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Where is my refund? Do you sell gift cards?", ("refund", "gift-card")),
        ("Hello! Do you sell gift cards? And where is my refund?", ("gift-card", "refund")),
        ("환불은 언제 되나요? 상품권 파나요?", ("refund", "gift-card")),
    ],
)
def test_two_questions_that_are_sure_are_answered_in_their_order(
    index: Index, text: str, wanted: tuple[str, ...]
) -> None:
    """Both articles answer, the first question's first."""
    verdict = index.judge(text)
    assert verdict.kind == "answer"
    answered = (verdict.article_id or "", *verdict.also)
    assert tuple(each.split("-", 1)[1] for each in answered) == wanted
    assert "2 questions" in verdict.reason


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Where is my refund? A present card for mum?", ("refund", "gift-card")),
        ("Hello! A present card for mum? And where is my refund?", ("gift-card", "refund")),
        # The whole message is sure of the refund.
        ("Where is my refund? Is a voucher possible?", ("refund", "gift-card")),
        ("How do vouchers work? When do you deliver?", ("gift-card", "delivery-time")),
        ("Where is my refund? My mum's gift voucher is refused.", ("refund", "gift-card")),
        # The whole message is sure, but only because its last sentence is.
        ("My parcel is late. Where is my refund?", ("delivery-time", "refund")),
    ],
)
def test_each_question_has_its_article_among_the_choices(
    index: Index, text: str, wanted: tuple[str, ...]
) -> None:
    """Two questions get two choices first where one of them is not sure."""
    verdict = index.judge(text)
    assert verdict.kind == "suggest"
    first = tuple(each.split("-", 1)[1] for each in verdict.choices[: len(wanted)])
    assert first == wanted
    assert "2 questions" in verdict.reason
    assert len(set(verdict.choices)) == len(verdict.choices)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("where is my refund and do you sell gift cards", ("refund", "gift-card")),
        ("do you sell gift cards, where is my refund", ("gift-card", "refund")),
        ("où est mon remboursement et vendez-vous des cartes cadeaux", ("refund", "gift-card")),
        ("환불은 언제 되나요 그리고 상품권 파나요", ("refund", "gift-card")),
        # Nothing stands between them but a dash, or the beginning or end of a question.
        ("gift card - where is my refund", ("gift-card", "refund")),
        ("where is my refund do you sell gift cards", ("refund", "gift-card")),
        ("où est mon remboursement vendez-vous des cartes cadeaux", ("refund", "gift-card")),
        ("환불은 언제 되나요 상품권 파나요", ("refund", "gift-card")),
        # A part of two words is sure.
        ("gift cards and my refund", ("gift-card", "refund")),
        # Another sentence stands before them.
        (
            "I ordered last week. Where is my refund and do you sell gift cards?",
            ("refund", "gift-card"),
        ),
        (
            "J'ai commandé lundi. Où est mon remboursement et vendez-vous des cartes cadeaux ?",
            ("refund", "gift-card"),
        ),
        ("지난주에 주문했어요. 환불은 언제 되나요 그리고 상품권 파나요", ("refund", "gift-card")),
        # A long line without an end is followed by a line of its own.
        (
            "I still wait for my refund for the lamp that I sent back\nGift cards are sold by you",
            ("refund", "gift-card"),
        ),
    ],
)
def test_two_questions_in_one_sentence_are_both_found(
    index: Index, text: str, wanted: tuple[str, ...]
) -> None:
    """A word that joins, a comma or a new question parts them. Both are answered, or offered."""
    verdict = index.judge(text)
    found = (verdict.article_id, *verdict.also) if verdict.kind == "answer" else verdict.choices
    assert tuple(str(each).split("-", 1)[1] for each in found[:2]) == wanted


def test_a_likely_part_of_a_sentence_is_offered_second(index: Index) -> None:
    """A part that is too unsure to count as a question comes before the next best article."""
    verdict = index.judge("Can I return it and parcels from you are late")
    assert verdict.kind == "suggest"
    assert verdict.choices[:2] == ("en-returns", "en-delivery-time")


@pytest.mark.parametrize(
    "text",
    [
        "I sent it back last week and where is my refund",
        "where is my refund and has my refund been paid",
        "please tell me, where is my refund",
        "where is my refund and thanks a lot for your help",
        # Two words that are not sure ask nothing.
        "my parcel, where is my refund",
    ],
)
def test_one_question_with_a_joining_word_stays_one(index: Index, text: str) -> None:
    """Parts about one article, or without a likely one, change nothing."""
    verdict = index.judge(text)
    assert "2 questions" not in verdict.reason
    assert verdict.ranking[0].article_id == "en-refund"


def test_two_phrasings_of_an_article_are_never_two_questions(index: Index) -> None:
    """However one question is put twice in a sentence, it stays one, in each language."""
    for article in index.articles:
        one, two = article.questions[:2]
        joins = {"en": " and ", "ko": " 그리고 ", "fr": " et "}[article.language]
        for joint in (joins, ", ", " - ", " "):
            verdict = index.judge(f"{one.rstrip('?! ')}{joint}{two}")
            assert len(verdict.asked) < 2, (one, joint, two)
            assert verdict.ranking[0].article_id == article.id


def test_a_sentence_is_parted_where_both_parts_say_something() -> None:
    """A few ways are tried, the most even first, and a part of one word is none."""
    assert halves_of("where is my refund and do you sell gift cards") == [
        ("where is my refund", "do you sell gift cards")
    ]
    assert halves_of("salt and pepper mills") == []
    assert len(halves_of(", ".join(["one two three"] * 9))) == MOST
    assert halves_of("쿠폰 및 환불") == []


def test_an_article_that_is_due_holds_both_answers_back(index: Index) -> None:
    """Two answers become two choices where somebody has to look at one of the articles."""
    verdict = index.judge("Where is my refund? Do you sell gift cards?")
    held = held_back(verdict, {"en-gift-card"})
    assert (held.kind, held.article_id, held.also) == ("suggest", None, ())
    assert held.choices[:2] == ("en-refund", "en-gift-card")


def test_an_answerer_gives_the_texts_of_both(index: Index) -> None:
    """The reading has the first article's text, and the second one's beside it."""
    found = (Current("v", "lexical"), index)
    shelf = SimpleNamespace(index=lambda _: found, begin_message=lambda: None)
    answerer = KnowledgeAnswerer(cast(KnowledgeShelf, shelf), lambda *_, **__: None)
    text = "Where is my refund? Do you sell gift cards?"
    reading = answerer.answer("shop", text, exchange=Exchange())
    assert isinstance(reading, Answered)
    assert reading.articles == ("en-refund", "en-gift-card")
    gift_card = index.article("en-gift-card")
    assert gift_card is not None
    assert reading.also == (("en-gift-card", gift_card.answer),)
    assert not set(reading.alternatives) & set(reading.articles)


@pytest.mark.parametrize(
    "text",
    [
        "Where is my refund? Has my refund been paid?",
        "I sent it back last week. Where is my refund?",
        "Please help me. Where is my refund?",
    ],
)
def test_one_question_in_several_sentences_is_answered(index: Index, text: str) -> None:
    """Sentences about one article, and sentences without an article, leave one answer."""
    verdict = index.judge(text)
    assert verdict.article_id == "en-refund"
