"""The chat page offers questions of the articles that customers asked about most, from here."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from surgeline.application.answers.current_knowledge import current_index
from surgeline.application.answers.recent_questions import AskedQuestion
from surgeline.application.answers.starters import keep_asked, keep_starters, place_of
from surgeline.application.answers.states.ledger import read_ledger
from surgeline.application.answers.states.published_articles import articles_now
from surgeline.application.ports.blobs import Blobs
from surgeline.knowledge.articles.states import AUTOMATED

LEAST_CUSTOMERS = 3
"""An article that fewer customers asked about stays in the authors' order."""


def most_asked(asked: Iterable[AskedQuestion]) -> list[str]:
    """Return the articles that answered the most customers, the most asked first."""
    customers = Counter(
        article for article, _ in {(each.article_id, each.thread_id) for each in asked} if article
    )
    known = [article for article, count in customers.items() if count >= LEAST_CUSTOMERS]
    return sorted(known, key=lambda article: (-customers[article], article))


def most_asked_on_pages(asked: Iterable[AskedQuestion]) -> Mapping[str, list[str]]:
    """Return the most asked articles of each page of a site, the page that asks most first."""
    by_page: dict[str, list[AskedQuestion]] = defaultdict(list)
    for each in asked:
        if each.article_id and (page := place_of(each.page)):
            by_page[page].append(each)
    busiest = sorted(by_page, key=lambda page: (-len(by_page[page]), page))
    found = {page: most_asked(by_page[page]) for page in busiest}
    return {page: articles for page, articles in found.items() if articles}


def offer_most_asked(blobs: Blobs, knowledge_base: str, asked: Iterable[AskedQuestion]) -> None:
    """Keep which articles are asked most, and let the chat page offer those of them that answer."""
    known = list(asked)
    keep_asked(blobs, knowledge_base, most_asked(known), most_asked_on_pages(known))
    offer_answering(blobs, knowledge_base)


def offer_answering(blobs: Blobs, knowledge_base: str) -> None:
    """Let the chat page offer questions of the articles that answer now."""
    current = current_index(blobs, knowledge_base)
    if current is None:
        return
    states = read_ledger(blobs, knowledge_base).states
    answering = [
        each
        for each in articles_now(blobs, knowledge_base)
        if states.get(each.id, AUTOMATED) == AUTOMATED
    ]
    keep_starters(blobs, knowledge_base, current.version, answering)
