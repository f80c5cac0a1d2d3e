"""The operators' routes for alerts, and for the subscribers who are told of them, live here."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from surgeline.application.alerts.alerts import Alerts
from surgeline.application.change_subscriptions import ChangeSubscriptions
from surgeline.application.configuration import ConfigurationShelf
from surgeline.application.subscriptions.send_reports import PAGE, decoded
from surgeline.domain.alerts.book import Alert
from surgeline.domain.alerts.rules import rules_of
from surgeline.domain.alerts.subscription import Subscription
from surgeline.domain.times import rfc3339
from surgeline.runtime.bootstrap import Backend
from surgeline.runtime.http import Request, Response, json_only
from surgeline.runtime.strict_json import load_object

from functions.admin_api.routes import Routes, name_in

PATH = "/v1/admin/subscriptions"
ONE = f"{PATH}/{{subscription_id}}"


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
        del request
        found = self._alerts.book().alerts
        body = {
            "as_of": rfc3339(self._clock.now()),
            "standing": [shown(each) for each in found if each.stands],
            "cleared": [shown(each) for each in found if not each.stands],
            "rules": [asdict(each) for each in rules_of(self._shelf.current().alerts)],
        }
        return Response(200, body)

    def _acknowledge(self, request: Request) -> Response:
        """Note that the caller takes care of an alert. Raises Absent."""
        alert = self._alerts.acknowledge(request.path["alert_id"], request.who)
        return Response(200, {"alert": shown(alert)})


def shown(alert: Alert) -> dict[str, object]:
    """Return an alert as the API tells it."""
    return {
        "id": alert.id,
        "key": alert.key,
        "level": alert.level,
        "words": alert.words,
        "raised_at": rfc3339(alert.raised_at),
        "cleared_at": _time(alert.cleared_at),
        "acknowledged_at": _time(alert.acknowledged_at),
        "acknowledged_by": alert.acknowledged_by or None,
    }


def _time(at: int | None) -> str | None:
    return None if at is None else rfc3339(at)


class SubscriptionRoutes:
    """The routes below /v1/admin/subscriptions."""

    def __init__(
        self,
        backend: Backend,
        shelf: ConfigurationShelf,
        change: ChangeSubscriptions,
        info: Callable[..., None],
    ) -> None:
        self._notebook = backend.notebook()
        self._shelf = shelf
        self._change = change
        self._info = info

    def read(self) -> Routes:
        """Return the routes that change nothing."""
        return {f"GET {PATH}": self._list}

    def write(self) -> Routes:
        """Return the routes that change something."""
        return {f"PUT {ONE}": self._put, f"DELETE {ONE}": self._end}

    def _list(self, request: Request) -> Response:
        """Answer every subscription, and when it was last sent reports."""
        del request
        served = decoded(self._notebook.read(PAGE).body)
        found = self._shelf.current().subscriptions
        return Response(200, {"subscriptions": [_of_subscriber(each, served) for each in found]})

    def _put(self, request: Request) -> Response:
        """Add or replace one. The secret of a new webhook is shown only in this answer."""
        json_only(request)
        name = name_in(request, "subscription_id")
        shown, secret = self._change.put(name, load_object(request.body))
        self._info("subscription_put", subscription=name)
        return Response(200, {"subscription": shown, **secret})

    def _end(self, request: Request) -> Response:
        """End one, so that it is sent nothing any more."""
        name = name_in(request, "subscription_id")
        self._change.end(name)
        self._info("subscription_ended", subscription=name)
        return Response(200, {"ended": name})


def _of_subscriber(each: Subscription, served: Mapping[str, int]) -> dict[str, Any]:
    at = served.get(each.id)
    last = None if at is None or not each.reports else rfc3339(at)
    return {**asdict(each), "subjects": list(each.subjects), "last_due_at": last}
