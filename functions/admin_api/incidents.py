"""The operators' routes for incidents live here: publish, list and end them."""

from collections.abc import Callable, Mapping
from datetime import datetime

from surgeline.application.answers.knowledge_shelf import KnownArticles
from surgeline.application.change_configuration import ChangeConfiguration
from surgeline.application.configuration import ConfigurationShelf
from surgeline.application.crisis.count_incident import Uses, count_incidents
from surgeline.application.crisis.incidents import (
    Ground,
    Wanted,
    end_incident,
    publish_incident,
)
from surgeline.domain.crisis.incident import Incident
from surgeline.domain.times import rfc3339
from surgeline.errors import BadRequest
from surgeline.knowledge.text.languages import LANGUAGES
from surgeline.runtime.bootstrap import Backend
from surgeline.runtime.http import Request, Response, json_only
from surgeline.runtime.strict_json import load_object

from functions.admin_api.routes import Routes, author_of, name_in

PATH = "/v1/admin/incidents"
ID_BYTES = 5
USUAL_MINUTES = 12 * 60
FIELDS = ("texts", "articles", "channels", "minutes", "ends_at", "tell_minutes")


class IncidentRoutes:
    """The routes below /v1/admin/incidents."""

    def __init__(
        self,
        backend: Backend,
        shelf: ConfigurationShelf,
        change: ChangeConfiguration,
        articles: KnownArticles,
        info: Callable[..., None],
    ) -> None:
        self._backend = backend
        self._shelf = shelf
        self._change = change
        self._articles = articles
        self._info = info

    def read(self) -> Routes:
        """Return the routes that change nothing."""
        return {f"GET {PATH}": self._list}

    def write(self) -> Routes:
        """Return the routes that change something."""
        return {f"POST {PATH}": self._publish, f"POST {PATH}/{{incident_id}}/end": self._end}

    def _list(self, request: Request) -> Response:
        """Answer the incidents of the last two weeks, the newest first, with their uses."""
        del request
        configuration, now = self._shelf.current(), self._backend.clock.now()
        uses = count_incidents(
            self._backend.store(),
            self._backend.outcomes(),
            configuration.incidents,
            now=now,
            quiet=configuration.rules.conversation_seconds * 1000,
        )
        shown = [_shown(each, now, uses.get(each.id)) for each in configuration.incidents]
        return Response(200, {"as_of": rfc3339(now), "incidents": shown[::-1]})

    def _publish(self, request: Request) -> Response:
        """Put a text before the bot's answers on its topic, until its end."""
        json_only(request)
        body, now = load_object(request.body), self._backend.clock.now()
        for name in body:
            if name not in FIELDS:
                raise BadRequest(f"there is no such field; use {', '.join(FIELDS)}", field=name)
        wanted = Wanted(
            texts=texts_in(body, "texts"),
            minutes=minutes_in(body, now, usual=USUAL_MINUTES),
            articles=names_in(body, "articles"),
            channels=names_in(body, "channels"),
            tell_minutes=whole(body.get("tell_minutes", 0), "tell_minutes"),
        )
        bases = {each.knowledge_base for each in self._shelf.latest().channels}
        ground = Ground(
            now, LANGUAGES, lambda each: any(self._articles.has(base, each) for base in bases)
        )
        made = f"i{self._backend.randomness.token(ID_BYTES).hex()}"
        change = self._change.signed(author_of(request))
        incident = publish_incident(change, wanted, ground, incident_id=made)
        self._info("incident_published", incident=incident.id, articles=len(incident.articles))
        return Response(201, _shown(incident, now, Uses()), made=incident.id)

    def _end(self, request: Request) -> Response:
        """End an incident now."""
        json_only(request)
        now = self._backend.clock.now()
        change = self._change.signed(author_of(request))
        incident = end_incident(change, name_in(request, "incident_id"), now=now)
        self._info("incident_ended", incident=incident.id)
        return Response(200, _shown(incident, now, None))


def texts_in(body: Mapping[str, object], field: str) -> dict[str, str]:
    """Return the texts of a field by language. Raises BadRequest."""
    value = body.get(field, {})
    if not isinstance(value, dict) or not all(isinstance(each, str) for each in value.values()):
        raise BadRequest('use texts by language, as in {"en": "…", "fr": "…"}', field=field)
    return {name: str(text) for name, text in value.items()}


def names_in(body: Mapping[str, object], field: str) -> tuple[str, ...]:
    """Return the names of a field. Raises BadRequest."""
    value = body.get(field, [])
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise BadRequest("use a list of ids", field=field)
    return tuple(value)


def minutes_in(body: Mapping[str, object], now: int, *, usual: int) -> int:
    """Return how many minutes something lasts, from `minutes` or `ends_at`. Raises BadRequest."""
    if "minutes" in body and "ends_at" in body:
        raise BadRequest("give minutes or ends_at, not both", field="ends_at")
    minutes = body.get("minutes", usual)
    if "ends_at" in body:
        minutes = _minutes_until(body["ends_at"], now)
    return whole(minutes, "minutes")


def whole(value: object, field: str) -> int:
    """Return a whole number of minutes. Raises BadRequest."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise BadRequest("use a whole number of minutes", field=field)
    return value


def _minutes_until(moment: object, now: int) -> int:
    try:
        at = datetime.fromisoformat(moment) if isinstance(moment, str) else None
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise BadRequest("use a time with its zone, as in 2026-03-01T18:00:00Z", field="ends_at")
    return -(-(int(at.timestamp() * 1000) - now) // 60_000)


def _shown(incident: Incident, now: int, uses: Uses | None) -> dict[str, object]:
    """Return an incident as operators see it."""
    return {
        "id": incident.id,
        "state": incident.state(now),
        "texts": dict(incident.texts),
        "articles": list(incident.articles),
        "channels": list(incident.channels),
        "starts_at": rfc3339(incident.starts_at),
        "ends_at": rfc3339(incident.ends_at),
        "tells_since": rfc3339(incident.tells_since) if incident.tells_since else None,
        "uses": uses
        and {
            "told": uses.told,
            "avoided": uses.avoided,
            "wanted_person": uses.wanted_person,
            "told_first": uses.told_first,
            "silent": uses.silent,
            "complete": uses.complete,
        },
    }
