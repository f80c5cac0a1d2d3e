"""Drafts of articles, as operators begin, propose and publish them over the API."""

from typing import Any

from surgeline.application.answers.knowledge_shelf import REREAD_SECONDS

from local.home.plan import UPLOADS_QUEUE
from local.virtual.front import Answered
from local.virtual.shop import articles_file
from tests.functions.stage import Stage

BASE = "/v1/admin/knowledge/shop"
DRAFTS = f"{BASE}/drafts"
GIFT: dict[str, Any] = {
    "title": "Gift cards",
    "language": "en",
    "questions": [
        "Do you sell gift cards?",
        "Can I buy a gift card here?",
        "Do you have gift cards?",
        "Where do I get a gift card?",
        "I want to give somebody a gift card",
    ],
    "answer": "Yes, at every till, from 10 to 200 euros.",
}
ASKED = ("do you sell gift cards", "can I buy a gift card")


def with_articles(stage: Stage) -> Stage:
    """Return the stage once its knowledge base was uploaded and built as an operator does it."""
    assert stage.admin("PUT", BASE, articles_file()).status == 202
    built(stage)
    return stage


def built(stage: Stage) -> None:
    """Play the bucket's events for everything that was put among the sources so far."""
    stage.clock.advance(1)
    stage.home.drain(UPLOADS_QUEUE)


def asked(stage: Stage) -> None:
    """Let two customers ask what no article answers."""
    for number, text in enumerate(ASKED):
        stage.write(text, sender=f"customer-{number}")
        stage.drain("events")


def begun(stage: Stage, **changes: Any) -> str:
    """Begin a draft of the new article, and return its id."""
    body = {"article": GIFT | changes, "reason": "asked every day", "review_by": "2026-06-30"}
    answer = stage.admin("POST", DRAFTS, body)
    assert answer.status == 201, answer.text
    return str(answer.json["id"])


def act(stage: Stage, draft: str, name: str, headers: Any = None) -> Answered:
    """Do something with a draft, as the key's holder or as a person."""
    path = f"{DRAFTS}/{draft}/{name}"
    if headers is None:
        return stage.admin("POST", path, {"reason": f"{name}, because"})
    return stage.request("POST", path, {"reason": f"{name}, because"}, headers)


def proposed(stage: Stage, **changes: Any) -> str:
    """Return a draft that is proposed and checked."""
    draft = begun(stage, **changes)
    answer = act(stage, draft, "propose")
    assert answer.status == 200, answer.text
    built(stage)
    return draft


def published(stage: Stage, **changes: Any) -> str:
    """Return a draft that is approved, and whose version answers."""
    draft = proposed(stage, **changes)
    assert act(stage, draft, "approve").status == 200
    answer = stage.admin("POST", f"{BASE}/release", {})
    assert answer.status == 202, answer.text
    built(stage)
    return draft


def shown(stage: Stage, draft: str) -> Any:
    """Return a draft as the API shows it."""
    return stage.admin("GET", f"{DRAFTS}/{draft}").json


def articles(stage: Stage) -> list[str]:
    """Return the ids of the articles that answer now."""
    stage.clock.advance(REREAD_SECONDS + 1)
    return [each["id"] for each in stage.admin("GET", f"{BASE}/articles").json["articles"]]


def said_to(stage: Stage, sender: str, text: str) -> str:
    """Return what the bot says to a new customer's question."""
    stage.clock.advance(REREAD_SECONDS + 1)
    stage.write(text, sender=sender)
    stage.drain("events")
    return stage.said(sender)[-1][1]
