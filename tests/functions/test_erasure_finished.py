"""An erasure that was asked for once is finished, and takes what people reviewed along."""

import json

from surgeline.adapters.codec import encode_event
from surgeline.application.conversations.take_mail import KEPT
from surgeline.application.media.kept import FOLDER
from surgeline.application.ports.queues import Outgoing
from surgeline.domain.events import CustomerWrote

from local.home.lambda_events import schedule_event
from tests.functions.stage import Stage
from tests.functions.test_answer_reviews import PATH, notified
from tests.functions.test_erasure import SENDER, WORDS, ask, assert_nothing_is_kept, erase, write


def clock(stage: Stage) -> None:
    """Wake the operators' API as the clock does once a day."""
    stage.call("admin_api", schedule_event("admin_api", 86_400, at=stage.clock.now()))
    stage.drain("events", "deliveries")


def files(stage: Stage) -> list[str]:
    """Return the last names of the mails and files that are kept."""
    blobs = stage.backend.blobs()
    return [key.rpartition("/")[2] for each in (KEPT, FOLDER) for key in blobs.keys(each)]


def put(stage: Stage, name: str) -> None:
    """Keep a mail and a file of the sender's thread."""
    for folder in (KEPT, FOLDER):
        stage.backend.blobs().put(f"{folder}{stage.thread(SENDER).id}/{name}", WORDS.encode())


def bury(stage: Stage) -> None:
    """Set a message of the sender aside."""
    thread = stage.thread(SENDER).id
    event = CustomerWrote("m9", thread, "shop", SENDER, stage.clock.now(), WORDS)
    letter = Outgoing(encode_event(event), group=thread, dedup_id="m9")
    stage.backend.queue("events").bury([letter])


def test_what_was_asked_for_once_is_finished_by_the_clock(stage: Stage) -> None:
    """I14: mails and files go at once; dead letters and what came late go the next day."""
    write(stage)
    put(stage, "early")
    bury(stage)
    assert ask(stage).status == 202
    assert files(stage) == []
    clock(stage)
    put(stage, "late")
    clock(stage)
    assert files(stage) == []
    assert stage.admin("GET", "/v1/admin/dead-letters").json["dead_letters"] == []
    assert_nothing_is_kept(stage)
    put(stage, "later")
    clock(stage)
    assert files(stage) == ["later", "later"]  # it is finished, so that nothing is looked at again


def test_what_the_customer_said_since_is_not_reached(stage: Stage) -> None:
    """The next day's round deletes nothing of a conversation that began after the erasure."""
    write(stage)
    bury(stage)
    ask(stage)
    stage.drain("events")
    stage.clock.advance(1)
    write(stage, "Hello again, at Rue Cler")
    put(stage, "new")
    clock(stage)
    assert files(stage) == ["new", "new"]
    assert ("customer", "Hello again, at Rue Cler") in stage.said(SENDER)
    assert stage.admin("GET", "/v1/admin/dead-letters").json["dead_letters"] == []


def test_reviews_of_an_erased_customer_are_taken_out(stage: Stage) -> None:
    """I14: they are known by the conversation, or by the words; the rest is judged again."""
    write(stage)
    conversation = stage.thread(SENDER).conversation.id
    right = {"article": "en-hours", "right": True}
    other = right | {"text": "When are you open?", "conversation_id": "elsewhere-1"}
    first = [right | {"text": "open?", "conversation_id": conversation}, other]
    sets = [first, [*first, right | {"text": WORDS}]]
    for each in sets:
        raw = "\n".join(map(json.dumps, each)).encode()
        uploaded = stage.admin("PUT", f"{PATH}/reviews", raw).json["reviews"]
        notified(stage, f"/reviews/{uploaded}")
        stage.clock.advance(1)
    erase(stage)
    blobs = stage.backend.blobs()
    [kept] = [each for each in blobs.keys("knowledge-sources/") if "/reviews/" in each]
    assert [json.loads(line) for line in blobs.get(kept).splitlines()] == [other]
    notified(stage, f"/reviews/{uploaded}")
    assert stage.admin("GET", f"{PATH}/reviews").json["reviewed"] == 1
    blobs.delete(kept)
    stage.upload(kept, b"")  # the news of a set that an erasure has emptied meanwhile
