"""A provider may tell us of our own texts. They are known here by what we said, and not by a tag.

No provider promises that a tag of ours comes back with each echo.
"""

from collections.abc import Iterable

from surgeline.application.conversations.forget_message import message_of
from surgeline.application.ports.conversations import ConversationStore, Record
from surgeline.domain.effects import SendText
from surgeline.domain.events import CustomerWrote, Event, PersonAnswered
from surgeline.domain.sent_files.events import CustomerDeleted

ECHOED_RECORDS = 20
"""How many of the newest records are looked at."""
LEAST_OF_A_PART = 60
"""A part of a text is known by so many characters. A shorter one is known at the text's end."""


def says_nothing(store: ConversationStore, event: Event) -> bool:
    """Return whether an edit or an echo says nothing that is not on record.

    Such an event leaves no record, and neither does a deletion of what nobody has. Channels tell of
    edits that nobody can see, and of our own texts.
    """
    if isinstance(event, CustomerDeleted):
        return message_of(store, event) is None
    if isinstance(event, PersonAnswered):
        said = store.records(event.thread_id, limit=ECHOED_RECORDS, newest_first=True)
        return is_echo(event.text, said)
    if not isinstance(event, CustomerWrote) or event.edits is None:
        return False
    edited = store.load(event.thread_id, event.edits).done
    before = edited.event if edited else None
    return isinstance(before, CustomerWrote) and before.text == event.text


def is_echo(text: str, records: Iterable[Record]) -> bool:
    """Return whether the text is one of ours, a part of one, or one with its choices below."""
    heard = _plain(text)
    said = (
        _plain(each.text)
        for record in records
        for each in record.effects
        if isinstance(each, SendText)
    )
    return any(_is_of(heard, each) for each in said)


def _is_of(heard: str, said: str) -> bool:
    if not heard or not said:
        return False
    if heard == said or heard.startswith(f"{said} 1. "):
        return True
    if len(heard) < LEAST_OF_A_PART:
        return len(said) > 2 * LEAST_OF_A_PART and said.endswith(heard)
    return heard in said


def _plain(text: str) -> str:
    """Return the text with each space as one, because parts lose the spaces around them."""
    return " ".join(text.split())
