"""A pack for a pool is made of what an instance knows: topics, articles, rules and a quiz.

Questions of customers are redacted to the pool's own level. The pack holds no known name, no
address and no whole conversation.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from surgeline.application.answers.life.phrasings import MOST_QUIZZED
from surgeline.domain.redaction import redact
from surgeline.knowledge.articles.states import AUTOMATED, FOR_PEOPLE

CHOICES: Final = 4
MOST_TOPICS: Final = 30
MOST_CHARS: Final = 300


@dataclass(frozen=True, slots=True)
class Known:
    """The facts of an instance that a pack is made of, as its API tells them."""

    pool: Mapping[str, Any]
    configuration: Mapping[str, Any]
    articles: Sequence[Mapping[str, Any]]
    topics: Sequence[Mapping[str, Any]]
    phrasings: Sequence[Mapping[str, Any]]


def pack_of(known: Known, points: Sequence[Mapping[str, Any]] = ()) -> dict[str, Any]:
    """Return the pack as data. `points` are those of a check of the pool's connection."""
    shown = [each for each in known.articles if each.get("state", AUTOMATED) in FOR_PEOPLE]
    titles = {each["id"]: each["title"] for each in shown}
    company = known.configuration.get("company", {})
    return {
        "pool": known.pool["id"],
        "company": company.get("name", ""),
        "languages": list(known.pool.get("languages", [])),
        "topics": _topics(known, titles),
        "articles": [_article(each) for each in shown],
        "tone": _texts(company.get("texts", {})),
        "escalation": _escalation(known),
        "crisis": [_profile(each) for each in known.configuration.get("crisis_profiles", [])],
        "quiz": _quiz(known, shown),
        "begin": _beginning(known.pool),
        "checks": _checks(known.pool),
        "conformance": [dict(each) for each in points],
    }


def _beginning(pool: Mapping[str, Any]) -> list[str]:
    """Return what a new person does first, as sentences."""
    ring = pool.get("ring_seconds")
    within = f" within {ring} seconds" if ring else ""
    if pool.get("reached_by") == "console":
        said = [
            "Open the link that your lead gives you. It works once, and brings you to /agent.",
            "Choose Here at the top. New conversations then appear at the left.",
            f"Accept one{within}. Insert a suggested answer or write your own, and send it.",
            "Close the conversation with how it ended.",
        ]
    else:
        said = [
            f"Conversations are offered to you where your team works. Accept one{within}.",
            "Read the suggested answers that come with it. Send one, or write your own.",
            "End the conversation once it is solved.",
        ]
    return [*said, "Before your first one, read the articles on the first topics, and do the quiz."]


def _checks(pool: Mapping[str, Any]) -> list[str]:
    """Return the commands that the lead tries first. The console has no connection to try."""
    if pool.get("reached_by") == "console":
        return [f"surgeline staff invite NAME --role agent --pool {pool['id']}"]
    return [f"surgeline pool ping {pool['id']}", f"surgeline pool check {pool['id']}"]


def _topics(known: Known, titles: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the topics, the most frequent first."""
    named = [(each["topic"], each["conversations"]) for each in known.topics]
    return [
        {"topic": name, "title": titles.get(name, name.replace("_", " ")), "count": count}
        for name, count in sorted(named, key=lambda each: (-each[1], each[0]))[:MOST_TOPICS]
    ]


def _article(article: Mapping[str, Any]) -> dict[str, Any]:
    names = ("id", "title", "language", "answer", "crisis_answer", "note")
    kept = {name: article[name] for name in names if article.get(name)}
    return kept | {"state": article.get("state", AUTOMATED)}


def _texts(texts: Mapping[str, Mapping[str, str]]) -> list[dict[str, str]]:
    """Return the company's own words to customers, in each language."""
    return [
        {"language": language, "name": name, "text": text}
        for language, words in sorted(texts.items())
        for name, text in sorted(words.items())
    ]


def _escalation(known: Known) -> list[str]:
    """Return the rules by which a conversation goes on, as sentences."""
    routing = known.configuration.get("routing", {})
    said = []
    for number, step in enumerate(routing.get("steps", []), 1):
        pools = ", ".join(step.get("pools", [])) or step.get("kind") or "every pool"
        wait = f" for {step['seconds']} seconds" if step.get("seconds") else ""
        said.append(f"Step {number}: {pools} is asked{wait}.")
    for each in routing.get("emergencies", []):
        signs = [*each.get("words", []), *each.get("topics", []), *each.get("reasons", [])]
        named = ", ".join(signs) or each["id"]
        said.append(f"An emergency ({named}) calls people on call at once.")
    if supervisors := routing.get("supervisors", []):
        said.append(f"What is escalated goes to {', '.join(supervisors)} first.")
    ring = known.pool.get("ring_seconds")
    if ring:
        said.append(f"An offer that you do not take within {ring} seconds goes to the next pool.")
    said += [
        "Pass a conversation to a supervisor with the reason `escalation`.",
        "A customer who asks for a person never goes back to the bot in the same issue.",
    ]
    return said


def _profile(profile: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": profile["id"],
        "preamble": profile.get("preamble", {}),
        "texts": profile.get("texts", {}),
        "to_people": list(profile.get("to_people", [])),
    }


def _quiz(known: Known, shown: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return real questions with their right article among others of the language."""
    level = known.pool.get("redaction", "payment")
    by_id = {each["id"]: each for each in shown}
    asked = [
        (redact(each["text"], level)[:MOST_CHARS], found["article"])
        for found in known.phrasings
        if found["article"] in by_id
        for each in found["phrasings"]
    ]
    quiz = []
    for number, (text, article_id) in enumerate(asked[:MOST_QUIZZED]):
        language = by_id[article_id]["language"]
        others = [e["id"] for e in shown if e["language"] == language and e["id"] != article_id]
        start = number % max(1, len(others))
        choices = sorted([article_id, *(others[start:] + others[:start])[: CHOICES - 1]])
        quiz.append(
            {
                "question": text,
                "choices": [{"article": each, "title": by_id[each]["title"]} for each in choices],
                "right": article_id,
            }
        )
    return quiz
