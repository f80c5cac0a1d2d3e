"""What the documents for integrators say, held to the code."""

import json
import re
from datetime import UTC, datetime, timedelta
from email.message import Message
from pathlib import Path
from typing import Any

import pytest
from documents import CHANNEL_API, EXAMPLES, POOL_PROTOCOL, blocks, examples, load
from surgeline.adapters.pool_protocol import parse_pool_event
from surgeline.adapters.signing.standard_webhooks import decode_secret, sign, verify
from surgeline.application.deliveries.retries import (
    CHANNEL_RETRIES,
    END_NOTICE_RETRIES,
    END_NOTICES,
    OFFER_RETRIES,
    POOL_RETRIES,
)
from surgeline.domain.events import CustomerWrote
from surgeline.errors import Unauthorized

NAMES = ("channel_client", "pool_receiver")
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
VECTOR = {
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
}
BODY = b'{"test": 2432232314}'
NOW = 1614265330.0


def headers(**changed: str) -> Message:
    message = Message()
    for name, value in {**VECTOR, **{k.replace("_", "-"): v for k, v in changed.items()}}.items():
        message[name] = value
    return message


@pytest.mark.parametrize("document", [CHANNEL_API, POOL_PROTOCOL], ids=lambda path: path.stem)
def test_the_recipe_and_every_json_example_hold(document: Path) -> None:
    """A document's Python block runs, its JSON parses, and its links lead somewhere."""
    (recipe,) = blocks(document, "python")
    exec(compile(recipe, document.name, "exec"), {})  # noqa: S102 - our own document
    assert examples(document)
    links = re.findall(r"\]\((?!http|#)([^)#]+)", document.read_text(encoding="utf-8"))
    assert links
    assert all((document.parent / link).exists() for link in links)


@pytest.mark.parametrize("kind", ["accepted", "declined", "sent", "typing", "resolved", "returned"])
def test_every_event_of_a_pool_is_shown_as_it_is_accepted(kind: str) -> None:
    """The handler's own parser takes the documented example."""
    shown = [each for each in examples(POOL_PROTOCOL) if each.get("type", "").endswith(kind)]
    assert len(shown) == 1
    assert type(parse_pool_event(shown[0])).__module__.endswith("pool_protocol")


@pytest.mark.parametrize(
    ("document", "schedule"),
    [
        (CHANNEL_API, CHANNEL_RETRIES),
        (POOL_PROTOCOL, POOL_RETRIES),
        (POOL_PROTOCOL, OFFER_RETRIES),
    ],
)
def test_the_retry_schedules_are_the_ones_in_force(
    document: Path, schedule: tuple[int, ...]
) -> None:
    """A document writes out the retry schedule in force, in words."""
    *before, last = map(str, schedule)
    assert f"{', '.join(before)} and {last} seconds" in document.read_text(encoding="utf-8")


def test_the_day_of_a_fact_is_the_one_in_force() -> None:
    """The events and the waits of their row are the code's."""
    [row] = [line for line in POOL_PROTOCOL.read_text("utf-8").splitlines() if "a day: " in line]
    assert set(re.findall("`([a-z.]+_?[a-z]+)`", row)) == END_NOTICES
    *before, last = [f"{each:,}" for each in END_NOTICE_RETRIES if each < 7_200]
    assert f"{', '.join(before)} and {last} seconds, then every two hours" in row
    assert set(END_NOTICE_RETRIES[len(before) + 1 :]) == {7_200}


def test_the_fields_of_a_message_in_are_the_events_own() -> None:
    """The documented request has exactly what the intake reads."""
    request = examples(CHANNEL_API)[0]
    assert set(request) == {"sender", "text", "language", "attachments"}
    assert set(request) <= set(CustomerWrote.__slots__)


@pytest.mark.parametrize("name", NAMES)
def test_an_example_is_short_and_needs_nothing_but_python(name: str) -> None:
    """An example has under 120 lines and needs only the standard library."""
    source = (EXAMPLES / f"{name}.py").read_text()
    assert source.count("\n") < 120
    imported = re.findall(r"^(?:from|import) (\w+)", source, re.MULTILINE)
    assert not {"surgeline", "local", "aiohttp", "urllib3", "standardwebhooks"} & set(imported)


@pytest.mark.parametrize("name", NAMES)
def test_an_example_signs_and_verifies_as_everybody_does(name: str) -> None:
    """An example signs and verifies the published vector, and our verifier takes its signature."""
    example, key = load(name), decode_secret(SECRET)
    signature = example.sign(key, VECTOR["webhook-id"], VECTOR["webhook-timestamp"], BODY)
    assert signature == VECTOR["webhook-signature"]
    assert example.verify(key, headers(), BODY, NOW) == VECTOR["webhook-id"]
    ours = sign((key,), webhook_id="n1", timestamp=int(NOW), body=BODY)
    assert example.sign(key, "n1", str(int(NOW)), BODY) == ours["webhook-signature"]
    rotating = headers(webhook_signature=f"v1,{'A' * 43}= {VECTOR['webhook-signature']}")
    assert example.verify(key, rotating, BODY, NOW) == VECTOR["webhook-id"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("changed", "body", "now"),
    [
        ({}, BODY + b" ", NOW),
        ({}, BODY, NOW + 301),
        ({}, BODY, NOW - 301),
        ({"webhook_id": "msg_other"}, BODY, NOW),
        ({"webhook_timestamp": "1614265331"}, BODY, NOW),
        ({"webhook_timestamp": "+1614265330"}, BODY, NOW),
        ({"webhook_timestamp": ""}, BODY, NOW),
        ({"webhook_timestamp": "9" * 5000}, BODY, NOW),
        ({"webhook_timestamp": "١٦١٤٢٦٥٣٣٠"}, BODY, NOW),
        ({"webhook_signature": ""}, BODY, NOW),
        ({"webhook_signature": "v1," + "\u00e9" * 44}, BODY, NOW),
        ({"webhook_signature": VECTOR["webhook-signature"].removeprefix("v1,")}, BODY, NOW),
        ({"webhook_signature": VECTOR["webhook-signature"] + "A"}, BODY, NOW),
    ],
)
def test_an_example_refuses_what_we_refuse(
    name: str, changed: dict[str, str], body: bytes, now: float
) -> None:
    """The example's verifier and ours agree on every forgery."""
    example, key = load(name), decode_secret(SECRET)
    forged = headers(**changed)
    assert not example.verify(key, forged, body, now)
    with pytest.raises(Unauthorized):
        verify((key,), dict(forged), body, now_seconds=int(now))


def test_the_example_pool_says_what_the_protocol_asks_for() -> None:
    """The example pool accepts, greets, answers and resolves with events that the handler reads."""
    example = load("pool_receiver")
    said: list[tuple[str, dict[str, object]]] = []

    def tell(url: str, kind: str, data: dict[str, object]) -> dict[str, object]:
        assert url == "url"
        said.append((kind, data))
        return {"accepted": True, "epoch": 3}

    example.tell = tell
    for kind in ("handoff.offered", "conversation.message"):
        shown = next(each for each in examples(POOL_PROTOCOL) if each.get("type") == kind)
        example.work("url", shown)
    example.work("url", {"type": "conversation.taken_back", "data": {"conversation_id": "t-1"}})
    kinds = ["handoff.accepted", "message.sent", "message.sent", "conversation.resolved"]
    assert [kind for kind, _ in said] == kinds
    for kind, data in said:
        parse_pool_event(json.loads(json.dumps({"type": kind, "data": data})))


def test_the_example_pool_brings_the_people_it_is_asked_for() -> None:
    """It reports who comes until the window ends. Older words and past windows bring nobody."""
    example = load("pool_receiver")
    said: list[dict[str, object]] = []

    def tell(url: str, kind: str, data: dict[str, object]) -> dict[str, object]:
        said.append({"type": kind, "data": data})
        return {}

    example.tell = tell
    now = datetime.now(UTC)

    def told(kind: str, seq: int, **more: object) -> None:
        example.work("url", {"type": f"capacity.{kind}", "data": {"schema": 1, "seq": seq} | more})

    told("requested", 4, seats=3, until=(now + timedelta(minutes=20)).isoformat())
    told("requested", 3, seats=9)
    told("requested", 5, seats=9, until=(now - timedelta(minutes=1)).isoformat())
    told("requested", 6, seats=2)
    told("released", 7)
    for each in said:
        parse_pool_event(json.loads(json.dumps(each)))
    reported: list[Any] = [each["data"] for each in said]
    assert [each["seats"] for each in reported] == [3, 0, 2, 0]
    assert 1_100 < reported[0]["valid_seconds"] <= 1_200


def test_both_documents_tell_the_same_recipe() -> None:
    """The section on signatures is there twice so that each document stands alone."""
    assert blocks(CHANNEL_API, "python") == blocks(POOL_PROTOCOL, "python")
