"""The simulated month reads a question set, and counts what was answered by weeks and goals."""

import json
import random
from pathlib import Path

import pytest

from benchmarks.month.topics import company_of


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a question set of four topics."""
    names = ("card_lost", "card_new", "fee_abroad", "open_account")
    articles = [
        {"id": name, "title": name, "language": "en", "questions": [f"{name} a", f"{name} b"]}
        for name in names
    ]
    asked = [{"text": f"{name} {n}", "article": name} for name in names for n in range(30)]
    asked.append({"text": "what is the weather", "article": None})
    for file, rows in (("kb.jsonl", articles), ("queries.jsonl", asked)):
        (tmp_path / file).write_text("\n".join(map(json.dumps, rows)))
    return tmp_path


def test_the_last_days_are_asked_in_words_of_their_own(folder: Path) -> None:
    """No text is both early and late, a repeat is written otherwise, and a seed decides all."""
    company, again = (company_of(folder, 7, topics=3) for _ in range(2))
    assert company == again
    assert len(company.topics) == 3
    topic, chance = company.topics[0], random.Random(1)
    early = [company.text(topic, chance, late=False) for _ in range(len(topic.early) * 2)]
    late = [company.text(topic, chance, late=True) for _ in range(4)]
    assert all(is_new for _, is_new in [*early[: len(topic.early)], *late])
    assert not any(is_new for _, is_new in early[len(topic.early) :])
    assert {text for text, _ in early}.isdisjoint(text for text, _ in late)
    assert all(company.about[text] is topic for text, _ in (*early, *late))


def test_a_topic_knows_what_is_true_now(folder: Path) -> None:
    """Once something else is true, the old words do not help any more."""
    topic = company_of(folder, 7, topics=3).topics[0]
    said = f"Hello! {topic.right_words[0]}"
    assert topic.is_said_in(said)
    topic.truth += 1
    assert not topic.is_said_in(said)
