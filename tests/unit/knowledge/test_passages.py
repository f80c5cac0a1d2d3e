"""The answers of a page with one phrasing an article help to find articles, and prove nothing."""

from dataclasses import replace

import pytest
from surgeline.knowledge.answering.index import Index, build
from surgeline.knowledge.articles.article import Article
from surgeline.knowledge.matching.passages import MOST_OF_AN_ANSWER, sentences_of

PAGE = (
    Article(
        "returns",
        "What if I change my mind?",
        "en",
        ("What if I change my mind?",),
        "Send it back within 30 days. The label is in the parcel. We pay the postage.",
    ),
    Article(
        "payment",
        "Which ways of paying are there?",
        "en",
        ("Which ways of paying are there?",),
        "You can use a credit card, a bank transfer or an invoice. Cheques are not taken.",
    ),
    Article(
        "warranty",
        "What about faults?",
        "en",
        ("What about faults?",),
        "Lamps and chairs have a warranty of two years. Write to us with a picture.",
    ),
    Article("hours", "When is the shop open?", "en", ("When is the shop open?",), "From 9 to 18."),
)
BY_ITS_ANSWER = "do you take cheques"


@pytest.fixture(scope="module")
def page() -> Index:
    return build(PAGE)


def test_an_article_is_found_by_the_words_of_its_answer(page: Index) -> None:
    """It is offered first, and not answered, because only phrasings prove."""
    verdict = page.judge(BY_ITS_ANSWER)
    assert verdict.ranking[0].article_id == "payment"
    assert verdict.kind != "answer"
    blind = build([replace(each, answer="Yes, of course.") for each in PAGE])
    assert blind.judge(BY_ITS_ANSWER).ranking[0].article_id != "payment"


def test_an_artifact_keeps_the_answers_sentences(page: Index) -> None:
    """A stored index judges as the index that was built, and one without them stays as it was."""
    stored = Index.from_bytes(page.to_bytes())
    for text in (BY_ITS_ANSWER, "is there a warranty on chairs", "when do you open"):
        one, other = page.judge(text), stored.judge(text)
        assert [each.article_id for each in one.ranking] == [
            each.article_id for each in other.ranking
        ]
        assert one.confidence == pytest.approx(other.confidence)
        assert one.choice == pytest.approx(other.choice)
    assert stored.to_bytes() == page.to_bytes()


def test_a_base_with_enough_phrasings_has_no_sentences(index: Index) -> None:
    """Its own rehearsal knows better, and a message costs nothing more."""
    assert all(part.passages is None for part in index.parts)


def test_a_rejected_article_does_not_come_back_by_its_answer(page: Index) -> None:
    """What speaks for an article counts only while it is there."""
    verdict = page.judge(BY_ITS_ANSWER, exclude={"payment"})
    assert "payment" not in [each.article_id for each in verdict.ranking]


def test_an_answer_has_few_sentences_that_say_something() -> None:
    """Short scraps are left out, and so is what comes behind a dozen sentences."""
    assert sentences_of("Yes. We open at nine.\n- Parking is free\nOk") == [
        "We open at nine.",
        "- Parking is free",
    ]
    assert len(sentences_of("This is a sentence. " * 40)) == MOST_OF_AN_ANSWER
    assert sentences_of("Yes.") == []
