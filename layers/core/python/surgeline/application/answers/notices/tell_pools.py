"""The deliveries that tell pools of changed articles are composed here.

Each pool is sent those in its languages. A delivery's id follows from the notice and the pool.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any, Final

from surgeline.application.configuration import PoolSettings
from surgeline.application.ports.deliveries import ARTICLES, Delivery
from surgeline.domain.ids import derived_id
from surgeline.domain.times import rfc3339
from surgeline.knowledge.articles.notices import ArticleChange, Notice

CHANGED: Final = "articles.changed"


def deliveries_of(notices: Sequence[Notice], pools: Sequence[PoolSettings]) -> Iterator[Delivery]:
    """Yield the deliveries of notices, each pool's in their order."""
    for notice in notices:
        for pool in pools:
            shown = changes_for(notice, pool.languages)
            if shown or notice.more or not notice.known:
                yield _delivery(notice, pool.id, shown)


def changes_for(notice: Notice, languages: Sequence[str]) -> list[ArticleChange]:
    """Return the changes of a notice that a pool of these languages reads. None means all.

    Everybody reads of an article whose language is not known.
    """
    wanted = {"", *languages}
    return [each for each in notice.changes if not languages or each.language in wanted]


def told_change(change: ArticleChange) -> dict[str, Any]:
    """Return a change as pools and pages are told it. Nobody who changed it is named."""
    told = asdict(change)
    del told["who"]
    return told


def _delivery(notice: Notice, pool_id: str, changes: Sequence[ArticleChange]) -> Delivery:
    return Delivery(
        id=derived_id("n", notice.id, f"{CHANGED}/{pool_id}"),
        thread_id=ARTICLES,
        conversation_id="",
        target="pool",
        target_id=pool_id,
        event=CHANGED,
        epoch=0,
        at=notice.at,
        payload={
            "notice_id": notice.id,
            "knowledge_base": notice.knowledge_base,
            "kind": notice.kind,
            "changed_at": rfc3339(notice.at),
            "important": any(each.important for each in changes),
            "articles": [told_change(each) for each in changes],
            "more": notice.more,
            "known": notice.known,
        },
    )
