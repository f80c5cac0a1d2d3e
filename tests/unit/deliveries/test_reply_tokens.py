"""The permission to answer a message goes with the first text that answers it."""

from typing import cast

import pytest
from surgeline.application.configuration import ConfigurationShelf
from surgeline.application.deliveries.compose_delivery import DeliveryComposer
from surgeline.application.ports.conversations import ConversationStore, Record
from surgeline.domain.effects import SendText
from surgeline.domain.events import CustomerLeft, CustomerWrote, Event
from surgeline.domain.thread import Thread
from surgeline.domain.turn import Explanation

THREAD = Thread("t1", "line", "U1")
WROTE = CustomerWrote("m1", "t1", "line", "U1", 5, "hello", reply_token="rt-1")  # no password
TEXTS = tuple(SendText(f"r{seq}", "t1-1", seq, 1, "bot", "words") for seq in (2, 3))


def tokens(event: Event) -> list[tuple[str | None, int | None]]:
    """Return the tokens, with their times, of the deliveries of two texts."""
    record = Record(1, event, TEXTS, Explanation("answer", ""), "t1-1", 9)
    composer = DeliveryComposer(cast("ConversationStore", None), cast("ConfigurationShelf", None))
    made = [composer.compose(THREAD, record, each) for each in TEXTS]
    return [(each.reply_token, each.received_at) for each in made]


def test_only_the_first_text_has_the_token() -> None:
    """A reply token is good once, so the second text of a turn goes without it."""
    assert tokens(WROTE) == [("rt-1", 5), (None, None)]


@pytest.mark.parametrize(
    "event", [CustomerLeft("e1", "t1", "line", 5), CustomerWrote("m1", "t1", "line", "U1", 5, "x")]
)
def test_no_other_event_gives_a_token(event: Event) -> None:
    """What follows from another event, or from a message without a token, has none."""
    assert tokens(event) == [(None, None), (None, None)]
