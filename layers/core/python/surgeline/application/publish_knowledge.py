"""Articles to a versioned index: upload what is valid, build it, move the current pointer.

Keys: `knowledge-sources/{base}/{version}.jsonl` (uploaded), `knowledge/{base}/{version}.index` (of
another tier than lexical: `{version}.{tier}.index`) and `knowledge/{base}/current` (built). A
version is never rewritten; the pointer moves last. `knowledge_history` keeps which answered.
"""

import hashlib
import json
from dataclasses import dataclass

from surgeline.application.encoders import Encoders
from surgeline.application.knowledge_history import MAX_PROBLEMS, Entry, note, point_to
from surgeline.application.ports import Absent, Blobs
from surgeline.errors import Unprocessable
from surgeline.knowledge.articles import KnowledgeRefused, parse_jsonl, read_jsonl
from surgeline.knowledge.index import LEXICAL, TIERS, build

SOURCES = "knowledge-sources/"


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A valid set of articles on its way to be built."""

    version: str
    articles: int
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Current:
    """The index that a knowledge base answers from.

    `threshold` is what reviewed answers proved; None while the rehearsed one stands.
    """

    version: str
    tier: str
    threshold: float | None = None

    @property
    def key(self) -> tuple[str, str]:
        """What tells one index from another."""
        return self.version, self.tier


def index_key(knowledge_base: str, version: str, tier: str = LEXICAL) -> str:
    """Where a version's index is kept."""
    suffix = "" if tier == LEXICAL else f".{tier}"
    return f"knowledge/{knowledge_base}/{version}{suffix}.index"


def source_key(knowledge_base: str, version: str) -> str:
    """Where a version's articles are kept."""
    return f"{SOURCES}{knowledge_base}/{version}.jsonl"


def base_of(key: str) -> str:
    """The knowledge base that an uploaded object belongs to."""
    return key.removeprefix(SOURCES).partition("/")[0]


def upload_knowledge(blobs: Blobs, knowledge_base: str, raw: bytes, file: str) -> Uploaded:
    """Check the articles and keep them; storing them wakes the build.

    The version is the content's hash: uploading the same again changes nothing.
    Raises Unprocessable with every problem as `file:line: field: what`.
    """
    try:
        found = read_jsonl(raw, file)
    except KnowledgeRefused as error:
        problems = tuple(str(problem) for problem in error.problems)
        raise Unprocessable("the knowledge base is not valid", problems=problems) from error
    version = hashlib.sha256(raw).hexdigest()[:16]
    blobs.put(source_key(knowledge_base, version), raw)
    return Uploaded(version, len(found.articles), tuple(map(str, found.warnings)))


def build_knowledge(
    blobs: Blobs, key: str, *, at: int = 0, tier: str = LEXICAL, encoders: Encoders | None = None
) -> str:
    """Build the index of an uploaded set and make it current; answers its version.

    Where the tier's encoders can't be had, it is built for the lexical tier. Repeating it is
    harmless; `at` is the time (ms) that the history has of it. Raises Absent, KnowledgeRefused.
    """
    knowledge_base = base_of(key)
    file = key.rpartition("/")[2]
    version = file.removesuffix(".jsonl")
    found = encoders.of(TIERS[tier]) if encoders else ()
    used = tier if len(found) == len(TIERS[tier]) else LEXICAL
    try:
        index = build(parse_jsonl(blobs.get(key), file), tier=used, encoders=found)
    except KnowledgeRefused as error:
        problems = tuple(str(problem) for problem in error.problems[:MAX_PROBLEMS])
        note(blobs, knowledge_base, Entry(at, version, "refused", problems=problems))
        raise
    blobs.put(index_key(knowledge_base, version, used), index.to_bytes())
    entry = Entry(at, version, "published", len(index.articles), used)
    note(blobs, knowledge_base, entry)
    point_to(blobs, knowledge_base, entry)
    return version


def current_index(blobs: Blobs, knowledge_base: str) -> Current | None:
    """What answers now; None before the first version was built."""
    try:
        pointer = json.loads(blobs.get(f"knowledge/{knowledge_base}/current"))
    except Absent:
        return None
    tier = pointer.get("tier", LEXICAL)
    return Current(str(pointer["version"]), tier, pointer.get("threshold"))


def current_version(blobs: Blobs, knowledge_base: str) -> str | None:
    """The version that answers now; None before the first was built."""
    current = current_index(blobs, knowledge_base)
    return current.version if current else None
