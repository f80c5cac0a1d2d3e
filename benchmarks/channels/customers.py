"""The customers of a run are made here: what each writes when, and what must come back."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from surgeline.adapters.channels.twilio.hook import STOP

MESSAGES = 3
"""How many questions a customer asks, each another one."""
GAP_SECONDS = 6.0
MARK_CHARS = 60
NAMES: Mapping[str, Callable[[int], str]] = {
    "email": lambda number: f"customer-{number}@customer.example",
    "instagram": lambda number: f"{700_000_000_000_000 + number}",
    "kakao": lambda number: f"bot-user-key-{number}",
    "line": lambda number: f"U{number:032}",
    "messenger": lambda number: f"{800_000_000_000_000 + number}",
    "slack": lambda number: f"T0SIMULATED/D0{number:08}",
    "telegram": lambda number: f"{5_000_000_000 + number}",
    "twilio": lambda number: f"+1555{number:07}",
    "whatsapp": lambda number: f"1556{number:07}",
}
"""How each provider calls the customer of a number."""


@dataclass(frozen=True, slots=True)
class Question:
    """A phrasing of an article, and the mark by which its answer is known on a screen."""

    text: str
    mark: str


@dataclass(frozen=True, slots=True)
class Letter:
    """One message: when it leaves (seconds from the start), over which channel, and by whom."""

    at: float
    kind: str
    user: str
    question: Question


@dataclass(frozen=True, slots=True)
class Found:
    """Tells what became of the messages of a kind, as its customers' screens show it.

    A message that is answered `otherwise` has another text on the screen than its article's.
    """

    written: int
    lost: int
    otherwise: int
    doubled: int
    out_of_order: int


def mark_of(text: str) -> str:
    """Return the beginning of a text without what a channel may write otherwise."""
    return "".join(each for each in text if each.isascii() and each.isalnum())[:MARK_CHARS]


def questions_of(file: Path) -> list[list[Question]]:
    """Return the English questions of a knowledge base, by article. Placeholders are left out.

    So are the words by which a customer of SMS stops all texts, because no answer may follow them.
    """
    articles: list[dict[str, Any]] = [
        json.loads(each) for each in file.read_text(encoding="utf-8").splitlines() if each.strip()
    ]
    english = [a for a in articles if a.get("language") == "en" and "{" not in a["answer"]]
    marks = Counter(mark_of(each["answer"]) for each in english)
    return [
        [
            Question(text, mark_of(each["answer"]))
            for text in each["questions"]
            if text.upper() not in STOP
        ]
        for each in english
        if marks[mark_of(each["answer"])] == 1
    ]


def letters(articles: Sequence[Sequence[Question]], rate: float, seconds: float) -> list[Letter]:
    """Return the messages of a run in the order of their times, evenly over kinds and time."""
    kinds, made = list(NAMES), []
    customers = round(rate * seconds / MESSAGES)
    last = max(0.0, seconds - GAP_SECONDS * (MESSAGES - 1))
    for number in range(customers):
        kind = kinds[number % len(kinds)]
        user, began = NAMES[kind](number), last * number / customers
        for turn in range(MESSAGES):
            article = articles[(number + turn * 7) % len(articles)]
            question = article[number % len(article)]
            made.append(Letter(began + turn * GAP_SECONDS, kind, user, question))
    return sorted(made, key=lambda each: each.at)


def judged(taken: Iterable[Letter], screens: Mapping[str, Sequence[str]]) -> Found:
    """Compare the messages that one kind's hook took with its customers' screens.

    A text with a mark that was not asked for is none of these messages' answers. It stands for a
    message without one.
    """
    asked: dict[str, list[str]] = {}
    for each in taken:
        asked.setdefault(each.user, []).append(each.question.mark)
    lost = otherwise = doubled = out_of_order = 0
    for user, marks in asked.items():
        seen = [mark for text in screens.get(user, ()) if (mark := mark_of(text)) in marks]
        counts = Counter(seen)
        missing = sum(counts[each] == 0 for each in marks)
        others = min(missing, len(screens.get(user, ())) - len(seen))
        lost, otherwise = lost + missing - others, otherwise + others
        doubled += sum(counts[each] - 1 for each in marks if counts[each] > 1)
        first = list(dict.fromkeys(seen))
        out_of_order += first != [each for each in marks if each in first]
    return Found(sum(map(len, asked.values())), lost, otherwise, doubled, out_of_order)
