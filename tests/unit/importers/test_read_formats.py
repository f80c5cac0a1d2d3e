"""Knowledge bases in other formats: the same articles out of each, or a problem with its place."""

import contextlib
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from surgeline.adapters.past.encoding import Undecodable, decode
from surgeline.knowledge.articles.jsonl import KnowledgeRefused, to_jsonl

from cli.importers.read import Source, read

HEADER = "id,title,language,question 1,question 2,answer\n"
ROW = 'hours,Opening hours,en,When are you open?,Open on Sunday?,"Monday to Saturday, 9 to 18."\n'
KOREAN = (
    "아이디;제목;언어;질문1;질문2;답변\n"
    "returns;반품;한국어;반품하고 싶어요;환불은 언제 되나요?;30일 안에 보내 주세요.\n"
)
FRENCH = (
    "titre;langue;question;réponse\n"
    "Délais;Français;Où est mon colis ?;Livré en 3 à 5 jours, à l’étage.\n"
)
OTHER_NAMES = (
    "ID;TITLE;LANG;Question (1);question_2;Answer\n"
    "hours;Opening hours;English;When are you open?;Open on Sunday?;Monday to Saturday, 9 to 18."
)
SEVERAL_A_CELL = (
    "id\ttitle\tlanguage\tquestions\tanswer\n"
    'hours\tOpening hours\ten-GB\t"When are you open?\nOpen on Sunday?\n"\t'
    '"Monday to Saturday, 9 to 18."'
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def written(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def problems(path: Path, **options: str) -> list[str]:
    """Return what is refused, with the folder left out of the places."""
    with pytest.raises(KnowledgeRefused) as refused:
        read(path, **options)
    return [str(each).replace(f"{path.parent}/", "") for each in refused.value.problems]


def one(source: Source) -> tuple[str, str, str, tuple[str, ...], str]:
    (article,) = source.articles
    return (article.id, article.title, article.language, article.questions, article.answer)


HOURS = (
    "hours",
    "Opening hours",
    "en",
    ("When are you open?", "Open on Sunday?"),
    "Monday to Saturday, 9 to 18.",
)


@pytest.mark.parametrize(
    "content",
    [
        HEADER + ROW,
        (HEADER + ROW).encode("utf-8-sig"),
        (HEADER + ROW).encode("utf-16"),
        (HEADER + ROW).encode("utf-16-le"),
        (HEADER + ROW).encode("utf-16-be"),
        (HEADER + ROW).replace("\n", "\r\n"),
        "sep=,\r\n" + HEADER + ROW,
        HEADER + ROW + ",,,,,\n\n",
        HEADER.replace("answer", "answer,,") + ROW,
        OTHER_NAMES,
        SEVERAL_A_CELL,
    ],
)
def test_a_spreadsheets_csv_is_read_with_its_habits(folder: Path, content: str | bytes) -> None:
    """Marks, UTF-16, other separators, line ends, empty rows and columns, several a cell."""
    assert one(read(written(folder, "faq.csv", content))) == HOURS


@pytest.mark.parametrize(
    ("encoding", "named"),
    [("cp949", "CP949 (EUC-KR)"), ("utf-8-sig", "UTF-8"), ("utf-16", "UTF-16")],
)
def test_a_korean_spreadsheet_is_read(folder: Path, encoding: str, named: str) -> None:
    """B35: an export in its old encoding is read, and its encoding is named."""
    source = read(written(folder, "faq.csv", KOREAN.encode(encoding)))
    questions = ("반품하고 싶어요", "환불은 언제 되나요?")
    assert one(source) == ("returns", "반품", "ko", questions, "30일 안에 보내 주세요.")
    assert source.encoding == named


def test_a_french_spreadsheet_in_windows_1252_is_read(folder: Path) -> None:
    """A French spreadsheet keeps its accents, and an article without an id gets one from its
    title.
    """
    source = read(written(folder, "faq.csv", FRENCH.encode("cp1252")))
    answer = "Livré en 3 à 5 jours, à l’étage."
    assert one(source) == ("fr-délais", "Délais", "fr", ("Où est mon colis ?",), answer)
    assert source.encoding == "Windows-1252"


def test_english_with_typographic_quotes_in_windows_1252_is_not_taken_for_korean() -> None:
    """English in windows-1252 is not taken for Korean, because its apostrophe makes rare
    syllables.
    """
    text = "It’s “fine” – we’re open…"
    assert decode(text.encode("cp1252")).characters == text


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"PK\x03\x04rest", "a document or an archive"),
        (b"\xd0\xcf\x11\xe0rest", "old sheet"),
        (
            b"%PDF-1.7",
            "a PDF, not text; save a sheet as CSV or .xlsx, and a document as a web page",
        ),
        (b"id,answer\x00\x01\x02,", "is 0: this is no text"),
        ("質問,答え,返品について".encode("shift_jis"), "makes no sense"),
        ("id,answer\n退货,您好,请在三十天内退货".encode("gbk"), "makes no sense"),
        ("Où est mon colis, le délai, l'été".encode("mac_roman"), "makes no sense"),
        (b"\xff\xfe\x00", "not UTF-16"),
        (b"\xef\xbb\xbfabc\xff", "byte 4 is not UTF-8"),
    ],
)
def test_what_is_no_text_that_is_known_is_refused_with_what_to_do(raw: bytes, said: str) -> None:
    """A wrong guess would be shown to customers."""
    with pytest.raises(Undecodable, match=r"UTF-8|as CSV") as refused:
        decode(raw)
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "faq.csv:1: the file is empty"),
        (HEADER, "faq.csv:1: the file is empty"),
        (
            HEADER + ROW + ROW.replace("9", "8"),
            "faq.csv:3: column 1 ('id'): \"hours\" is already the id of line 2",
        ),
        (
            HEADER + '\n"a","a\nb",en,"x",,y\n' + 'b,b,xx,q,,"a"\n',
            "faq.csv:5: column 3 ('language'): unknown language",
        ),
        (HEADER + "a,a,en,q,,\n", "faq.csv:2: column 6 ('answer'): empty"),
        (HEADER + "a,a,en,,,x\n", "faq.csv:2: column 4 ('question 1'): empty"),
        (HEADER + "a,a,en,ok," + "x" * 501 + ",x\n", "faq.csv:2: column 5 ('question 2'): 501"),
        (HEADER + "a,a,en,q,r,x,y\n", "faq.csv:2: 7 cells, but the first row names 6 columns"),
        (HEADER + "a,a,en,q,,#REF!\n", "faq.csv:2: column 6 ('answer'): the spreadsheet's error"),
        (HEADER + "a,=A1,en,q,,x\n", "faq.csv:2: column 2 ('title'): a formula"),
        (HEADER + "a,a,en,q,,Hello {name}\n", "faq.csv:2: column 6 ('answer'): {name} has no"),
        (HEADER + 'a,a,en,q,,"never closed\n\n', "faq.csv:2: the row can't be read"),
        ("question,reply,answer\nq,a,b\n", "faq.csv:1: column 3 ('answer'): answer is already"),
        ("question;notes\nq;n\n", "faq.csv:1: answer: no such column"),
        ("question,answer\nq,a\n", "faq.csv:2: language: missing; give en, ko, fr"),
    ],
)
def test_what_is_wrong_in_a_row_is_named_by_line_and_column(
    folder: Path, content: str, said: str
) -> None:
    """The line on which the row begins, and the column as its author knows it."""
    found = problems(written(folder, "faq.csv", content))
    assert any(each.startswith(said) for each in found), found


def test_a_column_that_is_not_read_is_a_warning(folder: Path) -> None:
    """Notes and categories may stay in the sheet."""
    path = written(folder, "faq.csv", "question,Notes,answer\nOpen on Sunday?,mine,No.\n")
    source = read(path, language="en")
    assert [each.field for each in source.warnings] == ["column 2 ('Notes')"]
    assert one(source)[0] == "en-open-on-sunday"


MARKDOWN = """---
id: hours
title: "Opening hours"  # as on the door
language: en
questions:
  - When are you open?
  - 'Open on Sunday?'
---

Monday to Saturday, 9 to 18.
"""


def test_markdown_with_front_matter_is_an_article(folder: Path) -> None:
    """The body is the answer, as it is written."""
    assert one(read(written(folder, "hours.md", MARKDOWN))) == HOURS
    assert one(read(written(folder, "h.md", MARKDOWN.replace("\n", "\r\n")))) == HOURS


def test_a_folder_of_markdown_is_a_knowledge_base(folder: Path) -> None:
    """A folder's articles have ids from paths, languages from endings and titles from headings."""
    body = "---\nquestions: [How long, 'When?']\n---\n# Delivery\n\n- fast\n- free\n"
    for name in ("delivery.ko.md", "b/delivery.fr.md", "_draft.md", ".hidden.md"):
        written(folder, f"kb/{name}", body)
    written(folder, "kb/delivery.en.md", body.replace("How long, 'When?'", "no, 1e3"))
    found = read(folder / "kb").articles
    assert [(each.id, each.language, each.title) for each in found] == [
        ("b-delivery.fr", "fr", "Delivery"),
        ("delivery.en", "en", "Delivery"),
        ("delivery.ko", "ko", "Delivery"),
    ]
    assert found[0].answer == "- fast\n- free"
    assert found[1].questions == ("no", "1e3")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "a.md:1: no front matter"),
        ("# Title\ntext", "a.md:1: no front matter"),
        ("---\nid: a\ntext", "a.md:1: no front matter"),
        ("---\nid: [a\n---\nx", "a.md:2: the front matter is no YAML"),
        (
            "---\nquestions: [How do I pay?]\n---\nx",
            "a.md:2: the front matter is no YAML (expected ',' or ']', but got '?'); write each",
        ),
        ("---\n- a\n---\nx", "a.md:1: the front matter names no fields"),
        ("---\nid: a\nid: b\n---\nx", "a.md:3: id: the field is given twice"),
        ("---\nlanguage: xx\n---\nx", "a.md:2: language: unknown language"),
        ("---\nlanguage: en\nquestions:\n  - a\n  - ''\n---\nx", "a.md:5: questions[1]: empty"),
        ("---\nlanguage: en\ntitle: {a: b}\n---\nx", "a.md:3: title: an object"),
        ("---\nlanguage: en\nquestions: [q]\n---\n\n", "a.md:5: answer: empty"),
        ("---\nlanguage: en\nanswer: x\n---\ny", "a.md:3: answer: write the answer below"),
        ("---\ntitle: t\n---\ny", "a.md:1: language: missing"),
        ("---\nid: &a [*a]\nlanguage: en\n---\ny", "a.md:2: id: a list"),
        ("---\nid: !!python/object/apply:os.system [ls]\n---\ny", "a.md:"),
        ("---\na: " + "[" * 5000 + "\n---\ny", "a.md:"),
    ],
)
def test_what_is_wrong_in_markdown_is_named_by_line_and_field(
    folder: Path, content: str, said: str
) -> None:
    """A problem in Markdown is named by the field's line, even if YAML itself stumbles."""
    found = problems(written(folder, "a.md", content))
    assert any(each.startswith(said) for each in found), found


def test_problems_of_a_folder_name_their_files(folder: Path) -> None:
    """A problem of a folder names its file, and a repeated id names the first file as well."""
    for name in ("a.en.md", "b.en.md"):
        written(folder, f"kb/{name}", MARKDOWN + name)
    written(folder, "kb/c.md", b"\x81\x00\x00")
    found = problems(folder / "kb")
    assert any("c.md:1: byte 2" in each for each in found)
    assert any("b.en.md:2: id" in each and "a.en.md:1" in each for each in found)
    assert "no .md or .html file" in problems(written(folder, "empty/x.txt", "x").parent)[0]


def exported(*entries: dict[str, object]) -> str:
    return json.dumps({"qna": list(entries)}, indent=1, ensure_ascii=False)


ENTRY: dict[str, object] = {
    "qid": "hours",
    "q": ["When are you open?", "Open on Sunday?"],
    "a": "Monday to Saturday, 9 to 18.",
    "type": "qna",
    "l": "",
    "r": {"title": "", "buttons": []},
}


def test_qnabots_export_is_read(folder: Path) -> None:
    """The first phrasing is the title; a brace is only a brace there."""
    path = written(folder, "qna.json", exported(ENTRY))
    source = read(path, language="en")
    assert one(source) == ("hours", "When are you open?", *HOURS[2:])
    assert source.warnings == ()
    braces = read(written(folder, "b.json", exported(ENTRY | {"a": "{x}"})), language="en")
    assert braces.articles[0].answer == "{{x}}"


def test_what_qnabot_has_and_articles_have_not_is_pointed_out(folder: Path) -> None:
    """Chains, functions and other kinds of entries are left out by name."""
    quiz = {"qid": "quiz", "type": "quiz"}
    chained = ENTRY | {"conditionalChaining": "'other'", "l": "fn", "next": "quiz"}
    source = read(written(folder, "qna.json", exported(chained, quiz)), language="en")
    assert len(source.articles) == 1
    assert {each.field for each in source.warnings} == {"conditionalChaining", "l", "next", "type"}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "qna.json:1: not JSON"),
        ("[]", 'qna.json:1: expected a list of objects, as [{"question"'),
        ('{"qna": {}}', "qna.json:1: expected a list of objects"),
        ('{"qna":\n [1]}', "qna.json:2: no entry"),
        ('{"qna": [], "qna": []}', 'qna.json:1: "qna": the field is given twice'),
        (
            exported(ENTRY, ENTRY | {"a": "Never."}),
            'qna.json:17: qid: "hours" is already the id of line 3',
        ),
        (exported(ENTRY | {"a": ""}), "qna.json:3: a: empty"),
        (exported(ENTRY | {"q": ["x", ""]}), "qna.json:3: q[1]: empty"),
        (exported({"qid": "x"}), "qna.json:3: q: missing"),
        (exported(ENTRY | {"a": "Hi {{UserInfo.Name}}"}), "qna.json:3: a: "),
        (exported(ENTRY | {"next": "hours"}), "qna.json:3: next: a cycle"),
    ],
)
def test_what_is_wrong_in_an_export_is_named_by_line_and_field(
    folder: Path, content: str, said: str
) -> None:
    """B85: a problem names the line where its entry begins and the field as QnABot calls it."""
    found = problems(written(folder, "qna.json", content), language="en")
    assert any(each.startswith(said) for each in found), found


def test_a_cycle_over_several_entries_is_refused_at_each(folder: Path) -> None:
    """B85: each article in a cycle of links is refused, and one that leads into it is pointed
    out.
    """
    pairs = ("ab", "bc", "ca", "da")
    entries = (ENTRY | {"qid": qid, "next": following} for qid, following in pairs)
    found = problems(written(folder, "qna.json", exported(*entries)), language="en")
    assert [each.split('"')[1] for each in found if "a cycle" in each] == ["a", "b", "c"]


def test_an_export_without_a_language_asks_for_one(folder: Path) -> None:
    """An export that names no language asks for one, where its texts tell none."""
    assert (
        "--language"
        in problems(written(folder, "qna.json", exported({"qid": "a", "q": ["FAQ"], "a": "9"})))[0]
    )


@pytest.mark.parametrize("name", ["faq.pdf", "faq", "faq.docx"])
def test_an_unknown_format_is_refused_with_those_accepted(folder: Path, name: str) -> None:
    """An unknown format is refused with the accepted ones, whether by bytes or by name."""
    assert "accepted are .jsonl, .csv" in problems(written(folder, name, "text"))[0]


def test_ten_megabytes_of_answer_are_refused_in_every_format(folder: Path) -> None:
    """B85: ten megabytes of answer are refused with the line and the limit in every format."""
    huge = "x" * 10_000_000
    assert "faq.csv:2:" in problems(written(folder, "faq.csv", HEADER + f"a,a,en,q,,{huge}\n"))[0]
    markdown = f"---\nlanguage: en\ntitle: t\nquestions: [q]\n---\n{huge}"
    assert "a.md:6: answer: 10,000,000" in problems(written(folder, "a.md", markdown))[0]
    jsonl = json.dumps({"id": "a", "answer": huge})
    assert "at most 1 MB" in problems(written(folder, "a.jsonl", jsonl))[0]
    entry = exported(ENTRY | {"a": huge})
    path = written(folder, "qna.json", entry)
    assert "a: 10,000,000 characters" in problems(path, language="en")[0]
    assert "at most 20 MB" in problems(written(folder, "b.csv", b"x" * 21_000_000))[0]


@pytest.mark.parametrize("name", ["a.csv", "a.md", "a.json", "a.jsonl"])
def test_what_is_read_stays_the_same_through_the_canonical_file(folder: Path, name: str) -> None:
    """Reading the canonical file gives the same articles, and the same bytes again."""
    content = {
        "a.csv": HEADER + ROW,
        "a.md": MARKDOWN,
        "a.json": exported(ENTRY),
        "a.jsonl": to_jsonl(read(written(folder, "x.md", MARKDOWN)).articles).decode(),
    }[name]
    first = read(written(folder, name, content), language="en")
    again = read(written(folder, "out.jsonl", first.raw))
    assert (again.articles, again.raw) == (first.articles, to_jsonl(first.articles))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    st.sampled_from(["a.csv", "a.md", "a.json", "a.jsonl"]),
    st.one_of(st.binary(max_size=200), st.text(alphabet='---\n:[]{}"&*!,;id', max_size=80)),
)
def test_any_file_is_read_or_refused(folder: Path, name: str, content: str | bytes) -> None:
    """I12: no file makes a reader fail in any other way."""
    with contextlib.suppress(KnowledgeRefused):
        read(written(folder, name, content), language="en")
    prefixed = content if isinstance(content, bytes) else content.encode()
    with contextlib.suppress(KnowledgeRefused):
        read(written(folder, "b.md", b"---\n" + prefixed + b"\n---\nx"), language="en")
