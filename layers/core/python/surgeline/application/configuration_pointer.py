"""The pointer to the configuration in force is read and written here, with the versions before."""

import json
from dataclasses import dataclass

from surgeline.errors import Unreadable

MOST_FORMER = 30
"""How many former versions are kept."""


@dataclass(frozen=True, slots=True)
class Former:
    """A version that was in force before, until a moment (ms)."""

    version: str
    until: int


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
            return tuple(Former(str(each["version"]), int(each["until"])) for each in found)
        except (ValueError, TypeError, KeyError, AttributeError):
            return ()

    def followed_by(self, version: str, *, now: int) -> bytes:
        """Return the pointer to the next version, as it is stored. It keeps this one as former."""
        newest = [Former(self.version, now)] if self.version else []
        kept = [*newest, *self.former][:MOST_FORMER]
        before = [{"version": each.version, "until": each.until} for each in kept]
        return json.dumps({"version": version, "before": before}).encode()


def version_of(pointer: bytes) -> str:
    """Return the version that a stored pointer names. Raises Unreadable."""
    try:
        return str(json.loads(pointer)["version"])
    except (ValueError, TypeError, KeyError) as error:
        raise Unreadable("the configuration's pointer is damaged; publish it again") from error
