"""The operators' routes for older queues live here: bring one in, look at it, act on it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Literal, get_args

from surgeline.adapters.staff_format import decode, encode
from surgeline.adapters.system_texts import lead_whys
from surgeline.application.backlog.act_on import ActOn, Wish
from surgeline.application.backlog.bring_in import BringIn, BroughtTicket, TicketMessage
from surgeline.application.backlog.look_through import PAGE, Standing, look_through
from surgeline.application.backlog.shelf import Backlog, BacklogShelf
from surgeline.application.configuration import ConfigurationShelf
from surgeline.application.conversations.told_whys import Whys
from surgeline.domain.brought.events import BacklogAct
from surgeline.domain.events import Event
from surgeline.domain.times import rfc3339
from surgeline.errors import BadRequest
from surgeline.runtime.bootstrap import Backend
from surgeline.runtime.http import Request, Response
from surgeline.runtime.ids_key import ids_key
from surgeline.runtime.strict_json import int_field, load_object, text_field

from functions.admin_api.backlog_files import tickets_in
from functions.admin_api.bodies import body_of, language_asked, moment_in
from functions.admin_api.live import pools_of
from functions.admin_api.routes import Routes, name_in

PATH: Final = "/v1/admin/backlogs"
MOST_TICKETS: Final = 50
"""So many tickets are brought in by one request."""
MOST_SAID: Final = 200
MOST_BYTES: Final = 5_000_000
MOST_ASKED: Final = 1_000
_ACTS: Final = get_args(BacklogAct)
_SIDES: Final = ("customer", "team")


class BacklogRoutes:
    """The routes below /v1/admin/backlogs."""

    def __init__(
        self,
        backend: Backend,
        shelf: ConfigurationShelf,
        send: Callable[[Sequence[Event]], None],
        info: Callable[..., None],
    ) -> None:
        self._store = backend.store()
        self._info = info
        self._shelf = BacklogShelf(backend.ledger(), encode, decode)
        self._bring = BringIn(
            shelf=self._shelf,
            configuration=shelf,
            store=self._store,
            blobs=backend.blobs(),
            send=send,
            key=lambda: ids_key(backend.secrets()),
            clock=backend.clock,
        )
        self._act = ActOn(
            shelf=self._shelf,
            configuration=shelf,
            store=self._store,
            blobs=backend.blobs(),
            stands=lambda: pools_of(backend, shelf),
            send=send,
            clock=backend.clock,
        )

    def read(self) -> Routes:
        """Return the routes that change nothing."""
        return {
            f"GET {PATH}": self.list,
            f"GET {PATH}/{{backlog_id}}": self.show,
            f"POST {PATH}/{{backlog_id}}/files/preview": self.preview,
        }

    def write(self) -> Routes:
        """Return the routes that change something."""
        return {
            f"POST {PATH}/{{backlog_id}}/tickets": self.bring_in,
            f"POST {PATH}/{{backlog_id}}/acts": self.act,
        }

    def list(self, request: Request) -> Response:
        """Answer the backlogs, by their names."""
        del request
        found = self._shelf.backlogs().all()
        return Response(200, {"backlogs": [_named(each.document) for each in found]})

    def show(self, request: Request) -> Response:
        """Answer a page of a backlog's tickets, the oldest first, each with how it stands."""
        after = request.query.get("after", "")
        language = language_asked(request)
        whys = Whys(lead_whys(language) if language else {})
        found = look_through(
            self._shelf, self._store, name_in(request, "backlog_id"), after=after, limit=PAGE
        )
        body = {
            "tickets": [_shown(each, whys) for each in found.standings],
            "next_after": found.next_after,
        }
        return Response(200, body)

    def bring_in(self, request: Request) -> Response:
        """Bring tickets of an older queue in. Nobody is told anything."""
        body = load_object(request.body, max_bytes=MOST_BYTES, max_items=60_000)
        listed = body.get("tickets")
        if not isinstance(listed, list) or not 0 < len(listed) <= MOST_TICKETS:
            raise BadRequest(f"use a list of 1 to {MOST_TICKETS} tickets", field="tickets")
        tickets = [_ticket(each, number) for number, each in enumerate(listed)]
        backlog_id = name_in(request, "backlog_id")
        channel_id = text_field(body, "channel", max_chars=64)
        form = text_field(body, "format", max_chars=64, required=False) or ""
        new = self._bring(backlog_id, channel_id, form, tickets, request.who)
        self._info("backlog_brought_in", backlog=backlog_id, tickets=len(tickets), new=new)
        return Response(202, {"tickets": len(tickets), "new": new}, made=backlog_id)

    def preview(self, request: Request) -> Response:
        """Answer what a file would bring in, and its tickets. Nothing is kept of it."""
        return Response(200, tickets_in(request))

    def act(self, request: Request) -> Response:
        """Have a part of a backlog read anew, answered, offered, called back, or taken out.

        The record of acts names the act behind the backlog.
        """
        body = body_of(request)
        act = text_field(body, "act", max_chars=20)
        if act not in _ACTS:
            raise BadRequest(f"use one of {', '.join(_ACTS)}", field="act")
        articles = body.get("articles", [])
        if not isinstance(articles, list) or not all(isinstance(e, str) for e in articles):
            raise BadRequest("use a list of articles' ids", field="articles")
        wish = Wish(
            act=act,  # type: ignore[arg-type] # it is one of the acts
            pool_id=text_field(body, "pool", max_chars=64, required=act == "offer") or "",
            articles=tuple(articles),
            until=moment_in(body, "until") if body.get("until") is not None else None,
            limit=int_field(body, "limit", minimum=1, maximum=MOST_ASKED),
            after=text_field(body, "after", max_chars=64, min_chars=0, required=False) or "",
        )
        backlog_id = name_in(request, "backlog_id")
        done = self._act(backlog_id, wish, by=request.who)
        self._info("backlog_acted", backlog=backlog_id, act=act, conversations=done.asked)
        told = {"conversations": done.asked, "next_after": done.next_after}
        return Response(202, told, made=f"{backlog_id}/{act}")


def _ticket(value: object, number: int) -> BroughtTicket:
    """Return a ticket of the body. Raises BadRequest, which names its place."""
    place = f"tickets[{number}]"
    if not isinstance(value, dict):
        raise BadRequest("use an object", field=place)
    said = value.get("said")
    if not isinstance(said, list) or not 0 < len(said) <= MOST_SAID:
        raise BadRequest(f"use a list of 1 to {MOST_SAID} messages", field=f"{place}.said")
    messages = [_message(each, f"{place}.said[{at}]") for at, each in enumerate(said)]
    if not any(each.by == "customer" for each in messages):
        raise BadRequest("one message at least is the customer's", field=f"{place}.said")
    references = value.get("references", [])
    return BroughtTicket(
        key=text_field(value, "key", max_chars=200),
        sender=text_field(value, "sender", max_chars=256),
        said=messages,
        subject=_short(value, "subject"),
        name=_short(value, "name"),
        language=_short(value, "language")[:16] or None,
        message_id=_short(value, "message_id", 300),
        references=tuple(str(e)[:300] for e in references[-20:])
        if isinstance(references, list)
        else (),
    )


def _message(value: object, place: str) -> TicketMessage:
    by: Any = value.get("by") if isinstance(value, dict) else None
    if not isinstance(value, dict) or by not in _SIDES:
        raise BadRequest('use {"by": "customer" or "team", "text", "at"}', field=place)
    at = moment_in(value, "at") if value.get("at") is not None else None
    side: Literal["customer", "team"] = by
    return TicketMessage(side, text_field(value, "text", max_chars=10_000), at)


def _short(value: Mapping[str, Any], name: str, longest: int = 200) -> str:
    return text_field(value, name, max_chars=longest, min_chars=0, required=False) or ""


def _named(backlog: Backlog) -> dict[str, object]:
    return {
        "id": backlog.id,
        "channel": backlog.channel_id,
        "format": backlog.form,
        "made_at": rfc3339(backlog.made_at),
        "by": backlog.by,
    }


def _shown(each: Standing, whys: Whys) -> dict[str, object]:
    return {
        "key": each.ticket.key,
        "since": rfc3339(each.ticket.since),
        "state": each.state,
        "conversation_id": each.conversation_id,
        "pool": each.pool_id,
        "finding": each.finding,
        "article_id": each.article_id,
        "confidence": each.confidence,
        "why": whys.translated(each.why),
    }
