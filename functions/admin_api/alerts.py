"""The operators' routes for alerts live here."""

from dataclasses import asdict

from surgeline.adapters.system_texts import alerts_told
from surgeline.application.alerts.alerts import Alerts
from surgeline.application.configuration import ConfigurationShelf
from surgeline.domain.alerts.book import Alert
from surgeline.domain.alerts.rules import rules_of
from surgeline.domain.times import rfc3339
from surgeline.runtime.bootstrap import Backend
from surgeline.runtime.http import Request, Response

from functions.admin_api.bodies import language_asked
from functions.admin_api.routes import Routes


class AlertRoutes:
    """The routes below /v1/admin/alerts."""

    def __init__(self, backend: Backend, shelf: ConfigurationShelf) -> None:
        self._alerts = Alerts(backend.notebook(), backend.clock)
        self._clock = backend.clock
        self._shelf = shelf

    def read(self) -> Routes:
        """Return the routes that change nothing."""
        return {"GET /v1/admin/alerts": self._list}

    def write(self) -> Routes:
        """Return the routes that change something."""
        return {"POST /v1/admin/alerts/{alert_id}/acknowledge": self._acknowledge}

    def _list(self, request: Request) -> Response:
        """Answer the alerts that stand, the newest that were cleared, and the rules in force."""
        language = language_asked(request)
        found = self._alerts.book().alerts
        body = {
            "as_of": rfc3339(self._clock.now()),
            "standing": [shown(each, language) for each in found if each.stands],
            "cleared": [shown(each, language) for each in found if not each.stands],
            "rules": [asdict(each) for each in rules_of(self._shelf.current().alerts)],
        }
        return Response(200, body)

    def _acknowledge(self, request: Request) -> Response:
        """Note that the caller takes care of an alert. Raises Absent."""
        alert = self._alerts.acknowledge(request.path["alert_id"], request.who)
        return Response(200, {"alert": shown(alert)})


def shown(alert: Alert, language: str | None = None) -> dict[str, object]:
    """Return an alert as the API tells it: in a language, or in the one that it was written in."""
    return {
        "id": alert.id,
        "key": alert.key,
        "level": alert.level,
        "words": alerts_told(language)(alert.words) if language else alert.words,
        "raised_at": rfc3339(alert.raised_at),
        "cleared_at": _time(alert.cleared_at),
        "acknowledged_at": _time(alert.acknowledged_at),
        "acknowledged_by": alert.acknowledged_by or None,
    }


def _time(at: int | None) -> str | None:
    return None if at is None else rfc3339(at)
