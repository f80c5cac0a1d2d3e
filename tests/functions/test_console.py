"""A pool of the company's own people works at a desk, by the same protocol as a vendor's system."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from surgeline.application.staff.tickets import LIFETIME_SECONDS, PROTOCOL, room_of
from surgeline.domain.pools import PRESENT_SECONDS

from local.virtual.front import Answered
from tests.functions.signed_in import DESK, sign_in
from tests.functions.stage import Stage

Headers = Mapping[str, str]
pytestmark = pytest.mark.enable_socket  # offers go out to a vendor that nobody plays


class Agent:
    """Somebody at the desk, with the page's own ids."""

    def __init__(self, stage: Stage, name: str, role: str = "agent") -> None:
        self.stage = stage
        self.headers = sign_in(stage, name, role, *(["desk"] if role == "agent" else []))
        self._number = 0

    def ask(self, method: str, path: str, body: Any = None) -> Answered:
        return self.stage.request(method, f"/v1/staff/{path}", body, self.headers)

    def be(self, state: str) -> Answered:
        return self.ask("PUT", "desk/presence", {"state": state})

    def desk(self) -> Any:
        [pool] = self.ask("GET", "desk").json["pools"]
        return pool

    def cases(self) -> Any:
        return self.desk()["cases"]

    def say(self, type_: str, case: Any, **data: Any) -> Answered:
        self._number += 1
        base = {"conversation_id": case["conversation_id"]}
        base |= {"offer_id": case["offer_id"]} if "handoff" in type_ else {"epoch": case["epoch"]}
        body = {"id": f"m-{self._number}", "type": type_, "data": base | data}
        return self.ask("POST", "pools/desk/events", body)

    def read(self, case: Any) -> Any:
        return self.ask("GET", f"pools/desk/cases/{case['conversation_id']}").json


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """Return the shop, whose one pool is a desk with two conversations a seat."""
    made = Stage(tmp_path)
    made.publish()
    made.configure(pools=[DESK])
    return made


def ask_for_a_person(stage: Stage, sender: str = "c1") -> None:
    stage.write("I want to talk to a person", sender=sender)
    stage.drain()


def owner(stage: Stage, sender: str = "c1") -> str:
    return str(stage.thread(sender).conversation.owner)


def test_a_conversation_is_taken_answered_and_closed(stage: Stage) -> None:
    """The customer is told who came, reads the answer and the end, and the desk is empty again."""
    mina = Agent(stage, "Mina")
    assert mina.be("here").status == 200
    ask_for_a_person(stage)
    [case] = mina.cases()
    assert (case["state"], case["reason"], case["mine"]) == ("offered", "customer_asked", False)
    accepted = mina.say("handoff.accepted", case)
    assert (accepted.status, accepted.json["accepted"]) == (200, True)
    stage.drain()
    assert owner(stage) == "pool:desk"
    wrote = mina.say("message.sent", case, text="Hello, Mina here.")
    assert wrote.status == 202
    stage.drain()
    stage.write("My lamp is broken")
    stage.drain()
    [taken] = mina.cases()
    assert (taken["state"], taken["mine"], taken["agent"]) == ("taken", True, "Mina")
    assert taken["told_seq"] > 0
    shown = mina.read(case)
    spoken = [(each["speaker"], each["text"], each["agent"]) for each in shown["lines"]]
    assert ("person", "Hello, Mina here.", "Mina") in spoken
    assert spoken[-1] == ("customer", "My lamp is broken", None)
    assert wrote.json["event_id"] in {each["event_id"] for each in shown["lines"]}
    assert shown["owned"]
    assert mina.say("conversation.resolved", case, outcome="solved").status == 202
    stage.drain()
    assert mina.cases() == []
    assert stage.said()[-1][0] == "system"
    assert not stage.thread().conversation.is_open


def test_only_the_first_takes_an_offer_and_the_others_see_who(stage: Stage) -> None:
    """The slower colleague gets 409, and sees whose the conversation is."""
    mina, lee = Agent(stage, "Mina"), Agent(stage, "Lee")
    mina.be("here")
    lee.be("here")
    ask_for_a_person(stage)
    [case] = lee.cases()
    assert mina.say("handoff.accepted", case).status == 200
    late = lee.say("handoff.accepted", case)
    assert (late.status, late.json["error"]["state"]) == (409, "taken")
    assert mina.say("handoff.accepted", case).status == 200
    stage.drain()
    [seen] = lee.cases()
    assert (seen["agent"], seen["mine"]) == ("Mina", False)
    said = lee.say("message.sent", case, text="Me too!")
    assert (said.status, said.json["error"]["state"]) == (409, "colleague")


def test_an_offer_that_is_over_is_refused_and_leaves_the_desk(stage: Stage) -> None:
    """After the deadline an acceptance gets 409, and nobody can take the case."""
    mina = Agent(stage, "Mina")
    mina.be("here")
    ask_for_a_person(stage)
    [case] = mina.cases()
    stage.clock.advance(31)
    late = mina.say("handoff.accepted", case)
    assert (late.status, late.json["error"]["state"]) == (409, "timed_out")
    assert mina.cases() == []
    stage.drain()
    assert owner(stage) != "pool:desk"


def test_an_offer_that_runs_out_leaves_the_desk(stage: Stage) -> None:
    """Nobody acts, and the desk is told of the end."""
    mina = Agent(stage, "Mina")
    mina.be("here")
    ask_for_a_person(stage)
    assert len(mina.cases()) == 1
    stage.work(32)
    assert mina.cases() == []


def test_nobody_at_the_desk_means_the_next_pool_at_once(stage: Stage) -> None:
    """Without a person who is here the offer is declined, and the vendor gets it."""
    vendor = {"id": "vendor", "kind": "outsourced", "url": "http://127.0.0.1:9/"}
    stage.configure(pools=[DESK, vendor])
    stage.clock.advance(10)
    ask_for_a_person(stage)
    [offer] = stage.thread().conversation.handoff.offers
    assert offer.pool_id == "vendor"
    mina = Agent(stage, "Mina")
    mina.be("here")
    stage.clock.advance(PRESENT_SECONDS)
    ask_for_a_person(stage, "c2")
    assert mina.cases() == []


def test_who_waits_is_offered_when_somebody_comes(stage: Stage) -> None:
    """A conversation that waits for a seat comes to the desk with its first person."""
    mina = Agent(stage, "Mina")
    mina.be("away")
    ask_for_a_person(stage)
    assert mina.cases() == []
    assert owner(stage) == "waiting"
    mina.be("here")
    stage.drain()
    assert [each["state"] for each in mina.cases()] == ["offered"]


def test_a_person_has_as_many_conversations_as_a_seat(stage: Stage) -> None:
    """A third conversation is refused while two are open, and waits for a seat."""
    mina = Agent(stage, "Mina")
    mina.be("here")
    for sender in ("c1", "c2", "c3"):
        ask_for_a_person(stage, sender)
    assert owner(stage, "c3") == "waiting"
    first, second = mina.cases()
    assert mina.say("handoff.accepted", first).status == 200
    assert mina.say("handoff.accepted", second).status == 200
    stage.drain()
    Agent(stage, "Lee").be("here")
    stage.drain()
    third = next(each for each in mina.cases() if each["state"] == "offered")
    refused = mina.say("handoff.accepted", third)
    assert (refused.status, refused.json["error"]["state"]) == (409, "full")


def test_a_case_that_is_looked_into_takes_no_place(stage: Stage) -> None:
    """Who promised word may take another conversation meanwhile, and sees the time."""
    mina = Agent(stage, "Mina")
    mina.be("here")
    for sender in ("c1", "c2"):
        ask_for_a_person(stage, sender)
        case = next(each for each in mina.cases() if each["state"] == "offered")
        mina.say("handoff.accepted", case)
        stage.drain("events", "deliveries", "events")
    until = "2026-03-02T09:00:00.000Z"
    assert mina.say("conversation.pending", case, until=until, text="I ask.").status == 202
    stage.drain("events", "deliveries", "events")
    assert (mina.read(case)["promised_until"], mina.read(case)["overdue"]) == (until, False)
    ask_for_a_person(stage, "c3")
    third = next(each for each in mina.cases() if each["state"] == "offered")
    assert mina.say("handoff.accepted", third).status == 200


def test_a_finishing_person_gets_nothing_new(stage: Stage) -> None:
    """After this one: the conversation goes on, and the next offer does not come."""
    mina = Agent(stage, "Mina")
    mina.be("here")
    ask_for_a_person(stage)
    [case] = mina.cases()
    mina.say("handoff.accepted", case)
    stage.drain()
    mina.be("finishing")
    ask_for_a_person(stage, "c2")
    assert [each["conversation_id"] for each in mina.cases()] == [case["conversation_id"]]
    assert mina.say("message.sent", case, text="Still here.").status == 202


def test_notes_are_for_colleagues_and_transfers_have_a_reason(stage: Stage) -> None:
    """The customer reads neither, and the next pool does."""
    night = {"id": "night", "kind": "in_house", "reached_by": "console"}
    stage.configure(pools=[DESK, night])
    stage.clock.advance(10)
    mina = Agent(stage, "Mina")
    mina.be("here")
    kim_headers = sign_in(stage, "Kim", "agent", "night")
    stage.request("PUT", "/v1/staff/desk/presence", {"state": "here"}, kim_headers)
    ask_for_a_person(stage)
    [case] = mina.cases()
    mina.say("handoff.accepted", case)
    stage.drain()
    assert mina.say("note.added", case, text="Has called before.").status == 202
    stage.drain()
    assert [each["text"] for each in mina.read(case)["notes"]] == ["Has called before."]
    moved = mina.say("conversation.transferred", case, to="night", reason="speaks Korean")
    assert moved.status == 202
    stage.drain()
    assert mina.cases() == []
    [pool] = stage.request("GET", "/v1/staff/desk", headers=kim_headers).json["pools"]
    [theirs] = pool["cases"]
    path = f"/v1/staff/pools/night/cases/{theirs['conversation_id']}"
    about = stage.request("GET", path, headers=kim_headers).json
    assert [each["text"] for each in about["notes"]] == ["Has called before."]
    assert [each["reason"] for each in about["about"]["handovers"]] == ["speaks Korean"]
    assert "Has called before." not in [text for _, text in stage.said()]


def test_a_case_is_given_to_a_colleague_at_the_desk(stage: Stage) -> None:
    """The colleague goes on, the giver can't, and somebody who is away gets nothing."""
    mina, lee = Agent(stage, "Mina"), Agent(stage, "Lee")
    mina.be("here")
    ask_for_a_person(stage)
    [case] = mina.cases()
    mina.say("handoff.accepted", case)
    stage.drain()
    lee_id = lee.ask("GET", "me").json["person"]["id"]
    body = {"conversation_id": case["conversation_id"], "epoch": case["epoch"]}
    give = "pools/desk/give"
    away = mina.ask("POST", give, body | {"person_id": lee_id})
    assert (away.status, away.json["error"]["state"]) == (409, "away")
    lee.be("here")
    assert lee.ask("POST", give, body | {"person_id": lee_id}).status == 409
    assert mina.ask("POST", give, body | {"person_id": lee_id}).json == {"given_to": "Lee"}
    assert lee.say("message.sent", case, text="Lee here.").status == 202
    assert mina.say("message.sent", case, text="And me.").status == 409


def test_a_customer_who_leaves_empties_the_desk(stage: Stage) -> None:
    """A conversation that its customer ended is nobody's case any more."""
    mina = Agent(stage, "Mina")
    mina.be("here")
    visitor = stage.request("POST", "/v1/web/web/visitors").json["token"]
    bearer = {"authorization": f"Bearer {visitor}"}
    message = {"client_message_id": "1", "text": "I want to talk to a person"}
    stage.request("POST", "/v1/web/web/messages", message, bearer)
    stage.drain()
    [case] = mina.cases()
    mina.say("handoff.accepted", case)
    stage.drain()
    stage.request("POST", "/v1/web/web/leave", {}, bearer)
    stage.drain()
    assert mina.cases() == []
    late = mina.say("message.sent", case, text="Are you there?")
    assert late.status == 409
    assert mina.read(case)["closed"]


def test_others_see_nothing_of_a_desk(stage: Stage) -> None:
    """An agent of another pool and a pool without a console look like unknown ones."""
    night = {"id": "night", "kind": "in_house", "reached_by": "console"}
    vendor = {"id": "vendor", "kind": "outsourced", "url": "http://127.0.0.1:9/"}
    stage.configure(pools=[DESK, night, vendor])
    stage.clock.advance(10)
    mina = Agent(stage, "Mina")
    mina.be("here")
    ask_for_a_person(stage)
    [case] = mina.cases()
    kim = sign_in(stage, "Kim", "agent", "night")
    shown = stage.request("GET", "/v1/staff/desk", headers=kim).json
    [pool] = shown["pools"]
    assert (pool["id"], pool["cases"], shown["escalates"]) == ("night", [], False)
    for pool_id in ("desk", "vendor", "nowhere", "%20"):
        path = f"/v1/staff/pools/{pool_id}/cases/{case['conversation_id']}"
        assert stage.request("GET", path, headers=kim).status == 404
    stolen = f"/v1/staff/pools/night/cases/{case['conversation_id']}"
    assert stage.request("GET", stolen, headers=kim).status == 404
    lead = Agent(stage, "Ann", "lead")
    assert lead.read(case)["lines"]


def test_cards_are_redacted_for_the_desk(stage: Stage) -> None:
    """The people of the desk do not read card numbers unless the pool's level says so."""
    mina = Agent(stage, "Mina")
    mina.be("here")
    stage.write("My card is 4111 1111 1111 1111, I want to talk to a person")
    stage.drain()
    [case] = mina.cases()
    assert "4111" not in json.dumps(mina.read(case))


def test_the_desk_keeps_no_words_of_customers(stage: Stage) -> None:
    """What lies on the desk names the conversation, and its words stay where they were."""
    mina = Agent(stage, "Mina")
    mina.be("here")
    stage.write("My word is xylophone, I want to talk to a person")
    stage.drain()
    rows = stage.home.backend._database.fetch("SELECT body FROM cases")
    assert len(rows) == 1
    assert "xylophone" not in json.dumps(rows)


def test_open_pages_are_told_that_something_changed(stage: Stage) -> None:
    """A ticket opens a socket at the desk, which hears of offers without their words."""
    mina = Agent(stage, "Mina")
    mina.be("here")
    answered = mina.ask("POST", "desk/ticket", {"pool_id": "desk"})
    assert answered.json["url"] == "ws://shop.test/v1/web/desk/socket"
    opened = stage.call("web_chat", connecting("s1", answered.json["protocols"]))
    assert opened["statusCode"] == 200
    assert opened["headers"] == {"sec-websocket-protocol": PROTOCOL}
    stage.write("My word is xylophone, I want to talk to a person")
    stage.drain()
    heard = [json.loads(text) for connection, text in stage.pushed if connection == "s1"]
    assert [each["change"] for each in heard] == ["offer"]
    assert "xylophone" not in json.dumps(heard)


def test_a_ticket_is_for_one_minute_and_one_desk(stage: Stage) -> None:
    """A late, invented or changed ticket opens nothing, and a stranger gets none."""
    mina = Agent(stage, "Mina")
    [protocol, ticket] = mina.ask("POST", "desk/ticket", {"pool_id": "desk"}).json["protocols"]
    for wrong in (ticket.replace("desk", "night"), "desk~9999999999999~x", "x", "é"):
        assert stage.call("web_chat", connecting("s", [protocol, wrong]))["statusCode"] == 401
    stage.clock.advance(LIFETIME_SECONDS)
    assert stage.call("web_chat", connecting("s", [protocol, ticket]))["statusCode"] == 401
    assert stage.home.backend.sockets().connections(room_of("desk")) == []
    assert mina.ask("POST", "desk/ticket", {"pool_id": "nowhere"}).status == 404


def connecting(connection_id: str, protocols: list[str]) -> Any:
    """Return the event of a page that asks for a socket with these subprotocols."""
    return {
        "requestContext": {"routeKey": "$connect", "connectionId": connection_id},
        "headers": {"Sec-WebSocket-Protocol": ", ".join(protocols)},
    }


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"id": "a b", "type": "typing", "data": {}}, "id"),
        ({"type": "typing", "data": {}}, "id"),
        ({"id": "1", "type": "nothing", "data": {}}, "type"),
        ({"id": "1", "type": "capacity.reported", "data": {"seats": 9}}, "type"),
    ],
)
def test_what_is_wrong_is_named(stage: Stage, body: Any, field: str) -> None:
    """An event that the desk may not send is refused with its field."""
    mina = Agent(stage, "Mina")
    answered = mina.ask("POST", "pools/desk/events", body)
    assert (answered.status, answered.json["error"]["field"]) == (400, field)


def test_nobody_speaks_under_another_name(stage: Stage) -> None:
    """The name that customers see is the name of the person who signed in."""
    mina = Agent(stage, "Mina")
    mina.be("here")
    ask_for_a_person(stage)
    [case] = mina.cases()
    mina.say("handoff.accepted", case, agent={"name": "The Boss"})
    stage.drain()
    mina.say("message.sent", case, text="Hello", agent={"name": "The Boss"})
    stage.drain()
    assert {each["agent"] for each in mina.read(case)["lines"]} == {None, "Mina"}
