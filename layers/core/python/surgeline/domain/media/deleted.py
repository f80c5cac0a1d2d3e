"""A message that the customer took back loses its words and its files. That it was there stays."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from surgeline.domain.effects import Effect, FetchMedia, ForgetMedia
from surgeline.domain.events import CustomerWrote
from surgeline.domain.sent_files.events import CustomerDeleted, Media
from surgeline.domain.turn import Explanation, Rule, Turn

DELETED: Final = "[deleted]"
"""The words that stand in place of a message that was taken back."""


def without_words(event: CustomerWrote) -> CustomerWrote:
    """Return the message as it is kept once it was taken back.

    What an older queue said of the customer, as its ticket's subject, came with the words.
    """
    customer = None if event.brought else event.customer
    return replace(event, text=DELETED, media=(), attachments=0, customer=customer)


def without_file(effect: Effect) -> Effect:
    """Return an effect of that message without the name and the address of a file."""
    if not isinstance(effect, FetchMedia):
        return effect
    return replace(effect, media=Media(effect.media.kind, ""))


def customer_deleted(turn: Turn, event: CustomerDeleted) -> Explanation:
    """Have the files of the message deleted. The application blanks its words on record."""
    conversation = turn.current
    if turn.facts.deletes_files and conversation is not None:
        forget = turn.record_id("forget", 0)
        turn.records.append(ForgetMedia(forget, conversation.id, event.deletes))
    return Explanation("forget", "the customer took a message back")


RULES: Mapping[type, Rule] = {CustomerDeleted: customer_deleted}
