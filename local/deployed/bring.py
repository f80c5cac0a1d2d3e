"""A deployment gets back what a backup has and it lacks. What it has stays as it is."""

import json
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path

from surgeline.adapters.aws.blobs import S3Blobs
from surgeline.adapters.aws.table import THREAD, Item
from surgeline.application.answers.current_knowledge import current_version
from surgeline.application.answers.judged_bases import last_judged
from surgeline.application.answers.life.check_draft import is_check
from surgeline.application.answers.publish_knowledge import SOURCES, base_of, version_in
from surgeline.application.answers.review_answers import is_reviews
from surgeline.application.ports.blobs import Blobs
from surgeline.errors import Unreadable

from local.deployed.again import RECENT_MILLISECONDS, events_again, timers_again
from local.deployed.items import head_of, item_of, key_of, put, there
from local.deployed.parts import Deployed
from local.deployed.take import ITEMS, KEYS, OBJECTS, SECRETS
from local.home.backup.archive import extract, private_folder
from local.home.backup.manifest import DEPLOYMENT, BackupRefused, Manifest

LOT = 500
IDS = "ids"
STILL = (
    "the functions stand still and callers are refused, until the same command has been run again "
    "to its end"
)


@dataclass(slots=True)
class Brought:
    """How much came back, and how many threads were left as they are in the deployment."""

    made_at: str
    release: str
    threads: int = 0
    items: int = 0
    objects: int = 0
    secrets: int = 0
    left: int = 0
    events: int = 0
    timers: int = 0


def bring(deployed: Deployed, file: Path, say: Callable[[str], None] = lambda _: None) -> Brought:
    """Put back what the deployment lacks, while its functions stand still.

    A restore that was cut goes on with the same command. Until then the functions stay still, so
    that no customer begins a second thread. Raises BackupRefused before anything is changed.
    """
    with private_folder(Path(tempfile.gettempdir())) as folder:
        manifest = extract(file, folder)
        secrets = _checked(deployed, manifest, file, folder)
        brought = Brought(manifest.made_at, manifest.release)
        _stop(deployed)
        say("the functions stand still, so callers are told to send again")
        try:
            brought.secrets = _bring_secrets(deployed, secrets)
            brought.objects = _bring_objects(deployed, folder)
            made_at = datetime.fromisoformat(manifest.made_at).timestamp() * 1000
            for lot in _lots(folder / ITEMS):
                _bring_items(deployed, lot, brought, since=int(made_at) - RECENT_MILLISECONDS)
                say(f"{brought.items:,} items are there")
            deployed.start()
        except BaseException:
            say(STILL)
            raise
    return brought


def _stop(deployed: Deployed) -> None:
    """Stop the functions. If not all of them can be, those that were go on."""
    try:
        deployed.stop()
    except Exception:
        deployed.start()
        raise


def _checked(deployed: Deployed, manifest: Manifest, file: Path, folder: Path) -> dict[str, str]:
    """Return the backup's secrets. Raises BackupRefused where they or the home do not fit."""
    if manifest.home != DEPLOYMENT:
        raise BackupRefused(f"{file} is of one machine: restore it with --home")
    secrets: dict[str, str] = json.loads((folder / SECRETS).read_text())
    known = deployed.secrets().get(IDS)
    if known not in (None, secrets[IDS]) and _has_threads(deployed):
        raise BackupRefused(
            f"{deployed.names.deployment} has another secret `ids`, and customers have written "
            "there, so its threads have other ids: restore into a new deployment"
        )
    return secrets


def _has_threads(deployed: Deployed) -> bool:
    pages = deployed.dynamodb.get_paginator("scan").paginate(
        TableName=deployed.names.table,
        FilterExpression="sk = :thread",
        ExpressionAttributeValues={":thread": {"S": THREAD}},
        ConsistentRead=True,
    )
    return any(page["Items"] for page in pages)


def _bring_secrets(deployed: Deployed, secrets: dict[str, str]) -> int:
    known = deployed.secrets()
    missing = [
        each
        for each, value in secrets.items()
        if each not in known or (each == IDS and known[IDS] != value)
    ]
    for each in missing:
        deployed.ssm.put_parameter(
            Name=f"{deployed.names.secrets}/{each}",
            Value=secrets[each],
            Type="SecureString",
            Overwrite=True,
        )
    return len(missing)


def _bring_objects(deployed: Deployed, folder: Path) -> int:
    """Put the missing objects back. Those that wake a build come last."""
    bucket = deployed.names.bucket
    pages = deployed.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    known = {each["Key"] for page in pages for each in page.get("Contents", ())}
    missing = [
        (name, folder / OBJECTS / f"{number:07d}")
        for number, name in enumerate(json.loads((folder / KEYS).read_text()))
        if name not in known
    ]
    missing.sort(key=lambda each: each[0].startswith(SOURCES))
    blobs, count = S3Blobs(deployed.s3, bucket), 0
    for name, path in missing:
        if not name.startswith(SOURCES) or _counts(blobs, name):
            with path.open("rb") as body:
                deployed.s3.put_object(Bucket=bucket, Key=name, Body=body)
            count += 1
    return count


def _counts(blobs: Blobs, source: str) -> bool:
    """Return whether an uploaded set is in force, or none of its base is.

    AWS announces each stored set as uploaded now, so that an earlier one would answer again.
    """
    if is_check(source):
        return True
    base = base_of(source)
    if is_reviews(source):
        judged = last_judged(blobs, base)
        return judged is None or judged["reviews"] == version_in(source)
    return current_version(blobs, base) in (None, version_in(source))


def _lots(path: Path) -> Iterator[list[list[Item]]]:
    """Yield whole partitions, some hundred items at a time."""
    lot: list[list[Item]] = []
    with path.open(encoding="ascii") as lines:
        items = map(item_of, lines)
        for _, group in groupby(items, key=lambda each: str(each["pk"]["S"])):
            lot.append(list(group))
            if sum(map(len, lot)) >= LOT:
                yield lot
                lot = []
    if lot:
        yield lot


def _bring_items(
    deployed: Deployed, lot: list[list[Item]], brought: Brought, *, since: int
) -> None:
    """Put a lot's missing items back, and send again what may have waited.

    A thread's own item is its last one, and comes after its messages are sent: a thread without it
    is brought anew by a repeat.
    """
    asked = [items if (head := head_of(items)) is None else [head] for items in lot]
    known = there(
        deployed.dynamodb, deployed.names.table, {key_of(each) for e in asked for each in e}
    )
    first: list[Item] = []
    heads: list[Item] = []
    threads: list[list[Item]] = []
    for items in lot:
        head = head_of(items)
        if head is None:
            first += [each for each in items if key_of(each) not in known]
        elif key_of(head) in known:
            brought.left += 1
        else:
            first += [each for each in items if each is not head]
            heads.append(head)
            threads.append(items)
    put(deployed.dynamodb, deployed.names.table, first)
    for items in threads:
        _send_again(deployed, items, brought, since=since)
    put(deployed.dynamodb, deployed.names.table, heads)
    brought.threads += len(heads)
    brought.items += len(first) + len(heads)


def _send_again(deployed: Deployed, items: list[Item], brought: Brought, *, since: int) -> None:
    try:
        events = list(events_again(items, since))
        timers = list(timers_again(items, deployed.now()))
    except Unreadable:
        return  # of a newer release, which deals with it when it is deployed
    deployed.send("events", events)
    deployed.send("timers", timers)
    brought.events += len(events)
    brought.timers += len(timers)
