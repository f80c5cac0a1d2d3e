"""The help centre of `kb site` is searched in the page, without a server."""

import json
from pathlib import Path

import pytest
from chromium import Chromium
from click.testing import CliRunner
from sites import folder_served

from cli.main import cli

ARTICLES = 1_000
CHAT = "https://shop.example/c/web"
LOADED = "addEventListener('load', () => document.body.setAttribute('aria-busy', 'false'))"
"""The driver waits for this attribute, which these pages don't need."""


@pytest.mark.usefixtures("socket_enabled")
def test_a_thousand_articles_are_searched_at_once(chromium: Chromium, tmp_path: Path) -> None:
    """Answers stand there once a letter is typed, accents do not count, and axe finds nothing."""
    rows = [
        {
            "id": f"a{number}",
            "title": f"Question {number}",
            "language": "en",
            "questions": ["never shown"],
            "answer": f"The café on floor {number} opens at nine.",
        }
        for number in range(ARTICLES)
    ]
    file = tmp_path / "kb.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)))
    words = ["kb", "site", str(file), "--out", str(tmp_path / "help"), "--chat", CHAT]
    words.append("--searches")
    made = CliRunner().invoke(cli, words)
    assert made.exit_code == 0, made.output
    with folder_served(tmp_path / "help") as origin:
        chromium.open(f"{origin}/en/index.html", before=LOADED)
        chromium.until("!document.getElementById('search').hidden")
        chromium.evaluate("document.getElementById('query').focus()")
        chromium.until("'ready' in document.getElementById('search').dataset")
    shown = "[...document.querySelectorAll('#answers a')].map((e) => e.textContent).join()"
    typed = (
        "(() => { const field = document.getElementById('query'); field.value = 'CAFE 777';"
        f" field.dispatchEvent(new Event('input')); return {shown}; }})()"
    )
    assert chromium.evaluate(typed) == "Question 777", "no server and no timer come before it"
    asked = typed.replace("CAFE 777", "When does that café on floor 778 open?")
    assert chromium.evaluate(asked) == "Question 778", "a rare word tells more than common ones"
    stay = "addEventListener('click', (event) => event.preventDefault(), { once: true })"
    chromium.evaluate(typed)
    chromium.evaluate(f"({stay}, document.querySelector('#answers a').click())")
    assert chromium.evaluate("sessionStorage.getItem('surgeline.search')") == "CAFE 777"
    told = chromium.evaluate("document.getElementById('found').textContent")
    assert told == "Answers shown: 1"
    assert chromium.axe() == []
    chromium.fill("searchbox", "Search in these answers", "nothing like that")
    chromium.until("document.getElementById('found').textContent.includes('Nothing')")
    link = chromium.evaluate("document.querySelector('#found a').href")
    assert link == f"{CHAT}#ask=nothing%20like%20that"
    keep = "window.fetch = async (...asked) => void (window.asked ??= []).push(asked)"
    chromium.evaluate(keep)
    finished = "document.getElementById('query').dispatchEvent(new Event('change'))"
    chromium.evaluate(f"void ({finished}, {finished}, {typed}, {finished})")
    sent = chromium.evaluate("window.asked.map(([to, { body }]) => [to, body])")
    told = json.dumps({"searched": "nothing like that"}, separators=(",", ":"))
    assert sent == [["https://shop.example/v1/web/web/visitors", told]], "once, and only then"
    assert chromium.problems() == []
