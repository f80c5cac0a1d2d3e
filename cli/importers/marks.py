"""An article's marks have columns and fields of their own in an export, such as "note (surgeline)".

Other tools have columns called tags, state or note for things of their own, which are not read.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Final

from surgeline.knowledge.articles.article import Article
from surgeline.knowledge.articles.jsonl import as_fields

from cli.importers.plain_text import is_as_it_is, plain_text

MARKS: Final = ("tags", "crisis_answer", "state", "media", "note")
"""The fields that an article need not have."""
_LISTS: Final = ("tags", "media")
OWN: Final[Mapping[str, str]] = {f"{name} (surgeline)": name for name in MARKS}
"""The marks by the names of their columns."""


def used(articles: Sequence[Article]) -> list[str]:
    """Return the marks that any of the articles has, in their order."""
    found = [as_fields(each) for each in articles]
    return [name for name in MARKS if any(name in each for each in found)]


def told(article: Article, name: str) -> str:
    """Return a mark as a text; a list is JSON. A mark that the article has not is empty."""
    value = as_fields(article).get(name, "")
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def read_mark(name: str, text: str) -> object:
    """Return the value of a mark's text; a list that is no JSON stays a text, to be told."""
    if name not in _LISTS:
        return text
    try:
        return json.loads((plain_text(text) or text) if is_as_it_is(text) else text)
    except (ValueError, RecursionError):
        return text
