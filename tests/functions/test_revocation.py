"""A channel or pool that is removed is revoked: nothing that it had opens anything any more."""

import json
from typing import Any

import pytest
from surgeline.application.configuration import POINTER, ConfigurationShelf
from surgeline.application.pools.dismiss_pool import LOOK_BACK_SECONDS, PAGE
from surgeline.application.ports.deliveries import Attempt
from surgeline.application.ports.refusals import Throttled

from tests.contract.examples import sent
from tests.functions.conftest import Endpoint
from tests.functions.stage import Stage
from tests.functions.test_pools_come_and_go import accept, ask, offers, owner

MESSAGES = "/v1/channels/shop/messages"
SHOP = "/v1/admin/channels/shop"
VENDOR = "/v1/admin/pools/vendor"
CONFIGURATION = "/v1/admin/configuration"


def in_force(stage: Stage) -> dict[str, Any]:
    whole: dict[str, Any] = stage.admin("GET", CONFIGURATION).json["configuration"]
    return whole


def test_i10_a_removed_pool_is_unknown_whatever_it_signs_with(stage: Stage) -> None:
    """A removed pool's old secret says, reads and accepts nothing, and gets a stranger's 401."""
    ask(stage, "c1")
    owned = accept(stage)
    ask(stage, "c2")
    [offer] = offers(stage, "c2")
    assert stage.admin("DELETE", VENDOR).status == 200
    stage.clock.advance(6)
    late = {
        "conversation_id": stage.thread("c2").conversation.id,
        "offer_id": offer.offer_id,
    }
    assert stage.pool("message.sent", owned | {"text": "still here"}).status == 401
    assert stage.pool("handoff.accepted", late).status == 401
    asked = {"conversation_id": owned["conversation_id"]}
    assert stage.signed("/v1/pools/vendor/transcripts", asked).status == 401
    assert stage.backend.secrets().latest("pools/vendor") is None


def test_i10_a_pool_that_is_unknown_is_refused_even_with_a_secret_left_over(stage: Stage) -> None:
    """A removed pool is refused even if release 0.1.0 left its secret behind."""
    stage.configure(pools=[])
    stage.clock.advance(6)
    assert stage.backend.secrets().latest("pools/vendor")
    assert stage.pool("capacity.reported", {"seats": 3}).status == 401


def test_a_pool_that_is_added_again_gets_another_secret(stage: Stage) -> None:
    """A pool that is added again gets a new secret, and the old secret opens nothing."""
    stage.admin("DELETE", VENDOR)
    put = stage.admin("PUT", VENDOR, {"url": "http://127.0.0.1:9/"}).json
    assert put["secret"] != stage.secret
    stage.clock.advance(6)
    report = {"seats": 3}
    assert stage.pool("capacity.reported", report).status == 401
    assert stage.pool("capacity.reported", report, secret=put["secret"]).status == 202


def test_a_secret_that_was_left_over_opens_nothing_of_a_new_pool(stage: Stage) -> None:
    """A pool that is added where an old secret was left over gets a secret of its own."""
    stage.backend.secrets().put("pools/second", stage.secret)
    put = stage.admin("PUT", "/v1/admin/pools/second", {"url": "http://127.0.0.1:9/"}).json
    assert put["secret"] != stage.secret
    assert stage.backend.secrets().latest("pools/second") == put["secret"]


@pytest.mark.enable_socket
def test_i7_what_a_removed_pool_was_offered_or_owns_finds_the_next_one_at_once(
    two: Stage, endpoint: Endpoint
) -> None:
    """Nobody waits for a deadline or a silence of a pool that may not speak any more."""
    ask(two, "c1")
    two.drain()
    accept(two)
    ask(two, "c2")
    two.drain()
    assert [each.pool_id for each in offers(two, "c2")] == ["vendor"]
    assert two.admin("DELETE", VENDOR).status == 200
    two.clock.advance(6)
    two.drain()
    for sender in ("c1", "c2"):
        assert owner(two, sender) == "waiting"
        assert [each.pool_id for each in offers(two, sender)] == ["second"]
    assert "handoff.offered" in endpoint.types()


@pytest.mark.enable_socket
def test_i7_a_busy_pool_s_conversations_are_all_found(two: Stage) -> None:
    """A conversation that comes after more deliveries than a page holds is taken back as well."""
    ask(two, "c1")
    two.drain()
    accept(two)
    two.clock.advance(1)
    log = two.backend.delivery_log()
    for number in range(PAGE + 1):
        two.clock.advance(0.01)
        told = sent(f"d{number}", target="pool", target_id="vendor", at=two.clock.now())
        log.record_attempt(told, Attempt(1, two.clock.now(), "ok"), "delivered")
    assert two.admin("DELETE", VENDOR).status == 200
    two.clock.advance(6)
    two.drain("events")
    assert [each.pool_id for each in offers(two, "c1")] == ["second"]


@pytest.mark.enable_socket
def test_i7_what_a_removed_pool_owns_unfound_goes_on_with_the_next_message(two: Stage) -> None:
    """A conversation that was silent for a day is taken back when its customer writes again."""
    ask(two, "c1")
    two.drain()
    assert two.pool("message.sent", accept(two) | {"text": "Ask me again."}).status == 202
    two.drain()
    two.clock.advance(LOOK_BACK_SECONDS + 60)
    two.drain()
    assert two.admin("DELETE", VENDOR).status == 200
    two.clock.advance(6)
    two.drain()
    assert owner(two, "c1") == "pool:vendor"
    ask(two, "c1", "It is broken again.")
    two.drain("deliveries")
    two.drain("events")
    assert [each.pool_id for each in offers(two, "c1")] == ["second"]


@pytest.mark.enable_socket
def test_i7_a_removal_cut_before_its_conversations_is_finished_by_another(two: Stage) -> None:
    """A second DELETE takes the conversations back, also if nothing else is left of the pool."""
    ask(two, "c1")
    two.drain()
    accept(two)
    [_, second] = in_force(two)["pools"]
    two.configure(pools=[second])
    two.backend.secrets().delete("pools/vendor")
    assert two.admin("DELETE", VENDOR).status == 200
    two.clock.advance(6)
    two.drain("events")
    assert [each.pool_id for each in offers(two, "c1")] == ["second"]
    assert two.admin("DELETE", VENDOR).status == 404


def test_a_removed_channel_is_revoked(stage: Stage) -> None:
    """A removed channel's messages are 401, its secret is gone, and the same id later gets a
    new one.
    """
    assert stage.admin("DELETE", SHOP).json == {"removed": "shop"}
    assert stage.write("hello").status == 401
    assert [each["id"] for each in in_force(stage)["channels"]] == ["web"]
    put = stage.admin("PUT", SHOP, {"reply_url": "http://127.0.0.1:9/"}).json
    assert stage.write("hello").status == 401
    assert stage.signed(MESSAGES, {"sender": "c", "text": "hi"}, secret=put["secret"]).status == 202


def test_a_removed_web_channel_takes_no_visitors(stage: Stage) -> None:
    """A removed web channel is 401 for new visitors, for earlier ones, and for their sockets."""
    token = stage.request("POST", "/v1/web/web/visitors").json["token"]
    assert stage.admin("DELETE", "/v1/admin/channels/web").status == 200
    stage.clock.advance(6)
    assert stage.request("POST", "/v1/web/web/visitors").status == 401
    mine = {"authorization": f"Bearer {token}"}
    assert stage.request("GET", "/v1/web/web/messages", headers=mine).status == 401
    about = {"routeKey": "$connect", "connectionId": "k1"}
    opening = {"requestContext": about, "queryStringParameters": {"token": token}}
    assert stage.call("web_chat", opening)["statusCode"] == 401


@pytest.mark.parametrize("path", [SHOP, VENDOR])
def test_a_removal_that_was_interrupted_is_finished_by_another(stage: Stage, path: str) -> None:
    """A second DELETE removes the secret that an interrupted removal left."""
    name = path.removeprefix("/v1/admin/")
    stage.configure(channels=[{"id": "web", "kind": "web"}], pools=[])
    assert stage.backend.secrets().latest(name)
    assert stage.admin("DELETE", path).status == 200
    assert stage.backend.secrets().latest(name) is None
    assert stage.admin("DELETE", path).status == 404


@pytest.mark.parametrize("document", [{}, {"channels": []}])
def test_a_document_without_what_is_there_is_refused_unless_it_is_meant(
    stage: Stage, document: dict[str, Any]
) -> None:
    """A document that removes entries is 409 with their names, unless `remove=yes` confirms it."""
    before = in_force(stage)
    refused = stage.admin("PUT", CONFIGURATION, document)
    assert (refused.status, refused.json["error"]["state"]) == (409, "removes")
    for each in ("channels/web", "channels/shop", "pools/vendor"):
        assert each in refused.json["error"]["message"]
    assert in_force(stage) == before
    assert stage.admin("PUT", f"{CONFIGURATION}?remove=yes", document).status == 200
    assert (in_force(stage)["channels"], in_force(stage)["pools"]) == ([], [])
    for name in ("channels/shop", "pools/vendor"):
        assert stage.backend.secrets().latest(name) is None


def test_a_document_that_adds_and_changes_needs_no_word(stage: Stage) -> None:
    """A document that only adds and changes needs no confirmation, because nothing goes."""
    whole = in_force(stage)
    whole["pools"].append({"id": "night", "kind": "in_house", "url": "http://127.0.0.1:8/"})
    whole["pools"][0]["url"] = "http://127.0.0.1:7/"
    assert stage.admin("PUT", CONFIGURATION, whole).status == 200
    assert stage.backend.secrets().latest("pools/vendor") == stage.secret


def test_what_a_document_added_gets_its_secret_by_a_rotation(stage: Stage) -> None:
    """A document shows no secrets, so the first one is made when it is asked for."""
    whole = in_force(stage)
    whole["pools"].append({"id": "night", "kind": "in_house", "url": "http://127.0.0.1:8/"})
    assert stage.admin("PUT", CONFIGURATION, whole).status == 200
    made = stage.admin("POST", "/v1/admin/pools/night/secret", {})
    assert (made.status, made.json["good"]) == (200, 1)
    said = {"type": "capacity.reported", "data": {"seats": 3}}
    stage.clock.advance(6)
    path = "/v1/pools/night/events"
    assert stage.signed(path, said, secret=made.json["secret"]).status == 202
    assert stage.admin("POST", "/v1/admin/pools/night/secret", {}).json["good"] == 2


def test_what_a_removed_pool_reported_counts_for_no_other(stage: Stage) -> None:
    """A pool under the same id begins without the seats that the old one spoke of."""
    elastic = {"url": "http://127.0.0.1:9/", "minimum_seats": 0, "maximum_seats": 9}
    stage.admin("PUT", VENDOR, elastic)
    stage.clock.advance(6)
    assert stage.pool("capacity.reported", {"seats": 5}).json["seats"] == 5
    stage.admin("DELETE", VENDOR)
    stage.admin("PUT", VENDOR, elastic)
    stage.clock.advance(6)
    ask(stage, "c1")
    assert offers(stage) == []


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_a_channel_of_another_kind_is_refused_under_a_taken_id(stage: Stage, method: str) -> None:
    """The chat page's channel does not become a signed one by a slip; nothing is changed."""
    signed = {"kind": "signed", "reply_url": "http://127.0.0.1:9/"}
    refused = stage.admin(method, "/v1/admin/channels/web", signed)
    assert (refused.status, refused.json["error"]["state"]) == (409, "web")
    assert "replace" in refused.json["error"]["message"]
    assert in_force(stage)["channels"][0] == {
        "id": "web",
        "kind": "web",
        "knowledge_base": "shop",
        "origins": ["*"],
        "closure": None,
        "drill": False,
        "files": True,
    }


def test_a_channel_is_replaced_by_another_kind_when_that_is_meant(stage: Stage) -> None:
    """A chat page replaced by a signed channel gets a secret, and the page put back has none."""
    signed = {"kind": "signed", "reply_url": "http://127.0.0.1:9/"}
    path = "/v1/admin/channels/web?replace=yes"
    assert "secret" in stage.admin("PUT", path, signed).json
    assert stage.admin("PUT", path, {"kind": "web"}).json.keys() == {"channel"}
    assert stage.backend.secrets().latest("channels/web") is None


def test_a_whole_document_may_not_change_a_kind_by_a_slip(stage: Stage) -> None:
    """A channel of another kind under the same id goes, so the word is asked for."""
    whole = in_force(stage)
    whole["channels"][1] = {"id": "shop", "kind": "web"}
    assert stage.admin("PUT", CONFIGURATION, whole).json["error"]["state"] == "removes"
    assert stage.admin("PUT", f"{CONFIGURATION}?remove=yes", whole).status == 200
    assert stage.write("hello").status == 401


def unreadable(stage: Stage, kind: str) -> str:
    """Let something that this release can't read be in force, and return the pointer's bytes."""
    blobs = stage.backend.blobs()
    whole = in_force(stage)
    document = json.dumps(whole | {"schema": 2}) if kind == "newer" else "{"
    pointer = json.dumps({"version": "newer", "by": "a newer release"})
    if kind != "absent":
        blobs.put("configuration/newer.json", document.encode())
    blobs.put(POINTER, b"?" if kind == "pointer" else pointer.encode())
    stage.clock.advance(6)
    return blobs.get(POINTER).decode()


@pytest.mark.parametrize("kind", ["newer", "damaged", "absent", "pointer"])
def test_what_can_not_be_read_is_replaced_only_if_that_is_meant(stage: Stage, kind: str) -> None:
    """Without the confirmation it is 409 and stays; with it the document is in force."""
    whole = in_force(stage)
    before = unreadable(stage, kind)
    refused = stage.admin("PUT", CONFIGURATION, whole)
    assert (refused.status, refused.json["error"]["state"]) == (409, "unreadable")
    assert "--unreadable" in refused.json["error"]["message"]
    assert stage.backend.blobs().get(POINTER).decode() == before
    assert stage.admin("PUT", f"{CONFIGURATION}?unreadable=yes", whole).status == 200
    assert in_force(stage) == whole


def test_i10_what_an_unreadable_configuration_had_is_revoked(stage: Stage) -> None:
    """Its channels and pools are told before they go, and lose their secrets."""
    whole = in_force(stage)
    unreadable(stage, "newer")
    less = whole | {"pools": []}
    refused = stage.admin("PUT", f"{CONFIGURATION}?unreadable=yes", less)
    assert (refused.status, refused.json["error"]["state"]) == (409, "removes")
    assert "pools/vendor" in refused.json["error"]["message"]
    assert stage.admin("PUT", f"{CONFIGURATION}?unreadable=yes&remove=yes", less).status == 200
    assert stage.backend.secrets().latest("pools/vendor") is None
    assert stage.backend.secrets().latest("channels/shop")


def test_an_unreadable_configuration_that_gave_way_meanwhile_is_looked_at(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A version that came while the document was read is not replaced unseen."""
    whole = in_force(stage)
    unreadable(stage, "newer")
    mended = whole | {"channels": [*whole["channels"], {"id": "mail", "kind": "web"}]}
    real, others = ConfigurationShelf.publish, [mended]

    def publish(shelf: ConfigurationShelf, *what: Any, **how: Any) -> None:
        if others:
            path = f"{CONFIGURATION}?unreadable=yes"
            assert stage.admin("PUT", path, others.pop()).status == 200
        real(shelf, *what, **how)

    monkeypatch.setattr(ConfigurationShelf, "publish", publish)
    answer = stage.admin("PUT", f"{CONFIGURATION}?unreadable=yes", whole)
    assert (answer.status, answer.json["error"]["state"]) == (409, "removes")
    assert "channels/mail" in answer.json["error"]["message"]


def test_a_bucket_that_can_not_be_read_now_is_not_taken_for_empty(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A document is 503 while nobody can say what it would remove."""
    whole = in_force(stage)

    def down(*_: object) -> None:
        raise Throttled("down")

    with monkeypatch.context() as patched:
        patched.setattr(ConfigurationShelf, "_reread", down)
        path = f"{CONFIGURATION}?unreadable=yes"
        assert stage.admin("PUT", path, whole | {"pools": []}).status == 503
    assert in_force(stage) == whole
