"""The operators' route that tells everything held about one sender on a channel lives here."""

from collections.abc import Callable, Mapping

from surgeline.application.configuration import ConfigurationShelf
from surgeline.application.conversations.arrivals import threads_of
from surgeline.application.conversations.export_customer import ExportCustomer
from surgeline.application.ports.queues import DeadLetter
from surgeline.application.subscriptions.tell_conversations import TellConversations
from surgeline.domain.media.files import MediaPlace, link_of
from surgeline.errors import BadRequest
from surgeline.runtime.bootstrap import Backend
from surgeline.runtime.http import Request, Response, json_only
from surgeline.runtime.ids_key import ids_key
from surgeline.runtime.strict_json import load_object, text_field

from functions.admin_api.routes import Routes

MAX_CHARACTERS = 256
MOST_LETTERS = 1000


class CustomerRoutes:
    """The route POST /v1/admin/customers/export."""

    def __init__(
        self, backend: Backend, shelf: ConfigurationShelf, info: Callable[..., None]
    ) -> None:
        self._backend = backend
        self._shelf = shelf
        self._info = info

    def read(self) -> Routes:
        """Return no routes, because each hand-over of a person's data goes on record."""
        return {}

    def write(self) -> Routes:
        """Return the routes that go on record."""
        return {"POST /v1/admin/customers/export": self.export}

    def export(self, request: Request) -> Response:
        """Answer a page of what is held of the sender, or the stored mail that is named."""
        json_only(request)
        asked = load_object(request.body)
        threads = self._threads(
            text_field(asked, "channel", max_chars=MAX_CHARACTERS),
            text_field(asked, "sender", max_chars=MAX_CHARACTERS),
        )
        thread = _one_of(threads, asked)
        export = ExportCustomer(
            store=self._backend.store(),
            log=self._backend.delivery_log(),
            told=TellConversations(self._shelf),
            blobs=self._backend.blobs(),
            letters=self._letters,
            link=self._link,
        )
        if "mail" in asked:
            name = text_field(asked, "mail", max_chars=MAX_CHARACTERS)
            return Response(200, export.mail(thread, name))
        page = {**export.page(thread, after=_after(asked.get("after", 0))), "threads": threads}
        self._info("customer_exported", thread_id=thread, last=page["next_after"] is None)
        return Response(200, page)

    def _threads(self, channel: str, sender: str) -> list[str]:
        """Return every thread of the customer that anything is held of, or the sender's own."""
        key, kind = ids_key(self._backend.secrets()), kind_of(self._shelf, channel)
        found = threads_of(self._backend.ledger(), key, channel, kind, sender)
        known = self._backend.store().threads(found)
        return [each for each in found if each in known and not known[each].is_erased] or found[:1]

    def _link(self, place: MediaPlace) -> str:
        key, now = ids_key(self._backend.secrets()), self._backend.clock.now()
        return link_of(key, place, now=now)

    def _letters(self) -> list[DeadLetter]:
        return self._backend.dead_letters().list(limit=MOST_LETTERS)


def kind_of(shelf: ConfigurationShelf, channel_id: str) -> str | None:
    """Return the kind of a channel, or None for one that is gone."""
    channels = shelf.current().channels
    return next((each.kind for each in channels if each.id == channel_id), None)


def _one_of(threads: list[str], asked: Mapping[str, object]) -> str:
    """Return the customer's thread that is asked for, or the first. Raises BadRequest."""
    thread = asked.get("thread", threads[0])
    if not isinstance(thread, str) or thread not in threads:
        raise BadRequest("use one of the answer's threads, or leave it out", field="thread")
    return thread


def _after(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise BadRequest("use the next_after of the page before", field="after")
    return value
