"""What happens on the stage of `test_on_aws_roles`, one scene after the other.

Each uses grants that no test of `test_on_aws` uses, or uses them where something is missing.
"""

import json
from typing import Any

import pytest
from surgeline.adapters.aws.pool_board import DynamoPoolBoard
from surgeline.adapters.codec import encode_event
from surgeline.application.ports.queues import Outgoing
from surgeline.application.ports.refusals import Absent
from surgeline.domain.events import CustomerWrote, TimerFired
from surgeline.domain.ids import thread_id
from surgeline.domain.sent_files.events import Media

from infra import topology
from local.virtual.shop import KEY
from tests.contract.aws_answers import answering
from tests.functions import test_calls as calling
from tests.functions import test_email_on_aws as mailing
from tests.functions import test_exports as exporting
from tests.functions import test_on_aws as scenes
from tests.functions import test_pool_protocol_capacity as capacity
from tests.functions.aws_stage import NAMES, OPERATOR, AwsStage, watched
from tests.functions.conftest import Endpoint
from tests.functions.signed_in import DESK, sign_in


def typing_at_a_gone_page(stage: AwsStage, endpoint: Endpoint) -> None:
    """Let a pool type while the only page has closed without a word, so the page is forgotten."""
    scenes.hand_off(stage, endpoint)
    sockets = stage.backend.sockets()
    for number in range(2):
        sockets.join(stage.thread().id, f"c{number}", expires_at=stage.clock.now() + 60_000)
    stage.sockets.gone.add("c0")
    typing = scenes.conversation(stage, agent={"name": "Kim"})
    assert stage.pool("typing", typing).status == 202
    assert [connection for connection, _ in stage.pushed] == ["c1"]


def replying_to_a_gone_page(stage: AwsStage, endpoint: Endpoint) -> None:
    """Push a reply to a page that has closed."""
    del endpoint
    visitor = stage.request("POST", "/v1/web/web/visitors").json
    connect = {
        "requestContext": {"routeKey": "$connect", "connectionId": "gone"},
        "queryStringParameters": {"token": visitor["token"]},
    }
    stage.call("web_chat", connect)
    stage.sockets.gone.add("gone")
    bearer = {"authorization": f"Bearer {visitor['token']}"}
    message = {"client_message_id": "1", "text": scenes.QUESTION}
    stage.request("POST", "/v1/web/web/messages", message, bearer)
    stage.drain()
    assert stage.pushed == []
    claimed = {"user": {"id": "c-42", "proof": "0" * 64}}
    assert stage.request("POST", "/v1/web/web/visitors", claimed).status == 403


def nothing_published_yet(stage: AwsStage, endpoint: Endpoint) -> None:
    """Read pointers before the first publication, where their absence is no error."""
    del endpoint
    lead = sign_in(stage, "Ann", "lead")
    for key in stage.backend.blobs().keys(""):
        watched(OPERATOR)[0].s3().delete_object(Bucket=NAMES.bucket, Key=key)
    stage.write("Hello?")
    stage.request("POST", "/v1/web/web/visitors")
    stage.drain()
    stage.call("minute", {})
    unknown = {"conversation_id": "t" + "a" * 26 + "-1"}
    assert stage.signed("/v1/pools/vendor/transcripts", unknown).status == 401
    assert stage.request("GET", "/v1/staff/desk", headers=lead).json["pools"] == []
    assert stage.admin("GET", "/v1/admin/status").json["configuration"] is None
    with pytest.raises(Absent):
        stage.upload("knowledge-sources/shop/none.jsonl", b"")


def declining(stage: AwsStage, endpoint: Endpoint) -> None:
    """Let a pool say no in its answer and in a callback."""
    stage.write("I want to talk to a person")
    endpoint.answer = lambda _: (200, {"accepted": False, "reason": "busy"})
    stage.drain()
    assert str(stage.thread().conversation.owner) == "bot"


def accepting_at_once(stage: AwsStage, endpoint: Endpoint) -> None:
    """Let a pool accept in its answer to the offer."""
    endpoint.answer = lambda _: (200, {"accepted": True})
    stage.write("I want to talk to a person")
    stage.drain()
    assert str(stage.thread().conversation.owner) == "pool:vendor"


def waiting_for_a_seat(stage: AwsStage, endpoint: Endpoint) -> None:
    """Let a second customer wait for a pool's one seat until the first is done."""
    url = stage.pool_url
    stage.configure(pools=[{"id": "vendor", "kind": "outsourced", "url": url, "seats": 1}])
    stage.clock.advance(10)
    scenes.hand_off(stage, endpoint)
    stage.write("I want to talk to a person", sender="c2")
    stage.drain()
    resolved = scenes.conversation(stage, outcome="solved", summary="done")
    assert stage.pool("conversation.resolved", resolved).status == 202
    stage.drain()


def reporting_seats(stage: AwsStage, endpoint: Endpoint) -> None:
    """Let an elastic pool report the seats it has brought."""
    capacity.grow(stage, endpoint, maximum_seats=3)
    assert capacity.report(stage, 1).status == 202


def reading_the_transcript(stage: AwsStage, endpoint: Endpoint) -> None:
    """Let a pool that has a conversation fetch its whole transcript."""
    scenes.hand_off(stage, endpoint)
    asked = {"conversation_id": stage.thread().conversation.id}
    assert stage.signed("/v1/pools/vendor/transcripts", asked).status == 200


def a_pool_that_is_gone(stage: AwsStage, endpoint: Endpoint) -> None:
    """Let a 410 disable a pool, and set the pool up anew."""
    endpoint.answer = lambda _: (410, {})
    stage.write("I want to talk to a person")
    stage.drain()
    assert DynamoPoolBoard(stage.table).loads({"vendor": "2026-03-01"})["vendor"].disabled
    stage.configure(pools=[], channels=[])
    stage.clock.advance(10)
    mended = {"url": "https://vendor.example/events"}
    assert stage.admin("PUT", "/v1/admin/pools/vendor", mended).status == 200
    assert DynamoPoolBoard(stage.table).loads({"vendor": "2026-03-01"})["vendor"].disabled is None


def a_pool_and_a_channel_that_are_removed(stage: AwsStage, endpoint: Endpoint) -> None:
    """Remove a pool and a channel with their secrets, and let the next pool get the offer."""
    endpoint.answer = lambda _: (200, {})
    stage.write("I want to talk to a person")
    stage.drain()
    urls = {"vendor": "https://vendor.example/", "night": "https://night.example/"}
    stage.configure(
        pools=[{"id": id_, "kind": "in_house", "url": url} for id_, url in urls.items()],
        channels=[{"id": "shop", "kind": "signed", "reply_url": "https://shop.example/"}],
    )
    stage.clock.advance(10)
    assert stage.admin("DELETE", "/v1/admin/pools/vendor").status == 200
    assert stage.admin("DELETE", "/v1/admin/channels/shop").status == 200
    stage.drain("events")
    assert [each.pool_id for each in stage.thread().conversation.handoff.offers] == ["night"]
    assert stage.backend.secrets().latest("pools/vendor") is None


def a_timer_that_can_not_be_forwarded(stage: AwsStage, endpoint: Endpoint) -> None:
    """Let the timers queue hold a timer that its function could not pass on."""
    del endpoint
    stage.backend.queue("timers").send([timer(stage, due_in_seconds=0)])
    sqs = watched("timer_forwarder")[0].sqs()
    with answering(sqs, lambda name, _: throttled if name == "SendMessageBatch" else None):
        stage.step("timers")
    stage.clock.advance(61)
    stage.drain()


def an_early_timer(stage: AwsStage, endpoint: Endpoint) -> None:
    """Send timers that are due too late for a queue: one goes round, and one waits in a book."""
    del endpoint
    stage.backend.queue("timers").send([timer(stage, due_in_seconds=1800)])
    stage.backend.queue("timers").send([timer(stage, due_in_seconds=7200)])
    stage.drain("timers")
    stage.clock.advance(6900)
    stage.call("minute", {})


def a_throttled_commit(stage: AwsStage, endpoint: Endpoint) -> None:
    """Let the worker hold a message that the table did not take."""
    dynamodb = watched("conversation_worker")[0].dynamodb()
    stage.write(scenes.QUESTION)
    with answering(dynamodb, lambda name, _: throttled if name == "PutItem" else None):
        stage.step("events")
    stage.clock.advance(61)
    stage.drain()
    assert scenes.said(endpoint) == [scenes.ANSWER]


def deliveries_again(stage: AwsStage, endpoint: Endpoint) -> None:
    """Let an operator list the deliveries and send them once more."""
    stage.write(scenes.QUESTION)
    stage.drain()
    [sent] = stage.admin("GET", "/v1/admin/deliveries?endpoint=channel:shop").json["deliveries"]
    answer = stage.admin("POST", "/v1/admin/deliveries/replay", {"ids": [sent["id"]]})
    assert answer.json == {"replayed": [sent["id"]], "skipped": []}
    stage.drain()
    assert scenes.said(endpoint) == [scenes.ANSWER, scenes.ANSWER]
    assert len({headers["webhook-id"] for headers, _ in endpoint.got}) == 1


def dead_letters_of_every_queue(stage: AwsStage, endpoint: Endpoint) -> None:
    """Let an operator list all dead letters, look again, and send them round again."""
    del endpoint
    for queue in topology.QUEUES:
        stage.backend.queue(queue.name).bury([scenes.outgoing("rubbish")])
    listed = stage.admin("GET", "/v1/admin/dead-letters").json["dead_letters"]
    assert {each["queue"] for each in listed} == {queue.name for queue in topology.QUEUES}
    assert stage.admin("POST", "/v1/admin/dead-letters/redrive", {"all": True}).json == {
        "redriven": len(topology.QUEUES),
        "more": False,
    }


def somebody_signs_in(stage: AwsStage, endpoint: Endpoint) -> None:
    """Let a lead be invited, sign in, look, and sign out; then the lead is revoked.

    A key for a program is made and removed.
    """
    del endpoint
    made = stage.admin("POST", "/v1/admin/keys", {"name": "reader", "scope": "read"})
    assert made.status == 201
    assert stage.admin("DELETE", "/v1/admin/keys/reader").status == 200
    headers = sign_in(stage, "Ann", "lead")
    person = stage.request("GET", "/v1/staff/me", headers=headers).json["person"]
    assert stage.request("GET", "/v1/admin/audit", headers=headers).status == 200
    assert stage.request("POST", "/v1/staff/sign-out", {}, headers).status == 200
    assert stage.admin("POST", f"/v1/admin/staff/{person['id']}/revoke", {}).status == 200


def a_file_that_a_pool_is_offered(stage: AwsStage, endpoint: Endpoint) -> None:
    """Hand a picture over, with the link that opens it."""
    del endpoint
    thread = thread_id(KEY, "shop", "ann")
    wrote = CustomerWrote(
        *("m1", thread, "shop", "ann", stage.clock.now(), ""),
        attachments=1,
        media=(Media("image", "https://cdn.example/a.png"),),
    )
    stage.backend.queue("events").send([Outgoing(encode_event(wrote), thread, "m1")])
    stage.drain("events")
    assert stage.thread("ann").conversation.handoff.offers


def mails_that_are_answered_and_erased(stage: AwsStage, endpoint: Endpoint) -> None:
    """Answer a mail by SES, take in one that was left over, and erase them."""
    del endpoint
    mailing.add_channel(stage)
    mailing.arrive(stage, scenes.QUESTION)
    named = f"<{thread_id(KEY, 'mail', mailing.KIM)}@shop.example>"
    mailing.arrive(stage, scenes.QUESTION, "ses-3", References=named)
    mailing.test_a_mail_that_was_left_over_is_taken_in(stage)
    mailing.test_a_stored_mail_is_handed_over(stage)
    mailing.test_a_persons_file_goes_with_a_mail(stage)
    mailing.test_a_file_of_a_mail_opens_by_its_link(stage)
    mailing.take_back(stage, "ses-file")
    mailing.arrive_with_a_file(stage, "ses-other")
    mailing.test_an_erasure_leaves_no_version(stage)
    mailing.test_a_queue_of_mails_is_answered_in_its_thread(stage)


def a_day_that_is_exported_and_forgotten(stage: AwsStage, endpoint: Endpoint) -> None:
    """Export a day, and have one of its people erased, of which no version remains."""
    del endpoint
    exporting.write(stage, scenes.QUESTION, "ann")
    thread = stage.thread("ann").id
    stage.clock.advance(86_400)
    exporting.chores(stage)
    assert thread in str(exporting.exported(stage))
    exporting.erase(stage, "ann")
    exporting.chores(stage)
    assert [each["resolution"] for each in exporting.exported(stage) or []] == ["erased"]
    kept = watched(OPERATOR)[0].s3().list_object_versions(Bucket=NAMES.bucket, Prefix="exports/")
    names = [each["Key"] for each in (*kept["Versions"], *kept.get("DeleteMarkers", ()))]
    assert not [each for each in names if thread in each]


def customers_are_counted_by_topic(stage: AwsStage, endpoint: Endpoint) -> None:
    """Count the customers of a day, find a new word, and drop the counts a month later."""
    del endpoint
    for day in range(1, 8):
        words = json.dumps({"customers": 40, "counts": {}}).encode()
        stage.backend.blobs().put(f"spikes/words/2026-02-{20 + day}", words)
    for number in range(10):
        stage.write("The strike?", sender=f"c{number}")
    stage.drain("events")
    stage.clock.advance(900)
    exporting.chores(stage)
    exporting.write(stage, scenes.QUESTION, "ann")
    stage.clock.advance(86_400)
    exporting.chores(stage)
    assert stage.admin("GET", "/v1/admin/spikes").json["days_known"] == 1
    stage.clock.advance(31 * 86_400)
    exporting.chores(stage)
    assert stage.admin("GET", "/v1/admin/spikes").json["days_known"] == 0


def people_who_are_brought_in(stage: AwsStage, endpoint: Endpoint) -> None:
    """Let the surge controller ask a pool for people, be overruled, and forecast the next day."""
    pool = {"id": "vendor", "kind": "on_demand", "url": endpoint.url, "maximum_seats": 5}
    surge = {"mode": "act", "pools": [{"pool": "vendor"}], "spend_cap": None}
    stage.configure(pools=[pool], surge=surge)
    stage.clock.advance(10)
    for number in range(4):
        stage.write("I want to talk to a person", sender=f"c{number}")
    stage.drain()
    stage.call("minute", {})
    stage.drain()
    assert "capacity.requested" in [body["type"] for _, body in endpoint.got]
    body = {"people": 1, "minutes": 5}
    because = {"x-reason": "a test"}
    assert stage.admin("PUT", "/v1/admin/surge/pools/vendor", body, because).status == 200
    assert stage.admin("GET", "/v1/admin/surge/decisions").json["decisions"]
    stage.call("chores", {})


def people_who_are_called(stage: AwsStage, endpoint: Endpoint) -> None:
    """Call somebody on call, who answers by the link."""
    channel = {"id": calling.CHANNEL, "kind": "signed", "reply_url": endpoint.url}
    stage.configure(channels=[channel], on_call=calling.ON_CALL)
    stage.clock.advance(10)
    assert calling.call(stage).status == 201
    stage.call("minute", {})
    stage.drain()
    [(_, body)] = [each for each in endpoint.got if each[1]["type"] == "message.created"]
    text = body["data"]["message"]["text"]
    call_id, person, token = text.partition(f"{calling.ADDRESS}/called#")[2].split("/")
    link = {"call": call_id, "person": person, "token": token}
    assert calling.say(stage, link, coming=True).json["told"] == "coming"


def customers_who_are_told_unasked(stage: AwsStage, endpoint: Endpoint) -> None:
    """Tell a customer of an incident on what was asked before."""
    del endpoint
    stage.write(scenes.QUESTION)
    stage.drain()
    body = {"texts": {"en": "We are closed."}, "minutes": 60, "tell_minutes": 60}
    assert stage.admin("POST", "/v1/admin/incidents", body).status == 201
    stage.clock.advance(20)
    stage.call("minute", {})
    stage.drain()
    assert stage.said()[-1][1].startswith("We are closed.")


def somebody_works_at_a_desk(stage: AwsStage, endpoint: Endpoint) -> None:
    """Let two people work at a desk, over which a conversation comes, goes and is lost."""
    del endpoint
    stage.configure(pools=[DESK])
    stage.clock.advance(10)
    headers = sign_in(stage, "Mina", "agent", "desk")

    def ask(method: str, path: str, body: object = None) -> Any:
        answered = stage.request(method, f"/v1/staff/{path}", body, headers)  # type: ignore[arg-type] # JSON
        assert answered.status < 300, answered.text
        return answered.json

    def say(type_: str, case: Any, number: int, **data: object) -> Any:
        place = {each: case[each] for each in ("conversation_id", "offer_id", "epoch")}
        body = {"id": f"m{number}", "type": type_, "data": place | data}
        return ask("POST", "pools/desk/events", body)

    ask("PUT", "desk/presence", {"state": "here"})
    [protocol, ticket] = ask("POST", "desk/ticket", {"pool_id": "desk"})["protocols"]
    connect: Any = {
        "requestContext": {"routeKey": "$connect", "connectionId": "page"},
        "headers": {"sec-websocket-protocol": f"{protocol}, {ticket}"},
    }
    stage.call("web_chat", connect)
    stage.sockets.gone.add("page")
    stage.write("I want to talk to a person")
    stage.drain()
    [case] = ask("GET", "desk")["pools"][0]["cases"]
    say("handoff.accepted", case, 1)
    stage.drain()
    connect["requestContext"] |= {"connectionId": "other page"}
    stage.call("web_chat", connect)
    stage.write("Hello?")
    say("message.sent", case, 2, text="Hello")
    stage.drain()
    stage.backend.sockets().join(stage.thread().id, "c1", expires_at=stage.clock.now() + 60_000)
    typing = {"requestContext": {"routeKey": "$default", "connectionId": "c1"}}
    stage.call("web_chat", typing | {"body": '{"type": "typing"}'})
    assert "other page" in [to for to, text in stage.pushed if '"sign"' in text]
    ask("GET", f"pools/desk/cases/{case['conversation_id']}")
    say("conversation.resolved", case, 3, outcome="solved")
    stage.drain()
    stage.write("One more thing", sender="c2")
    stage.write("I want to talk to a person", sender="c2")
    stage.drain()
    [case] = ask("GET", "desk")["pools"][0]["cases"]
    say("handoff.declined", case, 4)
    stage.drain()


throttled = (400, "ThrottlingException")


def timer(stage: AwsStage, *, due_in_seconds: int) -> Outgoing:
    """Return a timer of a thread that is not there."""
    now = stage.clock.now()
    due_at = now + due_in_seconds * 1000
    fired = TimerFired("e1", "t1", now, "offer_deadline", "t1-1", "o1", 1, due_at)
    return Outgoing(encode_event(fired))
