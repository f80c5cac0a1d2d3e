"""The operators' routes for lists of conversations live here."""

import re

from surgeline.application.conversations.list_conversations import Wanted, list_conversations
from surgeline.application.ports.outcomes import Place
from surgeline.domain.ids import NAME_FORM, is_name
from surgeline.errors import BadRequest
from surgeline.runtime.bootstrap import Backend
from surgeline.runtime.http import Request, Response

from functions.admin_api.routes import Routes
from functions.admin_api.spans import span_of

USUAL_DAYS = 7
MOST = 200
PLACE = re.compile(r"([0-9]{1,13})-(x[a-z2-7]{1,64})")
TRUTHS = {"yes": True, "no": False}


class ConversationRoutes:
    """GET below /v1/admin/conversations: a page of the list."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    def read(self) -> Routes:
        """Return the routes that change nothing."""
        return {"GET /v1/admin/conversations": self.show}

    def write(self) -> Routes:
        """Return no routes, because a list changes nothing."""
        return {}

    def show(self, request: Request) -> Response:
        """Answer the conversations that the query asks for, the newest first."""
        wanted = self._wanted(request)
        listed = list_conversations(self._backend.store(), self._backend.outcomes(), wanted)
        place = listed.next_after
        body = {
            "conversations": list(listed.conversations),
            "next_after": f"{place[0]}-{place[1]}" if place else None,
        }
        return Response(200, body)

    def _wanted(self, request: Request) -> Wanted:
        now = self._backend.clock.now()
        since, until = span_of(request.query, now=now, usual_days=USUAL_DAYS)
        channel = request.query.get("channel")
        if channel is not None and not is_name(channel):
            raise BadRequest(f"ids have {NAME_FORM}", field="channel")
        return Wanted(
            since=since,
            until=until,
            channel=channel,
            is_handed_off=_truth(request, "handed_off"),
            is_open=_truth(request, "open"),
            after=_place(request),
            limit=_limit(request),
        )


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
