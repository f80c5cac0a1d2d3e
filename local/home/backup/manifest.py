"""The first member of a backup says what else is in it, and how to know that it is unharmed."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from local.engine.still import described

NAME = "surgeline-backup.json"
FORMAT = 1
MACHINE, DEPLOYMENT = "machine", "deployment"
_DIGEST = re.compile("[0-9a-f]{64}")


class BackupRefused(Exception):
    """The backup can't be made or used. The message says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One file of a backup. A database also has its version, and the rows of its tables."""

    bytes: int
    sha256: str
    version: int = 0
    rows: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Manifest:
    """The contents of a backup, when it was made (RFC 3339), and by which release.

    `home` is what was packed: the folder of one machine, or a deployment on AWS.
    """

    made_at: str
    release: str
    files: Mapping[str, Kept]
    format: int = FORMAT
    home: str = MACHINE

    def written(self) -> bytes:
        """Return the member's bytes."""
        return json.dumps(asdict(self), indent=1).encode()

    def rows(self) -> int:
        """Return how many rows all databases have, or how many items a table."""
        return sum(sum(each.rows.values()) for each in self.files.values())


def read_manifest(raw: bytes) -> Manifest:
    """Return the manifest. Raises BackupRefused for what is none, or is of a newer release."""
    try:
        told = json.loads(raw)
        found = int(told["format"])
        if found > FORMAT:
            raise BackupRefused(
                f"the backup has format {found}, and this release reads {FORMAT}: restore it "
                f"with release {told.get('release', 'that made it')}"
            )
        files = {_safe(name): _kept(each) for name, each in told["files"].items()}
        return Manifest(
            str(told["made_at"]), str(told["release"]), files, found, told.get("home", MACHINE)
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BackupRefused("this is no backup of Surgeline, or it is damaged") from error


def kept_of(path: Path) -> Kept:
    """Return what the manifest says of a file."""
    version, rows = described(path) if path.suffix == ".sqlite" else (0, {})
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Kept(path.stat().st_size, digest, version, rows)


def _kept(told: Mapping[str, Any]) -> Kept:
    if not _DIGEST.fullmatch(told["sha256"]):
        raise ValueError(told["sha256"])
    return Kept(int(told["bytes"]), told["sha256"], int(told["version"]), dict(told["rows"]))


def _safe(name: str) -> str:
    """Return a name that stays below the folder. Raises ValueError for any other."""
    if not name or name.startswith("/") or not {"", ".", ".."}.isdisjoint(name.split("/")):
        raise ValueError(name)
    return name
