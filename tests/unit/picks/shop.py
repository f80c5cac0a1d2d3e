"""A small shop whose index leaves some questions undecided, for the tests beside it."""

from surgeline.knowledge.answering.index import Index, build
from surgeline.knowledge.articles.jsonl import parse_jsonl

from tests.unit.knowledge.shop import jsonl

UNDECIDED = "a voucher for my sister"


def shop(language: str = "en") -> Index:
    """Return the index of the small shop in a language."""
    return build(parse_jsonl(jsonl(language), "shop.jsonl"))
