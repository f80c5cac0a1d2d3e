"""A deployment is packed into one file: its table, the objects of its bucket, and its secrets."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from local.deployed.items import as_of, line_of, partitions
from local.deployed.parts import Deployed
from local.home.backup.archive import private_folder, write
from local.home.backup.manifest import DEPLOYMENT, BackupRefused, Manifest, kept_of

ITEMS, SECRETS, KEYS, OBJECTS = "table.jsonl", "secrets.json", "objects.json", "objects"
QUIET_SECONDS = 60
HANDLED = ("events", "deliveries")
"""The queues that are given a while to be empty, so that what was acknowledged is in the table."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A backup that was made, and how many messages each queue held, which are not in it."""

    manifest: Manifest
    waiting: dict[str, int]


def take(
    deployed: Deployed,
    file: Path,
    *,
    release: str,
    at: datetime | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> Taken:
    """Pack the deployment into a new file that only its owner can read, while it works.

    With `at`, table and bucket are as they were at that moment, by AWS's point-in-time recovery and
    the bucket's versions. Raises BackupRefused.
    """
    if file.exists():
        raise BackupRefused(f"{file} is there already: choose another name")
    secrets = deployed.secrets()
    if "ids" not in secrets:
        raise BackupRefused(
            f"{deployed.names.deployment} has no secret `ids`, so nobody can have written to it"
        )
    waiting = {} if at else _quiet(deployed, say)
    made_at = at or datetime.fromtimestamp(deployed.now() // 1000, UTC)
    with private_folder(file.parent) as staging:
        (staging / SECRETS).write_text(json.dumps(secrets, indent=1))
        with as_of(deployed.dynamodb, deployed.names.table, at, say) as table:
            count = _write_items(deployed, table, staging / ITEMS)
        say(f"{count:,} items of the table are there")
        _write_objects(deployed, at, staging)
        names = sorted(each for each in staging.rglob("*") if each.is_file())
        kept = {str(each.relative_to(staging)): kept_of(each) for each in names}
        kept[ITEMS] = replace(kept[ITEMS], rows={"items": count})
        manifest = Manifest(made_at.isoformat(timespec="seconds"), release, kept, home=DEPLOYMENT)
        write(manifest, staging, file)
    return Taken(manifest, waiting)


def _quiet(deployed: Deployed, say: Callable[[str], None]) -> dict[str, int]:
    """Wait until what is queued is handled, for a minute at most. Return what still waits."""
    for second in range(QUIET_SECONDS):
        busy = sum(map(deployed.waiting, HANDLED))
        if not busy:
            break
        if not second:
            say(f"{busy} messages are handled first, for at most {QUIET_SECONDS} seconds")
        deployed.pause(1)
    return {each: deployed.waiting(each) for each in (*HANDLED, "timers")}


def _write_items(deployed: Deployed, table: str, path: Path) -> int:
    count = 0
    with path.open("w", encoding="ascii") as lines:
        for items in partitions(deployed.dynamodb, table):
            count += len(items)
            lines.writelines(f"{line_of(each)}\n" for each in items)
    return count


def _write_objects(deployed: Deployed, at: datetime | None, staging: Path) -> None:
    """Write each object to a file of its number. Keys stand in a list, as they may be anything."""
    folder, keys = staging / OBJECTS, list[str]()
    folder.mkdir()
    found = _objects_now(deployed) if at is None else _objects_at(deployed, at)
    for key, version in found:
        try:
            told = deployed.s3.get_object(Bucket=deployed.names.bucket, Key=key, **version)
        except deployed.s3.exceptions.NoSuchKey:
            continue  # deleted since the list was read
        with (folder / f"{len(keys):07d}").open("wb") as file:
            for chunk in told["Body"].iter_chunks(1 << 20):
                file.write(chunk)
        keys.append(key)
    (staging / KEYS).write_text(json.dumps(keys))


def _objects_now(deployed: Deployed) -> Iterator[tuple[str, dict[str, str]]]:
    pages = deployed.s3.get_paginator("list_objects_v2").paginate(Bucket=deployed.names.bucket)
    for page in pages:
        yield from ((each["Key"], {}) for each in page.get("Contents", ()))


def _objects_at(deployed: Deployed, at: datetime) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the objects that were there at a moment, each by its newest version until then."""
    pages = deployed.s3.get_paginator("list_object_versions").paginate(Bucket=deployed.names.bucket)
    newest: dict[str, Any] = {}
    for page in pages:
        for each in (*page.get("Versions", ()), *page.get("DeleteMarkers", ())):
            known = newest.get(each["Key"])
            if each["LastModified"] <= at and (known is None or _is_newer(each, known)):
                newest[each["Key"]] = each
    for name, each in sorted(newest.items()):
        if "Size" in each:  # a mark of deletion has none
            yield name, {"VersionId": each["VersionId"]}


def _is_newer(version: Any, known: Any) -> bool:  # noqa: ANN401 - botocore's
    """Return whether a version is newer. S3 tells whole seconds, and which one is the latest."""
    at, before = version["LastModified"], known["LastModified"]
    return bool(at > before or (at == before and version["IsLatest"]))
