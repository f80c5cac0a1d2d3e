"""The operators' routes that upload, show, tune and roll back knowledge bases live here."""

from collections.abc import Callable

from surgeline.application.answers.current_knowledge import current_index, current_version
from surgeline.application.answers.follow_traffic import history, hold, is_held
from surgeline.application.answers.knowledge_history import entries, go_back, shown, versions
from surgeline.application.answers.publish_knowledge import upload_knowledge
from surgeline.application.answers.states.check_states import gate_of
from surgeline.application.configuration import ConfigurationShelf
from surgeline.domain.times import rfc3339
from surgeline.errors import BadRequest, Forbidden
from surgeline.runtime.bootstrap import Backend
from surgeline.runtime.http import Request, Response, json_only
from surgeline.runtime.strict_json import load_object

from functions.admin_api.routes import Routes, name_in

PATH = "/v1/admin/knowledge/{knowledge_base}"
CHANGES = 30
"""The number of changes by traffic that are shown."""


class KnowledgeRoutes:
    """The routes that show a knowledge base and its versions, replace it and roll it back."""

    def __init__(
        self, backend: Backend, shelf: ConfigurationShelf, info: Callable[..., None]
    ) -> None:
        self._shelf = shelf
        self._backend = backend
        self._blobs = backend.blobs()
        self._clock = backend.clock
        self._info = info

    def read(self) -> Routes:
        """Return the routes that change nothing."""
        return {
            f"GET {PATH}": self._show,
            f"GET {PATH}/versions": self._list,
            f"GET {PATH}/traffic": self._show_traffic,
        }

    def write(self) -> Routes:
        """Return the routes that change something."""
        return {
            f"PUT {PATH}": self._put,
            f"POST {PATH}/rollback": self._roll_back,
            f"PUT {PATH}/traffic": self._put_traffic,
        }

    def _show(self, request: Request) -> Response:
        """Answer which version is in use, and what was done last."""
        base = name_in(request, "knowledge_base")
        last = entries(self._blobs, base, newest=1)
        latest = shown(last[0]) if last else None
        return Response(200, {"current": current_version(self._blobs, base), "latest": latest})

    def _list(self, request: Request) -> Response:
        """Answer the published versions, the newest first."""
        base = name_in(request, "knowledge_base")
        current = current_version(self._blobs, base)
        return Response(200, {"versions": versions(entries(self._blobs, base), current)})

    def _show_traffic(self, request: Request) -> Response:
        """Answer what recent questions moved, whether that is held, and the last changes."""
        return Response(200, self._traffic(name_in(request, "knowledge_base")))

    def _put_traffic(self, request: Request) -> Response:
        """Let the rehearsed thresholds stand, or let them follow recent questions again."""
        json_only(request)
        base = name_in(request, "knowledge_base")
        held = load_object(request.body).get("held")
        if not isinstance(held, bool):
            raise BadRequest("use true or false", field="held")
        hold(self._blobs, base, held=held, at=self._clock.now())
        self._info("traffic_held" if held else "traffic_followed", knowledge_base=base)
        return Response(200, self._traffic(base))

    def _traffic(self, base: str) -> dict[str, object]:
        current = current_index(self._blobs, base)
        moves = current.traffic if current else ()
        return {
            "held": is_held(self._blobs, base),
            "moves": [move.as_json() for move in moves],
            "why": [move.sentence for move in moves],
            **({"least": current.least} if current and current.least is not None else {}),
            "changes": [
                each | {"at": rfc3339(each["at"])}
                for each in history(self._blobs, base, newest=CHANGES)
            ],
        }

    def _roll_back(self, request: Request) -> Response:
        """Put an earlier version in use again."""
        json_only(request)
        base = name_in(request, "knowledge_base")
        wanted = load_object(request.body).get("version")
        if wanted is not None and not isinstance(wanted, str):
            raise BadRequest(
                "use a version's id, or leave it out for the one before", field="version"
            )
        current, now = current_version(self._blobs, base), self._clock.now()
        entry = go_back(self._blobs, base, current, wanted, at=now)
        self._info("knowledge_rolled_back", knowledge_base=base, version=entry.version)
        return Response(200, {"version": entry.version, "articles": entry.articles})

    def _put(self, request: Request) -> Response:
        """Take articles as JSONL. Valid articles are built and put in use shortly after."""
        base = name_in(request, "knowledge_base")
        if "write" not in request.scopes and self._shelf.latest().knowledge.second_person:
            raise Forbidden(
                "a second person approves each change here: make a draft of it, or ask an admin"
            )
        now = self._clock.now()
        backend = self._backend
        gate = gate_of(backend.store(), backend.outcomes(), self._shelf.latest(), base, at=now)
        uploaded = upload_knowledge(
            self._blobs, base, request.body, "articles.jsonl", at=now, gate=gate
        )
        body = {
            "version": uploaded.version,
            "articles": uploaded.articles,
            "warnings": list(uploaded.warnings),
        }
        return Response(202, body)
