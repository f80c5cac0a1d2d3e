"""An explanation says in words why a text is answered, with all that was weighed."""

from dataclasses import replace
from typing import Any, cast

import pytest
from surgeline.knowledge.answering.explain import explain
from surgeline.knowledge.answering.index import Index, build
from surgeline.knowledge.answering.verdict import Verdict
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


def test_each_of_several_questions_is_added_to_its_own_article(
    index: Index, articles: tuple[Article, ...]
) -> None:
    """The advice names the unsure question with its article, and following it answers the text."""
    text = "Where is my refund? A present card for mum?"
    told = " ".join(explain(index, text)["why"])
    assert "add this text" not in told
    assert "is enough to offer them" not in told  # that is said of one question
    assert "add “A present card for mum?” to 'en-gift-card', and the text" in told
    taught = build(
        [
            replace(each, questions=(*each.questions, "A present card for mum?"))
            if each.id == "en-gift-card"
            else each
            for each in articles
            if each.language == "en"
        ]
    )
    verdict = taught.judge(text)
    assert (verdict.article_id, verdict.also) == ("en-refund", ("en-gift-card",))


class Doubtful:
    """An index that offers a choice, whatever its share, as it does for several questions."""

    def __init__(self, index: Index, share: float) -> None:
        self._index = index
        self._share = share

    def __getattr__(self, name: str) -> Any:
        return getattr(self._index, name)

    def judge(self, *said: Any, **known: Any) -> Verdict:
        found = self._index.judge(*said, **known)
        return replace(found, kind="suggest", article_id=None, choice=self._share)


@pytest.mark.parametrize(("share", "is_told"), [(0.18, False), (0.30, True)])
def test_too_small_a_share_is_never_called_enough(
    index: Index, share: float, is_told: bool
) -> None:
    """Several questions are offered for what each is worth, so that the share of the whole message
    is no reason.
    """
    found = explain(cast("Index", Doubtful(index, share)), "Where is my refund?")
    assert ("is enough to offer them" in " ".join(found["why"])) is is_told


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
