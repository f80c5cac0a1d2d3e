"""An explanation says in words why a text is answered, with all that was weighed."""

import pytest
from surgeline.knowledge.answering.explain import explain
from surgeline.knowledge.answering.index import Index, build
from surgeline.knowledge.articles.jsonl import Article


@pytest.fixture(scope="module")
def index(articles: tuple[Article, ...]) -> Index:
    """Return the sample articles, lexically."""
    return build(articles)


def test_an_answer_is_explained_by_what_it_needed(index: Index) -> None:
    """The decision, the candidates with probabilities, the threshold and the tier are there."""
    found = explain(index, "Where is my refund?")
    assert found["decision"] == "answer"
    best = found["candidates"][0]
    assert best["id"] == "en-refund"
    assert best["probability"] >= found["threshold"]
    assert found["tier"] == "lexical"
    assert "Tier lexical found the article" in " ".join(found["why"])


def test_the_same_verdict_as_the_answer_itself(index: Index) -> None:
    """An explanation gives the same verdict as the answer itself."""
    for text in ("Where is my refund?", "refnd", "gift card", "the moon", "", "환불"):
        found, done = explain(index, text), index.judge(text)
        if found["decision"] not in ("person", "small_talk"):
            assert found["decision"] == done.kind
        assert [each["id"] for each in found["candidates"]] == [
            each.article_id for each in done.ranking
        ]


def test_a_handoff_says_what_would_have_to_change(index: Index) -> None:
    """A text that fits no article is explained with near articles and the way to make it an
    answer.
    """
    found = explain(index, "can my refund be paid as a gift voucher in another currency")
    assert found["decision"] in ("suggest", "abstain")
    assert "add this text to its questions" in " ".join(found["why"])


@pytest.mark.parametrize(
    ("text", "decision"),
    [
        ("I want a person", "person"),
        ("상담원 연결", "person"),
        ("hello", "small_talk"),
        ("", "small_talk"),
    ],
)
def test_what_needs_no_article_is_said_so(index: Index, text: str, decision: str) -> None:
    """Wanting a person, courtesies and the unreadable are explained without thresholds."""
    found = explain(index, text)
    assert found["decision"] == decision
    assert len(found["why"]) == 1


def test_an_uncovered_language_is_named(index: Index) -> None:
    """The language that was recognised is in the explanation."""
    found = explain(index, "¿cuándo llega mi pedido?")
    assert found["decision"] == "abstain"
    assert found["candidates"] == []
    assert "(es)" in found["why"][0]


def test_a_threshold_of_reviews_is_said_to_be_one(index: Index) -> None:
    """A live threshold limits the answers, and the explanation says that reviews set it."""
    found = explain(index, "Where is my refund?", threshold=1.0)
    assert found["decision"] == "suggest"
    assert any("reviewed answers" in line for line in found["why"])
