"""The web chat serves the page, anonymous visitors, harmless resends and reading by number."""

import json

import pytest
from surgeline.application.conversations.visitor_tokens import read_token

from local.virtual.front import Answered
from tests.functions.stage import Stage

MESSAGES = "/v1/web/web/messages"


def visitor(stage: Stage) -> dict[str, str]:
    answer = stage.request("POST", "/v1/web/web/visitors")
    assert answer.status == 201
    return {"authorization": f"Bearer {answer.json['token']}"}


def message(text: str, client_id: str = "c-1") -> dict[str, str]:
    return {"client_message_id": client_id, "text": text, "language": "en"}


def test_a_question_is_answered_in_the_visitors_own_thread(stage: Stage) -> None:
    """A visitor asks, the bot answers, and nobody else sees it."""
    me, other = visitor(stage), visitor(stage)
    assert stage.request("POST", MESSAGES, message("When are you open?"), me).status == 202
    stage.drain()
    mine = stage.request("GET", MESSAGES, headers=me).json
    assert [line["speaker"] for line in mine["lines"]] == ["customer", "bot"]
    assert mine["lines"][1]["text"].startswith("We are open")
    assert [line["article_id"] for line in mine["lines"]] == [None, "en-hours"]
    assert stage.request("GET", MESSAGES, headers=other).json["lines"] == []


def test_a_resend_with_the_same_client_id_is_harmless(stage: Stage) -> None:
    """The same client message id gives the same message id and one line."""
    me = visitor(stage)
    first = stage.request("POST", MESSAGES, message("When are you open?"), me)
    second = stage.request("POST", MESSAGES, message("When are you open?"), me)
    stage.drain()
    assert first.json == second.json
    lines = stage.request("GET", MESSAGES, headers=me).json["lines"]
    assert [line["id"] for line in lines].count(first.json["message_id"]) == 1


def test_two_visitors_may_use_the_same_client_id(stage: Stage) -> None:
    """A client message id means something within its visitor only."""
    ids = {
        stage.request("POST", MESSAGES, message("hi"), visitor(stage)).json["message_id"]
        for _ in range(2)
    }
    assert len(ids) == 2


def test_reading_goes_on_after_a_sequence_number(stage: Stage) -> None:
    """Each line comes once, so nothing follows the last number seen until somebody writes."""
    me = visitor(stage)
    stage.request("POST", MESSAGES, message("When are you open?"), me)
    stage.drain()
    seen = stage.request("GET", MESSAGES, headers=me).json["last_seq"]
    assert stage.request("GET", f"{MESSAGES}?after={seen}", headers=me).json["lines"] == []
    stage.request("POST", MESSAGES, message("thanks", "c-2"), me)
    stage.drain()
    fresh = stage.request("GET", f"{MESSAGES}?after={seen}", headers=me).json["lines"]
    assert [line["speaker"] for line in fresh] == ["customer", "bot"]
    assert [line["seq"] for line in fresh] == [seen + 1, seen + 2]


def test_a_socket_is_told_of_new_lines(stage: Stage) -> None:
    """An open socket is sent the sequence number of each line that is delivered."""
    me = visitor(stage)
    token = me["authorization"].removeprefix("Bearer ")
    connect = {
        "requestContext": {"routeKey": "$connect", "connectionId": "k1"},
        "queryStringParameters": {"token": token},
    }
    assert stage.call("web_chat", connect) == {"statusCode": 200}
    stage.request("POST", MESSAGES, message("When are you open?"), me)
    stage.drain()
    assert [json.loads(text) for _, text in stage.pushed] == [{"type": "seq", "seq": 2}]
    stage.call("web_chat", {"requestContext": {"routeKey": "$disconnect", "connectionId": "k1"}})
    stage.request("POST", MESSAGES, message("thanks", "c-2"), me)
    stage.drain()
    assert len(stage.pushed) == 1


def test_b65_forged_tokens_are_refused_everywhere(stage: Stage) -> None:
    """A missing, forged, foreign or expired token is 401, and no socket is opened."""
    stage.configure(
        channels=[{"id": "web", "kind": "web"}, {"id": "brand", "kind": "web"}], pools=[]
    )
    stage.clock.advance(6)
    brand = stage.request("POST", "/v1/web/brand/visitors").json["token"]
    good = visitor(stage)["authorization"].removeprefix("Bearer ")
    for token in [
        "",
        "x",
        "web~v1~9999999999999~é",
        brand,
        good[:-1] + "~",
        good.replace("~v", "~w"),
    ]:
        headers = {"authorization": f"Bearer {token}"}
        assert stage.request("GET", MESSAGES, headers=headers).status == 401
        assert stage.request("POST", MESSAGES, message("x"), headers).status == 401
    stage.clock.advance(31 * 86_400)
    assert stage.request("GET", MESSAGES, headers={"authorization": f"Bearer {good}"}).status == 401
    event = {
        "requestContext": {"routeKey": "$connect", "connectionId": "k"},
        "queryStringParameters": {"token": "x"},
    }
    assert stage.call("web_chat", event) == {"statusCode": 401}


def test_b65_a_foreign_origin_is_refused(stage: Stage) -> None:
    """A page of a site that is not on the channel's list can't use its API."""
    stage.configure(
        channels=[{"id": "web", "kind": "web", "origins": ["https://shop.test"]}], pools=[]
    )
    stage.clock.advance(6)
    for foreign in ("https://evil.test", "http://[x"):
        origin = {"origin": foreign}
        assert stage.request("POST", "/v1/web/web/visitors", headers=origin).status == 401
    mine = {"origin": "https://shop.test"}
    assert stage.request("POST", "/v1/web/web/visitors", headers=mine).status == 201


@pytest.mark.parametrize("client_id", ["", "x" * 65, "a b", "a.b", "é", "a\nb"])
def test_b71_an_odd_client_id_is_refused(stage: Stage, client_id: str) -> None:
    """A client message id of other characters than letters, digits and hyphens is 400."""
    answer = stage.request("POST", MESSAGES, message("x", client_id), visitor(stage))
    assert answer.status == 400
    assert answer.json["error"]["field"] == "client_message_id"


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"{", {}, 400),
        (b"", {}, 400),
        (b"{} {}", {}, 400),
        (b"x" * 262_145, {}, 413),
        (b"{}", {"content-type": "text/plain"}, 415),
        (b"{}", {"content-encoding": "gzip"}, 415),
    ],
)
def test_b18_to_b25_bad_bodies_are_refused(
    stage: Stage, body: bytes, headers: dict[str, str], status: int
) -> None:
    """A bad body is 400, 413 or 415 as at every entrance, and never a 5xx."""
    assert stage.request("POST", MESSAGES, body, visitor(stage) | headers).status == status


@pytest.mark.parametrize("after", ["-1", "1e3", "x", "١", "9" * 13, "1.5"])
def test_an_odd_position_is_refused(stage: Stage, after: str) -> None:
    """An `after` that is no plain whole number is 400."""
    assert stage.request("GET", f"{MESSAGES}?after={after}", headers=visitor(stage)).status == 400


@pytest.mark.parametrize("text", ["", "  ", "\n", "\u200b", "\x00"])
def test_an_empty_message_is_refused(stage: Stage, text: str) -> None:
    """A text that says nothing is a 400 that names the field, and nothing is queued."""
    answer = stage.request("POST", MESSAGES, message(text), visitor(stage))
    assert answer.status == 400
    assert answer.json["error"]["field"] == "text"
    assert stage.backend.queue("events").depth().visible == 0


def test_leaving_closes_the_conversation(stage: Stage) -> None:
    """A customer who ends the chat is told so, and the conversation is closed."""
    me = visitor(stage)
    stage.request("POST", MESSAGES, message("I want to talk to a person"), me)
    stage.drain("events")
    assert stage.request("POST", "/v1/web/web/leave", headers=me).status == 202
    stage.drain("events")
    chat = stage.request("GET", MESSAGES, headers=me).json
    assert chat["conversation"]["state"] == "closed"
    assert chat["lines"][-1]["speaker"] == "system"


def test_the_pages_files_come_compressed_and_only_once(stage: Stage) -> None:
    """A browser gets each file compressed, and is told when what it has is still good."""
    import base64
    import gzip

    plain = stage.request("GET", "/assets/chat.js")
    small = stage.request("GET", "/assets/chat.js", headers={"accept-encoding": "gzip, br"})
    assert small.headers["content-encoding"] == "gzip"
    assert gzip.decompress(base64.b64decode(small.text)).decode() == plain.text
    again = stage.request(
        "GET", "/assets/chat.js", headers={"if-none-match": plain.headers["etag"]}
    )
    assert (again.status, again.text) == (304, "")


@pytest.mark.parametrize(
    "name", ["..%2fhandler.py", "handler.py", "nothing.js", "%00.js", "chat.html"]
)
def test_b23_only_the_pages_own_files_are_served(stage: Stage, name: str) -> None:
    """A name that is not one of the page's files is 404, whatever it spells; the page itself has an
    address of its own, where it comes with its policy.
    """
    assert stage.request("GET", f"/assets/{name}").status == 404


@pytest.mark.parametrize("method", ["PUT", "DELETE", "HEAD", "PATCH"])
def test_b17_another_method_is_no_route(stage: Stage, method: str) -> None:
    """Messages are posted and read; anything else is 404 at the edge."""
    assert stage.request(method, MESSAGES).status == 404


def test_b01_without_a_token_nothing_is_taken_in(stage: Stage) -> None:
    """A request without an Authorization header, or with another scheme, is 401 and queues
    nothing.
    """
    for headers in ({}, {"authorization": "Basic x"}):
        assert stage.request("POST", MESSAGES, message("x"), headers).status == 401
    assert stage.backend.queue("events").depth().visible == 0


def test_leaving_without_a_conversation_leaves_no_record(stage: Stage) -> None:
    """Nobody has to end what was not begun, or what is over already."""
    me = visitor(stage)
    for _ in range(5):
        assert stage.request("POST", "/v1/web/web/leave", headers=me).status == 202
        stage.clock.advance(1)
    stage.drain("events")
    assert stage.backend.store().thread(thread_of(stage, me)) is None
    stage.request("POST", MESSAGES, message("When are you open?"), me)
    for _ in range(5):
        stage.request("POST", "/v1/web/web/leave", headers=me)
        stage.clock.advance(1)
    stage.drain("events")
    records = stage.backend.store().records(thread_of(stage, me))
    assert [record.event.type for record in records] == ["customer_wrote", "customer_left"]


def test_leaving_takes_the_same_cap_as_messages(stage: Stage) -> None:
    """A flood of leaving is 429 with Retry-After after thirty, and shares its cap with messages."""
    me = visitor(stage)
    answers = [stage.request("POST", "/v1/web/web/leave", headers=me) for _ in range(40)]
    assert [answer.status for answer in answers] == [202] * 30 + [429] * 10
    assert int(answers[-1].headers["retry-after"]) >= 1
    assert stage.request("POST", MESSAGES, message("x"), me).status == 429


def test_held_words_are_not_shown_once_the_chat_was_ended(stage: Stage) -> None:
    """Words of a pool that waited for an earlier number go to the record, and not to the page."""
    me = visitor(stage)
    stage.request("POST", MESSAGES, message("I want to talk to a person"), me)
    stage.drain("events")
    conversation = stage.backend.store().thread(thread_of(stage, me)).conversation
    [offer] = conversation.handoff.offers
    named = {"conversation_id": conversation.id, "offer_id": offer.offer_id}
    epoch = stage.pool("handoff.accepted", named).json["epoch"]
    said = {"conversation_id": conversation.id, "epoch": epoch, "text": "too early", "seq": 2}
    assert stage.pool("message.sent", said).status == 202
    stage.drain("events")
    stage.request("POST", "/v1/web/web/leave", headers=me)
    stage.drain("events")
    [end] = stage.request("GET", MESSAGES, headers=me).json["lines"]
    assert (end["speaker"], end["text"] == "too early") == ("system", False)
    [*_, left] = stage.backend.store().records(thread_of(stage, me))
    assert "too early" in [each.text for each in left.effects if each.type == "send_text"]


def test_a_chat_that_was_ended_is_not_shown_again(stage: Stage) -> None:
    """A token that ended its chat reads that end and later lines, and no earlier ones."""
    me = visitor(stage)
    stage.request("POST", MESSAGES, message("How long can I return an item?"), me)
    stage.drain("events")
    before = stage.request("GET", MESSAGES, headers=me).json
    stage.request("POST", "/v1/web/web/leave", headers=me)
    stage.drain("events")
    assert [line["speaker"] for line in before["lines"]] == ["customer", "bot"]
    [end] = stage.request("GET", MESSAGES, headers=me).json["lines"]
    assert (end["speaker"], end["seq"] > before["last_seq"]) == ("system", True)
    stage.request("POST", MESSAGES, message("When are you open?", "c-2"), me)
    stage.drain("events")
    chat = stage.request("GET", MESSAGES, headers=me).json
    assert [line["speaker"] for line in chat["lines"]] == ["system", "customer", "bot"]
    assert chat["conversation"]["state"] == "open"


def test_new_visitors_of_one_address_are_capped(stage: Stage) -> None:
    """The sixty-first visitor at once from one address is 429 with Retry-After, and others go
    on.
    """

    def ask(address: str) -> Answered:
        proxied = {"x-forwarded-for": f"198.18.7.7, {address}"}
        return stage.request("POST", "/v1/web/web/visitors", headers=proxied)

    answers = [ask("8.8.8.8") for _ in range(70)]
    assert [answer.status for answer in answers] == [201] * 60 + [429] * 10
    assert int(answers[-1].headers["retry-after"]) >= 1
    assert ask("8.8.4.4").status == 201


def thread_of(stage: Stage, who: dict[str, str]) -> str:
    token = who["authorization"].removeprefix("Bearer ")
    return read_token(b"k" * 32, token, now=stage.clock.now()).thread_id(b"k" * 32)
