"""`surgeline alert` and `surgeline subscription` against a fake instance."""

import json
from typing import Any

import pytest
from fake_instance import FakeInstance, Run

pytestmark = pytest.mark.enable_socket

RULE = {
    "name": "oldest_waiting", "unit": "seconds", "raise_at": 300.0, "clear_at": 120.0,
    "for_seconds": 60, "clear_seconds": 0, "level": "warning", "is_on": True, "of_each": "",
}  # fmt: skip
ALERT = {
    "id": "a1", "key": "cap_near:north", "level": "warning", "words": "Near its cap.",
    "raised_at": "2026-03-01T12:00:00.000Z", "cleared_at": None, "acknowledged_at": None,
    "acknowledged_by": None,
}  # fmt: skip
SUBSCRIPTION = {
    "id": "ann", "kind": "email", "to": "ann@shop.example", "channel": "mail", "url": "",
    "subjects": ["alerts", "digest"], "every": "week", "at": "08:00", "weekday": "mon",
    "level": "urgent",
}  # fmt: skip


def alerts(*standing: dict[str, Any]) -> dict[str, Any]:
    over = ALERT | {"cleared_at": "2026-03-01T13:00:00.000Z", "words": "It was near."}
    return {"as_of": "", "standing": list(standing), "cleared": [over], "rules": [RULE]}


def test_standing_alerts_are_listed_with_what_to_do(operator: Run, instance: FakeInstance) -> None:
    """Each has its level, time, words and id; `--all` adds what is over and the rules."""
    taken = ALERT | {"acknowledged_by": "Lee"}
    instance.answer("GET /v1/admin/alerts", alerts(ALERT, taken))
    first = operator("alert", "list").output
    assert "warning  since 2026-03-01T12:00Z  Near its cap." in first
    assert "(Lee takes care)" in first
    assert "It was near." not in first
    everything = operator("alert", "list", "--all").output
    assert "2026-03-01T12:00Z to 2026-03-01T13:00Z  It was near." in everything
    assert "oldest_waiting    warning: raised at 300 s for 60 s, cleared at 120 s" in everything


def test_no_alert_is_said(operator: Run, instance: FakeInstance) -> None:
    """A quiet instance says so, and the exit code is 0."""
    instance.answer("GET /v1/admin/alerts", alerts())
    shown = operator("alert", "list")
    assert (shown.exit_code, shown.output) == (0, "No alert stands.\n")


def test_an_alert_is_taken_over(operator: Run, instance: FakeInstance) -> None:
    """The output names the person who has it."""
    taken = {"alert": ALERT | {"acknowledged_by": "Lee"}}
    instance.answer("POST /v1/admin/alerts/a1/acknowledge", taken)
    assert operator("alert", "acknowledge", "a1").output == "Lee takes care of cap_near:north.\n"


def test_a_rule_is_changed_in_the_configuration_that_was_read(
    operator: Run, instance: FakeInstance
) -> None:
    """Only the given fields change, beside those that the company has changed before."""
    before = {"rule": "oldest_waiting", "for_seconds": 90}
    configuration = {"pools": [], "alerts": [before, {"rule": "budget", "is_on": False}]}
    instance.answer(
        "GET /v1/admin/configuration", {"version": "v1", "configuration": configuration}
    )
    instance.answer("PUT /v1/admin/configuration", {"version": "v2"})
    instance.answer("GET /v1/admin/alerts", alerts())
    shown = operator("alert", "set", "oldest_waiting", "--raise-at", "300", "--clear-at", "120")
    assert shown.output.startswith("oldest_waiting")
    [put] = instance.requests("PUT")
    assert put.json["alerts"] == [
        before | {"raise_at": 300.0, "clear_at": 120.0},
        {"rule": "budget", "is_on": False},
    ]
    assert operator("alert", "set", "oldest_waiting").exit_code == 2


def test_a_subscription_is_added_with_its_secret(operator: Run, instance: FakeInstance) -> None:
    """The secret of a webhook is printed once; a mail has none."""
    hook = SUBSCRIPTION | {"kind": "webhook", "url": "https://bi.example/in"}
    answered = {"subscription": hook, "secret": "whsec_x"}
    instance.answer("PUT /v1/admin/subscriptions/ann", answered)
    words = ("subscription", "add", "ann", "--webhook", "https://bi.example/in")
    shown = operator(*words, "--subject", "alerts", "--subject", "digest", "--every", "week")
    assert "urgent alerts; digest each mon at 08:00" in shown.output
    assert "Its secret, shown only now: whsec_x" in shown.output
    [put] = instance.requests("PUT")
    assert put.json["subjects"] == ["alerts", "digest"]
    assert (put.json["kind"], put.json["every"]) == ("webhook", "week")


def test_a_subscription_has_one_way(operator: Run, instance: FakeInstance) -> None:
    """Both ways, or none, is wrong use, and nothing is asked."""
    both = ("--email", "a@b.example", "--webhook", "https://bi.example/in")
    for way in ((), both):
        shown = operator("subscription", "add", "ann", "--subject", "alerts", *way)
        assert shown.exit_code == 2
    assert instance.asked == []


def test_a_test_that_the_provider_lost_later_was_not_taken(
    operator: Run, instance: FakeInstance
) -> None:
    """The provider took the text first, so the end alone would say that it arrived."""
    sent = {"delivery_id": "n1", "endpoint": "subscription:ann"}
    instance.answer("POST /v1/admin/subscriptions/ann/ping", sent)
    lost = "undelivered after all: message: error 30008"
    found = {"end": "delivered", "outcome": lost, "status": 201, "milliseconds": 0}
    instance.answer("GET /v1/admin/deliveries", {"deliveries": [found]})
    shown = operator("subscription", "check", "ann")
    assert shown.exit_code == 1
    assert f"did not take it: {lost}" in shown.output


def test_subscriptions_are_listed_and_ended(operator: Run, instance: FakeInstance) -> None:
    """Each line says who, over which way, what and when."""
    instance.answer("GET /v1/admin/subscriptions", {"subscriptions": [SUBSCRIPTION]})
    instance.answer("DELETE /v1/admin/subscriptions/ann", {"ended": "ann"})
    listed = operator("subscription", "list").output
    assert listed.split()[:4] == ["ann", "ann@shop.example", "from", "mail:"]
    as_json = operator("subscription", "list", "--json").output
    assert json.loads(as_json) == [SUBSCRIPTION]
    assert operator("subscription", "remove", "ann").output == "Subscription ann is ended\n"
    instance.answer("GET /v1/admin/subscriptions", {"subscriptions": []})
    assert "Nobody is told of anything." in operator("subscription", "list").output


def test_a_webhook_is_checked_by_a_ping(operator: Run, instance: FakeInstance) -> None:
    """It says whether the webhook took it, and exits 1 if not."""
    answered = {"taken": True, "outcome": "ok", "status": 200, "milliseconds": 12}
    instance.answer("POST /v1/admin/subscriptions/crm/ping", answered)
    assert (
        operator("subscription", "check", "crm").output == "The webhook of crm took it: ok, 12 ms\n"
    )
    answered |= {"taken": False, "outcome": "status 500", "status": 500}
    instance.answer("POST /v1/admin/subscriptions/crm/ping", answered)
    shown = operator("subscription", "check", "crm")
    assert (shown.exit_code, "did not take it: status 500" in shown.output) == (1, True)


def test_a_chat_is_added_and_named(operator: Run, instance: FakeInstance) -> None:
    """A place of a channel, or the place in which a pool works, is a way of its own."""
    chat = SUBSCRIPTION | {"kind": "chat", "channel": "slack", "to": "C0123ABCD", "pool": ""}
    instance.answer("PUT /v1/admin/subscriptions/ann", {"subscription": chat})
    words = ("subscription", "add", "ann", "--subject", "alerts")
    shown = operator(*words, "--channel", "slack", "--to", "C0123ABCD")
    assert "C0123ABCD in slack: urgent alerts" in shown.output
    team = chat | {"channel": "", "to": "", "pool": "agents"}
    instance.answer("PUT /v1/admin/subscriptions/ann", {"subscription": team})
    assert "pool agents: urgent alerts" in operator(*words, "--pool", "agents").output
    first, second = instance.requests("PUT")
    assert (first.json["kind"], first.json["channel"], first.json["to"]) == (
        "chat", "slack", "C0123ABCD",
    )  # fmt: skip
    assert (second.json["kind"], second.json["pool"]) == ("chat", "agents")
    assert operator(*words, "--channel", "slack").exit_code == 2


def test_a_chat_is_checked_by_a_message(operator: Run, instance: FakeInstance) -> None:
    """The outcome is told as soon as the log has it, else where to look for it."""
    sent = {"delivery_id": "n1", "endpoint": "subscription:ann"}
    instance.answer("POST /v1/admin/subscriptions/ann/ping", sent)
    tried = {"end": "failed", "outcome": "recipient: not_in_channel", "status": 200}
    logged = {"deliveries": [tried | {"milliseconds": 40}]}
    instance.answer("GET /v1/admin/deliveries", logged)
    shown = operator("subscription", "check", "ann")
    assert "The subscriber of ann did not take it: recipient: not_in_channel" in shown.output
    assert shown.exit_code == 1
    instance.answer("GET /v1/admin/deliveries", {"deliveries": []})
    shown = operator("subscription", "check", "ann", "--wait", "0")
    assert "surgeline delivery list --endpoint subscription:ann" in shown.output


def test_events_of_conversations_are_named_in_the_list(
    operator: Run, instance: FakeInstance
) -> None:
    """The line says which, that it is at once, and whether texts go along."""
    crm = SUBSCRIPTION | {
        "id": "crm", "kind": "webhook", "url": "https://crm.example/in", "texts": True,
        "subjects": ["conversation.closed", "alert.raised"],
    }  # fmt: skip
    instance.answer("GET /v1/admin/subscriptions", {"subscriptions": [crm]})
    shown = operator("subscription", "list").output
    assert "https://crm.example/in: conversation.closed, alert.raised at once with texts" in shown
