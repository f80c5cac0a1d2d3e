"""The operators' route that erases everything said with one sender on a channel lives here.

The chats that the sender was sent on to from a closed channel go along. The clock finishes what
was asked for once.
"""

from collections.abc import Callable

from surgeline.application.answers.life.edit_drafts import forget_drafts
from surgeline.application.answers.review_answers import forget_reviews
from surgeline.application.configuration import ConfigurationShelf
from surgeline.application.conversations.arrivals import threads_of
from surgeline.application.conversations.erase_thread import (
    Erasure,
    erase_thread,
    finish_erasures,
    note_asked,
)
from surgeline.application.conversations.take_mail import forget_mails
from surgeline.application.copies import copies_of
from surgeline.application.media.kept import forget_media
from surgeline.application.reports.export_days import forget_exports
from surgeline.application.thread_log import records_after
from surgeline.domain.events import CustomerWrote, Event
from surgeline.domain.times import rfc3339
from surgeline.runtime.bootstrap import Backend
from surgeline.runtime.http import Request, Response, json_only
from surgeline.runtime.ids_key import ids_key
from surgeline.runtime.strict_json import load_object, text_field

from functions.admin_api.customers import kind_of
from functions.admin_api.routes import Routes

MAX_CHARACTERS = 256


class ErasureRoutes:
    """The route POST /v1/admin/erasures."""

    def __init__(
        self,
        backend: Backend,
        shelf: ConfigurationShelf,
        emit: Callable[[Event], None],
        info: Callable[..., None],
    ) -> None:
        self._backend = backend
        self._shelf = shelf
        self._emit = emit
        self._info = info

    def read(self) -> Routes:
        """Return the routes that change nothing."""
        return {}

    def write(self) -> Routes:
        """Return the routes that change something."""
        return {"POST /v1/admin/erasures": self.erase}

    def erase(self, request: Request) -> Response:
        """Answer 202 while the erasure is under way and 200 once it is complete.

        What is kept outside the log is deleted at once, and again by the request that finds the
        texts gone. So whoever is answered 202 asks again. Repeating is safe. `copies` are the packs
        and reports that words of the sender went out with, which no erasure reaches.
        """
        json_only(request)
        asked = load_object(request.body)
        key = ids_key(self._backend.secrets())
        channel = text_field(asked, "channel", max_chars=MAX_CHARACTERS)
        sender = text_field(asked, "sender", max_chars=MAX_CHARACTERS)
        kind = kind_of(self._shelf, channel)
        threads = threads_of(self._backend.ledger(), key, channel, kind, sender)
        known = self._backend.store().threads(threads)
        erasures = [
            self._erase(each, known[each].channel_id if each in known else channel)
            for each in threads
        ]
        ends = [each.erased_at for each in erasures if each.erased_at is not None]
        is_done = len(ends) == len(erasures)
        self._info("erasure", thread_id=threads[0], threads=len(threads), done=is_done)
        if not is_done:
            waits = {"dead_letters": "more"} if any(each.more for each in erasures) else {}
            going_on = {"thread_id": threads[0], "erased_at": None, "ask_again": True}
            return Response(202, going_on | waits)
        body = {
            "thread_id": threads[0],
            "erased_at": rfc3339(max(ends)),
            "dead_letters": sum(each.dead_letters for each in erasures),
            "known": any(each.known for each in erasures),
            "copies": copies_of(self._backend.ledger(), threads, now=self._backend.clock.now()),
        }
        return Response(200, body)

    def _erase(self, thread: str, channel: str) -> Erasure:
        store = self._backend.store()
        forget_exports(store, self._backend.blobs(), thread)
        return erase_thread(
            store,
            self._backend.dead_letters(),
            self._begin,
            self._backend.scrub,
            self._forget,
            wanted=thread,
            channel_id=channel,
            now=self._backend.clock.now(),
        )

    def finish(self) -> None:
        """Finish the erasures for which nobody asked again."""
        finished, waiting = finish_erasures(
            self._backend.store(),
            self._backend.dead_letters(),
            self._backend.ledger(),
            self._backend.scrub,
            self._forget,
            now=self._backend.clock.now(),
        )
        if finished or waiting:
            self._info("erasures_finished", finished=finished, waiting=waiting)

    def _begin(self, event: Event) -> None:
        """Ask the writer, and delete what is kept outside the log when it is asked for first."""
        if note_asked(self._backend.ledger(), event, now=self._backend.clock.now()):
            self._forget(event.thread_id)
        self._emit(event)

    def _forget(self, thread_id: str) -> None:
        """Delete what is kept of a thread outside its log."""
        store, blobs = self._backend.store(), self._backend.blobs()
        bases = [each.knowledge_base for each in self._shelf.current().channels]
        forget_mails(blobs, thread_id)
        forget_media(blobs, thread_id)
        forget_drafts(blobs, bases, thread_id, at=self._backend.clock.now())
        said = (record.event for record in records_after(store, thread_id))
        words = {each.text for each in said if isinstance(each, CustomerWrote)}
        forget_reviews(blobs, thread_id, words)
