"""Articles to a versioned index: upload what is valid, build it, move the current pointer.

Keys: `knowledge-sources/{base}/{version}.jsonl` (uploaded), `knowledge/{base}/{version}.index` (of
another tier than lexical: `{version}.{tier}.index`) and `knowledge/{base}/current` (built). A
version is never rewritten; the pointer moves last. `knowledge_history` keeps which answered.
"""

import hashlib
from dataclasses import dataclass

from surgeline.application.answers.current_knowledge import index_key
from surgeline.application.answers.encoders import Encoders
from surgeline.application.answers.knowledge_history import MAX_PROBLEMS, Entry, note, point_to
from surgeline.application.ports.blobs import Blobs
from surgeline.errors import Unprocessable
from surgeline.knowledge.answering.index import LEXICAL, TIERS, build
from surgeline.knowledge.articles.jsonl import KnowledgeRefused, parse_jsonl, read_jsonl

SOURCES = "knowledge-sources/"


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A valid set of articles on its way to be built."""

    version: str
    articles: int
    warnings: tuple[str, ...]


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
