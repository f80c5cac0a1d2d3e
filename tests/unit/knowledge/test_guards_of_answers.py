"""An article never answers a question that denies it, or that names another number."""

import pytest
from surgeline.knowledge.answering.index import Index, build
from surgeline.knowledge.articles.article import Article
from surgeline.knowledge.matching.guards import ArticleSense, sense_of


def article(name: str, language: str, *questions: str) -> Article:
    """Return an article whose title is its first question."""
    return Article(name, questions[0], language, questions, f"Answer of {name}.")


ARTICLES = (
    article(
        "declined",
        "en",
        "my card was declined",
        "why was my card declined",
        "the shop declined my card",
        "card payment declined",
    ),
    article(
        "broken",
        "en",
        "the lamp does not work",
        "my lamp doesn't work",
        "the lamp is not working at all",
        "lamp does not switch on",
    ),
    article(
        "report",
        "en",
        "where is the annual report 2000",
        "annual report 2000 download",
        "send me the annual report 2000",
        "report 2000",
    ),
    article(
        "refusee",
        "fr",
        "ma carte a été refusée",
        "pourquoi ma carte est refusée",
        "carte refusée au magasin",
        "ma carte bancaire a été refusée",
    ),
    article(
        "cancel",
        "ko",
        "주문을 취소했어요",
        "주문 취소가 됐어요",
        "제 주문이 취소되었나요",
        "주문 취소하고 싶어요",
    ),
)


@pytest.fixture(scope="module")
def guarded() -> Index:
    """Return an index of articles that are easily turned around."""
    return build(ARTICLES)


@pytest.mark.parametrize(
    "text",
    [
        "my card was not declined",
        "my card wasn't declined",
        "my card was never declined",
        "why was my card not declined",
        "the lamp does work",
        "where is the annual report 2001",
        "annual report 1999 download",
        "report 2001",
        "ma carte n'a pas été refusée",
        "ma carte n'est pas refusée",
        "주문 취소하지 않았어요",
        "주문을 안 취소했어요",
    ],
)
def test_what_turns_a_question_around_is_not_answered(guarded: Index, text: str) -> None:
    """A denial, or another number, is offered a choice at most."""
    assert guarded.judge(text).kind != "answer"


@pytest.mark.parametrize(
    ("text", "answered"),
    [
        ("my card was declined", "declined"),
        ("my card was declined today", "declined"),
        ("the lamp does not work", "broken"),
        ("my lamp does not work!", "broken"),
        ("where is the annual report 2000?", "report"),
        ("ma carte a été refusée", "refusee"),
        ("주문을 취소했어요", "cancel"),
    ],
)
def test_what_says_the_same_is_answered(guarded: Index, text: str, answered: str) -> None:
    """A denial that the phrasings have too, and their own number, are in nobody's way."""
    assert guarded.judge(text).article_id == answered


def test_the_reason_is_told(guarded: Index) -> None:
    """A support lead reads why a sure article was only offered."""
    assert "denies" in guarded.judge("my card was not declined").reason
    assert "another number" in guarded.judge("report 2001").reason


def test_a_question_about_the_time_denies_nothing() -> None:
    """Something that has not come yet is asked for, not denied."""
    sense = ArticleSense.of("en", ["when will my order be delivered"])
    assert not sense.is_denied_by(sense_of("en", "my order is not delivered yet"))
    assert sense.is_denied_by(sense_of("en", "when will my order not be delivered"))


def test_numbers_that_differ_among_the_phrasings_may_differ_in_a_question() -> None:
    """Where phrasings name several numbers, a number is no part of the subject."""
    sense = ArticleSense.of("en", ["set an alarm for 7", "wake me at 8"])
    assert not sense.has_another_number(sense_of("en", "please set my alarm for 9 tomorrow"))
    assert sense.has_another_number(sense_of("en", "wake me at 9"))


def test_a_language_without_a_file_has_numbers_only() -> None:
    """Denials need a language's words."""
    sense = ArticleSense.of("da", ["rapport 2000"])
    assert not sense.is_denied_by(sense_of("da", "ikke rapport 2000"))
    assert sense.has_another_number(sense_of("da", "rapport 2001"))
