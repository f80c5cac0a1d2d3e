"""A message to a closed channel is not read, unless its reading matters all the same."""

from dataclasses import replace

import pytest
from surgeline.application.configuration import ChannelSettings
from surgeline.application.conversations.understanding.unread import unread
from surgeline.domain.brought.events import Brought
from surgeline.domain.company.closure import Closure
from surgeline.domain.events import CustomerWrote
from surgeline.domain.on_call.emergency import Emergency
from surgeline.domain.thread import Conversation, Handoff, Survey, Thread

OPEN = ChannelSettings("app", "signed")
CLOSED = replace(OPEN, closure=Closure({"en": "Write here."}, "https://help.example"))
THREAD = Thread("t1", "app", "c1", language="ko")
WROTE = CustomerWrote("m1", "t1", "app", "c1", 1, "Quand êtes-vous ouverts le samedi ?")


def test_a_closed_channel_s_message_has_no_more_than_its_language() -> None:
    """The words that send the customer on are in it."""
    found = unread(CLOSED, THREAD, WROTE, ())
    assert found is not None
    assert (found.why, found.language) == ("the channel is closed", "fr")
    unsure = unread(CLOSED, THREAD, replace(WROTE, text="12"), ())
    assert unsure is not None
    assert unsure.language == "ko"


def test_an_unknown_channel_s_message_is_not_read() -> None:
    """Nobody knows its knowledge base."""
    found = unread(None, THREAD, WROTE, ())
    assert found is not None
    assert found.why == "the channel is not configured"


KEPT = Conversation("k1", 1, 1, 1, handoff=Handoff("kept", "customer_asked", 1))


@pytest.mark.parametrize(
    ("channel", "thread", "event", "rules"),
    [
        (OPEN, THREAD, WROTE, ()),
        (CLOSED, replace(THREAD, conversation=KEPT), WROTE, ()),
        (
            CLOSED,
            replace(THREAD, conversation=replace(KEPT, handoff=None, answered_at=1)),
            WROTE,
            (),
        ),
        (CLOSED, replace(THREAD, survey=Survey("k1", 1, 1)), WROTE, ()),
        (CLOSED, THREAD, replace(WROTE, text="Merci beaucoup"), ()),
        (CLOSED, THREAD, replace(WROTE, brought=Brought("b1", 1, is_last=True)), ()),
        (CLOSED, THREAD, WROTE, (Emergency("fire", "night", topics=("fire",)),)),
    ],
)
def test_a_message_whose_reading_matters_is_read(
    channel: ChannelSettings, thread: Thread, event: CustomerWrote, rules: tuple[Emergency, ...]
) -> None:
    """The closed channel's words do not answer it, or not alone."""
    assert unread(channel, thread, event, rules) is None
