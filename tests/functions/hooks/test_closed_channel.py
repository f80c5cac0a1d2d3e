"""A closed channel sends its customers to the chat page, where they stay who they are."""

import hashlib
import hmac
import re
from typing import Any

import pytest
from surgeline.application.conversations.arrivals import is_shared
from surgeline.domain.customers.identity import proven
from surgeline.domain.events import CustomerWrote

from tests.functions.stage import Stage

PAGE = "https://help.example/c/web"
CLOSED = {"texts": {"en": "Write to us here: {link}", "fr": "Par ici :"}, "page": PAGE}
QUESTION = "When are you open?"


@pytest.fixture
def shop(stage: Stage) -> Stage:
    """Return a shop whose signed channel is closed."""
    answered = stage.admin("PATCH", "/v1/admin/channels/shop", {"closure": CLOSED})
    assert answered.status == 200, answered.text
    stage.clock.advance(6)
    return stage


def said(stage: Stage, sender: str = "c1") -> list[str]:
    """Return what the customer of the closed channel was told."""
    stage.drain("events")
    return [line for speaker, line in stage.said(sender) if speaker != "customer"]


def token(stage: Stage) -> str:
    """Return the token of the link that the customer was sent."""
    stage.write(QUESTION, customer={"first_name": "Ann", "plan": "gold"})
    said(stage)
    sent = [each.body for each in stage.backend.queue("deliveries").receive(10)]
    found = re.search(rf"{PAGE}#from=([\w~-]+)", "".join(sent))
    assert found, sent
    return found[1]


def visit(stage: Stage, link: str, bearer: str = "") -> Any:
    """Open the page by a link."""
    headers = {"authorization": f"Bearer {bearer}"} if bearer else {}
    return stage.request("POST", "/v1/web/web/visitors", {"from": link}, headers)


def write_there(stage: Stage, visitor: str, name: str = "m1", **more: object) -> Any:
    """Write on the chat page, and return the message's record."""
    body = {"client_message_id": name, "text": QUESTION, **more}
    bearer = {"authorization": f"Bearer {visitor}"}
    sent = stage.request("POST", "/v1/web/web/messages", body, bearer)
    assert sent.status == 202, sent.text
    stage.drain("events")
    [record] = stage.backend.store().records(sent.json["thread_id"], limit=1, newest_first=True)
    return record


def test_each_customer_is_sent_on_once(shop: Stage) -> None:
    """The next message is kept, and the words come again once they are old."""
    shop.write(QUESTION)
    [first] = said(shop)
    assert first == f"Write to us here: {PAGE}"
    shop.write("Hello?")
    assert said(shop) == [first]
    shop.clock.advance(3_700)
    shop.write("Hello?")
    assert len(said(shop)) == 2
    shop.write("Quand êtes-vous ouverts ?", sender="c2", language="fr")
    assert said(shop, "c2") == [f"Par ici :\n{PAGE}"]


def test_the_link_keeps_who_they_are(shop: Stage) -> None:
    """What the channel said goes along, and its sender is proven to the company's system."""
    answered = visit(shop, token(shop))
    assert answered.status == 201, answered.text
    bearer = {"authorization": f"Bearer {answered.json['token']}"}
    body = {"client_message_id": "m1", "text": QUESTION, "attributes": {"plan": "blue"}}
    sent = shop.request("POST", "/v1/web/web/messages", body, bearer)
    assert sent.status == 202, sent.text
    shop.drain("events")
    [record, *_] = shop.backend.store().records(sent.json["thread_id"], limit=5)
    assert isinstance(record.event, CustomerWrote)
    known = record.event.customer or {}
    assert (known["first_name"], known["plan"]) == ("Ann", "blue")
    assert known["arrived_from"] == "shop"
    [identity] = proven("web", record.event.sender, known)
    assert (identity.kind, identity.value, identity.channel) == ("channel", "c1", "signed")
    claimed = body | {"client_message_id": "m2", "attributes": {"arrived_sender": "c2"}}
    assert shop.request("POST", "/v1/web/web/messages", claimed, bearer).status == 400


def test_a_link_takes_over_no_chat(shop: Stage) -> None:
    """Somebody else may have sent it. It opens nothing again but its own chat."""
    begun = shop.request("POST", "/v1/web/web/visitors").json
    link = token(shop)
    arrived = visit(shop, link, begun["token"]).json
    assert arrived["thread_id"] != begun["thread_id"]
    assert visit(shop, link, arrived["token"]).json["thread_id"] == arrived["thread_id"]
    assert visit(shop, link).json["thread_id"] != arrived["thread_id"]


def test_nobody_but_the_channel_reads_the_token(shop: Stage) -> None:
    """The log, the admin API and an export have the page's bare address."""
    link = token(shop)
    thread = shop.thread()
    asked = {"channel": "shop", "sender": "c1"}
    for shown in (
        shop.admin("GET", f"/v1/admin/conversations/{thread.conversation.id}").text,
        shop.admin("POST", "/v1/admin/customers/export", asked).text,
        str(shop.backend.store().records(thread.id)),
    ):
        assert PAGE in shown
        assert link.rpartition("~")[2] not in shown


def test_the_proof_ends_with_the_link(shop: Stage) -> None:
    """The chat goes on without a name."""
    visitor = visit(shop, token(shop)).json["token"]
    assert "arrived_from" in write_there(shop, visitor).event.customer
    shop.clock.advance(86_401)
    assert write_there(shop, visitor, "m2").event.customer is None


def test_an_erasure_and_an_export_follow_the_customer(shop: Stage) -> None:
    """They are asked for by the sender on the closed channel."""
    arrived = visit(shop, token(shop)).json
    write_there(shop, arrived["token"])
    asked = {"channel": "shop", "sender": "c1"}
    held = shop.admin("POST", "/v1/admin/customers/export", asked).json
    assert held["threads"] == [shop.thread().id, arrived["thread_id"]]
    there = asked | {"thread": arrived["thread_id"]}
    shown = shop.admin("POST", "/v1/admin/customers/export", there).json
    assert shown["entries"][0]["event"]["text"] == QUESTION
    wrong = shop.admin("POST", "/v1/admin/customers/export", asked | {"thread": "t1"})
    assert wrong.status == 400
    assert shop.admin("POST", "/v1/admin/erasures", asked).status == 202
    shop.drain("events")
    shop.clock.advance(1)
    done = shop.admin("POST", "/v1/admin/erasures", asked)
    assert (done.status, done.json["thread_id"]) == (200, shop.thread().id)
    kept = shop.backend.store().records(arrived["thread_id"])
    assert [each.event.type for each in kept] == ["thread_erased"]
    shop.clock.advance(1)
    assert write_there(shop, arrived["token"], "m2").event.customer is None


@pytest.mark.parametrize(
    ("kind", "sender", "shared"),
    [
        ("telegram", "-1001", True),
        ("telegram", "1001", False),
        ("line", f"C{'0' * 32}", True),
        ("line", f"R{'0' * 32}", True),
        ("line", f"U{'0' * 32}", False),
        ("slack", "T1/C1/1.2", True),
        ("slack", "T1/D1", False),
        ("web", "v1", True),
        ("signed", "-1", False),
    ],
)
def test_groups_get_the_bare_address(kind: str, sender: str, *, shared: bool) -> None:
    """Every member of a group would be the customer."""
    assert is_shared(kind, sender) is shared


def test_who_arrived_keeps_the_chat_when_the_site_proves_them(shop: Stage) -> None:
    """The link's proof goes on beside the name, and neither passes to another customer."""
    arrived = visit(shop, token(shop)).json
    secret = shop.admin("POST", "/v1/admin/channels/web/secret", {}).json["secret"]

    def sign_in(name: str, bearer: str) -> Any:
        made = hmac.new(secret.encode(), name.encode(), hashlib.sha256).hexdigest()
        headers = {"authorization": f"Bearer {bearer}"}
        user = {"user": {"id": name, "proof": made}}
        return shop.request("POST", "/v1/web/web/visitors", user, headers).json

    ann = sign_in("ann", arrived["token"])
    assert ann["thread_id"] == arrived["thread_id"]
    again = sign_in("ann", ann["token"])
    bob = sign_in("bob", again["token"])
    assert bob["thread_id"] != arrived["thread_id"]
    known = {}
    for name, who in (("ann", again), ("bob", bob)):
        headers = {"authorization": f"Bearer {who['token']}"}
        body = {"client_message_id": "m1", "text": QUESTION}
        sent = shop.request("POST", "/v1/web/web/messages", body, headers)
        shop.drain("events")
        [record, *_] = shop.backend.store().records(sent.json["thread_id"], limit=5)
        assert isinstance(record.event, CustomerWrote)
        known[name] = record.event.customer or {}
    assert [known[each]["user_id"] for each in ("ann", "bob")] == ["ann", "bob"]
    assert [known[each].get("arrived_from") for each in ("ann", "bob")] == ["shop", None]


@pytest.mark.parametrize("wrong", ["x", "web~t~1~y", "민아"])
def test_a_link_that_is_not_ours_is_refused(shop: Stage, wrong: str) -> None:
    """So is one that is a day old."""
    assert visit(shop, wrong).status == 401
    link = token(shop)
    shop.clock.advance(86_401)
    assert visit(shop, link).status == 401


def test_it_opens_again(shop: Stage) -> None:
    """The next message is answered as before."""
    assert shop.admin("PATCH", "/v1/admin/channels/shop", {"closure": None}).status == 200
    shop.clock.advance(6)
    shop.write(QUESTION)
    assert said(shop) == ["We are open from Monday to Saturday, 9 to 18."]


def test_who_waits_for_a_person_is_left_there(stage: Stage) -> None:
    """The request came before the channel was closed."""
    shown = stage.admin("GET", "/v1/admin/configuration").json["configuration"]
    for pool in shown["pools"]:
        pool["paused"] = True
    stage.admin("PUT", "/v1/admin/configuration", shown)
    stage.clock.advance(6)
    stage.write("I want to talk to a person")
    before = said(stage)
    stage.admin("PATCH", "/v1/admin/channels/shop", {"closure": CLOSED})
    stage.clock.advance(6)
    stage.write(QUESTION)
    assert said(stage)[len(before) :] == ["We are open from Monday to Saturday, 9 to 18."]


@pytest.mark.parametrize("end", ["", "/"])
def test_the_page_of_another_channel_is_refused(stage: Stage, end: str) -> None:
    """The token of the link would be for one channel, and the page would be another's."""
    closure = CLOSED | {"page": f"https://help.example/c/lamps{end}"}
    refused = stage.admin("PATCH", "/v1/admin/channels/shop", {"closure": closure})
    assert refused.status == 422
    [problem] = refused.json["error"]["problems"]
    assert "closure.page: this is the page of 'lamps'" in problem
    right = {"closure": closure | {"channel": "lamps"}}
    assert stage.admin("PATCH", "/v1/admin/channels/shop", right).status == 200


def test_every_problem_of_a_closure_is_told(stage: Stage) -> None:
    """Nothing is closed then."""
    closure = {
        "texts": {"de": "Hier lang: {url}", "en": "We answer within 2 hours."},
        "page": "help.example",
        "channel": "shop",
    }
    refused = stage.admin("PATCH", "/v1/admin/channels/shop", {"closure": closure})
    assert refused.status == 422
    problems = "\n".join(refused.json["error"]["problems"])
    for each in (
        "closure.texts.de: use one of en, ko, fr",
        "closure.texts.de: there is no {url} here; use {link}",
        "closure.texts.en: it promises",
        "closure.page: give the chat page's address",
        "closure.channel: a closed channel can't send its customers to itself",
    ):
        assert each in problems
