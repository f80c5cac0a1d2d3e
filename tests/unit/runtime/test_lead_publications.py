"""The lead's page publishes a whole base, and keeps what others published in it meanwhile."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

WEB = Path(__file__).parents[3] / "web"
NODE = shutil.which("node", path=str(Path(sys.executable).parent)) or shutil.which("node") or ""

pytestmark = pytest.mark.skipif(not NODE, reason="the CDK CLI's Node is not here")

PAGE = """
import { readFileSync } from "node:fs";
import { publish } from "./lead/knowledge.js";

const { read, newest, edited } = JSON.parse(readFileSync(0, "utf8"));
const told = { put: null, refused: null };
globalThis.location = {};
globalThis.setTimeout = (go) => queueMicrotask(go);
const page = {
  text: (name) => name,
  say: () => {},
  get: async (path) =>
    path.includes("/articles") ? { ...newest, next_after: null } : { current: "after" },
  change: async (method, path, body) => (told.put = body),
};
await publish(page, read, edited, "a reason").catch((error) => (told.refused = error.message));
console.log(JSON.stringify(told));
"""


def article(id_: str, answer: str) -> dict[str, Any]:
    """Return an article, as far as a publication looks at it."""
    return {"id": id_, "answer": answer}


def published(tmp_path: Path, newest: list[dict[str, Any]]) -> dict[str, Any]:
    """Publish the return's edited answer, while a base of these articles answers by now."""
    for folder in ("lead", "staff"):
        shutil.copytree(WEB / folder, tmp_path / folder)
    (tmp_path / "package.json").write_text('{"type": "module"}')
    (tmp_path / "page.js").write_text(PAGE)
    given = {
        "read": {"version": "before", "articles": [article("return", "a"), article("ship", "b")]},
        "newest": {"version": "meanwhile", "articles": newest},
        "edited": article("return", "mine"),
    }
    done = subprocess.run(  # noqa: S603 - our own page
        [NODE, "page.js"],
        cwd=tmp_path,
        input=json.dumps(given),
        capture_output=True,
        text=True,
        check=True,
    )
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def test_publishing_an_article_keeps_what_others_published_in_other_articles(
    tmp_path: Path,
) -> None:
    """Changed, new and removed articles of others stay so, and the edited one is the lead's."""
    told = published(tmp_path, [article("return", "a"), article("pay", "new")])
    lines = [json.loads(line) for line in told["put"].splitlines()]
    assert lines == [article("return", "mine"), article("pay", "new")]


def test_publishing_an_article_that_somebody_changed_is_refused(tmp_path: Path) -> None:
    """Nothing is published over somebody else's words in the same article."""
    told = published(tmp_path, [article("return", "theirs"), article("ship", "b")])
    assert told == {"put": None, "refused": "published_meanwhile"}
