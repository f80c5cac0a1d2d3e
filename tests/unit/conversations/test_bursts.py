"""A message is one of a burst while the bot's reply to the one before still stands."""

from dataclasses import replace
from typing import cast

import pytest
from surgeline.application.configuration import ChannelSettings
from surgeline.application.conversations.message_before import exchange_at
from surgeline.application.ports.conversations import ConversationStore
from surgeline.domain.effects import OfferToPool
from surgeline.domain.events import CustomerWrote
from surgeline.domain.reading import SmallTalk
from surgeline.domain.thread import BOT, Conversation, Handoff, Survey, Thread

from tests.unit.domain.story import ANSWER, Story

ANSWERED = Conversation("k1", 1, 1, 1, last_answer="parcel", last_customer_at=1_000)
WROTE = CustomerWrote("m2", "t1", "app", "c1", 1_000, "and the number of my order is this one")
THREAD = Thread("t1", "app", "c1", conversation=ANSWERED)


@pytest.mark.parametrize(
    ("thread", "seconds", "in_burst"),
    [
        (THREAD, 600, True),
        (THREAD, 601, False),
        (replace(THREAD, conversation=None), 1, False),
        (replace(THREAD, conversation=replace(ANSWERED, last_answer=None)), 1, False),
        (replace(THREAD, conversation=replace(ANSWERED, choices=("refund",))), 1, True),
        (replace(THREAD, survey=Survey("k1", 1, 1)), 1, False),
        (
            replace(
                THREAD, conversation=replace(ANSWERED, handoff=Handoff("failed", "no_answer", 1))
            ),
            1,
            False,
        ),
    ],
)
def test_a_burst_ends_with_time_and_with_every_other_question(
    thread: Thread, seconds: int, *, in_burst: bool
) -> None:
    """A person who was asked for, and a survey, hear a message as if it stood alone."""
    event = replace(WROTE, at=WROTE.at + seconds * 1_000)
    nothing = cast(ConversationStore, None)  # a long message looks nothing up
    exchange = exchange_at(nothing, thread, event, ChannelSettings("app", "signed"))
    assert exchange.in_burst is in_burst


def test_an_addition_is_kept_and_a_file_with_it_goes_to_a_person() -> None:
    """The bot says nothing to the number of an order, and a person looks at a photo beside it."""
    story = Story()
    story.customer("can I return this?", ANSWER)
    adds = SmallTalk(why="", courtesy="addition")
    assert story.customer("order 4711", adds).explanation.decision == "keep"
    assert (story.texts, story.of(OfferToPool), story.owner) == ([], [], BOT)
    story.customer("order 4711", adds, attachments=1)
    assert story.of(OfferToPool)[0].reason == "attachment"
