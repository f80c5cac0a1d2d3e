"""A provider may tell us of our own texts. They are known here by what we said, and not by a tag.

No provider promises that a tag of ours comes back with each echo.
"""

import re
from collections.abc import Iterable

from surgeline.application.conversations.forget_message import message_of
from surgeline.application.conversations.intake import WORDLESS
from surgeline.application.ports.conversations import ConversationStore, Record
from surgeline.domain.company.closure import MARK
from surgeline.domain.effects import SendText
from surgeline.domain.events import CustomerWrote, Event, PersonAnswered, TextUndelivered
from surgeline.domain.media.files import PATH
from surgeline.domain.sent_files.attached import Attached
from surgeline.domain.sent_files.events import CustomerDeleted

ECHOED_RECORDS = 20
"""How many of the newest records are looked at."""
LEAST_OF_A_PART = 60
"""A part of a text is known by so many characters. A shorter one is known at the text's end."""
_KEPT = re.compile(rf"https?://\S*{PATH}[^\s.]+\.([^\s.]+)\.\S+")
"""The address of a file that we keep, which names the thread and then the file."""
_ARRIVAL = re.compile(rf"{MARK}[\w~-]+", re.ASCII)
"""The token by which a closed channel's customer is known. It stands in no text of the log."""


def says_nothing(store: ConversationStore, event: Event) -> bool:
    """Return whether an edit or an echo says nothing that is not on record.

    Such an event leaves no record, and neither does a deletion of what nobody has. Channels tell of
    edits that nobody can see, of our own texts, and of failures of texts that were erased since.
    """
    if isinstance(event, TextUndelivered):
        return not event.conversation_id
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
    """Return whether the text is one of ours, a part of one, or one with its choices below.

    The words of its files and links may stand in it, or alone. A message without words is ours
    while a file went out with one of the texts.
    """
    sent = (each for record in records for each in record.effects if isinstance(each, SendText))
    if text == WORDLESS:
        return any(each.kind != "link" for text in sent for each in text.media)
    heard = _plain(_ARRIVAL.sub("", _KEPT.sub(r"\1", text)))
    return any(_says(heard, each) for each in sent)


def _says(heard: str, sent: SendText) -> bool:
    """Return whether a sent text, with its choices and the words of its media, says it."""
    rest = heard
    for each in sent.media:
        rest = _plain(rest.replace(_words(each), " "))
    if heard and not rest:
        return True
    said = _plain(sent.text)
    labels = " ".join(f"{number}. {each.label}" for number, each in enumerate(sent.choices, 1))
    return _is_of(rest, said) or _is_of(rest, _plain(f"{said} {labels}"))


def _words(media: Attached) -> str:
    """Return the words in which a channel tells of it: its title, and its address or its file."""
    return _plain(f"{media.title or media.alt} {media.url or media.file}")


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
