"""Reports get the facts of articles here, with the days of their reviews.

A function without numpy reads them too, so nothing here loads an index.
"""

from dataclasses import replace

from surgeline.application.answers.life.book import read_book
from surgeline.application.answers.states.ledger import facts_of
from surgeline.application.ports.blobs import Blobs
from surgeline.reports.report import ArticleFacts


def reviewed_facts(blobs: Blobs, knowledge_base: str) -> dict[str, ArticleFacts]:
    """Return the facts that reports need of the articles, with the days of their reviews."""
    kept = read_book(blobs, knowledge_base).kept
    return {
        name: replace(each, review_by=kept[name].review_by if name in kept else None)
        for name, each in facts_of(blobs, knowledge_base).items()
    }
