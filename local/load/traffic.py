"""Traffic is made from a seed: arrival curves and a mix of messages. Nothing is sent here.

Arrivals are open loop, because customers do not wait for the last message's answer.
"""

import json
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

Curve = Literal["step", "ramp", "peak"]
Kind = Literal["distinct", "repeated", "unanswerable", "handoff", "resend"]

PEAK_SHARE, PEAK_HOURS, DAY_HOURS = 0.8, 2, 24
COMMON_QUESTIONS = 50
_WISHES = {
    "en": "I want to talk to a person",
    "ko": "상담원과 이야기하고 싶어요",
    "fr": "Je voudrais parler à un conseiller",
}
_UNKNOWN = {
    "en": "What do you think of the philosophy of number {n}?",
    "ko": "{n}번 행성의 날씨는 어떤가요?",
    "fr": "Que pensez-vous de la philosophie du nombre {n} ?",
}
_DETAILS = {
    "en": ("please", "thanks", "order {n}", "about order {n}", "my order is {n}", "(order {n})"),
    "ko": ("부탁해요", "주문 {n}", "주문번호는 {n}", "({n}번 주문)"),
    "fr": ("svp", "merci", "commande {n}", "pour la commande {n}", "(commande {n})"),
}


@dataclass(frozen=True, slots=True)
class Question:
    """A question that the knowledge base answers, and its language."""

    text: str
    language: str


def questions_of(knowledge_base: bytes) -> list[Question]:
    """Return every phrasing of a knowledge base file."""
    articles = [json.loads(line) for line in knowledge_base.splitlines() if line.strip()]
    return [
        Question(text, article["language"]) for article in articles for text in article["questions"]
    ]


@dataclass(frozen=True, slots=True)
class Message:
    """An arrival `at` seconds from the start. A resend has the `event_id` of an earlier message."""

    at: float
    sender: str
    event_id: str
    text: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Mix:
    """The shares of the kinds of messages. The rest are distinct questions."""

    repeated: float = 0.0
    unanswerable: float = 0.0
    handoff: float = 0.0
    resend: float = 0.0


def arrivals(curve: Curve, rate: float, seconds: float) -> Iterator[float]:
    """Yield times from the start, evenly spaced at each moment. `rate` is the highest of the curve.

    `step` has the rate all along. `ramp` goes from nothing to the rate. `peak` is a day in so many
    seconds, with 80 % of the messages within two of its hours.
    """
    at = 0.0
    while at < seconds:
        now = rate * _height(curve, at / seconds)
        if now <= 0:
            at += seconds / 1000
            continue
        yield at
        at += 1 / now


def _height(curve: Curve, part: float) -> float:
    if curve == "step":
        return 1.0
    if curve == "ramp":
        return max(part, 0.01)
    begin = 0.5 - PEAK_HOURS / DAY_HOURS / 2
    inside = begin <= part < begin + PEAK_HOURS / DAY_HOURS
    quiet = (1 - PEAK_SHARE) / (DAY_HOURS - PEAK_HOURS) / (PEAK_SHARE / PEAK_HOURS)
    return 1.0 if inside else quiet


def messages(
    questions: Sequence[Question],
    times: Iterator[float],
    mix: Mix,
    *,
    threads: int,
    seed: int,
    name: str,
) -> Iterator[Message]:
    """Yield a message for each arrival, spread over so many threads. `name` keeps runs apart.

    A customer who was handed to a person writes no more, because a waiting customer's messages get
    no reply. Another customer takes the place. A customer keeps to one language, because a few
    words could belong to any language.
    """
    chance = random.Random(seed)  # noqa: S311 # traffic, not secrets
    common = _by_language(chance.sample(list(questions), min(COMMON_QUESTIONS, len(questions))))
    every = _by_language(questions)
    languages = sorted(common)
    sent: list[Message] = []
    left: Counter[int] = Counter()
    for number, at in enumerate(times):
        kind = _kind(mix, chance.random())
        if kind == "resend" and not sent:
            kind = "distinct"
        if kind == "resend":
            old = chance.choice(sent[-100:])
            yield Message(at, old.sender, old.event_id, old.text, "resend")
            continue
        place = number % threads if threads else number
        sender = f"{name}-{place}-{left[place]}"
        left[place] += kind in ("unanswerable", "handoff")
        language = languages[place % len(languages)]
        text = _text(kind, every[language], common[language], number, chance)
        message = Message(at, sender, f"{name}-{number}", text, kind)
        sent = [*sent[-99:], message] if mix.resend else sent
        yield message


def _by_language(questions: Sequence[Question]) -> dict[str, list[Question]]:
    found: dict[str, list[Question]] = {}
    for question in questions:
        found.setdefault(question.language, []).append(question)
    return found


def _kind(mix: Mix, drawn: float) -> Kind:
    shares: tuple[tuple[Kind, float], ...] = (
        ("repeated", mix.repeated),
        ("unanswerable", mix.unanswerable),
        ("handoff", mix.handoff),
        ("resend", mix.resend),
    )
    for kind, share in shares:
        if drawn < share:
            return kind
        drawn -= share
    return "distinct"


def _text(
    kind: Kind,
    questions: Sequence[Question],
    common: Sequence[Question],
    number: int,
    chance: random.Random,
) -> str:
    if kind == "repeated":
        return chance.choice(common).text
    question = chance.choice(questions)
    if kind == "handoff":
        return _WISHES[question.language]
    if kind == "unanswerable":
        return _UNKNOWN[question.language].format(n=number)
    detail = chance.choice(_DETAILS[question.language]).format(n=10_000 + number)
    return f"{question.text} {detail}"
