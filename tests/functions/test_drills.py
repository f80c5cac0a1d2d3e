"""A drill runs beside the real customers: neither meets the other's pools, lines or reports."""

from typing import Any

import pytest
from surgeline.domain.ids import thread_of

from local.virtual.network import Answer, Post
from local.virtual.shop import CHANNEL, CHANNEL_URL, WEB
from tests.functions.signed_in import sign_in
from tests.functions.stage import Stage

REAL_URL, DRILL_URL, TOLD_URL = "https://real.test/", "https://drill.test/", "https://told.test/"
PERSON = "I want to talk to a person"
PLAYED = "played"
PAID_URL = "https://paid.test/"
SHOPS: list[dict[str, Any]] = [
    {"id": WEB, "kind": "web"},
    {"id": CHANNEL, "kind": "signed", "reply_url": CHANNEL_URL},
]
CHANNELS = [*SHOPS, {"id": PLAYED, "kind": "web", "drill": True}]


@pytest.fixture
def offers(stage: Stage) -> dict[str, list[str]]:
    """The shop with a real pool and one of a drill, and what each was offered."""
    configure(stage)
    found: dict[str, list[str]] = {REAL_URL: [], DRILL_URL: []}

    def served(url: str) -> None:
        def hear(post: Post) -> Answer:
            if post.json["type"] == "handoff.offered":
                found[url].append(post.json["data"]["conversation_id"])
            return Answer(202)

        stage.home.network.serve(url, hear)

    for each in found:
        served(each)
    for pool in ("real", "trainees"):
        stage.backend.secrets().put(f"pools/{pool}", stage.secret)
    return found


def configure(stage: Stage, **more: Any) -> None:
    pools = [
        {"id": "trainees", "kind": "on_demand", "url": DRILL_URL, "seats": 1, "drill": True},
        {"id": "real", "kind": "outsourced", "url": REAL_URL, "seats": 1},
    ]
    stage.publish()
    stage.configure(**({"channels": CHANNELS, "pools": pools} | more))
    stage.clock.advance(6)


def visit(stage: Stage, channel: str, text: str, number: int = 1) -> str:
    """Let a visitor write, and return the conversation."""
    token = stage.request("POST", f"/v1/web/{channel}/visitors", {}).json["token"]
    headers = {"authorization": f"Bearer {token}"}
    body = {"client_message_id": f"m{number}", "text": text}
    assert stage.request("POST", f"/v1/web/{channel}/messages", body, headers).status == 202
    stage.drain("events", "deliveries", "events")
    chat = stage.request("GET", f"/v1/web/{channel}/messages", headers=headers).json
    return str(chat["conversation"]["id"])


def test_customers_of_a_drill_meet_its_pools_alone(
    stage: Stage, offers: dict[str, list[str]]
) -> None:
    """Also where the other side's pool is free and the own one is full."""
    played = visit(stage, PLAYED, PERSON)
    real = visit(stage, WEB, PERSON)
    assert offers == {REAL_URL: [real], DRILL_URL: [played]}
    visit(stage, PLAYED, PERSON)
    visit(stage, WEB, PERSON)
    assert offers == {REAL_URL: [real], DRILL_URL: [played]}
    live = stage.admin("GET", "/v1/admin/live?within=0").json
    assert live["waiting"] == 1
    assert {each["id"]: each["waiting"] for each in live["pools"]} == {"real": 1, "trainees": 1}


def test_a_drill_is_in_no_report_and_told_to_nobody(
    stage: Stage, offers: dict[str, list[str]]
) -> None:
    """Its questions are answered as ever, and only the real customers are counted."""
    events = ["conversation.opened", "conversation.handed_off", "conversation.answered"]
    hook = {"id": "crm", "kind": "webhook", "url": TOLD_URL, "subjects": events}
    configure(stage, subscriptions=[hook])
    told: list[str] = []

    def hear(post: Post) -> Answer:
        told.append(post.json["data"]["channel_id"])
        return Answer()

    stage.home.network.serve(TOLD_URL, hear)
    stage.backend.secrets().put("subscriptions/crm", stage.secret)
    for channel in (PLAYED, PLAYED, WEB):
        visit(stage, channel, "When are you open?")
    visit(stage, PLAYED, PERSON)
    report = stage.admin("GET", "/v1/admin/reports/daily?day=2026-03-01").json
    assert report["channels"] == {WEB: 1}
    listed = stage.admin("GET", "/v1/admin/conversations?since=2026-02-28T00:00:00Z").json
    assert [each["channel"] for each in listed["conversations"]] == [WEB]
    assert set(told) == {WEB}


def test_a_lead_can_not_mix_them(stage: Stage, offers: dict[str, list[str]]) -> None:
    """A drill's conversation is given to no real pool, and the controller leads none of a drill."""
    played = visit(stage, PLAYED, "When are you open?")
    headers = {**sign_in(stage, "Lee", "lead"), "x-reason": "try"}
    path = f"/v1/admin/conversations/{played}/assign"
    refused = stage.request("POST", path, {"to": "real", "epoch": 1}, headers)
    assert refused.status == 400, refused.text
    assert "kept apart" in refused.json["error"]["message"]
    found = stage.admin("GET", "/v1/admin/configuration").json
    document = found["configuration"] | {"surge": {"pools": [{"pool": "trainees"}]}}
    answer = stage.admin("PUT", "/v1/admin/configuration", document)
    assert answer.status == 422
    assert any("is for drills" in each for each in answer.json["error"]["problems"])


def test_what_was_played_stays_so_without_its_channel(
    stage: Stage, offers: dict[str, list[str]]
) -> None:
    """Who waits is offered to no real pool, and is in no report, once the drill is removed."""
    played = [visit(stage, PLAYED, PERSON) for _ in range(2)]
    real = {"id": "real", "kind": "outsourced", "url": REAL_URL, "seats": 5}
    stage.configure(channels=SHOPS, pools=[real])
    for _ in range(20):
        stage.clock.advance(60)
        stage.drain()
    assert offers == {REAL_URL: [], DRILL_URL: played[:1]}
    assert stage.admin("GET", "/v1/admin/live?within=0").json["waiting"] == 0
    headers = {**sign_in(stage, "Lee", "lead"), "x-reason": "try"}
    waiting = stage.backend.store().thread(thread_of(played[1]))
    assert waiting is not None
    assert waiting.conversation is not None
    body = {"to": "real", "epoch": waiting.conversation.epoch}
    path = f"/v1/admin/conversations/{played[1]}/assign"
    assert stage.request("POST", path, body, headers).status == 400
    report = stage.admin("GET", "/v1/admin/reports/daily?day=2026-03-01").json
    assert report["channels"] == {}


def test_a_real_customer_stays_real_on_a_channel_that_is_marked(
    stage: Stage, offers: dict[str, list[str]]
) -> None:
    """They meet real pools and are counted, also where the channel is one of a drill by then."""
    stage.write("Hello")
    stage.drain()
    configure(stage, channels=[each | {"drill": True} for each in CHANNELS])
    stage.write(PERSON)
    stage.drain("events", "deliveries", "events")
    assert [len(each) for each in offers.values()] == [1, 0]
    report = stage.admin("GET", "/v1/admin/reports/daily?day=2026-03-01").json
    assert report["handed_off"] == 1


def test_a_closed_channel_leads_across_to_no_drill(
    stage: Stage, offers: dict[str, list[str]]
) -> None:
    """Neither are real customers sent into a drill, nor those of a drill to a real channel."""
    words = {"texts": {"en": "We are in our chat: {link}"}}
    for closed, to, kind in ((CHANNEL, PLAYED, "a drill"), (PLAYED, WEB, "real customers")):
        closure = words | {"channel": to, "page": f"https://shop.test/c/{to}"}
        refused = stage.admin("PATCH", f"/v1/admin/channels/{closed}", {"closure": closure})
        assert refused.status == 422
        [problem] = refused.json["error"]["problems"]
        assert f"{to!r} is for {kind}" in problem
    closure = words | {"channel": WEB, "page": "https://shop.test/c/web"}
    led = stage.admin("PATCH", f"/v1/admin/channels/{CHANNEL}", {"closure": closure})
    assert led.status == 200


@pytest.mark.parametrize(("channel", "waits"), [(PLAYED, False), (WEB, True)])
def test_a_step_for_a_backlog_counts_its_own_side(
    stage: Stage, offers: dict[str, list[str]], channel: str, *, waits: bool
) -> None:
    """Customers of a drill who wait open no step that costs real money."""
    pools = [
        {"id": "trainees", "kind": "on_demand", "url": DRILL_URL, "seats": 1, "drill": True},
        {"id": "real", "kind": "outsourced", "url": REAL_URL, "seats": 1},
        {"id": "paid", "kind": "on_demand", "url": PAID_URL, "seats": 5},
    ]
    steps = [
        {"pools": ["real", "trainees"]},
        {"pools": ["paid"], "only_if": {"backlog_over": 1}},
    ]
    configure(stage, pools=pools, routing={"steps": steps})
    paid: list[str] = []

    def hear(post: Post) -> Answer:
        paid.append(post.json["type"])
        return Answer(202)

    stage.home.network.serve(PAID_URL, hear)
    stage.backend.secrets().put("pools/paid", stage.secret)
    for each in (WEB, PLAYED, channel, channel):
        visit(stage, each, PERSON)
    assert paid == []
    visit(stage, WEB, PERSON)
    assert bool(paid) == waits


def test_a_backlog_is_offered_to_no_pool_of_a_drill(
    stage: Stage, offers: dict[str, list[str]]
) -> None:
    """Nobody would get it, and the lead is told so."""
    said = [{"by": "customer", "text": "It smells", "at": "2026-02-10T09:00:00Z"}]
    ticket = {"key": "t1", "sender": "ada", "said": said}
    body = {"channel": CHANNEL, "format": "table", "tickets": [ticket]}
    assert stage.admin("POST", "/v1/admin/backlogs/old/tickets", body).status == 202
    stage.drain("events")
    wish = {"act": "offer", "limit": 1}
    acts = "/v1/admin/backlogs/old/acts"
    refused = stage.admin("POST", acts, wish | {"pool": "trainees"})
    assert refused.status == 400
    assert "kept apart" in refused.json["error"]["message"]
    assert stage.admin("POST", acts, wish | {"pool": "real"}).json["conversations"] == 1
