"""The real handlers over the AWS adapters on moto: whole conversations, calls counted."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from surgeline.adapters.aws.conversation_store import _head_item, _log_items
from surgeline.adapters.aws.delivery_log import _key
from surgeline.adapters.aws.outcomes import _item
from surgeline.application.ports.queues import Outgoing
from surgeline.application.ports.retention import USUAL
from surgeline.domain.ids import message_id, thread_id

from infra.cost.cost import CALLS
from infra.cost.profile import read_profile
from local.virtual.shop import articles_file
from tests.functions.aws_stage import AwsStage, aws_stage
from tests.functions.conftest import Endpoint

pytestmark = pytest.mark.enable_socket  # the endpoint on loopback; moto opens none

QUESTION = "When are you open?"
ANSWER = "We are open from Monday to Saturday, 9 to 18."


@pytest.fixture
def stage(tmp_path: Path, endpoint: Endpoint, request: pytest.FixtureRequest) -> Iterator[AwsStage]:
    """Yield the handlers on an empty account, whose channel and pool are the endpoint."""
    urls = {"pool_url": endpoint.url + "pool", "reply_url": endpoint.url + "channel"}
    with aws_stage(tmp_path, of=request.function, **urls) as made:
        made.publish()
        yield made


def said(endpoint: Endpoint) -> list[str]:
    """Return what the channel was told to show."""
    return [
        body["data"]["message"]["text"]
        for _headers, body in endpoint.got
        if body["type"] == "message.created"
    ]


def conversation(stage: AwsStage, **more: object) -> dict[str, Any]:
    """Return what a pool says its event is about."""
    current = stage.thread().conversation
    return {"conversation_id": current.id, "epoch": current.epoch} | more


def hand_off(stage: AwsStage, endpoint: Endpoint) -> None:
    """Let a customer ask for a person, and let the pool take the conversation."""
    stage.write("I want to talk to a person")
    stage.drain()
    offer = next(b["data"] for _, b in endpoint.got if b["type"] == "handoff.offered")
    about = {"conversation_id": offer["conversation_id"], "offer_id": offer["offer_id"]}
    accepted = stage.pool("handoff.accepted", about)
    assert accepted.status == 200
    stage.drain()


def test_a_question_is_answered(stage: AwsStage, endpoint: Endpoint) -> None:
    """The channel gets the article that answers a message, and the log says so."""
    assert stage.write(QUESTION).status == 202
    stage.drain()
    assert said(endpoint) == [ANSWER]
    assert stage.said() == [("customer", QUESTION), ("bot", ANSWER)]
    [logged] = stage.logged("channel:shop")
    assert ([each.outcome for each in logged.attempts], logged.end) == (["ok"], "delivered")


def test_a_conversation_is_handed_off_and_resolved(stage: AwsStage, endpoint: Endpoint) -> None:
    """A customer gets a person from offer to resolution, and then the bot answers again."""
    hand_off(stage, endpoint)
    assert str(stage.thread().conversation.owner) == "pool:vendor"
    stage.write("My parcel is lost")
    stage.drain()
    assert endpoint.types().count("conversation.message") == 1
    reply = conversation(stage, text="We send a new one.", agent={"name": "Kim"})
    assert stage.pool("message.sent", reply).status == 202
    stage.drain()
    assert said(endpoint)[-1] == "We send a new one."
    resolved = conversation(stage, outcome="solved", summary="sent again")
    assert stage.pool("conversation.resolved", resolved).status == 202
    stage.drain()
    assert not stage.thread().conversation.is_open
    stage.clock.advance(3600)
    stage.write(QUESTION)
    stage.drain()
    assert said(endpoint)[-1] == ANSWER


def test_an_offer_that_nobody_takes_times_out(stage: AwsStage, endpoint: Endpoint) -> None:
    """The timer goes through its own queue to the thread."""
    stage.write("I want to talk to a person")
    stage.drain()
    assert endpoint.types().count("handoff.offered") == 1
    stage.clock.advance(31)
    stage.drain()
    assert "handoff.withdrawn" in endpoint.types()
    assert stage.thread().conversation.handoff.state == "kept"


def test_f46_both_secrets_are_good_while_functions_learn_of_the_new_one(stage: AwsStage) -> None:
    """F46: the old secret is taken until a rotation ends, and the new one five minutes after it
    began.
    """
    path, body = "/v1/channels/shop/messages", {"sender": "c1", "text": QUESTION}
    assert stage.signed(path, body).status == 202
    new = stage.admin("POST", "/v1/admin/channels/shop/secret", {}).json["secret"]
    assert stage.signed(path, body).status == 202
    stage.clock.advance(301)
    for secret in (new, stage.secret):
        assert stage.signed(path, body, secret=secret).status == 202
    finished = stage.admin("POST", "/v1/admin/channels/shop/secret", {"finish": True})
    assert finished.json == {"dropped": 1}
    stage.clock.advance(301)
    assert stage.signed(path, body, secret=new).status == 202
    assert stage.signed(path, body).status == 401


def test_an_end_that_nobody_hears_waits_among_the_timers(
    stage: AwsStage, endpoint: Endpoint
) -> None:
    """I8: a failed fact leaves its group and comes back alone, under the same id."""
    endpoint.answer = lambda body: (500 if body["type"] == "handoff.withdrawn" else 200, {})
    stage.write("I want to talk to a person")
    stage.drain()
    stage.clock.advance(31)
    stage.drain()
    endpoint.answer = lambda _: (200, {})
    stage.clock.advance(3)
    stage.drain()
    first, second = (h for h, body in endpoint.got if body["type"] == "handoff.withdrawn")
    assert first["webhook-id"] == second["webhook-id"]


def test_a_redelivered_message_is_processed_once(stage: AwsStage, endpoint: Endpoint) -> None:
    """I2, F07: a provider's copy a day later changes nothing and sends under the same id."""
    body = {"sender": "c1", "text": QUESTION}
    first = stage.signed("/v1/channels/shop/messages", body, webhook_id="msg_1")
    stage.drain()
    stage.clock.advance(86_400)
    again = stage.signed("/v1/channels/shop/messages", body, webhook_id="msg_1")
    stage.drain()
    assert first.json == again.json
    assert stage.thread().seq == 2
    assert len({body["data"]["message"]["id"] for _headers, body in endpoint.got}) == 1


def test_a_page_is_told_over_its_socket(stage: AwsStage) -> None:
    """The chat page writes, the answer's number is pushed, and the page reads it."""
    visitor = stage.request("POST", "/v1/web/web/visitors").json
    connect = {
        "requestContext": {"routeKey": "$connect", "connectionId": "c1"},
        "queryStringParameters": {"token": visitor["token"]},
    }
    assert stage.call("web_chat", connect) == {"statusCode": 200}
    bearer = {"authorization": f"Bearer {visitor['token']}"}
    message = {"client_message_id": "1", "text": QUESTION}
    assert stage.request("POST", "/v1/web/web/messages", message, bearer).status == 202
    stage.drain()
    assert stage.pushed == [("c1", '{"type":"seq","seq":2}')]
    chat = stage.request("GET", "/v1/web/web/messages?after=0", headers=bearer).json
    assert [line["text"] for line in chat["lines"]] == [QUESTION, ANSWER]
    leave = {"requestContext": {"routeKey": "$disconnect", "connectionId": "c1"}}
    assert stage.call("web_chat", leave) == {"statusCode": 200}
    assert stage.request("GET", "/").status == 200


def test_uploaded_articles_answer(stage: AwsStage, endpoint: Endpoint) -> None:
    """Articles published through the admin API are built by the bucket's event and used by the
    worker.
    """
    articles = articles_file().replace(b"Monday to Saturday", b"Monday to Sunday")
    put = stage.admin("PUT", "/v1/admin/knowledge/shop", articles)
    assert put.status == 202
    key = f"knowledge-sources/shop/{put.json['version']}.jsonl"
    stage.upload(key, articles)
    stage.clock.advance(60)
    stage.write(QUESTION)
    stage.drain()
    assert said(endpoint) == [ANSWER.replace("Saturday", "Sunday")]


def test_an_operator_looks_and_repairs(stage: AwsStage, endpoint: Endpoint) -> None:
    """Status, a conversation with its whys, a new channel and pool, dead letters sent again."""
    endpoint.answer = lambda _: (410, {})
    stage.write(QUESTION)
    stage.drain()
    status = stage.admin("GET", "/v1/admin/status").json
    assert status["channels"] == ["web", "shop"]
    shown = stage.admin("GET", f"/v1/admin/conversations/{stage.thread().conversation.id}").json
    assert [each["end"] for each in shown["deliveries"]] == ["failed"]
    channel = {"kind": "signed", "reply_url": "https://channel.example/replies"}
    stage.configure(channels=[], pools=[])
    stage.clock.advance(10)  # the admin API keeps what it read for a few seconds
    added = stage.admin("PUT", "/v1/admin/channels/new", channel)
    assert added.json["secret"], added
    pool = {"url": "https://pool.example/events"}
    assert stage.admin("PUT", "/v1/admin/pools/new", pool).json["secret"]
    stage.backend.queue("events").bury([outgoing("not an event")])
    [letter] = stage.admin("GET", "/v1/admin/dead-letters").json["dead_letters"]
    assert letter["queue"] == "events"
    redrive = stage.admin("POST", "/v1/admin/dead-letters/redrive", {"ids": [letter["id"]]})
    assert redrive.json == {"redriven": 1}


def outgoing(body: str) -> Outgoing:
    """Return a message that no function can read."""
    return Outgoing(body, group="g", dedup_id="d")


def test_a_poison_message_is_buried_and_a_failing_channel_waits(
    stage: AwsStage, endpoint: Endpoint
) -> None:
    """I8: an unreadable message goes to the dead letters, and an unsendable one is held for a
    while.
    """
    stage.backend.queue("events").send([outgoing("{}")])
    stage.backend.queue("deliveries").send([outgoing("{}")])
    stage.backend.queue("timers").send([outgoing("{}")])
    endpoint.answer = lambda _: (500, {})
    stage.write(QUESTION)
    stage.drain()
    assert {each.queue for each in stage.backend.dead_letters().list()} == {
        "events",
        "deliveries",
        "timers",
    }
    endpoint.answer = lambda _: (200, {})
    stage.clock.advance(2)
    stage.drain()
    assert stage.said()[-1] == ("bot", ANSWER)
    assert "sqs:ChangeMessageVisibility" in stage.calls_of("delivery_worker")


# ---------------------------------------------------------------- how many calls


def calls_for(stage: AwsStage, text: str) -> dict[str, list[str]]:
    """Return the calls of each function for one more message; the handlers are warm."""
    stage.forget_calls()
    stage.write(text)
    stage.drain()
    return {name: stage.calls_of(name) for name, watch in stage.watches.items() if watch.calls}


def answered() -> dict[str, Counter[str]]:
    """Return what `surgeline cost` takes for the calls of an answered message."""
    functions = json.loads(CALLS.read_text())["functions"]
    return {
        name: Counter([*calls["per_message"], *calls["per_batch"]])
        for name, calls in functions.items()
    }


@pytest.mark.parametrize("before", [2, 10, 1000])
def test_an_answered_message_takes_twelve_calls(stage: AwsStage, before: int) -> None:
    """An answered message takes 1 call of intake, 7 of the worker and 4 of the delivery."""
    stage.write(QUESTION)
    stage.drain()
    grow(stage, before)
    stage.write(QUESTION)
    stage.drain()
    assert without_empty_receives(calls_for(stage, QUESTION)) == answered()
    assert sum(map(Counter.total, answered().values())) == 12


def test_a_conversation_takes_two_writes_more(stage: AwsStage) -> None:
    """A message that ends one conversation and begins the next one costs what the bill says."""
    for _ in range(2):
        stage.write(QUESTION)
        stage.drain()
    stage.clock.advance(2 * 86_400)
    calls = without_empty_receives(calls_for(stage, QUESTION))
    more = calls["conversation_worker"] - answered()["conversation_worker"]
    del more["s3:GetObject"]  # the configuration is looked at again after so long
    assert more == Counter(json.loads(CALLS.read_text())["per_conversation"])
    now = stage.clock.now()
    kept = stage.backend.outcomes().find(now - 3 * 86_400_000, now + 1)
    assert [each.has_ended for each in kept] == [True, False]


def test_the_records_for_reports_take_a_kilobyte_each(stage: AwsStage, endpoint: Endpoint) -> None:
    """Each is one unit of writing, also the end of a conversation that a person had."""
    hand_off(stage, endpoint)
    stage.pool("conversation.resolved", conversation(stage, outcome="solved", summary="done"))
    stage.drain()
    now = stage.clock.now()
    [kept] = stage.backend.outcomes().find(now - 60_000, now + 1)
    assert kept.has_ended
    items = [_item(each, each, USUAL) for each in (*kept.opened, *kept.outcomes)]
    assert max(map(stage.size_of, items)) < 700


def test_a_message_to_a_person_takes_as_many(stage: AwsStage, endpoint: Endpoint) -> None:
    """A customer's line in a handed-off conversation takes as many calls as an answered one."""
    hand_off(stage, endpoint)
    calls = without_empty_receives(calls_for(stage, "And one more thing"))
    assert calls == answered()


def without_empty_receives(calls: dict[str, list[str]]) -> dict[str, Counter[str]]:
    """Count each action, without the polls that found nothing."""
    return {
        name: Counter(
            action
            for number, action in enumerate(actions)
            if action != "sqs:ReceiveMessage"
            or actions[number + 1 : number + 2] not in ([], ["sqs:ReceiveMessage"])
        )
        for name, actions in calls.items()
        if set(actions) != {"sqs:ReceiveMessage"}
    }


def grow(stage: AwsStage, records: int) -> None:
    """Give the thread a long past, written straight into the table."""
    store = stage.backend.store()
    thread = stage.thread()
    [last] = store.records(thread.id, newest_first=True, limit=1)
    past: list[Any] = []
    for number in range(records):
        event = replace(last.event, id=message_id(b"k", "shop", str(number)))
        past += _log_items(thread.id, replace(last, seq=2 * number + 1, event=event), USUAL)
    for start in range(0, len(past), 24):
        stage.table.put_all(past[start : start + 24])
    newest = replace(last, seq=2 * records + 1)
    head = _head_item(newest, replace(thread, seq=2 * records + 2), USUAL)
    stage.table.put(head | {"previous": {"N": str(2 * records - 1)}})
    assert len(store.records(thread.id, limit=2 * records)) == records + 1


def test_the_items_of_an_answered_message_take_a_kilobyte_each(stage: AwsStage) -> None:
    """Each item of an answered message is under a kilobyte and takes one unit of writing."""
    for _ in range(3):
        stage.write(QUESTION)
        stage.drain()
    items = stage.items(thread_id(b"k" * 32, "shop", "c1"))
    assert {each["sk"]["S"].partition("#")[0] for each in items} == {"event", "record", "thread"}
    deliveries = stage.logged("channel:shop")
    assert len(deliveries) == 3
    for logged in deliveries:
        items += stage.items(_key(logged.place)[0])
    assert max(map(stage.size_of, items)) < 1024


@pytest.mark.parametrize("profile", ["one", "full"])
def test_log_lines_are_as_long_as_the_bill_says(
    stage: AwsStage, profile: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A function writes at most one short line a message, without the customer's words (I14)."""
    stage.write(QUESTION)
    stage.drain()
    stage.clock.advance(1)  # within a second of the last, most lines are counted only
    capsys.readouterr()
    for name, billed in read_profile(profile).log_bytes.by_name().items():
        if name == "channel_webhook":
            stage.write(QUESTION)
        elif name == "conversation_worker":
            stage.step("events")
        else:
            stage.step("deliveries")
        lines = capsys.readouterr().out.splitlines()
        assert QUESTION not in " ".join(lines)
        assert len(lines) == 1
        assert len(lines[0]) <= billed
