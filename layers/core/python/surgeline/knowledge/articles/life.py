"""A change of an article is described here, from a person's draft to its publication.

    draft -> proposed -> approved -> published -> undone
                 `-> declined

A declined draft may be written anew. Nothing here reads a clock or stores anything. Times are epoch
milliseconds, and days are ISO dates.
"""

import hashlib
import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Final, Literal, cast

from surgeline.errors import Disagrees, Forbidden
from surgeline.knowledge.articles.article import Article
from surgeline.knowledge.articles.jsonl import as_fields
from surgeline.knowledge.articles.media import media_of

State = Literal["draft", "proposed", "approved", "published", "declined", "undone"]
OPEN: Final[frozenset[State]] = frozenset({"draft", "proposed", "approved"})
ID_CHARS: Final = 60
_GAPS: Final = re.compile(r"\W+")


@dataclass(frozen=True, slots=True)
class Step:
    """One act in a draft's life. `who` is a person's name or a key, and `act` is a past tense."""

    at: int
    who: str
    act: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Origin:
    """A text that a draft took over from a thread. An erasure of the thread takes it out again.

    The thread's id is empty for a text of a file of past conversations.
    """

    thread_id: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A change of one article.

    `article` is its new text, or None where the article is to be retired. `against` is the digest
    of the published article when this change was proposed. While the change is being built,
    `version` names the version. `before` is the article that a published change replaced. `problem`
    says why an approved change could not be published.
    """

    id: str
    article_id: str
    article: Article | None
    state: State = "draft"
    review_by: str | None = None
    origins: tuple[Origin, ...] = ()
    steps: tuple[Step, ...] = ()
    against: str = ""
    version: str | None = None
    before: Article | None = None
    problem: str = ""

    @property
    def author(self) -> str:
        """Return the person who wrote the draft first."""
        return self.steps[0].who if self.steps else ""

    @property
    def reviewer(self) -> str:
        """Return the person who approved the draft last, or an empty text."""
        return next((each.who for each in reversed(self.steps) if each.act == "approved"), "")

    @property
    def changed_at(self) -> int:
        """Return when something was last done with the draft."""
        return self.steps[-1].at if self.steps else 0

    @property
    def reason(self) -> str:
        """Return the last reason that anybody gave."""
        return next((each.reason for each in reversed(self.steps) if each.reason), "")

    @property
    def is_open(self) -> bool:
        """Return whether the change may still be published."""
        return self.state in OPEN

    @property
    def digest(self) -> str:
        """Return the digest of the new text."""
        return digest_of(self.article)

    def written(
        self,
        article: Article | None,
        step: Step,
        *,
        review_by: str | None,
        origins: Sequence[Origin] = (),
    ) -> "Draft":
        """Return the draft with another text. What was proposed or approved before is void."""
        self._expect("written anew", OPEN | {"declined"})
        known = dict.fromkeys((*self.origins, *origins))
        return replace(
            self._stepped(step, "draft"), article=article, review_by=review_by, origins=tuple(known)
        )

    def proposed(self, step: Step, *, against: str) -> "Draft":
        """Return the draft as proposed, against the published article of that digest."""
        self._expect("proposed", {"draft", "proposed"})
        return replace(self._stepped(step, "proposed"), against=against)

    def approved(self, step: Step, *, second_person: bool) -> "Draft":
        """Return the draft as approved.

        With `second_person` nobody approves words of their own. Raises Forbidden, Disagrees.
        """
        self._expect("approved", {"proposed"})
        if second_person and step.who.casefold() in self._authors():
            raise Forbidden(
                f"{step.who} wrote or proposed this draft, so somebody else approves it"
            )
        return self._stepped(step, "approved")

    def declined(self, step: Step) -> "Draft":
        """Return the draft as declined."""
        self._expect("declined", OPEN)
        return self._stepped(step, "declined")

    def building(self, step: Step, version: str, before: Article | None) -> "Draft":
        """Return the approved draft while it is built into a version."""
        self._expect("published", {"approved"})
        if digest_of(before) != self.against:
            raise Disagrees(
                f"the article {self.article_id!r} was changed since this draft was proposed; "
                "look at the difference, and propose it again",
                state="changed",
            )
        return replace(self._stepped(step, "approved"), version=version, before=before)

    def published(self) -> "Draft":
        """Return the draft once its version answers. No erasure asks for texts of a file."""
        of_threads = tuple(each for each in self.origins if each.thread_id)
        return replace(self, state="published", problem="", origins=of_threads)

    def not_published(self, problem: str) -> "Draft":
        """Return the draft as approved again, because its version was not put in use."""
        return replace(self, version=None, before=None, problem=problem)

    def undone(self, step: Step) -> "Draft":
        """Return the draft once its change was taken back."""
        self._expect("undone", {"published"})
        return self._stepped(step, "undone")

    def without(self, thread_id: str, step: Step) -> "Draft":
        """Return an open draft without the words that it took over from a thread.

        A draft that loses words has to be read and proposed anew. The step makes an editor that
        still shows the words too old to be saved.
        """
        taken = {each.text for each in self.origins if each.thread_id == thread_id}
        if not taken:
            return self
        left = tuple(each for each in self.origins if each.thread_id != thread_id)
        if not self.is_open or self.article is None:
            return replace(self, origins=left)
        article = replace(
            self.article,
            title="" if _is_title_of(self.article.title, taken) else self.article.title,
            questions=tuple(each for each in self.article.questions if each not in taken),
            answer="" if self.article.answer in taken else self.article.answer,
        )
        changed = article != self.article
        state: State = "draft" if changed and self.version is None else self.state
        return replace(self._stepped(step, state), origins=left, article=article)

    def _stepped(self, step: Step, state: State) -> "Draft":
        return replace(self, steps=(*self.steps, step), state=state)

    def _authors(self) -> frozenset[str]:
        wrote = ("written", "proposed")
        return frozenset(each.who.casefold() for each in self.steps if each.act in wrote)

    def _expect(self, act: str, states: Collection[State]) -> None:
        if self.version is not None and self.state == "approved":
            raise Disagrees(
                f"draft {self.id} is being built as version {self.version}; wait for that",
                state="building",
            )
        if self.state not in states:
            raise Disagrees(
                f"draft {self.id} is {self.state}, so it can't be {act}", state=self.state
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The facts about a published article besides its text.

    `review_by` is the day from which the article is due for a review, if there is one. `owner` is
    the person who looks after it, and `sources` are where its facts come from. `when_overdue` is
    what it does once it is due, or an empty text for the company's rule.
    """

    author: str = ""
    reviewer: str = ""
    reason: str = ""
    published_at: int | None = None
    reviewed_at: int | None = None
    review_by: str | None = None
    owner: str = ""
    sources: tuple[str, ...] = ()
    when_overdue: str = ""

    def is_due(self, today: str) -> bool:
        """Return whether the article should have been looked at by now."""
        return self.review_by is not None and self.review_by <= today


def kept_of(draft: Draft, before: Kept | None = None, *, at: int) -> Kept:
    """Return what is known of the article that a draft was published as, and was known before."""
    known = before or Kept()
    return Kept(
        owner=known.owner,
        sources=known.sources,
        when_overdue=known.when_overdue,
        author=draft.author,
        reviewer=draft.reviewer,
        reason=draft.reason,
        published_at=at,
        reviewed_at=at,
        review_by=draft.review_by,
    )


def applied(articles: Sequence[Article], drafts: Iterable[Draft]) -> list[Article]:
    """Return the articles with the changes of the drafts. New articles come last."""
    changed = {each.article_id: each.article for each in drafts}
    kept = [changed.pop(each.id, each) if each.id in changed else each for each in articles]
    return [each for each in (*kept, *changed.values()) if each is not None]


def digest_of(article: Article | None) -> str:
    """Return a digest of an article's text, whatever its state; it is empty for no article."""
    if article is None:
        return ""
    fields = as_fields(replace(article, state=""))
    return hashlib.sha256(json.dumps(fields).encode()).hexdigest()[:16]


def answer_digest_of(article: Article) -> str:
    """Return a digest of the words that customers read. Phrasings do not change it."""
    said = [article.language, article.title, article.answer, article.crisis_answer]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]


def difference(before: Article | None, after: Article | None) -> dict[str, Any]:
    """Return what a change does to an article, for people.

    `title`, `answer`, `language`, `crisis_answer`, `state`, `note`, `tags` and `media` are pairs
    where they change.
    `added` and `removed` are phrasings. `kind` is new, change, retire or none.
    """
    kind = "new" if before is None else "change"
    if after is None:
        kind = "none" if before is None else "retire"
    elif before == after:
        kind = "none"
    was, now = (set(each.questions) if each else set() for each in (before, after))
    found: dict[str, Any] = {
        "kind": kind,
        "added": [each for each in (after.questions if after else ()) if each not in was],
        "removed": [each for each in (before.questions if before else ()) if each not in now],
    }
    for name in ("title", "answer", "language", "crisis_answer", "state", "note"):
        pair = [getattr(before, name, None), getattr(after, name, None)]
        if (pair[0] or "") != (pair[1] or ""):
            found[name] = pair
    tags = [" ".join(each.tags) if each else "" for each in (before, after)]
    if tags[0] != tags[1]:
        found["tags"] = tags
    media = ["\n".join(e.url for e in each.media) if each else "" for each in (before, after)]
    if media[0] != media[1]:
        found["media"] = media
    return found


def proposed_id(title: str, language: str, taken: Collection[str]) -> str:
    """Return an id for a new article, made of its title, that no other article has."""
    words = _GAPS.sub("-", title.casefold())[:ID_CHARS].strip("-_")
    stem = f"{language}-{words or 'article'}"
    number, found = 2, stem
    while found in taken:
        found, number = f"{stem}-{number}", number + 1
    return found


def article_of(stored: Mapping[str, Any]) -> Article:
    """Return the article of its stored fields. Fields of a newer release are left out."""
    known = {each.name: stored[each.name] for each in fields(Article) if each.name in stored}
    values: dict[str, Any] = {name: _frozen(value) for name, value in known.items()}
    values["media"] = media_of(stored.get("media", ()))
    return Article(**values)


def draft_of(stored: Mapping[str, Any]) -> Draft:
    """Return the draft of its JSON object."""
    known = {each.name: stored[each.name] for each in fields(Draft) if each.name in stored}
    return Draft(
        **{
            **known,
            "state": cast("State", stored["state"]),
            "article": article_of(stored["article"]) if stored["article"] else None,
            "before": article_of(stored["before"]) if stored.get("before") else None,
            "origins": tuple(Origin(*each) for each in stored.get("origins", ())),
            "steps": tuple(Step(*each) for each in stored.get("steps", ())),
        }
    )


def as_stored(draft: Draft) -> dict[str, Any]:
    """Return the draft as a JSON object. Origins and steps are lists, so that they stay small."""
    return asdict(draft) | {
        "article": as_fields(draft.article) if draft.article else None,
        "before": as_fields(draft.before) if draft.before else None,
        "origins": [[each.thread_id, each.text] for each in draft.origins],
        "steps": [[each.at, each.who, each.act, each.reason] for each in draft.steps],
    }


def _is_title_of(title: str, taken: Iterable[str]) -> bool:
    """Return whether a title is one of the texts, as it was or shortened."""
    begins = title.rstrip("…")
    return bool(begins) and any(" ".join(each.split()).startswith(begins) for each in taken)


def _frozen(value: object) -> object:
    return tuple(map(_frozen, value)) if isinstance(value, list) else value
