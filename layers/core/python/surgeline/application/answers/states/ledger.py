"""The states of a knowledge base's articles, with their changes, are kept here as one blob.

Key: `knowledge/{base}/states.json`. A state belongs to an article and not to a version of the
knowledge base, so that going back to an earlier version never lets an article answer again. The
pointer `knowledge/{base}/current` carries those states that differ from `automated`, because
functions that answer read it anyway.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Final

from surgeline.application.ports.blobs import Blobs, bytes_of
from surgeline.application.ports.refusals import Changed
from surgeline.errors import Unavailable, Unreadable
from surgeline.knowledge.articles.article import Article
from surgeline.knowledge.articles.life import answer_digest_of, digest_of
from surgeline.knowledge.articles.states import AUTOMATED
from surgeline.reports.report import ArticleFacts

TRIES: Final = 5
MOST_CHANGES: Final = 20
"""The number of an article's changes that are kept, the newest ones."""
MOST_TEXTS: Final = 10
"""The number of an article's texts whose times are kept, the newest ones."""
ITSELF: Final = "the instance"
"""The name of the one who changes a state where no person does."""


@dataclass(frozen=True, slots=True)
class Change:
    """One step of an article. `numbers` is what its uses had proved then, as one sentence.

    `by_itself`: no person took the step. `overdue` is the day since when a review was due, where
    that is the only reason of the step.
    """

    at: int
    who: str
    before: str
    after: str
    reason: str = ""
    numbers: str = ""
    by_itself: bool = False
    overdue: str = ""

    @property
    def takes_back(self) -> bool:
        """Return whether the instance took the article back for what its uses or people tell."""
        return self.by_itself and self.after == "paused" and not self.overdue


@dataclass(frozen=True, slots=True)
class Standing:
    """The state of one article, its changes, and since when it has which text (ms, digest).

    A text is the words that customers read. Further phrasings are no other text.
    """

    state: str = AUTOMATED
    changes: tuple[Change, ...] = ()
    texts: tuple[tuple[int, str], ...] = ()

    @property
    def text_since(self) -> int:
        """Return since when the article has its present text, or 0 where that is not known."""
        return self.texts[-1][0] if self.texts else 0

    @property
    def counts_since(self) -> int:
        """Return since when uses prove something.

        Those of an earlier text do not, and neither do those before the article was taken back.
        """
        taken_back = [each.at for each in self.changes if each.takes_back]
        return max([self.text_since, *taken_back])

    @property
    def before_due(self) -> str:
        """Return the state that the article had until its review was due, or an empty text."""
        last = self.changes[-1] if self.changes else None
        return last.before if last and last.overdue and last.after == self.state else ""

    def resumes(self, after: str) -> bool:
        """Return whether a step only takes a person's last step back, with the same text.

        An article that was paused because its review was due goes back to where it was.
        """
        if self.before_due:
            return after == self.before_due
        last = self.changes[-1] if self.changes else None
        return (
            last is not None
            and not last.by_itself
            and last.after == self.state
            and last.before == after
            and last.after in ("paused", "retired")
            and last.at >= self.text_since
        )

    def stepped(self, change: Change) -> "Standing":
        """Return the standing after a step."""
        kept = (*self.changes, change)[-MOST_CHANGES:]
        return replace(self, state=change.after, changes=kept)

    def reads(self, article: Article, *, at: int) -> "Standing":
        """Return the standing of an article that has this text from now on.

        An earlier release kept a digest of the phrasings as well. It stands for the same text.
        """
        digest = answer_digest_of(article)
        since, known = self.texts[-1] if self.texts else (0, "")
        if known == digest:
            return self
        if known == digest_of(article):
            return replace(self, texts=(*self.texts[:-1], (since, digest)))
        return replace(self, texts=(*self.texts, (at, digest))[-MOST_TEXTS:])


@dataclass(frozen=True, slots=True)
class Ledger:
    """The standings of a knowledge base's articles, by their ids."""

    standings: Mapping[str, Standing] = field(default_factory=dict)

    def of(self, article_id: str) -> Standing:
        """Return the standing of an article. One that nothing is known of answers."""
        return self.standings.get(article_id, Standing())

    @property
    def states(self) -> dict[str, str]:
        """Return the states that differ from `automated`, by article."""
        found = self.standings.items()
        return {name: each.state for name, each in found if each.state != AUTOMATED}

    def with_(self, article_id: str, standing: Standing) -> "Ledger":
        """Return the ledger with another standing of one article."""
        return Ledger({**self.standings, article_id: standing})

    def holding(self, articles: Iterable[Article], *, at: int) -> "Ledger":
        """Return the ledger once these articles are all that answer.

        An article that is gone is forgotten, unless its state would have kept it from answering.
        """
        now = {each.id: each for each in articles}
        kept = {
            name: each
            for name, each in self.standings.items()
            if name in now or each.state != AUTOMATED
        }
        read = {name: self.of(name).reads(each, at=at) for name, each in now.items()}
        return Ledger({**kept, **read})


def read_ledger(blobs: Blobs, knowledge_base: str) -> Ledger:
    """Return the ledger, which is empty before the first publication of this release."""
    return _decoded(bytes_of(blobs, _key(knowledge_base)))


def facts_of(blobs: Blobs, knowledge_base: str) -> dict[str, ArticleFacts]:
    """Return the facts about a knowledge base's articles that reports need."""
    found = read_ledger(blobs, knowledge_base).standings.items()
    return {name: ArticleFacts(each.state, each.texts) for name, each in found}


def change_ledger(blobs: Blobs, knowledge_base: str, change: Callable[[Ledger], Ledger]) -> Ledger:
    """Replace the ledger by what `change` makes of it, and return it. Raises Unavailable."""
    key = _key(knowledge_base)
    for _ in range(TRIES):
        was = bytes_of(blobs, key)
        before = _decoded(was)
        ledger = change(before)
        if ledger == before:
            return ledger
        try:
            blobs.swap(key, _encoded(ledger), was=was)
        except Changed:
            continue
        return ledger
    raise Unavailable(f"the states of {knowledge_base} change all the time; try again later")


def _encoded(ledger: Ledger) -> bytes:
    stored = {name: asdict(each) for name, each in ledger.standings.items()}
    return json.dumps({"schema": 1, "articles": stored}).encode()


def _decoded(raw: bytes | None) -> Ledger:
    if raw is None:
        return Ledger()
    try:
        stored = json.loads(raw)["articles"]
        return Ledger({name: _standing(each) for name, each in stored.items()})
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise Unreadable("the stored states can't be read by this release") from error


def _standing(stored: Mapping[str, Any]) -> Standing:
    return Standing(
        str(stored["state"]),
        tuple(_change(each) for each in stored.get("changes", ())),
        tuple((int(at), str(digest)) for at, digest in stored.get("texts", ())),
    )


def _change(stored: Mapping[str, Any]) -> Change:
    known = {each.name: stored[each.name] for each in fields(Change) if each.name in stored}
    return Change(**known)


def _key(knowledge_base: str) -> str:
    return f"knowledge/{knowledge_base}/states.json"
