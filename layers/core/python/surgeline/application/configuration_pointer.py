"""The pointer to the configuration in force is read and written here, with the versions before."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from surgeline.errors import Unreadable

MOST_FORMER = 30
"""How many former versions are kept."""


@dataclass(frozen=True, slots=True)
class Author:
    """The person or key who published a version, and the reason that they gave."""

    who: str = ""
    reason: str = ""


NOBODY = Author()
"""The author of a version that no person published, or of which none is known."""


@dataclass(frozen=True, slots=True)
class Former:
    """A version that was in force before, until a moment (ms). `at` is since when, or 0."""

    version: str
    until: int
    at: int = 0
    author: Author = NOBODY


@dataclass(frozen=True, slots=True)
class Pointer:
    """The pointer to the configuration in force, as it is stored. None: there is none yet."""

    stored: bytes | None = None

    @property
    def version(self) -> str:
        """Return the version that it names, or an empty text if it names none."""
        try:
            return version_of(self.stored) if self.stored else ""
        except Unreadable:
            return ""

    @property
    def former(self) -> tuple[Former, ...]:
        """Return the versions that were in force before, the newest first.

        Release 0.1.0 kept none.
        """
        try:
            found = json.loads(self.stored or b"{}").get("before", [])
            return tuple(
                Former(str(each["version"]), int(each["until"]), _at(each), _author(each))
                for each in found
            )
        except (ValueError, TypeError, KeyError, AttributeError):
            return ()

    @property
    def at(self) -> int:
        """Return since when the version is in force, or 0 where an older release published it."""
        return _at(self._fields)

    @property
    def author(self) -> Author:
        """Return who published the version, as far as that is known."""
        return _author(self._fields)

    @property
    def _fields(self) -> Mapping[str, object]:
        try:
            found = json.loads(self.stored or b"{}")
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    def followed_by(self, version: str, *, now: int, author: Author = NOBODY) -> bytes:
        """Return the pointer to the next version, as it is stored. It keeps this one as former."""
        newest = [Former(self.version, now, self.at, self.author)] if self.version else []
        kept = [*newest, *self.former][:MOST_FORMER]
        before = [
            {"version": each.version, "until": each.until, **_signed(each.at, each.author)}
            for each in kept
        ]
        fields = {"version": version, "before": before, **_signed(now, author)}
        return json.dumps(fields).encode()


def _signed(at: int, author: Author) -> dict[str, object]:
    return {"at": at, "who": author.who, "reason": author.reason}


def _at(fields: Mapping[str, object]) -> int:
    at = fields.get("at", 0)
    return at if isinstance(at, int) else 0


def _author(fields: Mapping[str, object]) -> Author:
    return Author(str(fields.get("who", "")), str(fields.get("reason", "")))


@lru_cache(maxsize=8)  # each worker reads the same pointer every few seconds
def version_of(pointer: bytes) -> str:
    """Return the version that a stored pointer names. Raises Unreadable."""
    try:
        return str(json.loads(pointer)["version"])
    except (ValueError, TypeError, KeyError) as error:
        raise Unreadable("the configuration's pointer is damaged; publish it again") from error
