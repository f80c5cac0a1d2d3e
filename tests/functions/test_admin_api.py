"""The admin API checks keys and scopes, names every problem, shows conversations and redrives."""

import hashlib
import json
from typing import Any

import pytest
from surgeline.application.configuration import ConfigurationShelf

from infra import topology
from local.home.plan import of_kind
from tests.functions.stage import Stage


def test_b67_every_route_needs_a_key(stage: Stage) -> None:
    """Every route answers 401 without a key, with a wrong key, or with another scheme."""
    for route in of_kind(topology.function("admin_api"), topology.Route):
        path = route.path.replace("{", "").replace("}", "")
        for value in ["", "Bearer wrong", "Basic an admin key of the tests"]:
            answer = stage.request(route.method, path, {}, {"authorization": value})
            assert answer.status == 401, route.key


@pytest.mark.parametrize("scheme", ["bearer", "BEARER"])
def test_the_scheme_of_a_key_is_read_in_any_case(stage: Stage, scheme: str) -> None:
    """HTTP compares the names of schemes without regard to case (RFC 9110, 11.1)."""
    key = {"authorization": f"{scheme} an admin key of the tests"}
    assert stage.request("GET", "/v1/admin/configuration", headers=key).status == 200


def test_b67_a_read_only_key_can_not_write(stage: Stage) -> None:
    """A key with the scope to read is refused where something would change: 403."""
    digest = hashlib.sha256(b"reader").hexdigest()
    keys = [{"name": "reader", "scopes": ["read"], "sha256": digest}]
    stage.backend.secrets().put("admin", json.dumps(keys))
    auth = {"authorization": "Bearer reader"}
    assert stage.request("GET", "/v1/admin/status", headers=auth).status == 200
    assert stage.request("PUT", "/v1/admin/configuration", {}, auth).status == 403


def test_a_channel_is_added_and_its_secret_shown_once(stage: Stage) -> None:
    """A new signed channel works at once with the secret that is shown when it is made."""
    body = {"reply_url": "http://127.0.0.1:9/replies"}
    made = stage.admin("PUT", "/v1/admin/channels/mail", body).json
    again = stage.admin("PUT", "/v1/admin/channels/mail", body).json
    assert made["secret"].startswith("whsec_")
    assert "secret" not in again
    message = {"sender": "a", "text": "hi"}
    sent = stage.signed("/v1/channels/mail/messages", message, secret=made["secret"])
    assert sent.status == 202


def test_a_pool_is_added_at_the_end_and_changed_in_its_place(stage: Stage) -> None:
    """Pools keep their order; a change replaces the pool of that id only."""
    for port in (1, 2):
        stage.admin("PUT", "/v1/admin/pools/night", {"url": f"http://127.0.0.1:{port}/"})
    stage.admin("PUT", "/v1/admin/pools/vendor", {"url": "http://127.0.0.1:3/"})
    pools = stage.admin("GET", "/v1/admin/configuration").json["configuration"]["pools"]
    assert [pool["id"] for pool in pools] == ["vendor", "night"]
    assert [pool["url"][-2] for pool in pools] == ["3", "2"]


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"channels": [{"id": "A b", "kind": "web"}]}, "channels[0].id"),
        ({"channels": [{"id": "a", "kind": "fax"}]}, "channels[0].kind"),
        ({"channels": [{"id": "a", "kind": "signed"}]}, "channels[0].reply_url"),
        ({"channels": [{"id": "a", "kind": "web"}] * 2}, "channels"),
        ({"pools": [{"id": "p", "kind": "outsourced"}]}, "pools[0].url"),
        ({"pools": [{"id": "p", "kind": "outsourced", "url": "http://10.0.0.1/"}]}, "pools[0].url"),
        ({"pools": [{"id": "p", "kind": "outsourced", "url": "ftp://a.test/"}]}, "pools[0].url"),
        (
            {
                "pools": [
                    {"id": "p", "kind": "in_house", "url": "https://a.test/", "ring_seconds": 1}
                ]
            },
            "pools[0].ring_seconds",
        ),
        ({"rules": {"reopen_seconds": -1}}, "rules.reopen_seconds"),
    ],
)
def test_a_bad_configuration_is_refused_with_its_places(
    stage: Stage, change: dict[str, object], place: str
) -> None:
    """A bad configuration is 422 with each wrong place, and the one in force stays."""
    before = stage.admin("GET", "/v1/admin/configuration").json
    answer = stage.admin("PUT", "/v1/admin/configuration", change)
    assert answer.status == 422
    assert any(p.startswith(place) for p in answer.json["error"]["problems"])
    assert stage.admin("GET", "/v1/admin/configuration").json == before


def test_an_id_that_begins_wrongly_is_told_the_whole_rule(stage: Stage) -> None:
    """An id of allowed characters is told that a letter or digit must stand first and last."""
    body = {"url": "http://127.0.0.1:9/"}
    refused = stage.admin("PUT", "/v1/admin/pools/-desk", body)
    assert refused.status == 404
    assert "a letter or digit first and last" in refused.json["error"]["message"]


def test_changes_at_the_same_time_are_all_kept(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two pools that are added at the same time are both there in the end."""
    path, body = "/v1/admin/pools", {"url": "https://93.184.216.34/offers"}
    real = ConfigurationShelf.publish
    others = ["late", "later"]

    def publish(shelf: ConfigurationShelf, *what: Any, **how: Any) -> None:
        if others:
            stage.admin("PUT", f"{path}/{others.pop()}", body)
        real(shelf, *what, **how)

    monkeypatch.setattr(ConfigurationShelf, "publish", publish)
    assert stage.admin("PUT", f"{path}/night", body).status == 200
    pools = stage.admin("GET", "/v1/admin/configuration").json["configuration"]["pools"]
    assert {"late", "later", "night"} <= {pool["id"] for pool in pools}


def test_a_configuration_made_from_an_old_version_is_refused(stage: Stage) -> None:
    """A configuration made from an old version is 409, and the answer names the version in
    force.
    """
    whole = stage.admin("GET", "/v1/admin/configuration").json
    stage.admin("PUT", "/v1/admin/channels/mail", {"kind": "web"})
    answer = stage.admin(
        "PUT", "/v1/admin/configuration", whole["configuration"], {"if-match": whole["version"]}
    )
    assert answer.status == 409
    now = stage.admin("GET", "/v1/admin/configuration").json["version"]
    assert now in answer.json["error"]["message"]
    assert answer.json["error"]["state"] == now
    path = "/v1/admin/configuration?remove=yes"
    answer = stage.admin("PUT", path, whole["configuration"], {"if-match": now})
    assert answer.status == 200


def test_a_document_never_takes_away_what_came_while_it_was_read(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Published without a version, it is judged again: 409 names what it would remove."""
    whole = stage.admin("GET", "/v1/admin/configuration").json["configuration"]
    whole["pools"][0]["ring_seconds"] = 17
    real, others = ConfigurationShelf.publish, ["mail"]

    def publish(shelf: ConfigurationShelf, *what: Any, **how: Any) -> None:
        if others:
            stage.admin("PUT", f"/v1/admin/channels/{others.pop()}", {"kind": "web"})
        real(shelf, *what, **how)

    monkeypatch.setattr(ConfigurationShelf, "publish", publish)
    answer = stage.admin("PUT", "/v1/admin/configuration", whole)
    assert (answer.status, answer.json["error"]["state"]) == (409, "removes")
    assert "channels/mail" in answer.json["error"]["message"]


def test_a_conversation_is_shown_with_its_why(stage: Stage) -> None:
    """A conversation is shown with every event, decision and effect, and an unknown one is 404."""
    stage.write("When are you open?")
    stage.write("I want to talk to a person")
    stage.drain("events")
    conversation = stage.thread().conversation.id
    shown = stage.admin("GET", f"/v1/admin/conversations/{conversation}").json
    assert [entry["decision"] for entry in shown["entries"]] == [
        "answer",
        "handoff: customer_asked",
    ]
    assert all(entry["why"] for entry in shown["entries"])
    assert shown["conversation"]["owner"] == "waiting"
    assert stage.admin("GET", f"/v1/admin/conversations/{conversation}9").status == 404
    assert stage.admin("GET", "/v1/admin/conversations/nothing").status == 404


def test_i14_dead_letters_are_listed_without_customer_text_and_redriven(stage: Stage) -> None:
    """The list says what and when; the text stays inside; a redrive sends them again."""
    from surgeline.application.ports.queues import Outgoing

    stage.write("my card is 4111111111111111")
    [message] = stage.backend.queue("events").receive(1)
    stage.backend.queue("events").bury([Outgoing(message.body, group=message.group, dedup_id="d")])
    stage.backend.queue("events").delete([message.receipt])
    listed = stage.admin("GET", "/v1/admin/dead-letters")
    assert "4111" not in listed.text
    [letter] = listed.json["dead_letters"]
    assert stage.admin("POST", "/v1/admin/dead-letters/redrive", {"ids": [letter["id"]]}).json == {
        "redriven": 1
    }
    stage.drain("events")
    assert stage.said()[0][0] == "customer"
    assert stage.admin("GET", "/v1/admin/dead-letters").json == {"dead_letters": []}


def test_i14_no_customer_text_is_logged(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    """A customer's words are in no log line, whatever happens to the message."""
    stage.write('my secret word is xylophone\r\n{"level":"ERROR"}')
    stage.write("xylophone please, I want to talk to a person")
    stage.drain("events", "timers")
    stage.request("POST", "/v1/channels/shop/messages", b"xylophone{")
    logged = capsys.readouterr().out
    assert "xylophone" not in logged
    words = {json.loads(line)["message"] for line in logged.splitlines()}
    assert {"accepted", "advanced", "refused"} <= words
