"""Files as companies have them are read as they are, and what was put right is said."""

import json
import time
from pathlib import Path

import pytest
from surgeline.knowledge.articles.jsonl import KnowledgeRefused

from cli.importers.headings import Heading, heading_of, wishes_of
from cli.importers.read import Source, read


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def source_of(folder: Path, content: str, name: str = "faq.csv", columns: str = "") -> Source:
    """Return a file's articles, read as `kb import` does."""
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return read(path, wishes=wishes_of(columns), lenient=True)


def told(source: Source) -> list[str]:
    return [f"{each.line}: {each.field}: {each.message}" for each in source.warnings]


@pytest.mark.parametrize(
    ("name", "heading"),
    [
        ("q_en", Heading("questions", "en")),
        ("Answer (French)", Heading("answer", "fr")),
        ("질문_한국어", Heading("questions", "ko")),
        ("question-en-GB-2", Heading("questions", "en")),
        ("FR réponse", Heading("answer", "fr")),
        ("Query", Heading("questions")),
        ("response", Heading("answer")),
        ("locale", Heading("language")),
        ("Body", Heading("answer")),
        ("id_en", None),
        ("en", None),
        ("keywords", None),
        ("", None),
    ],
)
def test_a_name_tells_the_field_and_perhaps_the_language(name: str, heading: Heading) -> None:
    """A column's name is understood in every language, with a language at either end."""
    assert heading_of(name) == heading


def test_several_languages_in_a_row_are_an_article_each(folder: Path) -> None:
    """A row has an article for each language that it fills, and ids by language."""
    rows = "id,q_en,a_en,q_fr,a_fr\n1,Open?,At 9.,Ouvert ?,À 9 h.\n2,Closed?,At 6.,,\n"
    found = source_of(folder, rows).articles
    assert [(each.id, each.language, each.answer) for each in found] == [
        ("1.en", "en", "At 9."),
        ("1.fr", "fr", "À 9 h."),
        ("2", "en", "At 6."),
    ]


def test_rows_of_one_id_in_several_languages_are_variants(folder: Path) -> None:
    """An id that stands in a row for each language is one id with each language behind it."""
    rows = "id,locale,query,response\n7,en,Open?,At 9.\n7,fr,Ouvert ?,À 9 h.\n"
    assert [each.id for each in source_of(folder, rows).articles] == ["7.en", "7.fr"]


def test_a_row_for_each_phrasing_is_one_article(folder: Path) -> None:
    """Rows with the same id and answer are joined, and it is said."""
    rows = "id,lang,question,answer\n7,en,Open?,At 9.\n7,en,When open?,At 9.\n7,en,Open?,At 9.\n"
    source = source_of(folder, rows)
    assert [each.questions for each in source.articles] == [("Open?", "When open?")]
    assert "3: column 1 ('id'): joined with line 2" in told(source)[0]


@pytest.mark.parametrize("name", ["faq.csv", "faq.jsonl"])
def test_many_phrasings_of_one_article_take_linear_time(folder: Path, name: str) -> None:
    """Phrasings of an answer by the ten thousand, in rows or in a list, are read in seconds."""
    asked = [f"question {number}" for number in range(100_000)]
    if name == "faq.csv":
        content = "id,lang,q,a\n" + "".join(f"7,en,{each},x\n" for each in asked)
    else:
        content = json.dumps({"id": "7", "lang": "en", "q": asked[:40_000], "a": "x"})
    before = time.process_time()
    with pytest.raises(KnowledgeRefused, match="at most 2,000 are accepted"):
        source_of(folder, content, name)
    assert time.process_time() - before < 30


def test_a_repeated_question_is_kept_once_and_said(folder: Path) -> None:
    """The first of two rows with a question stands, whatever its marks and case."""
    rows = "question,answer,lang\nAre you open?,At 9.,en\nare you OPEN,At 10.,en\nWhere?,Here.,en\n"
    source = source_of(folder, rows)
    assert [each.answer for each in source.articles] == ["At 9.", "Here."]
    (warning,) = told(source)
    assert warning.startswith("3: column 1 ('question'): \"are you OPEN\" was asked in line 2, ")
    assert "other answer stands; kept once" in warning
    twice = source_of(folder, "question 1,question 2,answer,lang\nA b?,A b?,x,en\n")
    assert twice.articles[0].questions == ("A b?",)
    assert "1 repeated here" in told(twice)[0]


def test_two_titles_of_one_name_have_ids_of_their_own(folder: Path) -> None:
    """Articles that only share a title are both read."""
    rows = "title,question,answer,lang\nFees,How much?,5,en\nFees,Who pays them?,You,en\n"
    assert [each.id for each in source_of(folder, rows).articles] == ["en-fees", "en-fees-2"]


def test_the_language_is_read_off_the_texts_and_said(folder: Path) -> None:
    """A file that names no language is read in the language of its texts."""
    rows = "질문,답변\n반품하고 싶어요,30일 안에 보내세요.\nA/S?,02-123\n"
    source = source_of(folder, rows)
    assert {each.language for each in source.articles} == {"ko"}
    assert "the texts read 1 as ko" in told(source)[0]


def test_html_in_a_cell_becomes_plain_text(folder: Path) -> None:
    """Paragraphs, lists and links stay; scripts, comments, markup and hidden characters go."""
    answer = (
        "<p>Send it <b>back</b>&nbsp;soon.</p><ul><li>free</li><li><p>by post</p></li></ul>"
        "<script>x()</script><!-- hidden --><a href='https://a.example/r'>Form</a> "
        "<a href='javascript:x'>no</a> <a href='tel:+331'>+331</a>"
    )
    rows = f'question,answer,lang\nHow do I ret\u200burn?,"{answer}",en\n'
    source = source_of(folder, rows)
    (article,) = source.articles
    assert article.questions == ("How do I return?",)
    assert article.answer == (
        "Send it back soon.\n- free\n- by post\n\n[Form](https://a.example/r) no tel:+331"
    )
    assert "HTML was made plain text" in " ".join(told(source))
    assert "hidden characters were removed" in " ".join(told(source))


def test_an_unencrypted_link_is_a_warning(folder: Path) -> None:
    """A link with http is kept, and the author is told."""
    source = source_of(folder, "question,answer,lang\nWhere?,See http://a.example/x.,en\n")
    assert source.articles[0].answer == "See http://a.example/x."
    assert "http://a.example/x. is not encrypted" in told(source)[0]


@pytest.mark.parametrize(
    ("said", "code"),
    [("fr-CA", "fr"), ("en_US", "en"), ("KO", "ko"), ("Français", "fr"), ("영어", "en")],
)
def test_a_language_may_have_a_region_or_be_a_name(folder: Path, said: str, code: str) -> None:
    """A language is read by its code, with or without a region, or by its name."""
    source = source_of(folder, f"question,answer,locale\nA b?,c,{said}\n")
    assert source.articles[0].language == code


def test_a_title_is_the_question_where_there_is_no_other(folder: Path) -> None:
    """A sheet of titles and answers is a FAQ."""
    source = source_of(folder, "title,answer,lang\nHow do I pay?,By card.,en\n")
    assert source.articles[0].questions == ("How do I pay?",)


def test_the_names_of_columns_may_stand_below_a_title(folder: Path) -> None:
    """Rows above the names of the columns are passed over."""
    source = source_of(folder, "Our FAQ;;\n;;\nQuestion;Answer;lang\nPay?;By card.;en\n")
    assert [each.questions for each in source.articles] == [("Pay?",)]


def test_a_table_of_two_columns_needs_no_names(folder: Path) -> None:
    """Where the first row is a question and its answer, every row is, and it is said."""
    source = source_of(folder, "How do I pay?,By card.\nWhere are you,Here.\n")
    assert [each.questions[0] for each in source.articles] == ["How do I pay?", "Where are you"]
    assert "read as questions and answers" in told(source)[0]


LINES = [
    {"query": "Open?", "response": "<p>At 9.</p>", "locale": "en", "keywords": ["x"], "id": 1},
    {"query": ["Pay?", "Pay how?"], "response": "By card.", "locale": "en", "keywords": []},
    {"en": {"q": "Lost?", "a": "Ask."}, "fr": {"q": "Perdu ?", "a": "Demandez."}, "id": "x"},
    {"query": "No answer", "locale": "en"},
]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("faq.jsonl", "\n".join(json.dumps(each) for each in LINES)),
        ("faq.json", json.dumps(LINES, indent=1)),
        ("faq.json", json.dumps({"version": 1, "faqs": LINES}, indent=1)),
    ],
)
def test_objects_of_any_fields_are_read(folder: Path, name: str, content: str) -> None:
    """Fields are understood by name, unknown ones listed once, and a bad line is left out."""
    source = source_of(folder, content, name)
    assert [(each.id, each.language, each.questions) for each in source.articles] == [
        ("1", "en", ("Open?",)),
        ("en-pay", "en", ("Pay?", "Pay how?")),
        ("x.en", "en", ("Lost?",)),
        ("x.fr", "fr", ("Perdu ?",)),
    ]
    assert sum("keywords" in each for each in told(source)) == 1
    (problem,) = source.left_out
    assert problem.field == "answer"
    assert "`kb import --columns answer=NAME`" in problem.message


def test_fields_of_front_matter_may_have_any_known_name(folder: Path) -> None:
    """Markdown's own fields are read by their names, and others are listed."""
    text = "---\ntags: [x]\nlang: en\nquestion: When are you open?\n---\nAt 9.\n"
    source = source_of(folder, text, "hours.md")
    assert source.articles[0].questions == ("When are you open?",)
    (warning,) = told(source)
    assert warning.startswith("2: tags: the field is not read; accepted are id, title, language")


def test_a_canonical_file_is_kept_as_it_is(folder: Path) -> None:
    """What is in the canonical format is not changed by an import, HTML included."""
    line = {"id": "a", "title": " t", "language": "en", "questions": ["q <b>"], "answer": " x\n"}
    source = source_of(folder, json.dumps(line) + "\n", "kb.jsonl")
    assert json.loads(source.raw) == line


def test_a_file_of_which_nothing_is_left_is_refused(folder: Path) -> None:
    """Where every line has a problem nothing is read."""
    with pytest.raises(KnowledgeRefused):
        source_of(folder, "question,answer,lang\n,x,en\n")
