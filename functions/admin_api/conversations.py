"""The operators' routes for lists of conversations, and for passing one on, live here."""

import re
from collections.abc import Callable
from typing import Literal

from surgeline.application.configuration import ConfigurationShelf
from surgeline.application.conversations.assign_conversation import AssignConversation
from surgeline.application.conversations.list_conversations import Wanted, list_conversations
from surgeline.application.conversations.understanding.first_events import goes_on_in
from surgeline.application.ports.outcomes import Place
from surgeline.domain.events import Event
from surgeline.domain.ids import NAME_FORM, is_name, thread_id
from surgeline.errors import BadRequest, NotFound
from surgeline.knowledge.articles.article import MAX_ID_CHARS
from surgeline.runtime.bootstrap import Backend
from surgeline.runtime.http import Request, Response
from surgeline.runtime.ids_key import ids_key
from surgeline.runtime.strict_json import text_field

from functions.admin_api.bodies import body_of, only_names, whole_number
from functions.admin_api.live import pools_of
from functions.admin_api.routes import Routes, reason_of
from functions.admin_api.spans import any_span_of, span_of

USUAL_DAYS = 7
MOST = 200
PLACE = re.compile(r"([0-9]{1,13})-(x[a-z2-7]{1,64})")
LANGUAGE = re.compile(r"[a-zA-Z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
MAX_SENDER = 256
FILTERS = (
    *("since", "until", "channel", "sender", "pool", "article", "language", "open", "waiting"),
    *("kept", "promised", "overdue", "callback", "unreached", "unanswered", "rejected"),
    *("handed_off", "after", "limit"),
)
"""What a list may be asked by."""
TRUTHS = {"yes": True, "no": False}


class ConversationRoutes:
    """The routes GET /v1/admin/conversations and POST …/{conversation_id}/assign."""

    def __init__(
        self,
        backend: Backend,
        shelf: ConfigurationShelf,
        emit: Callable[[Event], None],
        info: Callable[..., None],
    ) -> None:
        self._backend = backend
        self._shelf = shelf
        self._info = info
        self._assign = AssignConversation(
            store=backend.store(),
            shelf=shelf,
            stands=lambda: pools_of(backend, shelf),
            emit=emit,
            clock=backend.clock,
        )

    def read(self) -> Routes:
        """Return the routes that change nothing."""
        return {"GET /v1/admin/conversations": self.show}

    def write(self) -> Routes:
        """Return the route that passes a conversation on."""
        return {"POST /v1/admin/conversations/{conversation_id}/assign": self.assign}

    def assign(self, request: Request) -> Response:
        """Have a pool asked to take the conversation, in place of whoever has it."""
        body = body_of(request)
        reason = reason_of(request)
        if not reason:
            raise BadRequest("say why in a few words, in the header x-reason", field="x-reason")
        event = self._assign(
            request.path["conversation_id"],
            text_field(body, "to", max_chars=64),
            epoch=whole_number(body, "epoch"),
            who=request.who,
            reason=reason,
        )
        self._info("conversation_assigned", conversation_id=event.conversation_id, pool=event.to)
        return Response(202, {"event_id": event.id, "to": event.to}, made=event.to)

    def show(self, request: Request) -> Response:
        """Answer the conversations that the query asks for, the newest first."""
        wanted = self._wanted(request)
        listed = list_conversations(self._backend.store(), self._backend.outcomes(), wanted)
        place = listed.next_after
        if not listed.conversations and place is None:
            self._check_known("channel", wanted.channel)
            self._check_known("pool", wanted.pool)
        body = {
            "conversations": list(listed.conversations),
            "next_after": f"{place[0]}-{place[1]}" if place else None,
        }
        return Response(200, body)

    def _wanted(self, request: Request) -> Wanted:
        only_names(request, FILTERS)
        now, zone = self._backend.clock.now(), self._shelf.current().reports.zone
        thread = self._thread(request)
        since, until = (
            span_of(request.query, now=now, usual_days=USUAL_DAYS, zone=zone)
            if thread is None
            else any_span_of(request.query, now=now, zone=zone)
        )
        return Wanted(
            since=since,
            until=until,
            channel=_name(request, "channel"),
            pool=_name(request, "pool"),
            article=_text(request, "article", MAX_ID_CHARS),
            language=_language(request),
            is_handed_off=_truth(request, "handed_off"),
            is_open=_truth(request, "open"),
            is_waiting=_truth(request, "waiting"),
            is_kept=_truth(request, "kept"),
            is_promised=_truth(request, "promised"),
            is_overdue=_truth(request, "overdue"),
            is_callback=_truth(request, "callback"),
            is_unreached=_truth(request, "unreached"),
            is_unanswered=_truth(request, "unanswered"),
            is_rejected=_truth(request, "rejected"),
            thread_id=thread,
            after=_place(request),
            limit=_limit(request),
        )

    def _thread(self, request: Request) -> str | None:
        """Return the thread of the sender that is asked for, by the channel's name for them."""
        sender = _text(request, "sender", MAX_SENDER)
        channel = _name(request, "channel")
        if sender is None:
            return None
        if channel is None:
            raise BadRequest("name the sender's channel too", field="channel")
        named = thread_id(ids_key(self._backend.secrets()), channel, sender)
        return goes_on_in(self._backend.store(), named)

    def _check_known(self, kind: Literal["channel", "pool"], name: str | None) -> None:
        """Raise NotFound for an id that is neither configured nor in what was found."""
        items = self._shelf.current().ids("channels" if kind == "channel" else "pools")
        if name is not None and name not in items:
            raise NotFound(f"there is no {kind} {name!r}, and none of its conversations then")


def _name(request: Request, field: str) -> str | None:
    name = request.query.get(field)
    if name is not None and not is_name(name):
        raise BadRequest(f"ids have {NAME_FORM}", field=field)
    return name


def _text(request: Request, field: str, longest: int) -> str | None:
    text = request.query.get(field)
    if text is not None and not 0 < len(text) <= longest:
        raise BadRequest(f"use a text of 1 to {longest} characters", field=field)
    return text


def _language(request: Request) -> str | None:
    code = request.query.get("language")
    if code is not None and not LANGUAGE.fullmatch(code):
        raise BadRequest("use the code of a language, as in en", field="language")
    return code


def _limit(request: Request) -> int:
    limit = request.query.get("limit", "50")
    if not (limit.isascii() and limit.isdigit() and 1 <= int(limit[:6]) <= MOST):
        raise BadRequest(f"use a whole number from 1 to {MOST}", field="limit")
    return int(limit)


def _truth(request: Request, name: str) -> bool:
    value = request.query.get(name, "no")
    if value not in TRUTHS:
        raise BadRequest("use yes or no", field=name)
    return TRUTHS[value]


def _place(request: Request) -> Place | None:
    value = request.query.get("after")
    found = PLACE.fullmatch(value) if value is not None else None
    if value is not None and found is None:
        raise BadRequest("use the next_after of the page before", field="after")
    return (int(found[1]), found[2]) if found else None
