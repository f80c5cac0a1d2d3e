"""Which versions of a knowledge base answered, and going back to one; building is elsewhere.

A log of small blobs, `knowledge/{base}/history/{time}-{version}.json`, written once each, is
enough: replaying it tells which version answered before which.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Final, Literal

from surgeline.application.ports.blobs import Blobs
from surgeline.domain.times import rfc3339
from surgeline.errors import NotFound, Unprocessable

What = Literal["published", "rolled_back", "refused"]

NEWEST: Final = 100
"""How much of the log is read: what is older can be published again, not gone back to."""
MAX_PROBLEMS: Final = 20


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log: at a time (ms), a version was published, gone back to, or refused."""

    at: int
    version: str
    what: What
    articles: int | None = None
    tier: str = "lexical"
    problems: tuple[str, ...] = ()


def note(blobs: Blobs, knowledge_base: str, entry: Entry) -> None:
    """Add a line to the log."""
    key = f"{_prefix(knowledge_base)}{entry.at:013d}-{entry.version}.json"
    blobs.put(key, json.dumps(asdict(entry)).encode())


def entries(blobs: Blobs, knowledge_base: str, *, newest: int = NEWEST) -> list[Entry]:
    """The newest lines of the log, oldest first."""
    keys = blobs.keys(_prefix(knowledge_base))[-newest:]
    found = (json.loads(blobs.get(key)) for key in keys)
    return [Entry(**{**each, "problems": tuple(each["problems"])}) for each in found]


def versions(log: Sequence[Entry], current: str | None) -> list[dict[str, object]]:
    """Each version once, by when it was last published, the newest first; for operators."""
    latest = {entry.version: entry for entry in log if entry.what != "rolled_back"}
    newest_first = sorted(latest.values(), key=lambda entry: entry.at, reverse=True)
    return [shown(entry) | {"answers": entry.version == current} for entry in newest_first]


def shown(entry: Entry) -> dict[str, object]:
    """A line of the log as operators see it."""
    return asdict(entry) | {"at": rfc3339(entry.at), "problems": list(entry.problems)}


def go_back(
    blobs: Blobs, knowledge_base: str, current: str | None, wanted: str | None, *, at: int
) -> Entry:
    """Answer from a version again, or from the one that answered before the current.

    Raises NotFound for a version or a knowledge base that never answered, Unprocessable where
    there is no version before.
    """
    log = entries(blobs, knowledge_base)
    if not log:
        raise NotFound(f"nothing was ever published as {knowledge_base!r}")
    answered = {entry.version: entry for entry in log if entry.what == "published"}
    version = wanted or _before(log, current)
    if version is None:
        raise Unprocessable("there is no version before the current one")
    if version not in answered:
        raise NotFound(f"no version {version} was ever published here; see the list of versions")
    before = answered[version]
    entry = Entry(at, version, "rolled_back", before.articles, before.tier)
    note(blobs, knowledge_base, entry)
    point_to(blobs, knowledge_base, entry)
    return entry


def point_to(blobs: Blobs, knowledge_base: str, entry: Entry) -> None:
    """Let a version that was built answer."""
    pointer = {"version": entry.version, "articles": entry.articles, "tier": entry.tier}
    blobs.put(f"knowledge/{knowledge_base}/current", json.dumps(pointer).encode())


def _before(log: Sequence[Entry], current: str | None) -> str | None:
    """The version that answered before the current one: the log replayed as a stack."""
    stack: list[str] = []
    for entry in log:
        if entry.what == "published":
            stack = [each for each in stack if each != entry.version]
            stack.append(entry.version)
        elif entry.what == "rolled_back" and entry.version in stack:
            del stack[stack.index(entry.version) + 1 :]
    if current in stack:
        del stack[stack.index(current) :]
    return stack[-1] if stack else None


def _prefix(knowledge_base: str) -> str:
    return f"knowledge/{knowledge_base}/history/"
