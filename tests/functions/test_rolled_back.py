"""An upgrade is taken back: the code of 0.1.0 reads what this release left, or it waits unharmed.

The code of that release comes from the history. A copy without the history can't rehearse this.
"""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest
from surgeline.adapters.codec import decode_thread, encode_event, encode_thread
from surgeline.application.ports.queues import Outgoing
from surgeline.domain.events import CustomerWrote
from surgeline.domain.thread import Handoff, HandoffReason, HandoffState, Thread

from tests.functions.stage import Stage
from tests.functions.test_conversation_events import resolve, subscribe, take, write

ROOT = Path(__file__).parents[2]
RELEASED = "e4155a6d"
"""The last commit of release 0.1.0."""
READER = """
import json, sys
from surgeline.adapters import codec
from surgeline.errors import Unprocessable
read = {
    "thread": codec.decode_thread, "record": codec.decode_record, "event": codec.decode_event,
    "delivery": codec.decode_delivery,
}
found = []
for kind, text in json.load(sys.stdin):
    try:
        read[kind](text)
        found.append("read")
    except codec.Undecodable:
        found.append("waits")
    except Unprocessable:
        found.append("is buried")
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the code of 0.1.0."""
    git = shutil.which("git")
    known = git and subprocess.run(  # noqa: S603 - our own history
        [git, "cat-file", "-e", f"{RELEASED}:layers/core/python"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if not git or not known or known.returncode:
        pytest.skip("this copy has no history, so the code of 0.1.0 can't be had")
    folder = tmp_path_factory.mktemp("released")
    packed = subprocess.run(  # noqa: S603 - as above
        [git, "archive", RELEASED, "layers/core/python"], cwd=ROOT, capture_output=True, check=True
    )
    subprocess.run(  # noqa: S603 - as above
        [shutil.which("tar") or "tar", "x", "-C", str(folder)], input=packed.stdout, check=True
    )
    return folder / "layers" / "core" / "python"


def read_by(before: Path, written: list[tuple[str, str]]) -> list[str]:
    """Return how the code of before finds each text: it reads it, or waits, or buries it."""
    done = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", READER],
        input=json.dumps(written),
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONPATH": str(before)},
    )
    found: list[str] = json.loads(done.stdout)
    return found


def lived(stage: Stage) -> None:
    """Let this release's features leave their traces: a survey, a subscriber, an escalation."""
    stage.configure(survey={"enabled": True})
    subscribe(stage)
    write(stage, "When are you open?")
    write(stage, "I want to talk to a person")
    resolve(stage, take(stage))
    write(stage, "yes")
    write(stage, "It broke again")
    mine = take(stage)
    assert stage.pool("conversation.transferred", mine | {"reason": "escalation"}).status == 202
    stage.drain()
    stage.clock.advance(1_000)
    stage.drain()
    write(stage, "I want to talk to a person")
    [offer] = stage.thread("kim").conversation.handoff.offers
    about = {"conversation_id": mine["conversation_id"], "offer_id": offer.offer_id}
    assert stage.pool("handoff.declined", about).status == 202
    stage.drain()
    assert stage.thread("kim").conversation.handoff.state == "kept"
    assert stage.write("When are you open?", sender="ann").status == 202
    assert stage.write("And on Sunday?", sender="bob").status == 202


def left(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield everything that another release would have to read, by its kind."""
    for table, kind in (("threads", "thread"), ("records", "record")):
        for text in bodies(folder / "conversations.sqlite", table):
            yield kind, text
            if kind == "record":
                yield "event", json.dumps(json.loads(text)["event"])
    for queue, kind in (("events", "event"), ("deliveries", "delivery")):
        for text in bodies(folder / "queues" / f"{queue}.sqlite", "messages"):
            yield kind, text


def everything(thread: Thread) -> Iterator[tuple[str, str]]:
    """Yield the thread with every reason and every state that a request may have here."""
    reasons, states = get_args(HandoffReason), get_args(HandoffState)
    for reason, state in [("emergency", each) for each in states] + [(r, "kept") for r in reasons]:
        handoff = Handoff(state=state, reason=reason, requested_at=1)
        conversation = replace(thread.conversation, handoff=handoff)
        written = encode_thread(replace(thread, conversation=conversation))
        assert decode_thread(written).conversation.handoff == handoff
        yield "thread", written


def bodies(file: Path, table: str) -> list[str]:
    with closing(sqlite3.connect(file)) as opened:
        return [row[0] for row in opened.execute(f"SELECT body FROM {table}")]  # noqa: S608 - constants


def expected(kind: str, text: str) -> str:
    """Return how 0.1.0 should find a text: it knows no subscribers."""
    buried = kind == "delivery" and json.loads(text)["target"] == "subscription"
    return "is buried" if buried else "read"


def test_the_release_before_reads_what_this_one_left_or_lets_it_wait(
    stage: Stage, before: Path
) -> None:
    """F52: threads, records, events and deliveries go on there. What a subscriber is owed is a dead
    letter, which the newer release sends again.
    """
    lived(stage)
    stage.step("events")
    written = [*left(stage.folder), *everything(stage.thread("kim"))]
    found = read_by(before, written)
    kinds = Counter(kind for kind, _ in written)
    assert all(kinds[each] for each in ("thread", "record", "event", "delivery"))
    for (kind, text), how in zip(written, found, strict=True):
        assert how == expected(kind, text), (kind, text)
    assert {*found} == {"read", "is buried"}
    apart = [json.loads(text).get("later", ()) for kind, text in written if kind == "record"]
    assert {each["type"] for later in apart for _, each in later} >= {
        *("record_opened", "record_outcome", "record_survey")
    }


def test_what_waited_for_this_release_goes_on_with_it(stage: Stage) -> None:
    """I1: a record with an effect that nobody knows yet holds only its own thread, until one does.

    So an upgrade that is taken back and made again loses no message.
    """
    write(stage, "When are you open?")
    thread = stage.thread("kim")
    file = stage.folder / "conversations.sqlite"

    def spell(before: str, after: str) -> None:
        with closing(sqlite3.connect(file)) as opened, opened:
            opened.execute("UPDATE records SET body = replace(body, ?, ?)", (before, after))

    spell('"record_opened"', '"record_dreamt"')
    asked = "I want to talk to a person"
    wrote = CustomerWrote("m-later", thread.id, "shop", "kim", stage.clock.now(), asked)
    outgoing = Outgoing(encode_event(wrote), group=thread.id, dedup_id=wrote.id)
    stage.backend.queue("events").send([outgoing])
    write(stage, "When are you open?", "ann")
    for _ in range(5):
        stage.drain("events")
        stage.clock.advance(60)
    assert [speaker for speaker, _ in stage.said("ann")] == ["customer", "bot"]
    assert stage.admin("GET", "/v1/admin/dead-letters").json == {"dead_letters": []}
    spell('"record_dreamt"', '"record_opened"')
    stage.clock.advance(900)
    stage.drain("events")
    assert stage.thread("kim").conversation.handoff is not None
    assert asked in [text for _, text in stage.said("kim")]
