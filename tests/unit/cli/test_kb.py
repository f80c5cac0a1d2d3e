"""The commands of `surgeline kb` read files and give reports, artifacts and decisions."""

import json
from pathlib import Path
from typing import Any

import pytest
from fake_instance import FakeInstance, Run
from small_shop import knowledge
from surgeline.knowledge.answering.index import Index

SHOP = ("opening", "delivery")


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return knowledge(tmp_path / "shop.jsonl", *SHOP)


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    file = tmp_path / "broken.jsonl"
    file.write_text('{"id": "a", "title": "A", "language": "en", "questions": ["x"]}\nnothing\n')
    return file


def test_check_reports_what_can_be_expected(surgeline: Run, shop: Path) -> None:
    """A check reports shares at each promise to people, and the report without problems to
    programs.
    """
    result = surgeline("kb", "check", shop, "--all")
    assert result.exit_code == 0
    assert "2 articles, 8 phrasings" in result.output
    assert "99%" in result.output
    assert "opening" in result.output
    found = json.loads(surgeline("kb", "check", shop, "--json").output)
    assert found["problems"] == []
    assert [each["id"] for each in found["articles"]] == list(SHOP)


@pytest.mark.enable_socket
@pytest.mark.parametrize("command", [("check",), ("build",), ("build", "--publish", "shop")])
def test_a_broken_file_is_told_by_file_line_and_field(
    surgeline: Run, instance: FakeInstance, broken: Path, command: tuple[str, ...]
) -> None:
    """Every problem on its line, exit 1, nothing written, nothing uploaded."""
    to = ("--url", instance.url, "--admin-key", "key") if "--publish" in command else ()
    result = surgeline("kb", *command, broken, *to)
    assert result.exit_code == 1
    assert f"{broken}:1: answer: " in result.output
    assert f"{broken}:2: " in result.output
    assert not broken.with_suffix(".index").exists()
    assert instance.asked == []


def test_problems_as_json(surgeline: Run, broken: Path) -> None:
    """Each problem is one JSON object, and the exit code is still 1."""
    result = surgeline("kb", "check", broken, "--json")
    assert result.exit_code == 1
    problems = json.loads(result.output)["problems"]
    assert [(each["line"], each["field"]) for each in problems] == [(1, "answer"), (2, "")]


def test_build_writes_an_artifact_that_answers(surgeline: Run, shop: Path, tmp_path: Path) -> None:
    """Beside the file unless told where."""
    assert surgeline("kb", "build", shop).exit_code == 0
    out = tmp_path / "elsewhere.index"
    result = surgeline("kb", "build", shop, "-o", out, "--json")
    assert json.loads(result.output)["articles"] == 2
    assert out.read_bytes() == shop.with_suffix(".index").read_bytes()
    ranking = Index.from_bytes(out.read_bytes()).judge("when do you open").ranking
    assert ranking[0].article_id == "opening"


def test_an_artifact_that_cannot_be_written_is_exit_2(surgeline: Run, shop: Path) -> None:
    """An artifact for a missing folder exits with 2, without a traceback."""
    result = surgeline("kb", "build", shop, "-o", "/nowhere/at/all.index")
    assert result.exit_code == 2
    assert "/nowhere/at/all.index" in result.output


@pytest.mark.enable_socket
def test_publish_waits_until_the_new_version_answers(
    operator: Run, instance: FakeInstance, shop: Path
) -> None:
    """Publishing sends the file as JSONL and waits until the new version answers."""
    route = "/v1/admin/knowledge/shop"
    instance.answer(f"PUT {route}", (202, {"version": "v2", "articles": 2}))
    instance.answer(f"GET {route}", {"current": None}, {"current": "v1"}, {"current": "v2"})
    result = operator("kb", "build", shop, "--publish", "shop")
    assert result.exit_code == 0
    assert f"kb publish {shop.name} shop" in result.stderr
    assert "v2" in result.output
    (put,) = instance.requests("PUT")
    assert (put.content_type, put.body) == ("application/x-ndjson", shop.read_bytes())
    assert len(instance.requests("GET")) == 4  # the articles, and the pointer three times
    assert not shop.with_suffix(".index").exists()


@pytest.mark.enable_socket
def test_a_version_that_never_answers_is_exit_1(
    operator: Run, instance: FakeInstance, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message says that the previous one still answers."""
    monkeypatch.setattr("cli.kb.publish.PUBLISH_SECONDS", 0.3)
    route = "/v1/admin/knowledge/shop"
    instance.answer(f"PUT {route}", (202, {"version": "v2", "articles": 2}))
    instance.answer(f"GET {route}", {"current": "v1"})
    result = operator("kb", "build", shop, "--publish", "shop")
    assert result.exit_code == 1
    assert "previous" in result.output


QUERIES: list[dict[str, Any]] = [
    {"text": "when do you open", "article": "opening"},
    {"text": "how long does delivery take", "article": "delivery"},
    {"text": "what is the capital of France", "article": None},
    {"text": "", "article": None},
    {"text": "somebody else's question", "article": "not-here"},
]


def test_eval_writes_one_decision_a_query_in_order(
    surgeline: Run, shop: Path, tmp_path: Path
) -> None:
    """The fields that are promised, and a summary that counts them."""
    queries, out = tmp_path / "queries.jsonl", tmp_path / "decisions.jsonl"
    queries.write_text("".join(json.dumps(each) + "\n\n" for each in QUERIES))
    args = ("--kb", shop, "--queries", queries, "--decisions", out, "--promise", "0.9")
    result = surgeline("kb", "eval", *args, "--tier", "lexical", "--json")
    assert result.exit_code == 0
    rows = [json.loads(line) for line in out.read_text().splitlines()]
    assert [row["text"] for row in rows] == [each["text"] for each in QUERIES]
    for row in rows:
        assert set(row) == {"text", "decision", "article", "confidence", "ranking"}
        assert row["decision"] in {"answer", "suggest", "abstain"}
        assert 0 <= row["confidence"] <= 1
        assert (row["article"] is not None) == (row["decision"] == "answer")
    assert sorted(rows[0]["ranking"]) == ["delivery", "opening"]
    summary = json.loads(result.stdout)
    assert (summary["questions"], summary["in_scope"], summary["promise"]) == (5, 2, 0.9)
    assert "1 queries name an unknown article" in result.stderr


def test_eval_for_people_is_one_line_a_measure(surgeline: Run, shop: Path, tmp_path: Path) -> None:
    """An evaluation prints one line a measure, with shares in per cent."""
    queries = tmp_path / "queries.jsonl"
    queries.write_text(json.dumps(QUERIES[0]))
    asked = ("--kb", shop, "--queries", queries, "--tier", "lexical")
    result = surgeline("kb", "eval", *asked)
    assert result.exit_code == 0
    assert "realised precision" in result.output


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b"nothing", ":2: not JSON"),
        (b"[]", ":2: expected an object"),
        (b'{"article": null}', ":2: text: "),
        (b'{"text": "x", "article": 7}', ":2: article: "),
        (b'{"text": "\xff"}', ":2: not JSON in UTF-8"),
    ],
)
def test_a_broken_query_is_told_by_line(
    surgeline: Run, shop: Path, tmp_path: Path, line: bytes, words: str
) -> None:
    """A broken query is told by its line with exit code 1, and nothing is asked or written."""
    queries, out = tmp_path / "queries.jsonl", tmp_path / "decisions.jsonl"
    queries.write_bytes(b'{"text": "fine", "article": null}\n' + line + b"\n")
    result = surgeline("kb", "eval", "--kb", shop, "--queries", queries, "--decisions", out)
    assert result.exit_code == 1
    assert words in result.output
    assert not out.exists()


def test_no_query_at_all_is_a_problem(surgeline: Run, shop: Path, tmp_path: Path) -> None:
    """An empty file has nothing to measure."""
    queries = tmp_path / "queries.jsonl"
    queries.write_bytes(b"\n\n")
    result = surgeline("kb", "eval", "--kb", shop, "--queries", queries)
    assert result.exit_code == 1
    assert "no query" in result.output


def test_traffic_moves_thresholds_and_the_artifact_says_so(surgeline: Run, tmp_path: Path) -> None:
    """The texts of --traffic move thresholds, and check, build and eval each tell the change."""
    topics = ("parcel", "refund", "voucher", "account", "invoice", "warranty")
    forms = ("where is my {}", "a problem with the {}", "can you change the {}", "{} please help")
    shop = tmp_path / "shop.jsonl"
    shop.write_text(
        "".join(
            json.dumps(
                {
                    "id": topic,
                    "title": topic.title(),
                    "language": "en",
                    "questions": [form.format(topic) for form in forms],
                    "answer": "Yes.",
                }
            )
            + "\n"
            for topic in topics
        )
    )
    texts = [f"where is my {topic} now" for topic in topics] * 10
    traffic, labelled = tmp_path / "traffic.jsonl", tmp_path / "labelled.jsonl"
    traffic.write_text("".join(json.dumps({"text": text}) + "\n" for text in texts))
    labelled.write_text(
        "".join(json.dumps({"text": text, "article": "refund"}) + "\n" for text in texts)
    )
    queries = tmp_path / "queries.jsonl"
    queries.write_text(json.dumps({"text": "tell me of the refund", "article": "refund"}) + "\n")
    plain = ("--kb", shop, "--queries", queries, "--tier", "lexical", "--json")
    found = [
        json.loads(surgeline("kb", "eval", *plain, "--traffic", file).stdout)
        for file in (traffic, labelled)
    ]
    assert found[0] == found[1]
    moved = found[0]["traffic"]
    assert moved[0]["questions"] == len(texts)
    assert moved[0]["threshold"] != moved[0]["rehearsed"]
    assert "traffic" not in json.loads(surgeline("kb", "eval", *plain).stdout)
    assert "of your traffic moved" in surgeline("kb", "check", shop, "--traffic", traffic).output
    built = surgeline("kb", "build", shop, "--traffic", traffic, "--json")
    assert json.loads(built.stdout)["traffic"] == moved
    shown = surgeline("kb", "explain", "about refund", "--kb", shop.with_suffix(".index"))
    assert "of your traffic moved" in shown.output


@pytest.mark.parametrize(
    ("lines", "told"),
    [(b"", ":1: no question"), (b'{"question": "x"}\n', ":1: text: expected a text")],
)
def test_broken_traffic_is_told_by_its_line(
    surgeline: Run, shop: Path, tmp_path: Path, lines: bytes, told: str
) -> None:
    """The line and what is expected on it."""
    traffic = tmp_path / "traffic.jsonl"
    traffic.write_bytes(lines)
    result = surgeline("kb", "check", shop, "--traffic", traffic)
    assert result.exit_code == 1
    assert f"{traffic}{told}" in result.output


def test_an_instance_is_given_no_traffic(surgeline: Run, shop: Path, tmp_path: Path) -> None:
    """The --traffic option with --publish alone is refused, because an instance builds for
    itself.
    """
    traffic = tmp_path / "traffic.jsonl"
    traffic.write_text('{"text": "where is my parcel"}\n')
    result = surgeline("kb", "build", shop, "--publish", "shop", "--traffic", traffic)
    assert result.exit_code == 2
    assert "give --out, or leave it out" in result.output
