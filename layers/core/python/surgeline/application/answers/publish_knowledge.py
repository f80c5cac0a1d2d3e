"""Articles become a versioned index here: valid articles are uploaded, built and pointed to.

Keys: `knowledge-sources/{base}/{version}.jsonl` (uploaded), `knowledge/{base}/{version}.index` (of
another tier than lexical: `{version}.{tier}.index`) and `knowledge/{base}/current` (built). A
version is never rewritten, and the pointer moves last. `knowledge_history` keeps which version
answered.
"""

import hashlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from surgeline.application.answers.current_knowledge import current_version, index_key
from surgeline.application.answers.encoders import Encoders
from surgeline.application.answers.knowledge_history import (
    MAX_PROBLEMS,
    Entry,
    add_entry,
    point_to,
    published,
)
from surgeline.application.answers.starters import keep_starters, keep_titles
from surgeline.application.answers.states.article_texts import keep_texts, texts_of
from surgeline.application.answers.states.check_states import Gate, states_wanted, taking
from surgeline.application.answers.states.for_everybody import keep_for_everybody
from surgeline.application.answers.states.ledger import Ledger, change_ledger, read_ledger
from surgeline.application.answers.states.published_articles import articles_now
from surgeline.application.answers.uploads import note_upload, uploaded_at
from surgeline.application.ports.blobs import Blobs
from surgeline.errors import Unprocessable
from surgeline.knowledge.answering.index import LEXICAL, MANAGED, TIERS, Index, build
from surgeline.knowledge.articles.article import Article, Read
from surgeline.knowledge.articles.jsonl import KnowledgeRefused, read_jsonl
from surgeline.knowledge.articles.states import AUTOMATED
from surgeline.knowledge.encoders.encoder import Encoder, NotEncoded

SOURCES = "knowledge-sources/"


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A valid set of articles on its way to be built."""

    version: str
    articles: int
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Built:
    """A version that was built. `answers` is false if another version was wanted later."""

    version: str
    answers: bool


def source_key(knowledge_base: str, version: str) -> str:
    """Return where a version's articles are kept."""
    return f"{SOURCES}{knowledge_base}/{version}.jsonl"


def version_of(raw: bytes) -> str:
    """Return the version that a file of articles becomes."""
    return hashlib.sha256(raw).hexdigest()[:16]


def version_in(key: str) -> str:
    """Return the version that an uploaded object holds."""
    return key.rpartition("/")[2].removesuffix(".jsonl")


def base_of(key: str) -> str:
    """Return the knowledge base that an uploaded object belongs to."""
    return key.removeprefix(SOURCES).partition("/")[0]


def upload_knowledge(
    blobs: Blobs,
    knowledge_base: str,
    raw: bytes,
    file: str,
    *,
    at: int = 0,
    gate: Gate | None = None,
) -> Uploaded:
    """Check the articles and keep them. Storing them wakes the build.

    The version is the content's hash. `at` is the time (ms). Of two versions the one uploaded later
    answers, whichever is built first. `gate` judges the states that the articles ask for. Raises
    Unprocessable with every problem as `file:line: field: problem`.
    """
    try:
        found = read_jsonl(raw, file)
        _states(blobs, knowledge_base, found, read_ledger(blobs, knowledge_base), gate or Gate())
    except KnowledgeRefused as error:
        problems = tuple(str(problem) for problem in error.problems)
        raise Unprocessable("the knowledge base is not valid", problems=problems) from error
    version = version_of(raw)
    note_upload(blobs, knowledge_base, version, at=at)
    blobs.put(source_key(knowledge_base, version), raw)
    return Uploaded(version, len(found.articles), tuple(map(str, found.warnings)))


def upload_again(blobs: Blobs, knowledge_base: str, version: str, *, at: int) -> None:
    """Upload a version once more, so that it is built again, as for another tier. Raises Absent."""
    key = source_key(knowledge_base, version)
    raw = blobs.get(key)
    note_upload(blobs, knowledge_base, version, at=at)
    blobs.put(key, raw)


def build_knowledge(
    blobs: Blobs,
    key: str,
    *,
    at: int = 0,
    announced_at: int = 0,
    tier: str = LEXICAL,
    encoders: Encoders | None = None,
    gate: Gate | None = None,
) -> Built:
    """Build the index of an uploaded set, and put it in use unless another was wanted since.

    If the tier's encoders can't be had, the index is built for the lexical tier. A service's
    vectors come on top where they are turned on. Without them the tier below is built. `at` is the
    time
    (ms), and `announced_at` is the announced time of the upload. A version that was built since its
    upload is not built again. `gate` judges the states that the articles ask for, also where
    somebody put the file there by hand. Raises Absent, KnowledgeRefused.
    """
    knowledge_base = base_of(key)
    file, version = key.rpartition("/")[2], version_in(key)
    found = encoders.of(TIERS[tier]) if encoders else ()
    used = tier if len(found) == len(TIERS[tier]) else LEXICAL
    managed = encoders.managed if encoders else None
    wanted = MANAGED if managed else used
    wanted_at = uploaded_at(blobs, knowledge_base, version, announced_at=announced_at)
    known = published(blobs, knowledge_base, version)
    if known is not None and known.tier == wanted and known.uploaded_at == wanted_at > 0:
        # The event is repeated, or an earlier run was cut off before the pointer moved.
        return Built(version, _put_in_use(blobs, knowledge_base, known, wanted_at, at=at))
    try:
        read = read_jsonl(blobs.get(key), file)
        index = _learned(read.articles, used, found, managed)
        used = index.tier
        blobs.put(index_key(knowledge_base, version, used), index.to_bytes())
        ledger = _take_states(blobs, knowledge_base, read, gate or Gate(), version, at=at)
    except KnowledgeRefused as error:
        problems = tuple(str(problem) for problem in error.problems[:MAX_PROBLEMS])
        add_entry(blobs, knowledge_base, Entry(at, version, "refused", problems=problems))
        raise
    answering = [each for each in index.articles if ledger.of(each.id).state == AUTOMATED]
    keep_starters(blobs, knowledge_base, version, answering)
    keep_titles(blobs, knowledge_base, version, index.articles)
    _keep_texts(blobs, knowledge_base, version, index.articles)
    entry = Entry(at, version, "published", len(index.articles), used, uploaded_at=wanted_at)
    # The entry comes behind everything that a repeat would skip.
    add_entry(blobs, knowledge_base, entry)
    return Built(version, _put_in_use(blobs, knowledge_base, entry, wanted_at, at=at))


def _learned(
    articles: Sequence[Article], tier: str, found: Sequence[Encoder], managed: Encoder | None
) -> Index:
    """Return the index with a service's vectors, or of the tier below where it gives none."""
    if managed is not None:
        with suppress(NotEncoded):
            return build(articles, tier=tier, encoders=(*found, managed))
    return build(articles, tier=tier, encoders=found)


def _keep_texts(
    blobs: Blobs, knowledge_base: str, version: str, articles: Sequence[Article]
) -> None:
    """Keep a version's texts, and those of the version before if an earlier release built it."""
    keep_texts(blobs, knowledge_base, version, articles)
    keep_for_everybody(blobs, knowledge_base, version, articles)
    former = current_version(blobs, knowledge_base)
    if former is not None and texts_of(blobs, knowledge_base, former) is None:
        keep_texts(blobs, knowledge_base, former, articles_now(blobs, knowledge_base))


def _put_in_use(
    blobs: Blobs, knowledge_base: str, entry: Entry, wanted_at: int, *, at: int
) -> bool:
    """Put a built version in use unless another was wanted since. Return whether it answers."""
    answers = point_to(blobs, knowledge_base, entry, wanted_at=wanted_at)
    if answers:
        articles = articles_now(blobs, knowledge_base)
        change_ledger(blobs, knowledge_base, lambda each: each.holding(articles, at=at))
    return answers


def _take_states(
    blobs: Blobs, knowledge_base: str, read: Read, gate: Gate, version: str, *, at: int
) -> Ledger:
    """Give the articles their states, also where a state changed while the index was built.

    Raises KnowledgeRefused for a rise unproved.
    """

    def taken(ledger: Ledger) -> Ledger:
        states = _states(blobs, knowledge_base, read, ledger, gate)
        return taking(ledger, states, gate, at=at, who=f"version {version}")

    return change_ledger(blobs, knowledge_base, taken)


def _states(
    blobs: Blobs, knowledge_base: str, read: Read, ledger: Ledger, gate: Gate
) -> Mapping[str, str]:
    """Return the states that articles will have. Raises KnowledgeRefused for a rise unproved."""
    strangers = any(each.id not in ledger.standings for each in read.articles)
    known = {each.id for each in articles_now(blobs, knowledge_base)} if strangers else ()
    return states_wanted(read, ledger, known, gate)
