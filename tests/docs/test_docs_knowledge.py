"""The commands of docs/knowledge.md do what it says, in order, in an empty folder."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli.main import cli

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "knowledge.md").read_text(encoding="utf-8")
ASKS_AN_INSTANCE = {"publish", "versions", "rollback", "export", "traffic", "draft", "propose"} | {
    "approve",
    "release",
    "undo",
    "phrasings",
    "due",
    "reviewed",
    "states",
    "promote",
    "demote",
    "start",
}
FAQ = (
    "제목,질문 1,질문 2,질문 3,답변\n"
    '반품,반품하고 싶어요,물건을 돌려보낼래요,반품은 어떻게 해요?,"네, {first_name|고객}님."\n'
)


def commands() -> list[list[str]]:
    """Return the kb commands of the guide's shell blocks, without those that need an instance."""
    blocks = re.findall(r"```sh\n(.*?)```", GUIDE, re.DOTALL)
    lines = [line.split() for block in blocks for line in block.splitlines()]
    return [words[1:] for words in lines if words[2] not in ASKS_AN_INSTANCE]


def test_every_command_of_the_guide_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every command of the guide exits 0 on the guide's files, and no command is left out."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "samples").mkdir()
    few = (ROOT / "samples" / "shop.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    (tmp_path / "samples" / "shop.jsonl").write_text("".join(few[:6]), encoding="utf-8")
    (tmp_path / "faq.csv").write_text(FAQ, encoding="cp949")
    pair = {"text": "반품하고 싶어요", "article": "ko-반품"}
    for name in ("pairs.jsonl", "questions.jsonl", "samples/questions.jsonl", "traffic.jsonl"):
        (tmp_path / name).write_text(json.dumps(pair), encoding="utf-8")
    for words in commands():
        if words[1] == "diff":
            CliRunner().invoke(cli, ["kb", "build", "shop.jsonl"])
        result = CliRunner().invoke(cli, words)
        assert result.exit_code == 0, f"{' '.join(words)}: {result.output}"
    asked = [words[1] for words in commands()]
    assert asked == [
        "check",
        "import",
        "import",
        "test",
        "diff",
        "eval",
        "build",
        "candidates",
        "site",
    ]
    assert (tmp_path / "report.html").exists()


@pytest.mark.parametrize("said", ["4,000", "12,000", "20 MB", "1 MB"])
def test_the_limits_of_the_guide_are_those_of_the_code(said: str) -> None:
    """The guide names the limits of the code, so a changed limit is changed there too."""
    from surgeline.knowledge.answering.language_index import MAX_PHRASINGS
    from surgeline.knowledge.articles.article import (
        MAX_ANSWER_CHARS,
        MAX_FILE_BYTES,
        MAX_LINE_BYTES,
    )

    megabyte = 1024 * 1024
    limits = {f"{MAX_ANSWER_CHARS:,}", f"{MAX_PHRASINGS:,}"}
    limits |= {f"{MAX_FILE_BYTES // megabyte} MB", f"{MAX_LINE_BYTES // megabyte} MB"}
    assert said in limits
    assert said in GUIDE
