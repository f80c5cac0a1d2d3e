"""The sample shop answers plain questions that its authors did not write down."""

import json
from pathlib import Path

import pytest
from surgeline.knowledge.answering.evaluate import Query, evaluate, summarise
from surgeline.knowledge.answering.index import Index, build
from surgeline.knowledge.articles.jsonl import Article, parse_jsonl
from surgeline.knowledge.text.reading import match_form

SAMPLES = Path(__file__).parents[3] / "samples"
PLAIN = ("plain-questions.jsonl", "titled-questions.jsonl")


@pytest.fixture(scope="module")
def shop() -> tuple[Article, ...]:
    return parse_jsonl((SAMPLES / "shop.jsonl").read_bytes(), "shop.jsonl")


@pytest.fixture(scope="module")
def english(shop: tuple[Article, ...]) -> Index:
    """Return the English shop's index, lexically."""
    return build([each for each in shop if each.language == "en"])


def asked(name: str) -> list[Query]:
    lines = map(json.loads, (SAMPLES / name).read_text("utf-8").splitlines())
    return [Query(line["text"], line["article"]) for line in lines]


def test_no_question_that_measures_the_shop_is_one_of_its_phrasings(
    shop: tuple[Article, ...],
) -> None:
    """A question that an author had written down would measure nothing."""
    known = {match_form(text) for each in shop for text in (*each.questions, each.title)}
    for name in ("questions.jsonl", *PLAIN):
        assert [each.text for each in asked(name) if match_form(each.text) in known] == []


def test_plain_questions_are_answered_out_of_the_box(english: Index) -> None:
    """Even the lexical tier answers a third by itself, and offers nearly all others."""
    known = {each.id for each in english.articles}
    questions = [each for name in PLAIN for each in asked(name) if each.article in known]
    rows = list(evaluate(english, questions))
    found = summarise(rows, questions)
    assert len(questions) == 84
    assert found["coverage"] >= 0.35
    assert found["self_served"] >= 0.9
    assert found["realised_precision"] >= 0.95


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Is there a discount code?", "newsletter brings one"),
        ("Can I get my money back?", "You get your money back"),
    ],
)
def test_what_is_answered_for_sure_answers_the_question(
    english: Index, text: str, said: str
) -> None:
    """An answer that goes out by itself says what was asked, and not only how and when."""
    verdict = english.judge(text)
    assert verdict.kind == "answer"
    found = {each.id: each.answer for each in english.articles}
    assert said in found[verdict.article_id or ""]


def test_two_likely_parts_are_offered_though_the_whole_is_likely_about_nothing(
    english: Index,
) -> None:
    """A long message hides both of its questions. Each part shows its own."""
    verdict = english.judge("When does my order get here and you sent me something I didn't order")
    assert verdict.choice < verdict.choice_threshold
    assert verdict.choices[:2] == ("en-delivery-times", "en-wrong-item")
    assert "2 questions" in verdict.reason
