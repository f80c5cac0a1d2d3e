"""The operators' routes that list deliveries and send them again live here."""

import re
from collections.abc import Callable, Mapping
from typing import cast, get_args

from surgeline.adapters.codec import encode_delivery
from surgeline.application.configuration import ConfigurationShelf
from surgeline.application.conversations.arrivals import arrivals_with
from surgeline.application.conversations.show_conversation import shown_delivery
from surgeline.application.deliveries.compose_delivery import DeliveryComposer
from surgeline.application.deliveries.replay_deliveries import (
    ReplayDeliveries,
    Search,
    State,
    search_deliveries,
)
from surgeline.application.media.links import links_with
from surgeline.application.ports.deliveries import DeliveryEnd, LoggedDelivery
from surgeline.application.subscriptions.tell_conversations import TellConversations
from surgeline.errors import BadRequest, NotFound
from surgeline.runtime.bootstrap import Backend
from surgeline.runtime.http import Request, Response, json_only
from surgeline.runtime.ids_key import ids_key
from surgeline.runtime.strict_json import load_object

from functions.admin_api.routes import Routes
from functions.admin_api.spans import span_of

ENDPOINT = re.compile(r"[a-z_]{1,32}:[a-z0-9_-]{1,64}")
CONFIGURED = ("channel:", "pool:", "subscription:")
STATES = (*get_args(DeliveryEnd), "retrying")
USUAL_DAYS = 1
MOST = 1000
MOST_IDS = 100
ID_CHARACTERS = 64

Info = Callable[..., None]


class DeliveryRoutes:
    """The routes GET and POST below /v1/admin/deliveries."""

    def __init__(self, backend: Backend, shelf: ConfigurationShelf, queue: str, info: Info) -> None:
        self._store = backend.store()
        self._log = backend.delivery_log()
        self._clock = backend.clock
        self._shelf = shelf
        self._info = info
        self._told = TellConversations(shelf)
        link = links_with(lambda: ids_key(backend.secrets()))
        token = arrivals_with(lambda: ids_key(backend.secrets()))
        self._replay = ReplayDeliveries(
            store=self._store,
            composer=DeliveryComposer(self._store, shelf, link=link, token=token),
            told=self._told,
            queue=backend.queue(queue),
            encode=encode_delivery,
        )

    def read(self) -> Routes:
        """Return the routes that change nothing."""
        return {"GET /v1/admin/deliveries": self.show}

    def write(self) -> Routes:
        """Return the routes that change something."""
        return {"POST /v1/admin/deliveries/replay": self.replay}

    def show(self, request: Request) -> Response:
        """Answer the deliveries that match the query, the newest first, with their attempts."""
        query = request.query
        asked: dict[str, object] = {**query, "ids": [query["id"]] if "id" in query else []}
        if "limit" in query:
            limit = query["limit"]
            asked["limit"] = int(limit[:6]) if limit.isascii() and limit.isdecimal() else -1
        found = self._find(asked)
        return Response(200, {"deliveries": [shown_delivery(each) for each in found]})

    def replay(self, request: Request) -> Response:
        """Send the named deliveries again.

        The body must name an endpoint, a conversation or ids. Every delivery that is named by id
        goes. Of the others only failed ones go, unless `state` says otherwise.
        """
        json_only(request)
        asked = load_object(request.body)
        if not (asked.get("endpoint") or asked.get("conversation") or asked.get("ids")):
            raise BadRequest("name an endpoint, a conversation or ids", field="endpoint")
        if not asked.get("ids"):
            asked = {"state": "failed"} | asked
        found = self._find(asked)
        went, skipped = self._replay(found, now=self._clock.now())
        self._info("deliveries_replayed", replayed=len(went), skipped=len(skipped))
        body = {
            "replayed": went,
            "skipped": [{"id": each.id, "why": each.why} for each in skipped],
        }
        return Response(200, body)

    def _find(self, asked: Mapping[str, object]) -> list[LoggedDelivery]:
        """Return the deliveries that are asked for. Raises NotFound for an unknown endpoint.

        A removed endpoint stays known as long as its deliveries are kept.
        """
        search = self._search(asked)
        found = search_deliveries(self._store, self._log, self._told, search)
        endpoint = asked.get("endpoint")
        if found or not endpoint or endpoint in self._endpoints():
            return found
        if str(endpoint).startswith(CONFIGURED):
            kind, _, name = str(endpoint).partition(":")
            raise NotFound(f"there is no {kind} {name!r}, and none of its deliveries in that time")
        return found

    def _search(self, asked: Mapping[str, object]) -> Search:
        now, zone = self._clock.now(), self._shelf.current().reports.zone
        since, until = span_of(asked, now=now, usual_days=USUAL_DAYS, zone=zone)
        endpoint = _text(asked, "endpoint")
        if endpoint and not ENDPOINT.fullmatch(endpoint):
            raise BadRequest(
                "use channel:ID, pool:ID or subscription:ID, as in pool:vendor", field="endpoint"
            )
        state = _text(asked, "state")
        if state not in (None, *STATES):
            raise BadRequest(f"use one of {', '.join(STATES)}", field="state")
        limit = asked.get("limit", 100)
        if not isinstance(limit, int) or isinstance(limit, bool) or not 1 <= limit <= MOST:
            raise BadRequest(f"use a whole number from 1 to {MOST}", field="limit")
        conversation = _text(asked, "conversation")
        everywhere = () if conversation else self._endpoints()
        return Search(
            endpoints=(endpoint,) if endpoint else everywhere,
            since=since,
            until=until,
            conversation_id=conversation,
            ids=_ids(asked),
            state=cast(State | None, state),
            limit=limit,
        )

    def _endpoints(self) -> tuple[str, ...]:
        """Return the endpoints that are configured now.

        A removed endpoint must be asked for by name.
        """
        current = self._shelf.current()
        return (
            *(f"channel:{each}" for each in current.ids("channels")),
            *(f"pool:{each}" for each in current.ids("pools")),
            *(f"subscription:{each.id}" for each in current.subscriptions),
        )


def _text(asked: Mapping[str, object], name: str) -> str | None:
    value = asked.get(name)
    if value is not None and not isinstance(value, str):
        raise BadRequest("use a text", field=name)
    return value or None


def _ids(asked: Mapping[str, object]) -> tuple[str, ...]:
    ids = asked.get("ids") or []
    if not isinstance(ids, list) or len(ids) > MOST_IDS:
        raise BadRequest(f"use a list of at most {MOST_IDS} ids", field="ids")
    if not all(isinstance(each, str) and 0 < len(each) <= ID_CHARACTERS for each in ids):
        raise BadRequest(f"use ids of 1 to {ID_CHARACTERS} characters each", field="ids")
    return tuple(ids)
