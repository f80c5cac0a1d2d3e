"""A change of articles is told to the people who work with them by a notice, described here.

A notice says what an article was and what it is. Phrasings and tags are not told, because nobody
reads them. Nothing here reads a clock or stores anything. Times are epoch milliseconds.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Final, Literal

from surgeline.knowledge.articles.article import Article
from surgeline.knowledge.articles.states import AT_REST

ChangeKind = Literal["new", "changed", "removed", "state"]
NoticeKind = Literal["published", "rolled_back", "states"]

MOST_ARTICLES: Final = 12
"""The number of articles that a notice shows. It counts the others."""
MOST_CHARS: Final = 1_000
"""The number of characters of an answer that a notice shows."""
_SAID: Final = ("answer", "crisis_answer", "note")
"""The parts by which people answer."""
_ORDER: Final[Mapping[str, int]] = {"changed": 0, "removed": 1, "state": 2, "new": 3}


@dataclass(frozen=True, slots=True)
class ArticleText:
    """The parts of an article that people read. `media` are addresses."""

    title: str
    language: str
    answer: str
    crisis_answer: str = ""
    media: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleChange:
    """One article of a notice. `who` changed it, and `reason` is in that person's words.

    `answer` and `state` are pairs of before and after, or None where they are as before. `also`
    names other parts that changed. Who still says the former words of an `important` change says
    something wrong.
    """

    article_id: str
    title: str
    language: str
    kind: ChangeKind
    answer: tuple[str, str] | None = None
    state: tuple[str, str] | None = None
    also: tuple[str, ...] = ()
    important: bool = False
    who: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something that changed at once. `more` counts the articles that are not shown.

    `known` is false where an earlier release built a version, so that nobody can compare it.
    """

    id: str
    at: int
    knowledge_base: str
    kind: NoticeKind
    changes: tuple[ArticleChange, ...] = ()
    more: int = 0
    known: bool = True

    @property
    def important(self) -> bool:
        """Return whether any article of it has an important change."""
        return any(each.important for each in self.changes)


def text_of(article: Article) -> ArticleText:
    """Return the parts of an article that people read."""
    media = tuple(each.url for each in article.media)
    said = article.title, article.language, article.answer, article.crisis_answer
    return ArticleText(*said, media, article.note)


def changes_between(
    before: Mapping[str, ArticleText], after: Mapping[str, ArticleText]
) -> list[ArticleChange]:
    """Return what differs between two versions for people, the important changes first."""
    found = [
        *_of_those_now(before, after),
        *(_removed(name, each) for name, each in before.items() if name not in after),
    ]
    return ordered(found)


def ordered(changes: Iterable[ArticleChange]) -> list[ArticleChange]:
    """Return the changes, the important ones first."""
    return sorted(changes, key=lambda each: (not each.important, _ORDER[each.kind]))


def state_change(
    article_id: str, text: ArticleText, *, before: str, after: str, who: str, reason: str
) -> ArticleChange:
    """Return the change of an article that went from one state to another."""
    return ArticleChange(
        article_id=article_id,
        title=text.title,
        language=text.language,
        kind="state",
        state=(before, after),
        important=after in AT_REST,
        who=who,
        reason=reason,
    )


def _of_those_now(
    before: Mapping[str, ArticleText], after: Mapping[str, ArticleText]
) -> Iterator[ArticleChange]:
    for name, now in after.items():
        was = before.get(name)
        if was is None:
            yield _new(name, now)
        elif was != now:
            yield _changed(name, was, now)


def _new(article_id: str, now: ArticleText) -> ArticleChange:
    return ArticleChange(
        article_id=article_id,
        title=now.title,
        language=now.language,
        kind="new",
        answer=("", _cut(now.answer)),
    )


def _changed(article_id: str, was: ArticleText, now: ArticleText) -> ArticleChange:
    other = ("title", "language", "crisis_answer", "media", "note")
    answers = was.answer != now.answer
    return ArticleChange(
        article_id=article_id,
        title=now.title,
        language=now.language,
        kind="changed",
        answer=_pair(was.answer, now.answer) if answers else None,
        also=tuple(each for each in other if getattr(was, each) != getattr(now, each)),
        important=any(getattr(was, each) != getattr(now, each) for each in _SAID),
    )


def _removed(article_id: str, was: ArticleText) -> ArticleChange:
    return ArticleChange(
        article_id=article_id,
        title=was.title,
        language=was.language,
        kind="removed",
        answer=(_cut(was.answer), ""),
        important=True,
    )


def _pair(before: str, after: str) -> tuple[str, str]:
    """Return both texts, cut where they are long, from shortly before they differ."""
    if max(len(before), len(after)) <= MOST_CHARS:
        return before, after
    same = next(
        (place for place, (a, b) in enumerate(zip(before, after, strict=False)) if a != b),
        min(len(before), len(after)),
    )
    begin = max(0, same - MOST_CHARS // 4)
    mark = "…" if begin else ""
    return mark + _cut(before[begin:]), mark + _cut(after[begin:])


def _cut(text: str) -> str:
    return text if len(text) <= MOST_CHARS else f"{text[: MOST_CHARS - 1]}…"


def notice_of(stored: Mapping[str, Any]) -> Notice:
    """Return the notice of its JSON object. Fields of a newer release are left out."""
    known = {each.name: stored[each.name] for each in fields(Notice) if each.name in stored}
    return Notice(**{**known, "changes": tuple(map(_change_of, stored.get("changes", ())))})


def _change_of(stored: Mapping[str, Any]) -> ArticleChange:
    known = {each.name: stored[each.name] for each in fields(ArticleChange) if each.name in stored}
    frozen: dict[str, Any] = {
        name: tuple(each) if isinstance(each, list) else each for name, each in known.items()
    }
    return ArticleChange(**frozen)


def as_object(notice: Notice) -> dict[str, Any]:
    """Return the notice as a JSON object."""
    return asdict(notice)
