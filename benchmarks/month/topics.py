"""The topics of a simulated company, and the words in which its customers ask about them.

Both come from a question set. The people of the simulation see a question only once it was asked.
"""

import json
import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from benchmarks.answers.disturbances import DISTURBANCES

TOPICS = 40
LEAST_TEXTS = 20
KEPT_SHARE = 0.25
"""This share of each topic's questions is asked in the last days alone."""
WAYS = ("a greeting before", "a letter left out", "two letters swapped", "emoji and a link")
_PAGES = ("Overview", "Settings", "Orders", "Payments", "Security", "Profile", "Documents")
_STEPS = ("Request", "Change", "Review", "Report", "Details", "Replace", "History")


@dataclass(slots=True)
class Topic:
    """A topic that customers ask about. `likely` is its share of the contacts in scope.

    `early` texts may be asked on every day, and `kept` ones on the last days alone.
    `truth` is another number once something else is true about it.
    """

    name: str
    title: str
    likely: float
    early: list[str]
    kept: list[str]
    asked: int = 0
    truth: int = 0

    @property
    def right_words(self) -> tuple[str, str]:
        """Return what is true about the topic now, in the words of two kinds of agents."""
        number = sum(map(ord, self.name)) + 3 * self.truth
        page, step = _PAGES[number % len(_PAGES)], _STEPS[number // 7 % len(_STEPS)]
        return (
            f"About {self.title}: open {page} in your account, choose {step}, and confirm it.",
            f"For {self.title} please go to {page}. Press {step} there, then confirm.",
        )

    def is_said_in(self, text: str) -> bool:
        """Return whether a text says what is true about the topic."""
        return any(words in text for words in self.right_words)


@dataclass(slots=True)
class Company:
    """The topics of a company, the questions beyond them, and what every asked text is about.

    `about` knows only what was asked so far. None stands for a question that nobody has a text for.
    """

    topics: list[Topic]
    beyond: list[str]
    language: str
    about: dict[str, Topic | None] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)

    def text(self, topic: Topic | None, chance: random.Random, *, late: bool) -> tuple[str, bool]:
        """Return the next text about a topic, and whether nobody has asked it in these words.

        A text that comes again is written a little otherwise, as people do.
        """
        texts = self.beyond if topic is None else topic.kept if late else topic.early
        if topic is None:
            text = texts[len(self.about) * 31 % len(texts)]
        else:
            text = texts[topic.asked % len(texts)]
            topic.asked += 1
        is_new = text not in self.seen
        self.seen.add(text)
        if not is_new:
            way, seed = chance.choice(WAYS), chance.randrange(1 << 30)
            text = DISTURBANCES[way](text, self.language, np.random.default_rng(seed))
        self.about[text] = topic
        return text, is_new


def company_of(folder: Path, seed: int, topics: int = TOPICS) -> Company:
    """Return a company with some of a set's topics. Questions on other topics are beyond it."""
    chance = random.Random(seed)  # noqa: S311 - a simulation guards nothing
    articles = _lines(folder / "kb.jsonl")
    texts: dict[str, dict[str, None]] = defaultdict(dict)
    beyond: list[str] = []
    for each in _lines(folder / "queries.jsonl"):
        if each["article"] is None:
            beyond.append(each["text"])
        else:
            texts[each["article"]][each["text"]] = None
    for each in articles:
        texts[each["id"]] |= dict.fromkeys(each["questions"])
    able = sorted(name for name in texts if len(texts[name]) >= LEAST_TEXTS)
    chosen = chance.sample(able, topics)
    if not beyond:
        beyond = [text for name in able if name not in chosen for text in texts[name]]
    chance.shuffle(beyond)
    shares = _shares(topics)
    titles = {each["id"]: each["title"].replace("_", " ") for each in articles}
    found = []
    for place, name in enumerate(chosen):
        words = list(texts[name])
        chance.shuffle(words)
        cut = round(len(words) * (1 - KEPT_SHARE))
        found.append(Topic(name, titles[name], shares[place], words[:cut], words[cut:]))
    return Company(found, beyond, str(articles[0]["language"]))


def _shares(topics: int) -> Sequence[float]:
    """Return the topics' shares of the contacts. The first is about five times the last."""
    weights = [1 / (place + 5) ** 0.75 for place in range(topics)]
    return [each / sum(weights) for each in weights]


def _lines(path: Path) -> list[dict[str, object]] | list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
