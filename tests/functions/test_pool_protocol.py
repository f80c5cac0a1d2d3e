"""What a pool may say beyond the beginnings: numbers, notes, transfers; what it is shown."""

import json
from typing import Any

import pytest

from tests.functions.conftest import Endpoint
from tests.functions.stage import Stage
from tests.functions.test_pools_come_and_go import accept, ask, offers, owner, pool

MAX_EVENT_BYTES = 20_000


@pytest.fixture
def owned(stage: Stage) -> dict[str, Any]:
    """Return what the pool `vendor` may say of the conversation it has just accepted."""
    ask(stage, "c1")
    return accept(stage)


def send(stage: Stage, owned: dict[str, Any], text: str, **more: Any) -> int:
    return stage.pool("message.sent", owned | {"text": text} | more).status


def people_said(stage: Stage) -> list[str]:
    return [text for speaker, text in stage.said() if speaker == "person"]


def test_f39_replies_three_one_two_are_read_as_one_two_three(
    stage: Stage, owned: dict[str, Any]
) -> None:
    """F39: a pool's posts are shown to the customer by seq."""
    for seq in (3, 1, 2):
        assert send(stage, owned, f"part {seq}", seq=seq) == 202
    stage.drain("events")
    assert people_said(stage) == ["part 1", "part 2", "part 3"]


def test_f39_a_gap_is_passed_over_after_its_time_and_marked(
    stage: Stage, owned: dict[str, Any]
) -> None:
    """F39: a gap is waited for ten seconds at most, and the delivery says that it is out of
    order.
    """
    send(stage, owned, "part 2", seq=2)
    stage.drain("events")
    assert people_said(stage) == []
    stage.clock.advance(10)
    stage.drain("timers", "events")
    assert people_said(stage) == ["part 2"]
    bodies = [json.loads(each.body) for each in stage.backend.queue("deliveries").receive(10)]
    marked = [b["payload"]["message"] for b in bodies if b["event"] == "message.created"]
    assert [each.get("out_of_order") for each in marked if each["speaker"] == "person"] == [True]


def test_f39_a_gap_of_an_earlier_ownership_ends_none_of_this_one(
    stage: Stage, owned: dict[str, Any]
) -> None:
    """F39: the timer of a gap under one epoch passes over no gap under another epoch."""
    # Given
    send(stage, owned, "old", seq=2)
    stage.drain("events")
    stage.clock.advance(5)
    stage.pool("conversation.returned", owned)
    stage.drain("events")
    ask(stage, "c1")
    send(stage, accept(stage), "part 2", seq=2)
    stage.drain("events")
    # When
    stage.clock.advance(6)
    stage.drain("timers", "events")
    # Then
    assert "part 2" not in people_said(stage)
    stage.clock.advance(5)
    stage.drain("timers", "events")
    assert people_said(stage)[-1] == "part 2"


@pytest.mark.parametrize("seq", [0, -1, 10**9, 1.5, "2", True])
def test_b72_a_number_that_is_none(stage: Stage, owned: dict[str, Any], seq: object) -> None:
    """B72: a number that jumps by 10^9, is negative or is a float is 400."""
    assert send(stage, owned, "hello", seq=seq) == 400


@pytest.mark.parametrize("at", ["1970-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "yesterday", 5])
def test_b73_what_a_pool_says_of_its_clock_is_data(
    stage: Stage, owned: dict[str, Any], at: object
) -> None:
    """B73: a claimed time is accepted and never used for order."""
    body = {"type": "message.sent", "timestamp": at, "data": owned | {"text": "hi"}}
    assert stage.signed("/v1/pools/vendor/events", body).status == 202


def test_f38_a_stale_message_is_refused_and_kept_for_audit(
    stage: Stage, owned: dict[str, Any]
) -> None:
    """F38: a stale message is 409 at once, is on record with its reason, and is not shown."""
    stage.pool("conversation.resolved", owned | {"outcome": "solved"})
    stage.drain("events")
    before = stage.said()
    assert send(stage, owned, "one more thing") == 409
    stage.drain("events")
    records = stage.backend.store().records(stage.thread().id)
    assert records[-1].event.text == "one more thing"  # type: ignore[union-attr] # what was refused
    assert records[-1].explanation.decision == "refuse"
    assert stage.said() == before


@pytest.mark.parametrize("more", [0, 1, 9])
def test_a_pool_that_speaks_before_it_accepts_is_told_so(stage: Stage, more: int) -> None:
    """It is 409 `offered` under any epoch, and the same event is taken after the acceptance."""
    ask(stage, "c1")
    conversation = stage.thread().conversation
    early = {"conversation_id": conversation.id, "epoch": conversation.epoch + more}
    for kind, said in (("message.sent", {"text": "too early"}), ("typing", {})):
        refused = stage.pool(kind, early | said, webhook_id="w1")
        assert (refused.status, refused.json["error"]["state"]) == (409, "offered")
    stage.drain("events")
    assert people_said(stage) == []
    [offer] = conversation.handoff.offers
    named = {"conversation_id": conversation.id, "offer_id": offer.offer_id}
    epoch = stage.pool("handoff.accepted", named).json["epoch"]
    # The writer has not heard of the acceptance yet, and the pool may speak already.
    mine = early | {"epoch": epoch}
    assert stage.pool("typing", mine).status == 202
    assert stage.pool("message.sent", mine | {"text": "hello"}, webhook_id="w1").status == 202
    assert stage.pool("message.sent", mine | {"text": "?", "epoch": epoch + 1}).status == 409
    stage.drain("events")
    assert people_said(stage) == ["hello"]


def test_b69_out_of_state(stage: Stage) -> None:
    """B69: an event out of state is a 409."""
    ask(stage, "c1")
    mine = accept(stage)
    assert stage.pool("conversation.transferred", mine | {"to": "vendor"}).status == 409
    assert stage.pool("conversation.resolved", mine | {"outcome": "solved"}).status == 202
    stage.drain("events")
    assert stage.pool("conversation.resolved", mine | {"outcome": "solved"}).status == 409
    assert stage.pool("conversation.returned", mine).status == 409


def test_a_note_is_kept_and_never_shown(stage: Stage, owned: dict[str, Any]) -> None:
    """A note is found in the conversation by an operator and is never shown to the customer."""
    before = stage.said()
    assert stage.pool("note.added", owned | {"text": "is a regular"}).status == 202
    stage.drain("events")
    assert stage.said() == before
    shown = stage.admin("GET", f"/v1/admin/conversations/{owned['conversation_id']}").json
    assert shown["entries"][-1]["text"] == "is a regular"


def test_a_transfer_goes_to_the_pool_that_was_named(stage: Stage) -> None:
    """A transfer gives the named pool a new epoch, or the next pool if the named one cannot
    take it.
    """
    stage.configure(pools=[pool(), pool("second"), pool("third")])
    ask(stage, "c1")
    mine = accept(stage)
    assert stage.pool("conversation.transferred", mine | {"to": "third"}).status == 202
    stage.drain("events")
    assert owner(stage) == "waiting"
    assert [each.pool_id for each in offers(stage)] == ["third"]
    assert send(stage, mine, "wait") == 409


# ---------------------------------------------------------------- the context and the transcript


def offered(stage: Stage, endpoint: Endpoint) -> tuple[dict[str, Any], int]:
    """Return the offer that is open, as its pool got it, and its size."""
    stage.drain("deliveries")
    [open_] = offers(stage)
    found = [body for _, body in endpoint.got if body["data"].get("offer_id") == open_.offer_id]
    return found[-1]["data"], len(json.dumps(found[-1], ensure_ascii=False).encode())


@pytest.mark.enable_socket
def test_the_context_says_what_the_bot_tried_and_what_was_not_it(
    wired: Stage, endpoint: Endpoint
) -> None:
    """Language, reason, articles tried and rejected, and the transcript up to here."""
    for text in ("When are you open?", "That's not what I asked"):
        wired.write(text)
        wired.drain("events")
        wired.clock.advance(1)
    ask(wired, "c1")
    data, _ = offered(wired, endpoint)
    context = data["context"]
    assert (data["reason"], data["language"]) == ("customer_asked", "en")
    assert context["schema"] == 1
    assert context["tried"] == ["en-hours"]
    assert context["rejected"] == ["en-hours"]
    assert context["transcript_is_complete"]
    assert [each["speaker"] for each in context["transcript"]][:2] == ["customer", "bot"]
    assert context["customer"] == {"channel_id": "shop", "language": "en", "attributes": {}}


@pytest.mark.enable_socket
def test_the_context_says_how_the_last_conversations_ended(
    wired: Stage, endpoint: Endpoint
) -> None:
    """The newest five before this one, redacted, each summary cut to 500 bytes."""
    ended = []
    for number in range(6):
        ask(wired, "c1")
        mine = accept(wired)
        summary = f"{number}: card 4111 1111 1111 1111 " + "한" * 400
        wired.pool("conversation.resolved", mine | {"outcome": "solved", "summary": summary})
        wired.drain("events", "deliveries")
        ended.append(mine["conversation_id"])
        wired.clock.advance(3600)
    ask(wired, "c1")
    data, _ = offered(wired, endpoint)
    past = data["context"]["past_conversations"]
    assert [each["conversation_id"] for each in past] == ended[:0:-1]
    assert {each["outcome"] for each in past} == {"solved"}
    for number, each in zip(range(5, 0, -1), past, strict=True):
        assert each["summary"].startswith(f"{number}: card [card] 한")
        assert 490 < len(each["summary"].encode()) <= 500


@pytest.mark.enable_socket
@pytest.mark.parametrize(
    ("level", "expected"),
    [
        ("none", "card 4111 1111 1111 1111, mail a@b.example, call 010-1234-5678"),
        ("payment", "card [card], mail a@b.example, call 010-1234-5678"),
        ("contact", "card [card], mail [e-mail], call [phone]"),
    ],
)
def test_people_see_what_their_pool_may(
    wired: Stage, endpoint: Endpoint, level: str, expected: str
) -> None:
    """A person sees redacted text in the offer, in every later message and in the transcript."""
    secret = "card 4111 1111 1111 1111, mail a@b.example, call 010-1234-5678"
    wired.configure(pools=[pool(url=endpoint.url + "pool", redaction=level)])
    wired.clock.advance(6)
    ask(wired, "c1", f"a person please, {secret}")
    data, _ = offered(wired, endpoint)
    assert data["context"]["transcript"][0]["text"].endswith(expected)
    mine = accept(wired)
    ask(wired, "c1", secret)
    wired.drain("deliveries")
    told = [body for _, body in endpoint.got if body["type"] == "conversation.message"]
    assert told[-1]["data"]["message"]["text"] == expected
    asked = {"conversation_id": mine["conversation_id"]}
    page = wired.signed("/v1/pools/vendor/transcripts", asked).json
    assert secret in json.dumps(page) if level == "none" else secret not in json.dumps(page)


@pytest.mark.enable_socket
@pytest.mark.parametrize("letter", ["x", "한", "\U0001f600", '"'])
def test_the_longest_conversation_fits_into_an_offer(
    wired: Stage, endpoint: Endpoint, letter: str
) -> None:
    """An offer is at most 20 kB, and the pool fetches the rest with its own signature."""
    wired.configure(pools=[pool(url=endpoint.url), pool("second", url=endpoint.url)])
    wired.backend.secrets().put("pools/second", wired.secret)
    wired.clock.advance(6)
    ask(wired, "c1")
    for _ in range(5):
        ask(wired, "c1", letter * 4_000)
    [first] = offers(wired)
    about = {
        "conversation_id": wired.thread().conversation.id,
        "offer_id": first.offer_id,
    }
    wired.pool("handoff.declined", about)
    wired.drain("events")
    data, size = offered(wired, endpoint)
    assert size <= MAX_EVENT_BYTES
    assert not data["context"]["transcript_is_complete"]
    lines, after = [], 0
    while after is not None:
        asked = {"conversation_id": data["conversation_id"], "after_seq": after}
        page = wired.signed("/v1/pools/second/transcripts", asked)
        assert page.status == 200
        lines += page.json["transcript"]
        after = page.json["after_seq"]
    assert sum(each["text"].count(letter * 4_000) for each in lines) == 5
    assert lines[0]["at"].endswith("Z")


def test_b62_a_transcript_is_only_for_who_has_it_or_is_offered_it(stage: Stage) -> None:
    """B62 B63: another pool's conversation, an unknown one and an ended one look the same. B71:
    an odd id is 400.
    """
    stage.backend.secrets().put("pools/other", stage.secret)
    url = "http://127.0.0.1:9/"
    pools = [{"id": each, "kind": "in_house", "url": url} for each in ("vendor", "other")]
    stage.configure(pools=pools)
    ask(stage, "c1")
    asked = {"conversation_id": stage.thread().conversation.id}
    assert stage.signed("/v1/pools/vendor/transcripts", asked).status == 200
    foreign = stage.signed("/v1/pools/other/transcripts", asked)
    unknown = stage.signed(
        "/v1/pools/other/transcripts", {"conversation_id": "t" + "a" * 26 + "-1"}
    )
    assert (foreign.status, foreign.text) == (unknown.status, unknown.text)
    assert foreign.status == 404
    assert stage.signed("/v1/pools/vendor/transcripts", {"conversation_id": "x"}).status == 400
    assert stage.request("POST", "/v1/pools/vendor/transcripts", asked).status == 401
    mine = accept(stage)
    stage.pool("conversation.resolved", mine | {"outcome": "solved"})
    stage.drain("events")
    assert stage.signed("/v1/pools/vendor/transcripts", asked).status == 404
