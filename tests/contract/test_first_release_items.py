"""The table's items of release 0.1.0 are read by this one: logs, offers, deliveries and sockets.

`first_release_items.json` is that release's own output, and is never edited. Bytes are in base64.
"""

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from surgeline.application.ports.refusals import AlreadyDone, OfferClosed

from tests.contract.aws_home import AwsHome, moto_home
from tests.contract.examples import (
    CONVERSATION,
    NOON,
    THREAD,
    attempt,
    customer_wrote,
    record,
    sent,
    thread,
)

FILE = Path(__file__).with_name("first_release_items.json")
WRITTEN: list[dict[str, Any]] = json.loads(FILE.read_text(encoding="ascii"))


def item(written: dict[str, Any]) -> dict[str, Any]:
    """Return an item with its bytes."""
    return {
        name: {"B": base64.b64decode(value["B"])} if "B" in value else value
        for name, value in written.items()
    }


@pytest.fixture
def home(tmp_path: Path) -> Iterator[AwsHome]:
    """Yield a table with what the first release left in it."""
    with moto_home(tmp_path) as opened:
        for each in WRITTEN:
            opened.table.put(item(each))
        yield opened


def test_a_thread_of_before_is_read_with_its_log(home: AwsHome) -> None:
    """F52: nothing of a conversation is lost, and texts in every script are as they were."""
    first, second = home.store.records(THREAD)
    assert first == record(1)
    assert second == record(3, customer_wrote("m2", "그리고 언제 오나요?"))
    assert home.store.thread(THREAD) == thread(4)


def test_a_thread_of_before_goes_on(home: AwsHome) -> None:
    """I1: a repeat of an event of before is noticed, and a new event is appended."""
    assert home.store.load(THREAD, "m2").done == home.store.records(THREAD)[1]
    with pytest.raises(AlreadyDone):
        home.store.commit(record(5), thread(6), expected_seq=4)
    home.store.commit(record(5, customer_wrote("m3")), thread(6), expected_seq=4)
    assert [each.seq for each in home.store.records(THREAD)] == [1, 3, 5]


def test_offers_of_before_are_accepted_once(home: AwsHome) -> None:
    """F35: of a conversation's offers the accepted one wins, though another is still open."""
    assert home.offers.accept("o2", pool_id="vendor", now=NOON).agent == "Kim"
    with pytest.raises(OfferClosed):
        home.offers.accept("o1", pool_id="vendor", now=NOON)
    with pytest.raises(OfferClosed):
        home.offers.accept("o3", pool_id="vendor", now=NOON)


def test_deliveries_of_before_are_found(home: AwsHome) -> None:
    """I7: both attempts of a delivery stand in the log."""
    [found] = home.delivery_log.find([sent().place])
    assert found.attempts == (
        attempt(1, outcome="timeout", status=None),
        attempt(2, at=NOON + 1, outcome="ok"),
    )
    assert (found.end, found.conversation_id) == ("delivered", CONVERSATION)


def test_sockets_of_before_are_pushed_to(home: AwsHome) -> None:
    """A page that was open before the change goes on hearing."""
    assert home.sockets.push(THREAD, {"seq": 5}) == 1
    assert [connection for connection, _text in home.pushed] == ["c1"]
    home.sockets.leave("c1")
    assert home.sockets.push(THREAD, {"seq": 6}) == 0
