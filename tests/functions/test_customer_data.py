"""The company's customer system is asked beside an offer, told of cases and notes, and may fail."""

import json
from typing import Any

import pytest
from surgeline.adapters.signing.standard_webhooks import decode_secret, verify

from local.virtual.network import Answer
from local.virtual.shop import WEB
from tests.functions.company_system import FAULTS, KIM, PLACE, SYSTEM, Pool, System, connect
from tests.functions.stage import Stage

PERSON = "I want to talk to a person"
ABOUT = {"email": "Kim@Example.com", "phone": "+491701234567"}


def ask(stage: Stage, text: str = PERSON, **more: Any) -> None:
    """Have a customer of the company's own app write, and let everything happen."""
    assert stage.write(text, customer=ABOUT, **more).status == 202
    stage.drain()


def known(stage: Stage) -> Any:
    """Return what the customer's conversation knows of them."""
    return stage.thread().conversation.known


def decline(stage: Stage, pool: Pool) -> dict[str, Any]:
    """Have the pool decline, so that the next one is asked. Return that offer's context."""
    offer = pool.offer()
    about = {name: offer[name] for name in ("conversation_id", "offer_id")}
    assert stage.pool("handoff.declined", about).status == 202
    stage.drain()
    assert pool.offer()["offer_id"] != offer["offer_id"]
    context: dict[str, Any] = pool.offer()["context"]
    return context


def test_people_are_told_who_the_customer_is_by_proven_identities(stage: Stage) -> None:
    """The system is asked once, signed, by what the company's own app says of the customer."""
    pool, system = Pool(stage), System(stage)
    secret = connect(stage)["secret"]
    ask(stage)
    [asked] = system.asked()
    assert asked["identities"] == [
        {"kind": "email", "channel": "signed", "value": "kim@example.com", "verified": True},
        {"kind": "phone_e164", "channel": "signed", "value": "+491701234567", "verified": True},
        {"kind": "channel", "channel": "signed", "value": "c1", "verified": True},
    ]
    assert (asked["purpose"], asked["want"]) == ("handoff", ["profile", "orders", "cases"])
    now = stage.clock.now() // 1000
    verify([decode_secret(secret)], system.headers[0], system.raw[0], now_seconds=now)
    assert pool.offer()["context"]["customer_data"]["state"] == "asked"
    data = decline(stage, pool)["customer_data"]
    assert (data["state"], data["profile"]["name"], data["profile"]["vip"]) == (
        "found",
        "Kim",
        True,
    )
    assert data["orders"][0]["status"] == "shipped"
    assert len(system.asked()) == 1


def test_a_pool_that_must_not_see_contacts_sees_none_in_the_file(stage: Stage) -> None:
    """Every text of the file is redacted to the pool's level, ids and links too."""
    pool, system = Pool(stage), System(stage)
    system.answer = KIM | {"customer": {"id": "kim@example.com", "name": "Kim, +49 170 1234567"}}
    connect(stage)
    ask(stage)
    profile = decline(stage, pool)["customer_data"]["profile"]
    assert (profile["id"], profile["name"]) == ("[e-mail]", "Kim, [phone]")


def test_an_answer_of_the_bot_asks_nobody(stage: Stage) -> None:
    """Without a person asked, and without a value named, the system hears nothing."""
    system = System(stage)
    connect(stage)
    ask(stage, "What is the return window?")
    assert system.got == []
    assert known(stage) is None


def test_a_visitor_who_proves_nothing_is_not_looked_up(stage: Stage) -> None:
    """A web chat's own words about an address are no proof, and the context says so."""
    pool, system = Pool(stage), System(stage)
    connect(stage)
    path = f"/v1/web/{WEB}"
    token = stage.request("POST", f"{path}/visitors").json["token"]
    said = {"text": PERSON, "client_message_id": "m-1", "customer": {"email": "kim@example.com"}}
    sent = stage.request("POST", f"{path}/messages", said, {"authorization": f"Bearer {token}"})
    assert sent.status == 202, sent.text
    stage.drain()
    assert system.got == []
    told = pool.offer()["context"]["customer_data"]
    assert (told["state"], told["profile"]) == ("unproven", None)


@pytest.mark.parametrize("fault", ["none connected", *FAULTS])
def test_a_bad_system_delays_no_offer_and_no_notice(stage: Stage, fault: str) -> None:
    """The offer and the customer's notice leave at the same moment as without a system."""
    pool = Pool(stage)
    if fault in FAULTS:
        System(stage, **FAULTS[fault])
        connect(stage)
    began = stage.clock.now()
    ask(stage)
    assert pool.at[0] - began <= 20
    texts = stage.logged("channel:shop")
    assert texts
    assert all(each.attempts[0].at - began <= 20 for each in texts)
    if fault not in FAULTS:
        return
    stage.home.run_for(1)
    [logged] = stage.logged("customers:data")
    assert (logged.attempts[0].milliseconds or 0) <= 800
    state = "found" if fault == "slow" else "unavailable"
    assert known(stage).state == state
    assert decline(stage, pool)["customer_data"]["state"] == state


@pytest.mark.parametrize(
    ("answer", "state", "why"),
    [
        ({"found": False}, "unknown", "the company's system does not know the customer"),
        ({"found": "many", "customer": KIM["customer"]}, "many", "two customers fit"),
        ({"found": True}, "unavailable", "wrong answer: customer.id: is missing"),
        ({"found": "yes"}, "unavailable", "wrong answer: found"),
        ([], "unavailable", "wrong answer"),
        (b"<html>", "unavailable", "wrong answer"),
    ],
)
def test_a_wrong_answer_is_said_in_the_context_and_nothing_else(
    stage: Stage, answer: object, state: str, why: str
) -> None:
    """Nobody guesses between two customers, and no answer of another shape is taken for one."""
    pool, system = Pool(stage), System(stage)
    system.answer = answer
    connect(stage)
    ask(stage)
    assert (known(stage).state, known(stage).customer_id) == (state, "")
    assert known(stage).why.startswith(why)
    told = decline(stage, pool)["customer_data"]
    assert (told["state"], told["profile"], told["orders"]) == (state, None, [])
    assert stage.backend.dead_letters().list(limit=10) == []


def test_a_system_that_refuses_is_asked_once_and_left_alone(stage: Stage) -> None:
    """One try, no dead letter, and the same conversation asks again after a minute only."""
    Pool(stage)
    system = System(stage)
    system.statuses = [503]
    connect(stage)
    ask(stage)
    assert (known(stage).state, known(stage).why) == ("unavailable", "status 503")
    ask(stage)
    assert len(system.asked()) == 1


def test_a_case_and_a_note_are_kept_once_under_one_key(stage: Stage) -> None:
    """Both go through deliveries: a failed try is repeated under the same id."""
    pool, system = Pool(stage), System(stage)
    connect(stage, cases=True, notes=True)
    system.statuses = [200, 500]  # the look-up, and the first try of the case
    ask(stage)
    stage.work(3)
    first, again = system.asked("/cases")
    assert first == again
    assert (first["summary"], first["customer_id"]) == (PERSON, None)
    assert len({each["webhook-id"] for each in system.headers[1:3]}) == 1
    offer = pool.offer()
    about = {name: offer[name] for name in ("conversation_id", "offer_id")}
    epoch = stage.pool("handoff.accepted", about).json["epoch"]
    mine = {"conversation_id": about["conversation_id"], "epoch": epoch}
    end = {**mine, "outcome": "solved", "summary": "Sent a new cover."}
    assert stage.pool("conversation.resolved", end).status == 202
    stage.drain()
    [note] = system.asked("/notes")
    assert (note["customer_id"], note["text"], note["outcome"]) == (
        "c-17",
        "Sent a new cover.",
        "solved",
    )


def test_what_was_found_goes_with_an_erasure(stage: Stage) -> None:
    """Nothing of the file is left in any table once the customer is erased."""
    Pool(stage)
    System(stage)
    connect(stage)
    ask(stage)
    assert "912.5" in stage.everything_kept()
    asked = {"channel": "shop", "sender": "c1"}
    assert stage.admin("POST", "/v1/admin/erasures", asked).status == 202
    stage.drain()
    assert stage.admin("POST", "/v1/admin/erasures", asked).status == 200
    assert "912.5" not in stage.everything_kept()


# ---------------------------------------------------------------- connecting


def test_a_system_is_connected_shown_and_disconnected(stage: Stage) -> None:
    """The secret is shown once, stays when the settings change, and goes with the system."""
    Pool(stage)
    system = System(stage)
    assert connect(stage)["secret"].startswith("whsec_")
    assert "secret" not in connect(stage, notes=True)
    shown = stage.admin("GET", PLACE).json["customers"]
    assert (shown["kind"], shown["url"], shown["notes"]) == ("own", SYSTEM, True)
    assert stage.admin("DELETE", PLACE).status == 200
    assert stage.backend.secrets().latest("customers/data") is None
    stage.clock.advance(10)
    ask(stage)
    assert system.got == []
    assert stage.admin("DELETE", PLACE).status == 404
    assert stage.admin("POST", f"{PLACE}/check", {}).status == 404


@pytest.mark.parametrize(
    ("wanted", "problem"),
    [
        ({"url": "http://10.0.0.1/"}, "customers.url"),
        ({"url": "https://crm.test/?key=1"}, "customers.url: give the address alone"),
        ({"kind": "abacus"}, "kind: 'abacus' is none of own"),
        ({"want": []}, "customers.want: give at least one of profile"),
        ({"want": ["everything"]}, "customers.want[0]"),
        ({"fields": {"token": "x"}}, "fields.token: own has no such field"),
        ({"loud": True}, "customers.loud: there is no such field"),
    ],
)
def test_a_wrong_setting_is_refused_with_its_place(
    stage: Stage, wanted: dict[str, Any], problem: str
) -> None:
    """Each problem names its field, and nothing is connected."""
    answered = stage.admin("PUT", PLACE, {"url": SYSTEM, **wanted})
    assert answered.status in (400, 422)
    assert any(problem in each for each in answered.json["error"]["problems"]), answered.text
    assert stage.admin("GET", PLACE).json["customers"] is None


def test_a_vendor_s_system_is_connected_with_its_credentials(stage: Stage) -> None:
    """They are kept as a secret, sent to the vendor alone, and are in no answer and no record."""
    pool = Pool(stage)
    got: list[Any] = []

    def vendor(post: Any) -> Answer:
        got.append(post)
        found = {"users": [{"id": 35436, "name": "Kim", "email": "kim@example.com"}]}
        return Answer(200, json.dumps(found | {"tickets": []}).encode())

    stage.home.network.serve("https://kim.zendesk.test", vendor)
    fields = {"email": "agent@shop.test", "api_token": "s3cret-token"}
    wanted = {"kind": "zendesk", "url": "https://kim.zendesk.test", "fields": fields}
    answered = stage.admin("PUT", PLACE, wanted)
    assert answered.status == 200, answered.text
    assert "s3cret-token" not in answered.text
    stage.clock.advance(10)
    ask(stage)
    assert [post.headers["authorization"][:6] for post in got] == ["Basic ", "Basic "]
    assert decline(stage, pool)["customer_data"]["profile"]["name"] == "Kim"
    assert "s3cret-token" not in stage.admin("GET", PLACE).text
    assert "s3cret-token" not in stage.everything_kept()
    for wrong in ({"fields": {"email": "a"}}, {"notes": True}, {"fields": {"pin": "1"}}):
        refused = stage.admin("PUT", PLACE, wanted | wrong)
        assert refused.status in (400, 422)
        assert refused.json["error"]["problems"]
        assert "s3cret" not in refused.text


def test_a_check_says_what_the_system_does_wrong(stage: Stage) -> None:
    """A system that finds anybody and takes forged requests fails the check in two places."""
    System(stage)
    connect(stage)
    found = stage.admin("POST", f"{PLACE}/check", {}).json["findings"]
    assert [(each["name"], each["ok"]) for each in found] == [
        ("health", True),
        ("lookup", False),
        ("signature", False),
    ]
