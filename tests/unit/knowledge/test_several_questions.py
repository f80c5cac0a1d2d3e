"""A message with several questions is offered an article for each, in their order."""

import pytest
from surgeline.knowledge.answering.index import Index


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Where is my refund? Do you sell gift cards?", ("refund", "gift-card")),
        ("Hello! Do you sell gift cards? And where is my refund?", ("gift-card", "refund")),
        ("환불은 언제 되나요? 상품권 파나요?", ("refund", "gift-card")),
    ],
)
def test_each_question_has_its_article_among_the_choices(
    index: Index, text: str, wanted: tuple[str, ...]
) -> None:
    """Two questions get two choices first, in the order in which they were asked."""
    verdict = index.judge(text)
    assert verdict.kind == "suggest"
    first = tuple(each.split("-", 1)[1] for each in verdict.choices[: len(wanted)])
    assert first == wanted
    assert "2 questions" in verdict.reason
    assert len(set(verdict.choices)) == len(verdict.choices)


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
