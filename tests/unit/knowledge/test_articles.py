import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from surgeline.knowledge.articles import (
    MAX_ANSWER_CHARS,
    MAX_FILE_BYTES,
    MAX_PROBLEMS,
    KnowledgeRefused,
    Problem,
    parse_jsonl,
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
        ({"language": None}, "language", "a null; expected a text"),
        ({"title": "re\u200bfund"}, "title", "hidden character U+200B at position 3"),
        ({"answer": "a\u202eb"}, "answer", "U+202E"),
        ({"title": "a\x00b"}, "title", "U+0000"),
        ({"see": "en-refund"}, '"see"', "unknown field"),
    ],
)
def test_a_wrong_field_is_named_with_its_line(
    changes: dict[str, Any], field: str, said: str
) -> None:
    """B85: each problem says file, line, field, what is wrong and what is accepted."""
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


def test_all_problems_are_told_at_once_up_to_a_cap() -> None:
    """An author sees every problem, but not thousands."""
    assert len(problems_of(b"\n".join([b"{}"] * 3))) == 15
    assert len(problems_of(b"\n".join([b"nonsense"] * 5_000))) == MAX_PROBLEMS


def test_other_languages_are_accepted_on_request() -> None:
    """Without a list of languages, anything that looks like a language tag is accepted."""
    raw = line(language="pt-BR")
    assert parse_jsonl(raw, "kb.jsonl", languages=None)[0].language == "pt-BR"
    with pytest.raises(KnowledgeRefused):
        parse_jsonl(line(language="klingon!"), "kb.jsonl", languages=None)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    """I12: no file makes the reader fail in any other way."""
    with contextlib.suppress(KnowledgeRefused):
        parse_jsonl(raw, "kb.jsonl")
