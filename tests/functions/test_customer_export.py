"""Everything that is held about a customer is told, and nothing of anybody else."""

import base64
import json
from typing import Any

import pytest
from surgeline.application.ports.queues import Outgoing

from local.simulators.providers.files import PICTURE
from tests.functions.conftest import Endpoint
from tests.functions.stage import Stage

SENDER = "kim.jisoo"
WORDS = "When are you open? My flat is at Rue Cler."
ROUTE = "/v1/admin/customers/export"


def write(stage: Stage, text: str, *, sender: str = SENDER) -> None:
    assert stage.write(text, sender=sender).status == 202
    stage.drain("events")
    stage.clock.advance(1)


def asked(stage: Stage, sender: str = SENDER, **more: object) -> Any:
    answer = stage.admin("POST", ROUTE, {"channel": "shop", "sender": sender, **more})
    assert answer.status == 200, answer.text
    return answer.json


@pytest.mark.enable_socket
def test_an_export_has_every_text_and_what_became_of_it(wired: Stage, endpoint: Endpoint) -> None:
    """The customer's words, ours, the reasons, the deliveries, and what is known of them."""
    del endpoint
    stage = wired
    write(stage, WORDS)
    write(stage, "Somebody else lives at Rue Daguerre", sender="somebody.else")
    stage.drain()
    found = asked(stage)
    said = json.dumps(found, ensure_ascii=False)
    assert WORDS in said
    assert "Monday" in said, "our answer"
    assert found["customer"]["sender"] == SENDER
    assert {each["end"] for each in found["deliveries"]} == {"delivered"}
    assert found["entries"][0]["event"]["text"] == WORDS
    assert "record_opened" in [each["do"] for each in found["entries"][0]["effects"]]
    assert "Daguerre" not in said
    assert found["next_after"] is None


def test_a_long_thread_comes_in_pages(stage: Stage) -> None:
    """No page is missed and none is told twice."""
    for number in range(60):
        write(stage, f"Question {number} about my parcel, please?")
        stage.clock.advance(600)
    first = asked(stage)
    assert first["next_after"] is not None
    second = asked(stage, after=first["next_after"])
    texts = [each["event"].get("text") for each in (*first["entries"], *second["entries"])]
    wrote = [each for each in texts if each and each.startswith("Question")]
    assert wrote == [f"Question {number} about my parcel, please?" for number in range(60)]
    assert "customer" not in second
    assert second["next_after"] is None


def test_what_an_export_shows_an_erasure_deletes(stage: Stage) -> None:
    """I14: after an erasure there is no word and no sender to tell."""
    write(stage, WORDS)
    body = {"channel": "shop", "sender": SENDER}
    for _ in range(2):
        stage.admin("POST", "/v1/admin/erasures", body)
        stage.drain("events")
        stage.clock.advance(1)
    said = json.dumps(asked(stage))
    assert "Rue Cler" not in said
    assert SENDER not in said


def test_stored_mails_are_told_one_by_one(stage: Stage) -> None:
    """A mail is told by its name, as it came. No other name leads to a file."""
    write(stage, WORDS)
    thread = stage.thread(SENDER).id
    blobs = stage.backend.blobs()
    blobs.put(f"mail-kept/{thread}/m1.eml", b"From: kim\r\n\r\nHello")
    blobs.put(f"mail-kept/{thread}/other/x.eml", b"robot")
    blobs.put("mail-kept/t2/secret.eml", b"another's")
    found = asked(stage)
    assert found["mails"] == ["m1.eml", "other/x.eml"]
    told = [base64.b64decode(asked(stage, mail=each)["base64"]) for each in found["mails"]]
    assert told == [b"From: kim\r\n\r\nHello", b"robot"]
    for name in ("../t2/secret.eml", "..", "other/../../t2/secret.eml", "absent.eml"):
        body = {"channel": "shop", "sender": SENDER, "mail": name}
        assert stage.admin("POST", ROUTE, body).status == 404


def test_a_customers_files_are_told_with_what_opens_them(stage: Stage) -> None:
    """A file that the customer sent is named, and its path opens it; another's is not."""
    write(stage, WORDS)
    blobs, file = stage.backend.blobs(), f"f{'a' * 26}"
    blobs.put(f"media/{stage.thread(SENDER).id}/{file}", PICTURE)
    blobs.put(f"media/t2/{file}", PICTURE)
    [told] = asked(stage)["files"]
    assert told["id"] == file
    answer = stage.request("GET", told["path"])
    assert (answer.status, base64.b64decode(answer.text)) == (200, PICTURE)


def test_a_dead_letter_of_the_customer_is_told(stage: Stage) -> None:
    """A message that nobody could handle is held too."""
    write(stage, WORDS)
    mine = Outgoing("lost words", group=stage.thread(SENDER).id, dedup_id="1")
    stage.backend.queue("events").bury([mine, Outgoing("others'", group="t2", dedup_id="2")])
    assert [each["body"] for each in asked(stage)["dead_letters"]] == ["lost words"]


def test_an_unknown_sender_is_told_as_that(stage: Stage) -> None:
    """A misspelt name is not taken for a person of whom nothing is held."""
    found = asked(stage, "nobody")
    assert (found["known"], found["customer"], found["entries"]) == (False, None, [])


def test_each_hand_over_is_on_record(stage: Stage) -> None:
    """The record of acts says who asked, and never about whom."""
    write(stage, WORDS)
    asked(stage)
    acts = stage.admin("GET", "/v1/admin/audit").json["acts"]
    assert [each["act"] for each in acts if "customers" in each["act"]] == ["POST customers/export"]
    assert SENDER not in json.dumps(acts)


@pytest.mark.parametrize(
    "body",
    [
        {"channel": "shop"},
        {"channel": "shop", "sender": ""},
        {"channel": "shop", "sender": SENDER, "after": -1},
        {"channel": "shop", "sender": SENDER, "after": "1"},
        {"channel": "shop", "sender": SENDER, "after": True},
        {"channel": "shop", "sender": SENDER, "mail": 1},
    ],
)
def test_a_malformed_request_is_refused(stage: Stage, body: dict[str, Any]) -> None:
    """I12: a wrong or missing field is a 400."""
    assert stage.admin("POST", ROUTE, body).status == 400
