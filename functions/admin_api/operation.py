"""The operators' routes for a running system live here: status, conversations, dead letters."""

from surgeline.adapters.system_texts import lead_whys, lead_words
from surgeline.application.answers.current_knowledge import current_version
from surgeline.application.configuration import ConfigurationShelf
from surgeline.application.conversations.show_conversation import show_conversation
from surgeline.application.conversations.told_whys import Whys
from surgeline.application.reports.live_page import state_of
from surgeline.application.subscriptions.tell_conversations import TellConversations
from surgeline.errors import BadRequest, Unavailable
from surgeline.runtime.bootstrap import Backend
from surgeline.runtime.http import Request, Response, json_only
from surgeline.runtime.strict_json import loads

from functions.admin_api.bodies import language_asked
from functions.admin_api.live import pools_of
from functions.admin_api.routes import Routes

MAX_ITEMS = 100_000
MAX_LISTED = 1000
MOST_DIGITS = 12
"""The most digits that a sequence number in a query may have."""


class OperationRoutes:
    """The routes that show the status, a conversation and the dead letters, and that redrive."""

    def __init__(self, backend: Backend, shelf: ConfigurationShelf) -> None:
        self._backend = backend
        self._shelf = shelf

    def read(self) -> Routes:
        """Return the routes that change nothing."""
        return {
            "GET /v1/admin/status": self._status,
            "GET /v1/admin/conversations/{conversation_id}": self._conversation,
            "GET /v1/admin/dead-letters": self._dead_letters,
        }

    def write(self) -> Routes:
        """Return the routes that change something."""
        return {"POST /v1/admin/dead-letters/redrive": self._redrive}

    def _status(self, request: Request) -> Response:
        """Answer how the system is doing, how much waits in it, and its settings."""
        del request
        configuration = self._shelf.current()
        blobs = self._backend.blobs()
        bases = sorted({channel.knowledge_base for channel in configuration.channels})
        condition = self._backend.inspection().look()
        body = {
            "status": "trouble" if condition.troubles else "ok",
            "troubles": list(condition.troubles),
            "backlog": {
                each.queue: {"waiting": each.waiting, "oldest_seconds": each.oldest_seconds}
                for each in condition.backlogs
            },
            "configuration": self._shelf.version or None,
            "channels": [channel.id for channel in configuration.channels],
            "pools": [pool.id for pool in configuration.pools],
            "pool_states": self._pool_states(),
            "unreadable": [f"{each.item}/{each.id}" for each in configuration.unknown],
            "knowledge": {base: current_version(blobs, base) for base in bases},
            "dead_letters": condition.dead_letters,
        }
        return Response(200, body)

    def _pool_states(self) -> dict[str, object]:
        """Return each pool's state, or nothing where a store that is down can't tell it."""
        try:
            found = pools_of(self._backend, self._shelf)
        except Unavailable:
            return {}
        return {each.pool_id: state_of(each) for each in found}

    def _conversation(self, request: Request) -> Response:
        """Answer a page of everything that is kept of one conversation."""
        after = request.query.get("after", "0")
        if not (after.isascii() and after.isdigit() and len(after) <= MOST_DIGITS):
            raise BadRequest("use the next_after of the page before", field="after")
        language = language_asked(request)
        shown = show_conversation(
            self._backend.store(),
            self._backend.delivery_log(),
            request.path["conversation_id"],
            told=TellConversations(self._shelf),
            after_seq=int(after),
            words=lead_words(language) if language else None,
            whys=Whys(lead_whys(language)) if language else None,
        )
        return Response(200, shown)

    def _dead_letters(self, request: Request) -> Response:
        """Answer the dead letters without their bodies, because a body holds customers' text."""
        limit = request.query.get("limit", "100")
        if not (limit.isascii() and limit.isdigit() and 1 <= int(limit[:6]) <= MAX_LISTED):
            raise BadRequest(f"use a whole number from 1 to {MAX_LISTED}", field="limit")
        letters = self._backend.dead_letters().list(limit=int(limit))
        shown = [
            {
                "id": letter.id,
                "queue": letter.queue,
                "group": letter.group,
                "sent_at": letter.sent_at,
                "receive_count": letter.receive_count,
            }
            for letter in letters
        ]
        return Response(200, {"dead_letters": shown})

    def _redrive(self, request: Request) -> Response:
        """Send dead letters back to their queues, either the named ids or all of them.

        `more` says that there were more of them than one call can send.
        """
        json_only(request)
        body = loads(request.body, max_items=MAX_ITEMS)
        letters = self._backend.dead_letters()
        if body == {"all": True}:
            swept = letters.redrive_groups(lambda _group: True)
            return Response(200, {"redriven": swept.redriven, "more": not swept.complete})
        if isinstance(body, dict) and _are_texts(body.get("ids")):
            return Response(200, {"redriven": letters.redrive(list(body["ids"]))})
        raise BadRequest('send {"ids": […]} or {"all": true}', field="ids")


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)
