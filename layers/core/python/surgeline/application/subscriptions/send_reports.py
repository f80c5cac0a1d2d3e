"""Subscribers are sent their reports once for each time that those are due."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from surgeline.application.configuration import Configuration
from surgeline.application.copies import note_copies, shown_threads
from surgeline.application.ports.clock import Clock
from surgeline.application.ports.ledger import Ledger
from surgeline.application.ports.notebook import Notebook
from surgeline.application.ports.refusals import Changed
from surgeline.application.subscriptions.messages import of_report
from surgeline.application.subscriptions.tell_alerts import Send
from surgeline.domain.alerts.subscription import Subscription, days_of, last_due
from surgeline.domain.hours import zone_of
from surgeline.domain.texts import Words
from surgeline.reports.days import Span, span_of

PAGE = "subscriptions"


class Read(Protocol):
    """Reads a report of some days. With `texts` it may have words of customers."""

    def __call__(
        self, name: str, span: Span, configuration: Configuration, *, texts: bool
    ) -> Mapping[str, Any]:
        """Return the report. Raises Unavailable."""


@dataclass(frozen=True, slots=True)
class SendReports:
    """The use case. `read` counts a report. `ledger` keeps whose words went to whom.

    A page of the notebook has for each subscription the last time that was served. A new
    subscription begins with the next time. Whatever was due while nothing ran is sent once, for the
    last time that it was due.
    """

    notebook: Notebook
    read: Read
    send: Send
    words: Callable[[str], Words]
    clock: Clock
    ledger: Ledger

    def __call__(self, configuration: Configuration) -> None:
        """Send what is due. Raises Unavailable, and then a later minute sends the rest."""
        zone, now = zone_of(configuration.reports.zone), self.clock.now()
        for each in configuration.subscriptions:
            if each.reports:
                self._serve(each, zone, now, configuration)

    def _serve(
        self, subscription: Subscription, zone: ZoneInfo, now: int, configuration: Configuration
    ) -> None:
        page = self.notebook.read(PAGE)
        served = decoded(page.body)
        due = last_due(subscription, zone, now)
        if due <= served.get(subscription.id, -1):
            return
        if subscription.id in served:
            self._send(subscription, zone, due, configuration)
        known = {each.id for each in configuration.subscriptions}
        kept = {name: at for name, at in served.items() if name in known}
        body = json.dumps({**kept, subscription.id: due}).encode()
        try:
            self.notebook.write(PAGE, body, after=page)
        except Changed:
            return  # another minute has served it, under the same ids

    def _send(
        self, subscription: Subscription, zone: ZoneInfo, due: int, configuration: Configuration
    ) -> None:
        words = self.words(configuration.reports.language)
        try:
            span = span_of(*days_of(subscription, zone, due), zone)
        except ValueError:  # the place's calendar left that day out
            return
        for name in subscription.reports:
            found = self.read(name, span, configuration, texts=subscription.texts)
            to, shown = subscription.id, shown_threads(found)
            note_copies(self.ledger, shown, "report", to, now=self.clock.now())
            self.send([of_report(subscription, found, words, due=due, at=self.clock.now())])


def decoded(body: bytes) -> dict[str, int]:
    """Return the times that were served last, by subscription."""
    return {str(name): int(at) for name, at in json.loads(body).items()} if body else {}
