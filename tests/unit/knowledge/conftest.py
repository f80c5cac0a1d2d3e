"""What the tests of knowledge share: the small shop's articles and their index."""

import pytest
from surgeline.knowledge.answering.index import Index, build
from surgeline.knowledge.articles.jsonl import Article, parse_jsonl

from tests.unit.knowledge.shop import jsonl


@pytest.fixture(scope="session")
def articles() -> tuple[Article, ...]:
    """Return the small shop in its three languages."""
    return parse_jsonl(jsonl("en", "ko", "fr"), "shop.jsonl")


@pytest.fixture(scope="session")
def index(articles: tuple[Article, ...]) -> Index:
    """Return the small shop's index."""
    return build(articles)
