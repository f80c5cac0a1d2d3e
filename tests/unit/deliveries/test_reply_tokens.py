"""The permission to answer a message goes with the first text that answers it."""

from types import SimpleNamespace
from typing import cast

import pytest
from surgeline.application.configuration import ChannelSettings, ConfigurationShelf
from surgeline.application.deliveries.compose_delivery import DeliveryComposer
from surgeline.application.ports.conversations import ConversationStore, Record
from surgeline.domain.effects import SendText
from surgeline.domain.events import AgentWrote, CustomerLeft, CustomerWrote, Event
from surgeline.domain.thread import Thread
from surgeline.domain.turn import Explanation

THREAD = Thread("t1", "line", "U1")
WROTE = CustomerWrote("m1", "t1", "line", "U1", 5, "hello", reply_token="rt-1")  # no password
WHY = Explanation("answer", "")
TEXTS = tuple(SendText(f"r{seq}", "t1-1", seq, 1, "bot", "words") for seq in (2, 3))


def tokens(event: Event) -> list[tuple[str | None, int | None]]:
    """Return the tokens, with their times, of the deliveries of two texts."""
    record = Record(1, event, TEXTS, WHY, "t1-1", 9)
    shelf = cast("ConfigurationShelf", Shelf(needs_permission=False))
    composer = DeliveryComposer(cast("ConversationStore", None), shelf)
    made = [composer.compose(THREAD, record, each) for each in TEXTS]
    return [(each.reply_token, each.received_at) for each in made]


class Records:
    """A thread's records, the newest first."""

    def __init__(self, *records: Record) -> None:
        self._records = records

    def records(self, _thread_id: str, **_how: object) -> list[Record]:
        return list(self._records)


class Shelf:
    """A configuration whose only channel takes texts with a permission only, or in any way."""

    def __init__(self, *, needs_permission: bool) -> None:
        settings = SimpleNamespace(needs_permission=needs_permission)
        self._channel = ChannelSettings("line", "any", settings=settings)

    def channel(self, _channel_id: str) -> ChannelSettings:
        return self._channel


def a_persons(*before: Record, needs_permission: bool = True) -> list[str | None]:
    """Return the permissions of two texts of a person that follow the given records."""
    event = AgentWrote("e9", "t1", 9, "t1-1", "vendor", 1, "words")
    record = Record(9, event, TEXTS, WHY, "t1-1", 9)
    store = cast("ConversationStore", Records(record, *before))
    shelf = cast("ConfigurationShelf", Shelf(needs_permission=needs_permission))
    composer = DeliveryComposer(store, shelf)
    return [composer.compose(THREAD, record, each).reply_token for each in TEXTS]


def wrote(seq: int, *texts: SendText) -> Record:
    return Record(seq, WROTE, texts, WHY, "t1-1", seq)


def test_a_persons_text_has_the_permission_that_nobody_used() -> None:
    """Where nothing else gets a text out, the newest message's permission goes with it, once."""
    assert a_persons(wrote(8)) == ["rt-1", None]
    assert a_persons(wrote(8), needs_permission=False) == [None, None]


def test_a_permission_that_a_text_had_is_used() -> None:
    """An answer to the message, or any text after it, had the permission already."""
    assert a_persons(wrote(8, TEXTS[0])) == [None, None]
    between = Record(8, CustomerLeft("e1", "t1", "line", 5), TEXTS[:1], WHY, "t1-1", 8)
    assert a_persons(between, wrote(7)) == [None, None]
    assert a_persons() == [None, None]


def test_only_the_first_text_has_the_token() -> None:
    """A reply token is good once, so the second text of a turn goes without it."""
    assert tokens(WROTE) == [("rt-1", 5), (None, None)]


@pytest.mark.parametrize(
    "event", [CustomerLeft("e1", "t1", "line", 5), CustomerWrote("m1", "t1", "line", "U1", 5, "x")]
)
def test_no_other_event_gives_a_token(event: Event) -> None:
    """What follows from another event, or from a message without a token, has none."""
    assert tokens(event) == [(None, None), (None, None)]
