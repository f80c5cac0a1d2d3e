"""The operators' API: knowledge and configuration, conversations, dead letters."""

import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from surgeline.adapters.configuration.format import ConfigurationFormat
from surgeline.application.answers.current_knowledge import current_version
from surgeline.application.answers.knowledge_history import entries, go_back, shown, versions
from surgeline.application.answers.publish_knowledge import upload_knowledge
from surgeline.application.conversations.show_conversation import show_conversation
from surgeline.application.pools.ping_pool import ping_pool
from surgeline.application.ports.refusals import Absent, Changed
from surgeline.domain.ids import NAME_FORM, is_name
from surgeline.errors import BadRequest, Disagrees, Forbidden, Unauthorized
from surgeline.runtime.bootstrap import Backend, Handler, entry
from surgeline.runtime.configuration import shelf_of
from surgeline.runtime.http import Request, Response, http, json_only
from surgeline.runtime.logs import log_of
from surgeline.runtime.settings import AdminApi
from surgeline.runtime.strict_json import load_object, loads

from functions.admin_api.answers import AnswerRoutes
from functions.admin_api.deliveries import DeliveryRoutes
from functions.admin_api.endpoint_secrets import SecretRoutes, first_secret
from functions.admin_api.erasures import ErasureRoutes

MAX_BODY_BYTES = 6_000_000
MAX_ITEMS = 100_000
MAX_LISTED = 1000

TRIES = 5

Route = Callable[[Request], Response]
Item = dict[str, Any]
"""A channel or a pool, as the configuration has it."""


class _AdminApi:
    """The routes; one instance a process."""

    def __init__(self, backend: Backend, settings: AdminApi) -> None:
        self.info, self.alarm = log_of("admin_api", settings.log_level)
        self.backend = backend
        self.blobs = backend.blobs()
        self.secrets = backend.secrets()
        self.format = ConfigurationFormat(backend.kinds)
        self.shelf = shelf_of(backend, self.alarm)

    # ------------------------------------------------------------ who asks

    def guarded(self, scope: str, route: Route) -> Route:
        """The route, for holders of an admin key with that scope."""

        def checked(request: Request) -> Response:
            name, scopes = self._caller(request)
            if scope not in scopes:
                raise Forbidden(f"the key {name!r} lacks the scope {scope!r}")
            return route(request)

        return checked

    def _caller(self, request: Request) -> tuple[str, list[str]]:
        kind, _, key = request.headers.get("authorization", "").partition(" ")
        digest = hashlib.sha256(key.strip().encode()).hexdigest().encode()
        for known in json.loads(self.secrets.get("admin") or "[]"):
            if hmac.compare_digest(digest, str(known["sha256"]).encode()) and kind == "Bearer":
                return str(known["name"]), list(known["scopes"])
        raise Unauthorized(reason="admin key")

    # ------------------------------------------------------------ configuration

    def show_status(self, request: Request) -> Response:
        """GET: that the system is there, and what it runs with."""
        del request
        configuration = self.shelf.current()
        bases = sorted({channel.knowledge_base for channel in configuration.channels})
        body = {
            "status": "ok",
            "configuration": self.shelf.version or None,
            "channels": [channel.id for channel in configuration.channels],
            "pools": [pool.id for pool in configuration.pools],
            "unreadable": [f"{each.item}/{each.id}" for each in configuration.unknown],
            "knowledge": {base: current_version(self.blobs, base) for base in bases},
            "dead_letters": len(self.backend.dead_letters().list(limit=MAX_LISTED)),
        }
        return Response(200, body)

    def show_configuration(self, request: Request) -> Response:
        """GET: the configuration in force."""
        del request
        current = self.format.shown(self.shelf.current())
        return Response(200, {"version": self.shelf.version, "configuration": current})

    def put_configuration(self, request: Request) -> Response:
        """PUT: a whole new configuration."""
        json_only(request)
        made_from = request.headers.get("if-match")
        try:
            version = self._publish(load_object(request.body), after=made_from)
        except Changed as error:
            self.shelf.latest()
            raise Disagrees(
                f"version {self.shelf.version or 'none'} is in force by now, not {made_from}: "
                "look at what others changed, and publish again",
                state=self.shelf.version,
            ) from error
        return Response(200, {"version": version})

    def put_channel(self, request: Request) -> Response:
        """PUT: add or change one channel; its secret is shown when it is made, and only then."""
        json_only(request)
        channel_id = _id(request.path["channel_id"])
        channel = {"kind": "signed"} | load_object(request.body) | {"id": channel_id}
        self._change("channels", channel_id, lambda _: channel)
        body: dict[str, object] = {"channel": channel}
        if channel["kind"] == "signed":
            body |= first_secret(self.secrets, self.backend.randomness, f"channels/{channel_id}")
        return Response(200, body)

    def put_pool(self, request: Request) -> Response:
        """PUT: add or change one pool, as `put_channel`."""
        json_only(request)
        pool_id = _id(request.path["pool_id"])
        pool = {"kind": "outsourced"} | load_object(request.body) | {"id": pool_id}
        self._change("pools", pool_id, lambda _: pool)
        self.backend.pool_board().enable(pool_id)  # it may have been gone
        shown = first_secret(self.secrets, self.backend.randomness, f"pools/{pool_id}")
        return Response(200, {"pool": pool} | shown)

    def change_pool(self, request: Request) -> Response:
        """PATCH: change the fields given of one pool; an answer of 410 is forgotten."""
        json_only(request)
        pool_id = _id(request.path["pool_id"])
        fields = load_object(request.body)
        pool = self._change(
            "pools", pool_id, lambda known: _known(known, pool_id) | fields | {"id": pool_id}
        )
        self.backend.pool_board().enable(pool_id)
        return Response(200, {"pool": pool})

    def remove_pool(self, request: Request) -> Response:
        """DELETE: forget one pool; what it was offered or owns finds the next one."""
        pool_id = _id(request.path["pool_id"])

        def gone(known: Item | None) -> None:
            _known(known, pool_id)

        self._change("pools", pool_id, gone)
        return Response(200, {"removed": pool_id})

    def ping_pool(self, request: Request) -> Response:
        """POST: send the pool's endpoint a `pool.ping` now, and say how that went."""
        pool_id = _id(request.path["pool_id"])
        pool = self.shelf.pool(pool_id)
        if pool is None:
            raise Absent(f"there is no pool {pool_id!r}")
        pinged = ping_pool(
            self.backend.webhooks(),
            pool_id,
            pool.url,
            ping_id=f"p{self.backend.randomness.token(16).hex()}",
            now=self.backend.clock.now(),
        )
        return Response(200, asdict(pinged))

    def _change(
        self, kind: str, item_id: str, make: Callable[[Item | None], Item | None]
    ) -> Item | None:
        """Publish the configuration with one item added, changed in its place, or removed.

        `make` answers the new item from the one that is there; it is asked again where others were
        quicker, so that of changes at the same time none is lost. Raises Disagrees.
        """
        for _ in range(TRIES):
            whole: dict[str, Any] = self.format.shown(self.shelf.latest())
            made = make(next((each for each in whole[kind] if each["id"] == item_id), None))
            items = [made if each["id"] == item_id else each for each in whole[kind]]
            items += [] if made in items else [made]
            whole[kind] = [each for each in items if each is not None]
            try:
                self._publish(whole, after=self.shelf.version)
            except Changed:
                continue
            return made
        raise Disagrees("others are changing the configuration; nothing was changed, try again")

    def _publish(self, value: object, *, after: str | None) -> str:
        loopback = self.backend.allows_loopback
        configuration = self.format.parse(
            value, allow_loopback=loopback, stored=self.shelf.current()
        )
        version = hashlib.sha256(self.format.encode(configuration)).hexdigest()[:16]
        self.shelf.publish(configuration, version, after=after)
        self.info("configuration_published", version=version)
        return version

    # ------------------------------------------------------------ knowledge

    def show_knowledge(self, request: Request) -> Response:
        """GET: which version answers, and what was done last."""
        base = _id(request.path["knowledge_base"])
        last = entries(self.blobs, base, newest=1)
        latest = shown(last[0]) if last else None
        return Response(200, {"current": current_version(self.blobs, base), "latest": latest})

    def list_versions(self, request: Request) -> Response:
        """GET: the versions that were published, the newest first."""
        base = _id(request.path["knowledge_base"])
        current = current_version(self.blobs, base)
        return Response(200, {"versions": versions(entries(self.blobs, base), current)})

    def roll_back(self, request: Request) -> Response:
        """POST: answer from an earlier version again."""
        json_only(request)
        base = _id(request.path["knowledge_base"])
        wanted = load_object(request.body).get("version")
        if wanted is not None and not isinstance(wanted, str):
            raise BadRequest("a version's id, or leave it out for the one before", field="version")
        current, now = current_version(self.blobs, base), self.backend.clock.now()
        entry = go_back(self.blobs, base, current, wanted, at=now)
        self.info("knowledge_rolled_back", knowledge_base=base, version=entry.version)
        return Response(200, {"version": entry.version, "articles": entry.articles})

    def put_knowledge(self, request: Request) -> Response:
        """PUT: articles as JSONL; valid ones are built and made current shortly after."""
        base = _id(request.path["knowledge_base"])
        uploaded = upload_knowledge(
            self.blobs, base, request.body, "articles.jsonl", at=self.backend.clock.now()
        )
        body = {
            "version": uploaded.version,
            "articles": uploaded.articles,
            "warnings": list(uploaded.warnings),
        }
        return Response(202, body)

    # ------------------------------------------------------------ operation

    def show_conversation(self, request: Request) -> Response:
        """GET: everything kept of one conversation."""
        shown = show_conversation(
            self.backend.store(),
            self.backend.delivery_log(),
            request.path["conversation_id"],
        )
        return Response(200, shown)

    def list_dead_letters(self, request: Request) -> Response:
        """GET: what could not be handled; without the bodies, which hold customers' text."""
        limit = request.query.get("limit", "100")
        if not (limit.isascii() and limit.isdigit() and 1 <= int(limit[:6]) <= MAX_LISTED):
            raise BadRequest(f"use a whole number from 1 to {MAX_LISTED}", field="limit")
        letters = self.backend.dead_letters().list(limit=int(limit))
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

    def redrive(self, request: Request) -> Response:
        """POST: send dead letters round again, by id or all of them."""
        json_only(request)
        body = loads(request.body, max_items=MAX_ITEMS)
        letters = self.backend.dead_letters()
        if body == {"all": True}:
            ids = [letter.id for letter in letters.list(limit=MAX_LISTED)]
        elif isinstance(body, dict) and _are_texts(body.get("ids")):
            ids = list(body["ids"])
        else:
            raise BadRequest('send {"ids": […]} or {"all": true}', field="ids")
        return Response(200, {"redriven": letters.redrive(ids)})


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _known(item: Item | None, item_id: str) -> Item:
    if item is None:
        raise Absent(f"there is no {item_id!r}")
    return item


def _id(value: str) -> str:
    if not is_name(value):
        raise Absent(f"ids have {NAME_FORM}")
    return value


def build(backend: Backend, settings: AdminApi) -> Handler:
    """The handler over a backend."""
    api = _AdminApi(backend, settings)
    answers = AnswerRoutes(backend, settings.weights, api.alarm)
    erasures = ErasureRoutes(backend, settings.events_queue, api.info)
    deliveries = DeliveryRoutes(backend, api.shelf, settings.deliveries_queue, api.info)
    secrets = SecretRoutes(api.secrets, backend.randomness, api.info)
    read = {
        "GET /v1/admin/status": api.show_status,
        "GET /v1/admin/configuration": api.show_configuration,
        "GET /v1/admin/knowledge/{knowledge_base}": api.show_knowledge,
        "GET /v1/admin/knowledge/{knowledge_base}/versions": api.list_versions,
        "POST /v1/admin/knowledge/{knowledge_base}/explain": answers.explain,
        "GET /v1/admin/knowledge/{knowledge_base}/reviews": answers.show_reviews,
        "GET /v1/admin/conversations/{conversation_id}": api.show_conversation,
        "GET /v1/admin/deliveries": deliveries.show,
        "GET /v1/admin/dead-letters": api.list_dead_letters,
    }
    write = {
        "PUT /v1/admin/configuration": api.put_configuration,
        "PUT /v1/admin/channels/{channel_id}": api.put_channel,
        "POST /v1/admin/channels/{channel_id}/secret": secrets.rotate_channel,
        "PUT /v1/admin/pools/{pool_id}": api.put_pool,
        "PATCH /v1/admin/pools/{pool_id}": api.change_pool,
        "DELETE /v1/admin/pools/{pool_id}": api.remove_pool,
        "POST /v1/admin/pools/{pool_id}/ping": api.ping_pool,
        "POST /v1/admin/pools/{pool_id}/secret": secrets.rotate_pool,
        "PUT /v1/admin/knowledge/{knowledge_base}": api.put_knowledge,
        "POST /v1/admin/knowledge/{knowledge_base}/rollback": api.roll_back,
        "PUT /v1/admin/knowledge/{knowledge_base}/reviews": answers.put_reviews,
        "POST /v1/admin/deliveries/replay": deliveries.replay,
        "POST /v1/admin/erasures": erasures.erase,
        "POST /v1/admin/dead-letters/redrive": api.redrive,
    }
    routes = {key: api.guarded("read", route) for key, route in read.items()}
    routes |= {key: api.guarded("write", route) for key, route in write.items()}
    return http(routes, log=api.info, clock=backend.clock, max_body_bytes=MAX_BODY_BYTES)


handler = entry(AdminApi, build)
