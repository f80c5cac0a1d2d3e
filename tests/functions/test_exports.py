"""Ended days are exported as compressed JSON lines, and an erasure reaches them."""

import gzip
import json
from typing import Any

from surgeline.application.ports.refusals import Absent
from surgeline.application.reports.export_days import key_of

from tests.functions.stage import Stage

FIRST = "2026-03-01"
DAY = 86_400


def write(stage: Stage, text: str, sender: str) -> None:
    """Let a customer write, and the thread's writer do its part."""
    assert stage.write(text, sender=sender).status == 202
    stage.drain("events")


def exported(stage: Stage, day: str = FIRST) -> list[dict[str, Any]] | None:
    """Return the rows of a day's export, or None where it is not there."""
    try:
        packed = stage.backend.blobs().get(key_of(day))
    except Absent:
        return None
    return [json.loads(line) for line in gzip.decompress(packed).splitlines()]


def chores(stage: Stage) -> None:
    """Wake the function as the clock does."""
    stage.call("chores", {"time": "2026-03-02T00:00:00Z"})


def erase(stage: Stage, sender: str) -> None:
    """Ask for an erasure until it is done."""
    asked = {"channel": "shop", "sender": sender}
    for _ in range(5):
        if stage.admin("POST", "/v1/admin/erasures", asked).json["erased_at"]:
            return
        stage.drain("events")
    raise AssertionError("the erasure is not done")


def test_a_day_is_exported_once_it_is_over_and_again_as_it_settles(stage: Stage) -> None:
    """Today has no file; yesterday has a row for each conversation, which follows its end."""
    write(stage, "When are you open?", "ann")
    write(stage, "I want to talk to a person", "bob")
    chores(stage)
    assert exported(stage) is None
    stage.clock.advance(seconds=DAY)
    chores(stage)
    ann, bob = exported(stage) or []
    assert (ann["channel"], ann["opened_at"], ann["resolution"]) == (
        "shop", "2026-03-01T12:00:00.000Z", "assumed",
    )  # fmt: skip
    assert (ann["topic"], ann["answered"], ann["handoffs"]) == ("en-hours", ["en-hours"], 0)
    assert (bob["resolution"], bob["topic"], bob["handoffs"]) == ("open", "customer_asked", 1)
    assert ann["customer"] == stage.thread("ann").id
    before = stage.backend.blobs().get(key_of(FIRST))
    chores(stage)
    assert stage.backend.blobs().get(key_of(FIRST)) == before


def test_missed_rounds_are_made_up_for(stage: Stage) -> None:
    """A home that was off for some days exports each of them at its next round."""
    chores(stage)
    write(stage, "When are you open?", "ann")
    stage.clock.advance(seconds=2 * DAY)
    write(stage, "When are you open?", "ann")
    stage.clock.advance(seconds=4 * DAY)
    chores(stage)
    assert [len(exported(stage, day) or []) for day in (FIRST, "2026-03-02", "2026-03-03")] == [
        1, 0, 1,
    ]  # fmt: skip


def test_an_erasure_takes_the_person_out_of_the_files(stage: Stage) -> None:
    """I14: the day's file goes at once, and comes back without the person once all is erased."""
    write(stage, "When are you open?", "ann")
    write(stage, "When are you open?", "bob")
    thread = stage.thread("ann").id
    stage.clock.advance(seconds=DAY)
    chores(stage)
    assert thread in str(exported(stage))
    folder = (
        stage.folder / "blobs/exports/conversations" / f"day={FIRST}"
    )  # as DuckDB finds the day of a partition
    folder.rename(folder.with_name(f"day%3D{FIRST}"))  # as an earlier release named it
    stage.admin("POST", "/v1/admin/erasures", {"channel": "shop", "sender": "ann"})
    assert exported(stage) is None
    chores(stage)
    assert exported(stage) is None  # the erasure still waits in a queue
    erase(stage, "ann")
    write(stage, "I am here again", "ann")
    chores(stage)
    rows = exported(stage) or []
    assert [each["resolution"] for each in rows] == ["erased", "assumed"]
    assert set(rows[0]) == {"channel", "opened_at", "resolution"}
    kept = [path for path in stage.folder.rglob("*") if path.is_file() and "exports" in str(path)]
    raw = [path.read_bytes() for path in kept]
    raw += [gzip.decompress(each) for each in raw if each.startswith(b"\x1f\x8b")]
    assert len(raw) > 2
    assert not [each for each in raw if thread.encode() in each]
    assert thread not in str(kept)


def test_exports_end_with_their_records(stage: Stage) -> None:
    """I14: a day older than the records is deleted, because no erasure could find it there."""
    blobs = stage.backend.blobs()
    for day in ("2025-01-20", "2025-06-01"):
        blobs.put(key_of(day), b"")
    chores(stage)
    assert [key_of("2025-06-01")] == [
        e for e in blobs.keys("exports/conversations/") if "2025" in e
    ]
