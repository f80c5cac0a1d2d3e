"""Files go both ways in a web chat: a visitor's reach people, and people's reach the visitor."""

import base64
import time
from collections.abc import Mapping
from pathlib import Path

import pytest
from surgeline.application.media.keep_upload import MOST_UPLOADED_BYTES
from surgeline.application.media.kept import UPLOADS
from surgeline.domain.ids import thread_id

from functions.web_chat.files import BYTES_OF_ONE_ADDRESS, HOUR
from infra import topology
from local.simulators.providers.files import PICTURE
from local.virtual.front import Answered
from local.virtual.shop import KEY
from tests.functions.signed_in import DESK, sign_in
from tests.functions.stage import Stage

BYTES = {"content-type": "application/octet-stream"}
DAY_MS = 86_400_000
LARGE = b"\xff\xd8\xff".ljust(MOST_UPLOADED_BYTES, b"0")
FILES = "/v1/web/web/files"
MESSAGES = "/v1/web/web/messages"


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """Return the shop, whose one pool is a desk."""
    made = Stage(tmp_path)
    made.publish()
    made.configure(pools=[DESK])
    return made


@pytest.fixture
def me(stage: Stage) -> Mapping[str, str]:
    """Return the headers of a visitor."""
    token = stage.request("POST", "/v1/web/web/visitors").json["token"]
    return {"authorization": f"Bearer {token}"}


def upload(
    stage: Stage, me: Mapping[str, str], body: bytes = PICTURE, query: str = "message=c-1&number=0"
) -> Answered:
    """Upload a file as the page does."""
    return stage.request("POST", f"{FILES}?{query}", body, {**me, **BYTES})


def send(stage: Stage, me: Mapping[str, str], text: str = "", **more: object) -> Answered:
    """Send the message of the uploaded picture."""
    named = {"files": [{"kind": "image", "name": "lamp.jpg"}], **more}
    return stage.request("POST", MESSAGES, {"client_message_id": "c-1", "text": text, **named}, me)


def opened(stage: Stage, path: str) -> bytes:
    """Return the bytes that a link opens."""
    answer = stage.request("GET", path)
    assert answer.status == 200, answer.text
    assert "sandbox" in answer.headers["content-security-policy"]
    return base64.b64decode(answer.text)


def test_a_person_sees_what_the_visitor_sent(stage: Stage, me: Mapping[str, str]) -> None:
    """A picture alone asks for a person, who opens it; the visitor sees it in the chat too."""
    agent = sign_in(stage, "Mina", "agent", "desk")
    stage.request("PUT", "/v1/staff/desk/presence", {"state": "here"}, agent)
    kept = upload(stage, me)
    assert kept.status == 201, kept.text
    assert (kept.json["kind"], kept.json["type"]) == ("image", "image/png")
    assert send(stage, me).status == 202
    stage.drain()
    [pool] = stage.request("GET", "/v1/staff/desk", headers=agent).json["pools"]
    [case] = pool["cases"]
    assert case["reason"] == "attachment"
    place = f"/v1/staff/pools/desk/cases/{case['conversation_id']}"
    [line, *_] = stage.request("GET", place, headers=agent).json["lines"]
    [file] = line["media"]
    assert (file["id"], file["state"], file["alt"]) == (kept.json["id"], "kept", "lamp.jpg")
    assert opened(stage, file["path"]) == PICTURE
    [mine, *_] = stage.request("GET", MESSAGES, headers=me).json["lines"]
    assert opened(stage, mine["media"][0]["path"]) == PICTURE


def test_a_visitor_sees_what_a_person_gives(stage: Stage, me: Mapping[str, str]) -> None:
    """A person uploads a file for one of their own cases, and the visitor opens it in the chat."""
    mina, lee = (sign_in(stage, name, "agent", "desk") for name in ("Mina", "Lee"))
    stage.request("PUT", "/v1/staff/desk/presence", {"state": "here"}, mina)
    stage.request(
        "POST", MESSAGES, {"client_message_id": "c-1", "text": "I want to talk to a person"}, me
    )
    stage.drain()
    [case] = stage.request("GET", "/v1/staff/desk", headers=mina).json["pools"][0]["cases"]
    query = f"conversation={case['conversation_id']}&message=m-2&number=0"

    def give(who: Mapping[str, str], asked: str = query) -> Answered:
        path = f"/v1/staff/pools/desk/files?{asked}"
        return stage.request("POST", path, b"%PDF-1.7 an invoice", {**who, **BYTES})

    def say(kind: str, **data: object) -> Answered:
        place = {"conversation_id": case["conversation_id"], **data}
        body = {"id": "m-1" if "accepted" in kind else "m-2", "type": kind, "data": place}
        return stage.request("POST", "/v1/staff/pools/desk/events", body, mina)

    assert give(mina).status == 409  # nobody has it yet
    assert say("handoff.accepted", offer_id=case["offer_id"]).status == 200
    stage.drain()
    assert (give({}).status, give(lee).status) == (401, 409)
    assert give(mina, query.replace("-1&", "-9&")).status == 404
    kept = give(mina).json
    file = {"kind": "file", "file": kept["id"], "type": kept["type"], "title": "invoice.pdf"}
    wrote = say("message.sent", epoch=case["epoch"], text="invoice.pdf", media=[file])
    assert wrote.status == 202, wrote.text
    stage.drain()
    lines = stage.request("GET", MESSAGES, headers=me).json["lines"]
    [given] = [each for line in lines for each in line.get("attached", ())]
    told = (given["kind"], given["type"], given["title"])
    assert told == ("file", "application/pdf", "invoice.pdf")
    assert opened(stage, given["path"]) == b"%PDF-1.7 an invoice"


def test_an_upload_is_judged_by_its_bytes(stage: Stage, me: Mapping[str, str]) -> None:
    """Markup, nothing, too much and a wrong number are refused in words, and nothing is kept."""
    before = stage.backend.blobs().keys("")
    assert upload(stage, me, b"<svg onload='x()'/>").status == 415
    assert "PDF" in upload(stage, me, b"<html>").text
    assert upload(stage, me, b"").status == 400
    assert upload(stage, me, b"\xff\xd8\xff" + b"0" * MOST_UPLOADED_BYTES).status == 413
    for query in ("message=c-1", "message=c-1&number=10", "message=../x&number=0", "number=0"):
        assert upload(stage, me, query=query).status == 400, query
    assert stage.request("POST", f"{FILES}?message=c-1&number=0", {}, me).status == 415
    assert upload(stage, {}).status == 401
    assert stage.backend.blobs().keys("") == before


def test_the_same_upload_again_is_harmless(stage: Stage, me: Mapping[str, str]) -> None:
    """A repeat is answered the same, and other bytes never take a file's place."""
    first = upload(stage, me)
    assert upload(stage, me).json == first.json
    assert upload(stage, me, PICTURE + b"\0").status == 409
    assert len(stage.backend.blobs().keys("uploads/")) == 1


def test_a_visitor_uploads_at_a_bounded_rate(stage: Stage, me: Mapping[str, str]) -> None:
    """The eleventh file at once waits, with the seconds to wait."""
    for number in range(10):
        assert upload(stage, me, query=f"message=c-{number}&number=0").status == 201
    late = upload(stage, me, query="message=c-10&number=0")
    assert (late.status, int(late.headers["retry-after"]) > 0) == (429, True)


def large_file_from(stage: Stage, address: str) -> Answered:
    """Upload the largest file as a new visitor who comes from an address."""
    there = {"x-forwarded-for": address}
    token = stage.request("POST", "/v1/web/web/visitors", headers=there).json["token"]
    visitor = {"authorization": f"Bearer {token}", **there}
    return upload(stage, visitor, LARGE)


def test_new_visitors_of_one_address_fill_no_disk(stage: Stage) -> None:
    """An address brings 100 MB at once, whoever its visitors are, and other addresses go on."""
    most = BYTES_OF_ONE_ADDRESS // MOST_UPLOADED_BYTES
    statuses = [large_file_from(stage, "198.51.100.7").status for _ in range(most + 1)]
    assert statuses == [201] * most + [429]
    assert large_file_from(stage, "198.51.100.8").status == 201
    stage.clock.advance(HOUR * MOST_UPLOADED_BYTES // BYTES_OF_ONE_ADDRESS)
    assert large_file_from(stage, "198.51.100.7").status == 201


def test_a_file_without_a_message_is_deleted_after_a_day(
    stage: Stage, me: Mapping[str, str]
) -> None:
    """The clean-up leaves a file whose message came, and an upload that is still young."""
    agent = sign_in(stage, "Mina", "agent", "desk")
    stage.request("PUT", "/v1/staff/desk/presence", {"state": "here"}, agent)
    upload(stage, me)
    send(stage, me)
    stage.drain()
    upload(stage, me, query="message=c-2&number=0")
    blobs = stage.backend.blobs()
    written = round(time.time() * 1000)  # a file's own time is the machine's
    assert blobs.forget(UPLOADS, before=written - DAY_MS) == 0
    stage.clock.advance((written - stage.clock.now()) // 1000 + DAY_MS // 1000 + 60)
    stage.call("retention", {})
    assert (len(blobs.keys("media/")), blobs.keys(UPLOADS)) == (1, [])


def test_a_message_names_files_in_one_form(stage: Stage, me: Mapping[str, str]) -> None:
    """Too many files, and descriptions that are none, are refused with the field."""
    for files in ([{"kind": "image"}] * 11, "x", [{"kind": "page"}], [7]):
        answer = send(stage, me, files=files)
        assert (answer.status, answer.json["error"]["field"]) == (400, "files")
    assert send(stage, me, files=[]).status == 400  # no words either


def test_a_file_that_never_came_is_told(stage: Stage, me: Mapping[str, str]) -> None:
    """A message that names a file nobody uploaded says so on record, without further tries."""
    assert send(stage, me, text="I want to talk to a person").status == 202
    stage.drain()
    [line, *_] = stage.request("GET", MESSAGES, headers=me).json["lines"]
    assert [(each["state"], each["reason"]) for each in line["media"]] == [("failed", "gone")]


def test_a_channel_may_take_no_files(stage: Stage, me: Mapping[str, str]) -> None:
    """Where `files` is off, the page hides its button and the routes refuse."""
    stage.configure(channels=[{"id": "web", "kind": "web", "files": False}], pools=[])
    stage.clock.advance(6)
    assert upload(stage, me).status == 403
    assert send(stage, me).status == 403
    assert "&quot;files&quot;: false" in stage.request("GET", "/").text


def test_an_erasure_deletes_uploads_of_both_sides(stage: Stage, me: Mapping[str, str]) -> None:
    """Nothing is left below the visitor's thread, also of a file that was never sent."""
    upload(stage, me)
    sender = me["authorization"].split("~")[1]
    assert stage.backend.blobs().keys(f"uploads/{thread_id(KEY, 'web', sender)}/")
    asked = {"channel": "web", "sender": sender}
    stage.admin("POST", "/v1/admin/erasures", asked)
    stage.drain()
    stage.clock.advance(60)
    stage.admin("POST", "/v1/admin/erasures", asked)
    blobs = stage.backend.blobs()
    assert (blobs.keys("media/"), blobs.keys("uploads/")) == ([], [])


def test_the_front_and_the_functions_agree_on_the_size() -> None:
    """A body that the front lets through is not refused behind it."""
    assert topology.MAX_FILE_BYTES == MOST_UPLOADED_BYTES
