"""The operators' route that erases everything said with one sender on a channel lives here."""

from collections.abc import Callable

from surgeline.application.answers.life.edit_drafts import forget_drafts
from surgeline.application.configuration import ConfigurationShelf
from surgeline.application.conversations.erase_thread import erase_thread
from surgeline.application.conversations.take_mail import forget_mails
from surgeline.application.media.kept import forget_media
from surgeline.application.reports.export_days import forget_exports
from surgeline.domain.events import Event
from surgeline.domain.ids import thread_id
from surgeline.domain.times import rfc3339
from surgeline.runtime.bootstrap import Backend
from surgeline.runtime.http import Request, Response, json_only
from surgeline.runtime.ids_key import ids_key
from surgeline.runtime.strict_json import load_object, text_field

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

        Repeating is safe.
        """
        json_only(request)
        asked = load_object(request.body)
        key, store = ids_key(self._backend.secrets()), self._backend.store()
        channel = text_field(asked, "channel", max_chars=MAX_CHARACTERS)
        sender = text_field(asked, "sender", max_chars=MAX_CHARACTERS)
        forget_exports(store, self._backend.blobs(), thread_id(key, channel, sender))
        erasure = erase_thread(
            store,
            self._backend.dead_letters(),
            self._emit,
            self._backend.scrub,
            self._forget,
            key=key,
            channel_id=channel,
            sender=sender,
            now=self._backend.clock.now(),
        )
        done = erasure.erased_at is not None
        self._info("erasure", thread_id=erasure.thread_id, done=done)
        if erasure.erased_at is None:
            waits = {"dead_letters": "more"} if erasure.more else {}
            return Response(202, {"thread_id": erasure.thread_id, "erased_at": None} | waits)
        body = {
            "thread_id": erasure.thread_id,
            "erased_at": rfc3339(erasure.erased_at),
            "dead_letters": erasure.dead_letters,
            "known": erasure.known,
        }
        return Response(200, body)

    def _forget(self, thread_id: str) -> None:
        """Delete what is kept of a thread outside its log."""
        blobs = self._backend.blobs()
        bases = [each.knowledge_base for each in self._shelf.current().channels]
        forget_mails(blobs, thread_id)
        forget_media(blobs, thread_id)
        forget_drafts(blobs, bases, thread_id, at=self._backend.clock.now())
