"""Texts by Twilio go through the production handlers, behind a proxy and around a STOP."""

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from surgeline.application.alerts.alerts import Alerts

from local.simulators.providers.twilio import TwilioServer
from local.virtual.home import VirtualHome
from tests.functions.channels.driver import API, HOURS
from tests.functions.channels.twilio_driver import HOOK_URL, TwilioDriver

QUESTION = "When are you open?"
WHATSAPP, SMS = TwilioDriver.CUSTOMERS
OUTSIDE = "https://chat.example.com/surgeline"


@pytest.fixture
def twilio(tmp_path: Path) -> Iterator[TwilioDriver]:
    """Yield a Twilio channel."""
    home = VirtualHome(tmp_path)
    yield TwilioDriver(home)
    home.close()


def signed_for(twilio: TwilioDriver, url: str, **headers: str) -> int:
    """Return the status of a text that was signed for a URL."""
    server = TwilioServer(**twilio.FIELDS, hook_url=url)
    body, proof = server.signed([twilio.text(SMS, QUESTION)], now=0)
    return twilio.post(body, proof | headers).status


def test_the_signature_is_that_of_the_public_url(twilio: TwilioDriver) -> None:
    """Behind a proxy the named address counts, and no header of the request."""
    more = {"kind": "twilio", "api_base": API, "public_url": OUTSIDE}
    told = twilio.shop.admin("PUT", twilio.admin_path, more).json
    assert told["hook_url"] == f"{OUTSIDE}/v1/hooks/twilio/mine"
    assert signed_for(twilio, told["hook_url"]) == 200
    assert signed_for(twilio, HOOK_URL) == 401
    other = "https://evil.example/v1/hooks/twilio/mine"
    for name in ("host", "x-forwarded-host", "x-original-host"):
        assert signed_for(twilio, other, **{name: "evil.example"}) == 401


def test_fields_that_come_by_a_rotation_have_the_url_too(twilio: TwilioDriver) -> None:
    """A channel of a whole document verifies once its fields are there."""
    twilio.shop.admin("DELETE", twilio.admin_path)
    twilio.shop.configure(channels=[{"id": "mine", "kind": "twilio", "api_base": API}])
    assert signed_for(twilio, HOOK_URL) == 401
    fields = {"fields": dict(twilio.FIELDS)}
    assert twilio.shop.admin("POST", f"{twilio.admin_path}/secret", fields).json == {"good": 1}
    assert signed_for(twilio, HOOK_URL) == 200


@pytest.mark.parametrize("hides_first", [True, False])
def test_who_hides_or_shows_the_number_keeps_the_person(
    twilio: TwilioDriver, *, hides_first: bool
) -> None:
    """The person goes on with who hides the number of WhatsApp, or shows it, and writes there."""
    first, then = (twilio.hidden, twilio.shown) if hides_first else (twilio.shown, twilio.hidden)
    for event in (first("I want to talk to a person"), then("It is order 42")):
        assert twilio.send(event).status == 200
        twilio.home.drain()
    assert [each["text"] for each in twilio.transcript()][-1] == "It is order 42"
    twilio.person_says("I see it")
    assert twilio.screen(then("")["From"])[-1] == "I see it"


def test_after_a_stop_nothing_is_written_until_a_start(twilio: TwilioDriver) -> None:
    """Twilio refuses what comes after a STOP, and a START opens the way again."""
    twilio.write("I want to talk to a person", user=SMS)
    before = twilio.screen(SMS)
    twilio.write("STOP", user=SMS)
    twilio.home.run_for(3_600)
    assert twilio.screen(SMS) == before
    twilio.write("START", user=SMS)
    assert twilio.screen(SMS) == before
    twilio.write(QUESTION, user=SMS)
    assert twilio.screen(SMS) == [*before, HOURS]


def test_a_refusal_after_a_stop_is_told_as_that(twilio: TwilioDriver) -> None:
    """A STOP that reached only Twilio shows in the outcome of the next reply."""
    twilio.server.faults.append((400, {"code": 21610}))
    twilio.write(QUESTION, user=SMS)
    assert twilio.ends() == [("failed", ["recipient: error 21610, unsubscribed"])]


def test_one_number_answers_as_it_was_asked(twilio: TwilioDriver) -> None:
    """A customer by SMS and one on WhatsApp get their answers on their own ways."""
    for user in (WHATSAPP, SMS):
        twilio.write(QUESTION, user=user)
    forms = [parse_qs(each.body.decode()) for each in twilio.calls]
    assert [(each["From"], each["To"]) for each in forms] == [
        (["whatsapp:+15550100"], [WHATSAPP]),
        (["+15550100"], [SMS]),
    ]


def test_a_late_reply_on_whatsapp_is_a_template_where_one_is_set(twilio: TwilioDriver) -> None:
    """After 24 hours the template takes the words in one line, and nothing else is sent."""
    changed = {"content_sid": "HX1"}
    assert twilio.shop.admin("PATCH", twilio.admin_path, changed).status == 200
    twilio.write("I want to talk to a person", user=WHATSAPP)
    twilio.person_says("Hello, Kim here.")
    twilio.home.clock.advance(25 * 3_600)
    twilio.person_says("Still\nthere?")
    assert twilio.screen(WHATSAPP)[-1] == "Still there?"
    form = parse_qs(twilio.calls[-1].body.decode())
    assert (form["ContentSid"], form.get("Body")) == (["HX1"], None)
    assert twilio.ends()[-1] == ("delivered", ["ok"])


def test_a_subscribers_text_that_is_lost_later_is_told_and_noted(
    twilio: TwilioDriver, capsys: pytest.CaptureFixture[str]
) -> None:
    """It stands in no conversation, so its delivery has the reason, and an alarm names it once."""
    chat = {"kind": "chat", "channel": "mine", "to": twilio.TEAM, "subjects": ["alerts"]}
    assert twilio.shop.admin("PUT", "/v1/admin/subscriptions/duty", chat).status == 200
    Alerts(twilio.home.backend.notebook(), twilio.home.clock).raise_("one", "Look.", "urgent")
    twilio.home.run_for(90)
    for _ in range(2):
        assert twilio.send(twilio.lost_later()).status == 200
        twilio.home.run_for(600)
    [logged] = twilio.shop.logged("subscription:duty")
    said = [each.outcome for each in logged.attempts]
    assert said == ["ok", "undelivered after all: message: error 30008"]
    assert logged.end == "delivered"
    lines = capsys.readouterr().out.splitlines()
    [told] = [json.loads(each) for each in lines if "late_failure_unknown" in each]
    assert (told["channel_id"], told["endpoint"]) == ("mine", "subscription:duty")
    assert (told["reason"], told["text_id"]) == ("message: error 30008", logged.place.id)
    assert twilio.TEAM not in str(told)
