"""A customer who was not helped on one channel goes ahead of others on another one."""

from typing import Any

import pytest
from surgeline.domain.customers.identity import crossing
from surgeline.domain.ids import thread_id

from local.virtual.shop import KEY, SECRET
from tests.functions.stage import NOWHERE, Stage

MAIL = {"email": "Kim@example.com"}
APPS = [{"id": each, "kind": "signed", "reply_url": NOWHERE} for each in ("shop", "app")]
CHANNELS = [{"id": "web", "kind": "web"}, *APPS]
WINDOW = "How long can I return an item?"


@pytest.fixture
def shop(stage: Stage) -> Stage:
    """Return a shop with two apps that prove addresses, of which each has its customers' names."""
    stage.backend.secrets().put("channels/app", SECRET)
    stage.configure(channels=CHANNELS)
    stage.publish()
    stage.clock.advance(6)
    return stage


def asks(stage: Stage, text: str, *, channel: str = "shop", customer: Any = MAIL) -> Any:
    """Write as one customer of the channel, and return the conversation that comes of it."""
    sender = f"k-{channel}"
    body = {"sender": sender, "text": text, "customer": customer}
    assert stage.signed(f"/v1/channels/{channel}/messages", body).status == 202
    stage.drain("events")
    thread = stage.backend.store().thread(thread_id(KEY, channel, sender))
    assert thread is not None
    return thread.conversation


def let_down(stage: Stage) -> None:
    """Have the customer reject the answer and come back only after days."""
    asks(stage, WINDOW)
    asks(stage, "no, that is not what I asked")
    stage.clock.advance(2 * 86_400)
    asks(stage, "thanks")


def test_the_same_address_on_another_channel_meets_a_person(shop: Stage) -> None:
    """The reason is let_down, so that the request goes before others. The bot does not answer."""
    let_down(shop)
    found = asks(shop, WINDOW, channel="app")
    assert (found.handoff.reason, found.handoff.priority) == ("let_down", 3)


@pytest.mark.parametrize("customer", [{"email": "lee@example.com"}, {}])
def test_anybody_else_is_answered_by_the_bot(shop: Stage, customer: dict[str, str]) -> None:
    """Another address is another customer, and a message without one proves nobody."""
    let_down(shop)
    assert asks(shop, WINDOW, channel="app", customer=customer).handoff is None


def surveyed(stage: Stage, channel: str, **more: Any) -> bool:
    """Have the bot answer, thank for it, and return whether the customer is asked if it helped."""
    asks(stage, "When are you open?", channel=channel, **more)
    before = stage.clock.now()
    asks(stage, "thanks", channel=channel, **more)
    thread = stage.backend.store().thread(thread_id(KEY, channel, f"k-{channel}"))
    stage.clock.advance(1)
    return bool(thread and thread.surveyed_at >= before)


@pytest.mark.parametrize("days", [0, 7])
def test_a_customer_is_surveyed_once_in_the_set_time_over_all_channels(
    shop: Stage, days: int
) -> None:
    """A proven customer was asked on one channel, so the other one waits. Others are asked."""
    rules: Any = {"survey": {"enabled": True}, "routing": {"let_down_days": days}}
    shop.configure(channels=CHANNELS, **rules)
    shop.clock.advance(6)
    assert surveyed(shop, "shop")
    assert not surveyed(shop, "app")
    shop.clock.advance(31 * 86_400)
    assert surveyed(shop, "app")
    assert not surveyed(shop, "shop")
    shop.clock.advance(31 * 86_400)
    surveyed(shop, "shop")
    asks(shop, "Don't ask me again")
    shop.clock.advance(400 * 86_400)
    assert not surveyed(shop, "app")
    shop.clock.advance(86_400)
    other = {"email": "lee@example.com"}
    assert surveyed(shop, "app", customer=other)


def test_only_names_that_another_kind_of_channel_proves_too_are_looked_for() -> None:
    """An id of a provider is known nowhere else. A visitor's own words prove nothing."""
    assert crossing("whatsapp", "821012345678", {}) == (("phone_e164", "+821012345678"),)
    assert crossing("line", "U1", {}) == ()
    assert crossing("web", "visitor", {"user_id": "7"}) == ()
    assert crossing("web", "v", {"user_id": "7", "user_verified": True}) == (("user_id", "7"),)
    assert crossing("signed", "s", {"user_id": "7"}) == (("user_id", "7"),)
    assert crossing("email", "kim@example.com", {"email": "kim@example.com"}) == ()
