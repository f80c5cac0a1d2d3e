"""The history of a knowledge base's versions is kept here, and earlier versions are restored.

The log is small blobs, `knowledge/{base}/history/{time}-{version}.json`, written once each.
Replaying the log tells which version answered before which. The pointer `knowledge/{base}/current`
names the version that answers, and since when that was wanted.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, Final, Literal, get_args

from surgeline.application.answers.current_knowledge import pointer_key
from surgeline.application.answers.states.ledger import read_ledger
from surgeline.application.ports.blobs import Blobs, bytes_of
from surgeline.application.ports.refusals import Changed
from surgeline.domain.times import rfc3339
from surgeline.errors import NotFound, Unprocessable

What = Literal["published", "rolled_back", "refused"]

NEWEST: Final = 100
"""How many lines of the log are read.

Older versions can be published again, but not gone back to.
"""
MAX_PROBLEMS: Final = 20
_STAYING: Final = ("held", "least")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log: a version was published, gone back to or refused at a time (ms).

    `uploaded_at` is when the published version was uploaded (ms).
    """

    at: int
    version: str
    what: What
    articles: int | None = None
    tier: str = "lexical"
    problems: tuple[str, ...] = ()
    uploaded_at: int = 0


def add_entry(blobs: Blobs, knowledge_base: str, entry: Entry) -> None:
    """Add a line to the log."""
    key = f"{_prefix(knowledge_base)}{entry.at:013d}-{entry.version}.json"
    blobs.put(key, json.dumps(asdict(entry)).encode())


def entries(blobs: Blobs, knowledge_base: str, *, newest: int = NEWEST) -> list[Entry]:
    """Return the newest lines of the log, oldest first."""
    return _read(blobs, blobs.keys(_prefix(knowledge_base))[-newest:])


def published(blobs: Blobs, knowledge_base: str, version: str) -> Entry | None:
    """Return the entry of a version's last publication, or None if it was never published."""
    ending = f"-{version}.json"
    keys = [key for key in blobs.keys(_prefix(knowledge_base)) if key.endswith(ending)]
    found = (entry for entry in reversed(_read(blobs, keys)) if entry.what == "published")
    return next(found, None)


def versions(log: Sequence[Entry], current: str | None) -> list[dict[str, object]]:
    """Return each version once for operators, ordered by its last publication, the newest first."""
    latest = {entry.version: entry for entry in log if entry.what != "rolled_back"}
    newest_first = sorted(latest.values(), key=lambda entry: entry.at, reverse=True)
    return [shown(entry) | {"answers": entry.version == current} for entry in newest_first]


def shown(entry: Entry) -> dict[str, object]:
    """Return a line of the log as operators see it."""
    told = asdict(entry) | {"at": rfc3339(entry.at), "problems": list(entry.problems)}
    del told["uploaded_at"]
    return told


def go_back(
    blobs: Blobs, knowledge_base: str, current: str | None, wanted: str | None, *, at: int
) -> Entry:
    """Put a version in use again, or the one that answered before the current one.

    Raises NotFound for a version or a knowledge base that never answered. Raises Unprocessable if
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
        raise NotFound(
            f"version {version} is not among the newest {NEWEST} publications; see the list of "
            "versions, or publish its articles again"
        )
    before = answered[version]
    entry = Entry(at, version, "rolled_back", before.articles, before.tier)
    add_entry(blobs, knowledge_base, entry)
    point_to(blobs, knowledge_base, entry, wanted_at=at, overrule=True)
    return entry


def point_to(
    blobs: Blobs, knowledge_base: str, entry: Entry, *, wanted_at: int, overrule: bool = False
) -> bool:
    """Put a built version in use, unless another version was wanted later.

    `wanted_at` is when the version was uploaded or gone back to (ms). `overrule` is for people, who
    mean the state at this moment. Articles that are held stay so, and all keep their own states.
    What labels ask for stays until they are judged by this version. Returns whether the version
    answers now.
    """
    key = pointer_key(knowledge_base)
    while True:
        was = bytes_of(blobs, key)
        in_force_since = _wanted_at(was)
        if wanted_at < in_force_since and not overrule:
            return False
        pointer: dict[str, Any] = {
            "version": entry.version,
            "articles": entry.articles,
            "tier": entry.tier,
            "at": max(wanted_at, in_force_since + overrule),
        }
        before = _read_pointer(was)
        pointer |= {name: before[name] for name in _STAYING if before.get(name)}
        if states := read_ledger(blobs, knowledge_base).states:
            pointer["states"] = states
        try:
            blobs.swap(key, json.dumps(pointer).encode(), was=was)
        except Changed:
            continue
        return True


def _wanted_at(pointer: bytes | None) -> int:
    """Return since when the current version is wanted, or 0 for a pointer that does not say."""
    try:
        return int(_read_pointer(pointer).get("at", 0))
    except (ValueError, TypeError):
        return 0  # the next write replaces a damaged pointer


def _read_pointer(pointer: bytes | None) -> dict[str, Any]:
    """Return the fields of a pointer, or none where it is missing or damaged."""
    try:
        found = json.loads(pointer or b"{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _read(blobs: Blobs, keys: Sequence[str]) -> list[Entry]:
    """Return the lines under these keys. A newer release's unreadable lines are left out."""
    found = (json.loads(blobs.get(key)) for key in keys)
    return [_entry(each) for each in found if each["what"] in get_args(What)]


def _entry(stored: dict[str, Any]) -> Entry:
    known = {each.name: stored[each.name] for each in fields(Entry) if each.name in stored}
    return Entry(**{**known, "problems": tuple(stored.get("problems", ()))})


def _before(log: Sequence[Entry], current: str | None) -> str | None:
    """Return the version that answered before the current one. The log is replayed as a stack."""
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
