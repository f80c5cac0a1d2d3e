"""The chat page offers questions of the articles that customers ask about most."""

from pathlib import Path

from surgeline.application.answers.recent_questions import AskedQuestion
from surgeline.application.answers.starters import keep_asked, keep_starters, kept_starters
from surgeline.application.answers.states.offer_starters import LEAST_CUSTOMERS, most_asked
from surgeline.knowledge.articles.article import Article

from local.engine.blobs import FileBlobs


def asked(article: str | None, customers: int, *, times: int = 1) -> list[AskedQuestion]:
    """Return what so many customers asked, each so often."""
    people = range(customers)
    return [AskedQuestion(f"t{each}", "?", article) for each in people for _ in range(times)]


def test_the_most_asked_come_first() -> None:
    """Customers count, and not how often one of them asks; a few say nothing yet."""
    questions = [
        *asked("en-returns", LEAST_CUSTOMERS),
        *asked("en-hours", LEAST_CUSTOMERS + 1),
        *asked("en-rare", LEAST_CUSTOMERS - 1, times=9),
        *asked(None, 20),
    ]
    assert most_asked(questions) == ["en-hours", "en-returns"]


def test_what_is_asked_is_offered_before_the_authors_order(tmp_path: Path) -> None:
    """The page offers the most asked articles that answer, and then the first of the others."""
    blobs = FileBlobs(tmp_path)
    blobs.put("knowledge/shop/current", b'{"version": "v1"}')
    names = ("en-a", "en-b", "en-c", "en-d")
    articles = [Article(each, each, "en", (f"{each}?",), "An answer.") for each in names]
    keep_starters(blobs, "shop", "v1", articles)
    assert kept_starters(blobs, "shop") == {"en": ("en-a?", "en-b?", "en-c?")}
    keep_asked(blobs, "shop", ["en-gone", "en-d"])
    keep_starters(blobs, "shop", "v1", articles)
    assert kept_starters(blobs, "shop") == {"en": ("en-d?", "en-a?", "en-b?")}
