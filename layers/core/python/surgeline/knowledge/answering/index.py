"""An index is articles with what was learned from them, built once and stored as one artifact."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from surgeline.knowledge.answering.language_index import (
    LEXICAL,
    LanguageIndex,
    TooManyPhrasings,
    learn,
)
from surgeline.knowledge.answering.stored_index import get_part, put_part
from surgeline.knowledge.answering.verdict import Verdict, judge
from surgeline.knowledge.arrays.artifact import CorruptIndex, pack, unpack
from surgeline.knowledge.articles.article import Article
from surgeline.knowledge.articles.media import as_objects, media_of
from surgeline.knowledge.encoders.encoder import MANAGED, Encoder, NotEncoded
from surgeline.knowledge.matching.guards import ArticleSense, stems_of, words_in
from surgeline.knowledge.matching.policy import GREATEST_PROMISE, LEAST_PROMISE
from surgeline.knowledge.matching.wording import Wording
from surgeline.knowledge.text.message import Message
from surgeline.knowledge.text.reading import match_form

__all__ = [
    "GREATEST_PROMISE",
    "LEAST_PROMISE",
    "LEXICAL",
    "MANAGED",
    "TIERS",
    "CorruptIndex",
    "Index",
    "TooManyPhrasings",
    "build",
]

# Each tier needs these encoders at hand, from the cheapest tier to the best. A service's vectors
# come on top of any of them, and make the tier "managed".
TIERS: Final = {LEXICAL: (), "static": ("static",), "sentence": ("static", "sentence")}


@dataclass(frozen=True)  # without slots, which can't keep `_by_id`
class Index:
    """A knowledge base that can be asked. `parts` are the indexes of its languages.

    `digests` names the weights that each encoder had when the index was built. `encoders` are those
    at hand. Where an encoder is missing, the best tier answers that does without.
    """

    articles: tuple[Article, ...]
    parts: tuple[LanguageIndex, ...]
    promise: float
    tier: str
    digests: Mapping[str, str]
    encoders: Mapping[str, Encoder]

    def judge(
        self,
        text: str | Message,
        *,
        language: str | None = None,
        exclude: Collection[str] = (),
        promise: float | None = None,
        threshold: float | None = None,
        alike: bool = False,
    ) -> Verdict:
        """Judge a customer's text: answer, suggest or abstain. No text makes this raise.

        A message that was read already is judged as it was read.

        `language` is the conversation's, for texts that are too short to tell theirs. `exclude`
        holds the ids of articles that the customer rejected. `promise` replaces the index's own for
        this text. `threshold` replaces the one that was rehearsed for the promise. With `alike`
        verdicts can be compared: NotEncoded is raised where the tier below would have to judge.
        """
        try:
            return judge(
                self, text, language=language, exclude=exclude, promise=promise, threshold=threshold
            )
        except NotEncoded:
            if alike:
                raise
        ask = partial(judge, self.below, text, language=language, exclude=exclude, promise=promise)
        verdict = ask()
        if threshold is None or verdict.kind != "answer" or verdict.confidence >= threshold:
            return verdict
        # A threshold that reviews proved is another tier's, and never makes answers less sure.
        return ask(threshold=threshold)

    @cached_property
    def below(self) -> "Index":
        """Return the index as it answers without a service's vectors."""
        encoders = {tier: each for tier, each in self.encoders.items() if tier != MANAGED}
        found = replace(self, encoders=encoders)
        learned = ("wordings", "words", "forms", "_stems", "_senses", "_by_id")
        vars(found).update({name: getattr(self, name) for name in learned})
        return found

    def article(self, article_id: str) -> Article | None:
        """Return the article of an id, or None where the index holds none."""
        return self._by_id.get(article_id)

    @cached_property
    def wordings(self) -> tuple[Wording, ...]:
        """Return the words and spaces of each language index's phrasings."""
        return tuple(
            Wording(part.language, tuple(self._phrasings(part.members.tolist())))
            for part in self.parts
        )

    @cached_property
    def words(self) -> frozenset[str]:
        """Return all words of all phrasings, in lower case without accents."""
        return frozenset(word for wording in self.wordings for word in wording.words)

    @cached_property
    def forms(self) -> frozenset[str]:
        """Return the match forms of all phrasings."""
        return frozenset(map(match_form, self._phrasings(range(len(self.articles)))))

    def sense(self, member: int) -> ArticleSense:
        """Return the sense of the phrasings of the article at a place."""
        found = self._senses.get(member)
        if found is None:
            article = self.articles[member]
            found = ArticleSense.of(article.language, self._phrasings([member]), article.answer)
            self._senses[member] = found
        return found

    def stems(self, place: int) -> frozenset[str]:
        """Return the stems of all words of a language index, by its place.

        They are those of its phrasings, and of its answers where phrasings are few.
        """
        return self._stems[place]

    @cached_property
    def _stems(self) -> tuple[frozenset[str], ...]:
        pairs = zip(self.parts, self.wordings, strict=True)
        return tuple(
            stems_of(part.language, {*wording.words, *self._answers_words(part)})
            for part, wording in pairs
        )

    def _answers_words(self, part: LanguageIndex) -> Iterator[str]:
        """Yield the words of the answers, where these tell what few phrasings leave out."""
        for place in part.members.tolist() if part.passages is not None else ():
            yield from words_in(self.articles[place].answer)

    @cached_property
    def _senses(self) -> dict[int, ArticleSense]:
        return {}

    def _phrasings(self, places: Iterable[int]) -> Iterator[str]:
        for place in places:
            yield from self.articles[place].questions
            yield self.articles[place].title

    @cached_property
    def _by_id(self) -> Mapping[str, Article]:
        return {entry.id: entry for entry in self.articles}

    def to_bytes(self) -> bytes:
        """Return the artifact: the same index gives the same bytes."""
        arrays: dict[str, NDArray[Any]] = {}
        parts = [put_part(f"pool{number}_", part, arrays) for number, part in enumerate(self.parts)]
        manifest = {
            "articles": [
                [entry.id, entry.title, entry.language, list(entry.questions), entry.answer]
                for entry in self.articles
            ],
            "pools": parts,
            "promise": self.promise,
            "tier": self.tier,
            "digests": dict(self.digests),
        }
        marks = {
            entry.id: [list(entry.tags), entry.crisis_answer]
            for entry in self.articles
            if entry.tags or entry.crisis_answer
        }
        if marks:
            manifest["marks"] = marks
        media = {entry.id: as_objects(entry.media) for entry in self.articles if entry.media}
        if media:
            manifest["media"] = media
        notes = {entry.id: entry.note for entry in self.articles if entry.note}
        if notes:
            manifest["notes"] = notes
        text = json.dumps(manifest, ensure_ascii=True, sort_keys=True)
        arrays["manifest"] = np.frombuffer(text.encode("ascii"), dtype=np.uint8)
        return pack(arrays)

    @classmethod
    def from_bytes(cls, raw: bytes, *, encoders: Collection[Encoder] = ()) -> "Index":
        """Return the index of an artifact, or raise `CorruptIndex`.

        The lexical tier answers where an encoder is missing that the artifact was built with.
        """
        arrays = unpack(raw)
        try:
            manifest = json.loads(arrays["manifest"].tobytes())
            marks, media = manifest.get("marks", {}), manifest.get("media", {})
            notes = manifest.get("notes", {})
            index = cls(
                articles=tuple(
                    _article(
                        entry,
                        marks.get(entry[0], ((), "")),
                        media.get(entry[0], ()),
                        notes.get(entry[0], ""),
                    )
                    for entry in manifest["articles"]
                ),
                parts=tuple(
                    get_part(f"pool{number}_", part, arrays)
                    for number, part in enumerate(manifest["pools"])
                ),
                promise=manifest["promise"],
                tier=manifest["tier"],
                digests=manifest["digests"],
                encoders={},
            )
        except (KeyError, IndexError, TypeError, ValueError) as error:
            raise CorruptIndex(f"the index artifact lacks a part: {error}") from error
        return index.equipped(encoders)

    def equipped(self, encoders: Collection[Encoder]) -> "Index":
        """Return the index with those of the encoders that it was built with."""
        known = {e.tier: e for e in encoders if e.digest == self.digests.get(e.tier)}
        parts = tuple(part.equipped(known) for part in self.parts)
        return replace(self, encoders=known, parts=parts)

    @property
    def lacking(self) -> tuple[str, ...]:
        """Return the tiers of the encoders that the index was built with and now lacks."""
        return tuple(tier for tier in self.digests if tier not in self.encoders)


def _article(
    entry: Sequence[Any], marks: Sequence[Any], media: Sequence[Any], note: str
) -> Article:
    return Article(
        entry[0],
        entry[1],
        entry[2],
        tuple(entry[3]),
        entry[4],
        tuple(marks[0]),
        marks[1],
        media=media_of(list(media)),
        note=note,
    )


def build(
    articles: Sequence[Article],
    *,
    promise: float = 0.95,
    tier: str = LEXICAL,
    encoders: Collection[Encoder] = (),
) -> Index:
    """Learn an index from articles, always the same from the same articles.

    `encoders` must hold those that the tier needs. With an encoder of tier "managed" among them,
    the index learns what it sees on top, and keeps the tier below for whenever it can't be asked.
    Raises ValueError for no articles, a promise out of range, an unknown tier, or a missing
    encoder. Raises NotEncoded where a service gives no vectors.
    """
    if not articles:
        raise ValueError("an index needs at least one article")
    if not LEAST_PROMISE <= promise <= GREATEST_PROMISE:
        raise ValueError(f"promise {promise}: choose {LEAST_PROMISE} to {GREATEST_PROMISE}")
    if tier not in TIERS:
        raise ValueError(f"tier {tier!r}: choose one of {', '.join(TIERS)}")
    at_hand = {encoder.tier: encoder for encoder in encoders}
    missing = [needed for needed in TIERS[tier] if needed not in at_hand]
    if missing:
        raise ValueError(f"tier {tier!r} needs the encoders {', '.join(missing)}")
    used = {needed: at_hand[needed] for needed in TIERS[tier]}
    if MANAGED in at_hand:
        used[MANAGED], tier = at_hand[MANAGED], MANAGED
    languages = sorted({article.language for article in articles})
    parts = tuple(
        learn(
            language,
            articles,
            np.array([i for i, entry in enumerate(articles) if entry.language == language]),
            used,
        )
        for language in languages
    )
    digests = {name: encoder.digest for name, encoder in used.items()}
    index = Index(tuple(articles), parts, promise, tier, digests, {})
    return index.equipped(used.values())
