"""A backlog is told here in words: how its tickets stand, by topic and by age."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from surgeline.domain.waiting.notices import SHUT

from cli.console import counted

Ticket = Mapping[str, Any]

_STATES: Final = {
    "coming": "on their way in",
    "silent": "nobody was told anything",
    "offered": "a pool is asked",
    "with_pool": "a pool has it, and has not written yet",
    "answered": "answered by the bot",
    "person": "a person writes with the customer",
    "customer": "the customer wrote again",
    "closed": "closed by a pool without a word",
    "taken_out": "taken out",
    "elsewhere": "another conversation of the customer goes on",
}
_FINDINGS: Final = {
    "answer": "the bot may answer",
    "courtesy": "only a courtesy",
    "person": "for a person",
    "": "not read yet",
}
_AGES: Final = ((1, "today"), (3, "1 to 3 days"), (7, "3 to 7 days"), (30, "7 to 30 days"))
_OLDER: Final = "older than 30 days"
MOST_TOPICS: Final = 20
NO_TOPIC: Final = "none"


def lines_of(tickets: Sequence[Ticket]) -> Iterator[str]:
    """Yield the lines on how a backlog stands."""
    conversations = {each["conversation_id"] or each["key"]: each for each in tickets}
    joined = len(tickets) - len(conversations)
    same = f" ({counted(joined, 'ticket')} of customers who have another one)" if joined else ""
    yield f"{counted(len(conversations), 'conversation')}{same}"
    states = Counter(each["state"] for each in conversations.values())
    yield from (
        f"  {states[state]:>7,}  {words}" for state, words in _STATES.items() if states[state]
    )
    silent = [each for each in conversations.values() if each["state"] == "silent"]
    if silent:
        yield from _promised(silent)


def _promised(silent: Sequence[Ticket]) -> Iterator[str]:
    """Yield what the promise allows for the silent conversations, by topic and by age."""
    yield "What the promise would do with the silent ones:"
    findings = Counter(each["finding"] for each in silent)
    yield from (f"  {findings[f]:>7,}  {words}" for f, words in _FINDINGS.items() if findings[f])
    shut = sum(each["why"] == SHUT for each in silent)
    if shut:
        yield f"  {shut:>7,}  of those have an answer, but {SHUT}"
    topics = Counter(each["article_id"] or NO_TOPIC for each in silent)
    answers = Counter(each["article_id"] for each in silent if each["finding"] == "answer")
    yield "By the nearest article (answered, for a person):"
    for topic, number in topics.most_common(MOST_TOPICS):
        yield f"  {answers[topic]:>7,} {number - answers[topic]:>7,}  {topic}"
    if len(topics) > MOST_TOPICS:
        yield f"  … and {len(topics) - MOST_TOPICS:,} more topics"
    ages = Counter(_age(each["since"]) for each in silent)
    yield "By the age of the customer's last word:"
    for name in (*(name for _, name in _AGES), _OLDER):
        if ages[name]:
            yield f"  {ages[name]:>7,}  {name}"


def answerable(tickets: Sequence[Ticket], articles: Sequence[str]) -> int:
    """Return how many silent conversations the bot may answer."""
    return len(
        {
            each["conversation_id"]
            for each in tickets
            if each["state"] == "silent"
            and each["finding"] == "answer"
            and (not articles or each["article_id"] in articles)
        }
    )


def _age(since: str) -> str:
    days = (datetime.now(UTC) - datetime.fromisoformat(since)).total_seconds() / 86_400
    return next((name for most, name in _AGES if days < most), _OLDER)
