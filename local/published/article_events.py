"""The event that tells pools of changed articles is a pydantic model here, version 1."""

from typing import Annotated, Literal

from pydantic import Field
from surgeline.domain.ids import NOTICE

from local.published.events import TO_POOLS, Count, Described, Envelope, Time

State = Literal["draft", "assisted", "shadow", "automated", "paused", "retired"]
Pair = Annotated[list[str], Field(min_length=2, max_length=2)]


class ArticleChange(Described):
    """One article, as it was and as it is.

    `answer` is the text before and after, where it changed: empty before for a new article, and
    empty after for one that was removed. `state` is the state before and after. `also` names other
    parts that changed. `reason` is the company's own. Who answers by the former words of an
    `important` change says something wrong.
    """

    article_id: str
    title: str
    language: str
    kind: Literal["new", "changed", "removed", "state"]
    answer: Pair | None
    state: Annotated[list[State], Field(min_length=2, max_length=2)] | None
    also: list[Literal["title", "language", "crisis_answer", "media", "note"]]
    important: bool
    reason: str


class ArticlesTold(Described):
    """The articles that changed at once. `more` counts those that are not shown.

    `known` is false where the difference of two versions can't be told.
    """

    version: Annotated[Literal[1], Field(alias="schema")]
    notice_id: Annotated[str, Field(pattern=f"^{NOTICE}$")]
    knowledge_base: str
    kind: Literal["published", "rolled_back", "states"]
    changed_at: Time
    important: bool
    articles: Annotated[list[ArticleChange], Field(max_length=12)]
    more: Count
    known: bool


class ArticlesChanged(Envelope):
    """articles.changed: read this, and say so with articles.read."""

    type: Literal["articles.changed"]
    data: ArticlesTold


ALL_TO_POOLS: tuple[type[Envelope], ...] = (*TO_POOLS, ArticlesChanged)
"""Every event that a pool is sent."""
