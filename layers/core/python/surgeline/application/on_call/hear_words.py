"""A yes or no that a person on call writes over a channel answers the call, as a press would.

Only a word that the channel proves to be that person's counts, and that they wrote just now. Any
other text, and any word while nobody called that person, is a customer's message as before. A
word is for the newest call or shift. It also shows that test pages reached the person.

What is heard over a pager is never a customer's message. It names the message that rang, and is a
yes to that call.
"""

from collections.abc import Callable, Collection, Mapping
from typing import Final

from surgeline.application.configuration import ConfigurationShelf
from surgeline.application.on_call.answer_call import AnswerCall, Told
from surgeline.application.on_call.call_books import CallBooks
from surgeline.application.on_call.call_out import message_id_of
from surgeline.application.on_call.messages import message_to
from surgeline.application.ports.clock import Clock
from surgeline.application.ports.deliveries import Delivery
from surgeline.domain.customers.identity import proven
from surgeline.domain.events import CustomerWrote, Event
from surgeline.domain.ids import derived_id, thread_id
from surgeline.domain.on_call.call import Answer, Call
from surgeline.domain.on_call.settings import OnCall, OnCallPerson, Reach
from surgeline.domain.on_call.words import said_in, told_in

_FOR_PEOPLE: Final[Mapping[Told, str]] = {"again": "", "not_asked": "over"}


class HearWords:
    """The use case. It reads no thread or call for a text that is neither a yes nor a no.

    `pagers` are the kinds of channels over which only calls are answered.
    """

    def __init__(
        self,
        *,
        shelf: ConfigurationShelf,
        books: CallBooks,
        send: Callable[[Delivery], None],
        key: Callable[[], bytes],
        clock: Clock,
        pagers: Collection[str] = (),
    ) -> None:
        self._shelf = shelf
        self._books = books
        self._send = send
        self._key = key
        self._clock = clock
        self._pagers = frozenset(pagers)
        self._answer = AnswerCall(shelf=shelf, books=books, key=key, clock=clock)

    def __call__(self, event: Event) -> bool:
        """Take an event as an answer to a call. Return whether it was one. Raises Disagrees."""
        if not isinstance(event, CustomerWrote) or not _is_said_now(event):
            return False
        settings = self._shelf.current().on_call
        if self._is_pager(event.channel_id):
            self._acknowledged(settings, event)
            return True
        said = said_in(event.text) if settings.people else None
        if said is None:
            return False
        found = self._who(settings, event)
        asked = self._asked(found[0], event.at) if found else []
        if found is None or not asked:
            return False
        person, reach = found
        heard, *_ = (
            self._answer.record(each.id, person.id, coming=said.coming, in_minutes=said.in_minutes)
            for each in asked
        )
        repeated = "coming" if said.coming else "declined"
        told = _FOR_PEOPLE.get(heard.told, heard.told) or repeated
        if not asked[0].brings_people and told in ("coming", "declined", "full"):
            told = "reached"
        text = told_in(said.language, told)
        name = derived_id("n", event.id, "on-call")
        self._send(message_to(name, event.at, reach, text, self._key()))
        return True

    def _is_pager(self, channel_id: str) -> bool:
        channel = self._shelf.channel(channel_id)
        return channel is not None and channel.kind in self._pagers

    def _acknowledged(self, settings: OnCall, event: CustomerWrote) -> None:
        """Take an acknowledgement as a yes of the person whom the message with that id asked."""
        now = self._clock.now()
        for page in self._books.recent(now):
            call = page.document
            if not call.is_open(now):
                continue
            for asking in call.asked:
                person = settings.person(asking.person)
                for number, reach in enumerate(person.reach if person else ()):
                    is_it = reach.channel == event.channel_id
                    if is_it and message_id_of(call, asking, number) == event.sender:
                        self._answer.record(call.id, asking.person, coming=True)
                        return

    def _who(self, settings: OnCall, event: CustomerWrote) -> tuple[OnCallPerson, Reach] | None:
        """Return the person whose word the channel proves this to be, and how to reach them."""
        key = self._key()
        for person in settings.people:
            for reach in person.reach:
                is_theirs = reach.channel == event.channel_id and event.thread_id == thread_id(
                    key, reach.channel, reach.sender
                )
                if is_theirs and self._is_proven(event):
                    return person, reach
        return None

    def _is_proven(self, event: CustomerWrote) -> bool:
        channel = self._shelf.channel(event.channel_id)
        if channel is None:
            return False
        return bool(proven(channel.kind, event.sender, event.customer or {}))

    def _asked(self, person: OnCallPerson, at: int) -> list[Call]:
        """Return the newest open call or shift that asked the person, and behind it the test pages.

        A test page that was answered before the word was written takes no more words.
        """
        now = self._clock.now()
        found = [
            call
            for page in self._books.recent(now)
            if (call := page.document).is_open(now)
            and any(each.person == person.id for each in call.asked)
        ]
        calls = [each for each in found if each.brings_people]
        tests = [
            each
            for each in found
            if not each.brings_people and _takes_word(each.answer_of(person.id), at)
        ]
        return [*calls[:1], *tests]


def _takes_word(answer: Answer | None, at: int) -> bool:
    """Return whether a test page had no answer yet at a time. A repeated event finds its own."""
    return answer is None or answer.at >= at


def _is_said_now(event: CustomerWrote) -> bool:
    """Return whether a person wrote a message just now, and no older queue, machine or edit did."""
    return not (event.brought or event.automatic or event.edits)
