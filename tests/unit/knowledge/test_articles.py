"""Reading articles as JSON lines: what is refused, with its line and field."""

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from surgeline.knowledge.articles.jsonl import (
    MAX_ANSWER_CHARS,
    MAX_FILE_BYTES,
    MAX_PROBLEMS,
    KnowledgeRefused,
    Problem,
    parse_jsonl,
    to_jsonl,
)

from tests.unit.knowledge.shop import fields, jsonl


def problems_of(raw: bytes) -> tuple[Problem, ...]:
    """Return what a file is refused for."""
    with pytest.raises(KnowledgeRefused) as refused:
        parse_jsonl(raw, "kb.jsonl")
    return refused.value.problems


def line(**changes: object) -> bytes:
    """Return one article's line with some fields changed."""
    return json.dumps({**fields("en", "refund"), **changes}, ensure_ascii=False).encode()


def test_every_article_of_a_good_file_is_returned_in_order() -> None:
    """A good file gives its articles in the order of its lines."""
    found = parse_jsonl(jsonl("en", "ko", "fr"), "kb.jsonl")
    assert [article.id for article in found][:2] == ["en-delivery-time", "en-returns"]
    assert len(found) == 12
    assert found[0].questions[0] == "How long does delivery take?"


def test_a_byte_order_mark_and_windows_line_ends_are_tolerated() -> None:
    """Files saved by spreadsheet programs are read."""
    raw = b"\xef\xbb\xbf" + jsonl("ko").replace(b"\n", b"\r\n")
    assert len(parse_jsonl(raw, "kb.jsonl")) == 4


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"id": ""}, "id", "empty"),
        ({"title": "  "}, "title", "empty"),
        ({"answer": ""}, "answer", "empty"),
        ({"answer": "x" * (MAX_ANSWER_CHARS + 1)}, "answer", "at most 4,000"),
        ({"questions": []}, "questions", "at least one"),
        ({"questions": "how?"}, "questions", "a text; expected a list"),
        ({"questions": ["ok", 3]}, "questions[1]", "a number; expected a text"),
        ({"questions": ["x" * 501]}, "questions[0]", "at most 500"),
        ({"questions": [" "]}, "questions[0]", "empty"),
        ({"language": "xx-invalid-locale"}, "language", "use en, ko, fr"),
        ({"language": None}, "language", "null; expected a text"),
        ({"title": "re\u200bfund"}, "title", "hidden character U+200B at position 3"),
        ({"answer": "a\u202eb"}, "answer", "U+202E"),
        ({"title": "a\x00b"}, "title", "U+0000"),
        ({"see": "en-refund"}, '"see"', "unknown field"),
        ({"see_also": ["en-refund"]}, '"see_also"', "articles stand alone and refer to no other"),
        ({"next": "en-refund"}, '"next"', "articles stand alone and refer to no other"),
    ],
)
def test_a_wrong_field_is_named_with_its_line(
    changes: dict[str, Any], field: str, said: str
) -> None:
    """B85: each problem names its file, line, field, fault and accepted values."""
    (problem,) = problems_of(jsonl("ko") + b"\n" + line(**changes))
    assert (problem.file, problem.line, problem.field) == ("kb.jsonl", 5, field)
    assert said in problem.message


def test_a_missing_field_is_named() -> None:
    """A missing field is a problem of that field."""
    raw = json.dumps({"id": "a", "title": "b", "language": "en", "questions": ["c"]}).encode()
    assert [str(problem) for problem in problems_of(raw)] == [
        "kb.jsonl:1: answer: missing; expected a text"
    ]


def test_a_duplicate_id_names_the_line_it_was_first_used_in() -> None:
    """The second use of an id is refused and the first use named."""
    (problem,) = problems_of(line() + b"\n\n" + line(title="another"))
    assert (problem.line, problem.field) == (3, "id")
    assert "line 1" in problem.message


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "empty"),
        (b"\n \n", "empty"),
        (b"[1]", "a JSON list"),
        (b"{", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        ("반품".encode("cp949"), "not UTF-8"),
        ('{"id":"a"}'.encode("utf-16"), "not UTF-8"),
        (b'{"id":"a","id":"b"}', "given twice"),
        (b"x" * (MAX_FILE_BYTES + 1), "at most 20 MB"),
        (line(answer="x" * 2_000_000), "at most 1 MB"),
        (
            b'{"id": "\\ud800", "title": "t", "language": "en", "questions": ["q"], "answer": "a"}',
            "U+D800",
        ),
    ],
)
def test_what_is_no_knowledge_base_is_refused_with_a_reason(raw: bytes, said: str) -> None:
    """B35, B85: files that cannot be a knowledge base get one clear message."""
    assert said in str(problems_of(raw)[0])


VARIANTS = {
    "en": {"title": "Returns", "questions": ["How do I return it?"], "answer": "By post."},
    "ko": {"title": "반품", "questions": ["반품하고 싶어요"], "answer": "우편으로요."},
}


def test_an_article_with_variants_is_one_article_a_language() -> None:
    """Each variant has the article's id with its language behind, so that every id stays unique."""
    raw = json.dumps({"id": "returns", "variants": VARIANTS}).encode()
    found = parse_jsonl(raw, "kb.jsonl")
    assert [(article.id, article.language, article.title) for article in found] == [
        ("returns.en", "en", "Returns"),
        ("returns.ko", "ko", "반품"),
    ]
    assert parse_jsonl(to_jsonl(found), "kb.jsonl") == found


@pytest.mark.parametrize(
    ("variants", "field", "said"),
    [
        ({}, "variants", "empty"),
        ([], "variants", "a list"),
        ({"en": "text"}, "variants.en", "expected an object"),
        ({"xx": VARIANTS["en"]}, "variants.xx", "unknown language"),
        ({"en": VARIANTS["en"] | {"answer": ""}}, "variants.en.answer", "empty"),
        ({"en": VARIANTS["en"] | {"id": "x"}}, '"variants.en.id"', "unknown field"),
        ({"en": VARIANTS["en"] | {"language": "ko"}}, '"variants.en.language"', "unknown field"),
        ({"en": VARIANTS["en"] | {"questions": [""]}}, "variants.en.questions[0]", "empty"),
    ],
)
def test_a_wrong_variant_is_named(variants: object, field: str, said: str) -> None:
    """A wrong variant is named by language and field, on its line."""
    problems = problems_of(json.dumps({"id": "returns", "variants": variants}).encode())
    assert (problems[0].line, problems[0].field) == (1, field)
    assert said in problems[0].message


def test_a_variant_may_not_take_an_articles_id() -> None:
    """Expanding keeps ids unique, or says where the other is."""
    raw = (
        line(id="returns.en") + b"\n" + json.dumps({"id": "returns", "variants": VARIANTS}).encode()
    )
    (problem,) = problems_of(raw)
    assert (problem.line, problem.field) == (2, "id")
    assert "line 1" in problem.message


def test_all_problems_are_told_at_once_up_to_a_cap() -> None:
    """An author sees every problem, but not thousands."""
    assert len(problems_of(b"\n".join([b"{}"] * 3))) == 15
    assert len(problems_of(b"\n".join([b"nonsense"] * 5_000))) == MAX_PROBLEMS


def test_other_languages_are_accepted_on_request() -> None:
    """Any text that looks like a language tag is accepted without a list of languages."""
    raw = line(language="pt-BR")
    assert parse_jsonl(raw, "kb.jsonl", languages=None)[0].language == "pt-BR"
    with pytest.raises(KnowledgeRefused):
        parse_jsonl(line(language="klingon!"), "kb.jsonl", languages=None)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    """I12: no file makes the reader fail in any other way."""
    with contextlib.suppress(KnowledgeRefused):
        parse_jsonl(raw, "kb.jsonl")
