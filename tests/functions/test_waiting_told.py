"""Waiting customers are told how it goes, through the production handlers and on virtual time."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from surgeline.adapters.codec import encode_thread
from surgeline.domain.estimates.pace import Pace

from local.virtual.home import VirtualHome
from local.virtual.network import Answer
from local.virtual.shop import CHANNEL_URL, POOL, POOL_URL, Shop

WANTS_PERSON = {
    "en": "I want to talk to a person",
    "fr": "Je veux parler à un conseiller",
    "ko": "상담원과 이야기하고 싶어요",
}
HALF_DAY = 12 * 3_600
KNOWN = Pace(ended=60, handled=60, handle_seconds=600.0, waited_seconds=6_000.0, changes=1)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """Yield a shop whose only pool has one seat, which somebody has taken."""
    home = VirtualHome(tmp_path)
    shop = Shop(home)
    shop.configure(pools=[{"id": POOL, "kind": "outsourced", "url": POOL_URL, "seats": 1}])
    shop.publish()
    home.network.serve(POOL_URL, lambda _: Answer(body=b'{"accepted":true}'))
    home.network.serve(CHANNEL_URL, lambda _: Answer())
    shop.write("I want to talk to a person", sender="first")
    home.drain()
    yield shop
    home.close()


def home_of(shop: Shop) -> VirtualHome:
    """Return the virtual home of a shop."""
    home = shop._home
    assert isinstance(home, VirtualHome)
    return home


def wait(shop: Shop, language: str = "en", **more: Any) -> list[str]:
    """Ask for a person behind the first customer, and return what was said."""
    shop.write(WANTS_PERSON[language], language=language, **more)
    home_of(shop).drain()
    return heard(shop)


def heard(shop: Shop, sender: str = "c1") -> list[str]:
    """Return all that the waiting customer was told."""
    return [text for who, text in shop.said(sender) if who == "system"]


def keep_first_busy(shop: Shop) -> None:
    """Let the first customer's person write now and then, so that nobody takes the seat away."""
    thread = shop.thread("first")
    assert thread is not None
    assert thread.conversation is not None
    said = {
        "conversation_id": thread.conversation.id,
        "epoch": thread.conversation.epoch,
        "text": "One moment, please.",
    }
    assert shop.pool("message.sent", said).status == 202
    home_of(shop).drain()


def test_in_twelve_hours_nobody_is_told_a_thing_twice(shop: Shop) -> None:
    """F17: the hand-over, the place, the kept request, and three stages; each once, in English,
    French and Korean. The thread keeps to its two kilobytes meanwhile.
    """
    keep_first_busy(shop)
    for language in WANTS_PERSON:
        wait(shop, language, sender=language)
    home_of(shop).run_for(HALF_DAY)
    for language in WANTS_PERSON:
        told = heard(shop, language)
        assert len(told) == len(set(told)) == 6
        assert not any("{" in each for each in told)
        thread = shop.thread(language)
        assert thread is not None
        assert thread.conversation is not None
        assert thread.conversation.handoff is not None
        assert thread.conversation.handoff.told
        assert len(encode_thread(thread)) < 2_000


def test_the_place_and_the_time_stand_in_the_chat(shop: Shop) -> None:
    """The customer reads them at once, the page has them as numbers, and the lead sees them."""
    assert home_of(shop).backend.pool_board().keep_pace(POOL, KNOWN)
    [_, told] = wait(shop)
    assert "You are number 1 in line, and it will probably take" in told
    thread = shop.thread()
    assert thread is not None
    assert thread.conversation is not None
    assert thread.conversation.account is not None
    [quote] = thread.conversation.account.quotes
    assert (quote.place, quote.ended) == (1, None)
    [stand] = shop.admin("GET", "/v1/admin/live?within=0").json["pools"]
    newcomer = stand["newcomer_waits_seconds"]
    assert quote.high < newcomer["high"]
    assert newcomer["low"] < newcomer["high"]


def test_a_wait_that_ended_teaches_the_pool(shop: Shop) -> None:
    """The seat's conversation is counted, and the wait is known to have ended."""
    keep_first_busy(shop)
    wait(shop)
    first = shop.thread("first")
    assert first is not None
    assert first.conversation is not None
    home_of(shop).run_for(120)
    said = {"conversation_id": first.conversation.id, "epoch": first.conversation.epoch}
    assert shop.pool("conversation.resolved", said | {"outcome": "solved"}).status == 202
    home_of(shop).drain()
    load = home_of(shop).backend.pool_board().loads({POOL: "2026-03-01"})[POOL]
    assert (load.handled, load.pace.ended, load.pace.gave_up) == (1, 1, 0)
    assert load.handled_seconds >= 120
    found = shop.admin("GET", "/v1/admin/reports/wait-estimates").json
    assert (found["told"], found["without_a_time"]) == (1, 1)


def test_a_company_s_stage_is_said_to_the_first_name(shop: Shop) -> None:
    """The configuration's own words are said after their minutes, once."""
    own = {"when": "after", "minutes": 1, "texts": {"en": "{first_name|Hello}, number {place|?}."}}
    pools = [{"id": POOL, "kind": "outsourced", "url": POOL_URL, "seats": 1}]
    shop.configure(pools=pools, waiting={"stages": [own]})
    home_of(shop).run_for(6)
    wait(shop, customer={"first_name": "Mike"})
    home_of(shop).run_for(300)
    assert [each for each in heard(shop) if "number" in each and "Mike" in each] == [
        "Mike, number 1."
    ]
