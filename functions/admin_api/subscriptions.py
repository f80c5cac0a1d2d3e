"""The operators' routes for subscriptions live here: who is told of what, and pings."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from surgeline.adapters.codec import encode_delivery
from surgeline.adapters.system_texts import lead_words
from surgeline.application.change_subscriptions import ChangeSubscriptions
from surgeline.application.configuration import ConfigurationShelf
from surgeline.application.pools.ping_endpoint import ping_endpoint
from surgeline.application.ports.queues import Outgoing
from surgeline.application.ports.refusals import Absent
from surgeline.application.subscriptions.messages import of_test
from surgeline.application.subscriptions.send_reports import PAGE, decoded
from surgeline.domain.alerts.subscription import Subscription
from surgeline.domain.times import rfc3339
from surgeline.runtime.bootstrap import Backend
from surgeline.runtime.http import Request, Response, json_only
from surgeline.runtime.strict_json import load_object

from functions.admin_api.routes import Routes, author_of, name_in, new_ping_id

PATH = "/v1/admin/subscriptions"
ONE = f"{PATH}/{{subscription_id}}"


class SubscriptionRoutes:
    """The routes below /v1/admin/subscriptions."""

    def __init__(
        self,
        backend: Backend,
        shelf: ConfigurationShelf,
        change: ChangeSubscriptions,
        *,
        queue: str,
        info: Callable[..., None],
    ) -> None:
        self._backend = backend
        self._shelf = shelf
        self._change = change
        self._queue = backend.queue(queue)
        self._info = info

    def read(self) -> Routes:
        """Return the routes that change nothing."""
        return {f"GET {PATH}": self._list}

    def write(self) -> Routes:
        """Return the routes that change something."""
        return {
            f"PUT {ONE}": self._put,
            f"DELETE {ONE}": self._end,
            f"POST {ONE}/ping": self._ping,
        }

    def _list(self, request: Request) -> Response:
        """Answer every subscription, and when it was last sent reports."""
        del request
        served = decoded(self._backend.notebook().read(PAGE).body)
        found = self._shelf.current().subscriptions
        return Response(200, {"subscriptions": [_of_subscriber(each, served) for each in found]})

    def _put(self, request: Request) -> Response:
        """Add or replace one. The secret of a new webhook is shown only in this answer."""
        json_only(request)
        name = name_in(request, "subscription_id")
        shown, secret = self._change.signed(author_of(request)).put(name, load_object(request.body))
        self._info("subscription_put", subscription=name)
        return Response(200, {"subscription": shown, **secret})

    def _end(self, request: Request) -> Response:
        """End one, so that it is sent nothing any more."""
        name = name_in(request, "subscription_id")
        self._change.signed(author_of(request)).end(name)
        self._info("subscription_ended", subscription=name)
        return Response(200, {"ended": name})

    def _ping(self, request: Request) -> Response:
        """Send a test. A webhook is posted to now, and a mail or a chat is a delivery.

        Raises Absent.
        """
        name = name_in(request, "subscription_id")
        found = self._shelf.subscription(name)
        if found is None:
            raise Absent(f"there is no subscription {name!r}")
        if found.kind != "webhook":
            return self._test(found)
        pinged = ping_endpoint(
            self._backend.webhooks(),
            found.url,
            secret=f"subscriptions/{name}",
            event="subscription.ping",
            ping_id=new_ping_id(self._backend.randomness),
            now=self._backend.clock.now(),
        )
        return Response(200, asdict(pinged))

    def _test(self, found: Subscription) -> Response:
        made = of_test(
            found,
            lead_words(self._shelf.current().reports.language),
            test_id=new_ping_id(self._backend.randomness),
            at=self._backend.clock.now(),
        )
        self._queue.send([Outgoing(encode_delivery(made), made.group, made.dedup_id)])
        return Response(202, {"delivery_id": made.id, "endpoint": made.place.target})


def _of_subscriber(each: Subscription, served: Mapping[str, int]) -> dict[str, Any]:
    at = served.get(each.id)
    last = None if at is None or not each.reports else rfc3339(at)
    return {**asdict(each), "subjects": list(each.subjects), "last_due_at": last}
