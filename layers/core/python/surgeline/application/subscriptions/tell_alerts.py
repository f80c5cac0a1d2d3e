"""Subscribers are told of each alert that was raised or cleared since the last minute."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from surgeline.application.alerts.alerts import Alerts
from surgeline.application.configuration import Configuration
from surgeline.application.ports.clock import Clock
from surgeline.application.ports.deliveries import Delivery
from surgeline.application.subscriptions.messages import of_alert
from surgeline.domain.alerts.book import without_told
from surgeline.domain.texts import Words

Send = Callable[[Sequence[Delivery]], None]
"""Sends deliveries into their queue. Raises Unavailable."""


@dataclass(frozen=True, slots=True)
class TellAlerts:
    """The use case. Its deliveries go into the queue before the book forgets that they are due.

    If a process dies in between, they go again under the same ids.
    """

    alerts: Alerts
    send: Send
    words: Callable[[str], Words]
    clock: Clock

    def __call__(self, configuration: Configuration) -> None:
        """Tell what nobody was told yet. Raises Unavailable."""
        book = self.alerts.book()
        if not book.untold:
            return
        by_id = {each.id: each for each in book.alerts}
        words = self.words(configuration.reports.language)
        at = self.clock.now()
        deliveries = [
            of_alert(subscription, by_id[news.alert_id], news.change, words, at=at)
            for news in book.untold
            if news.alert_id in by_id
            for subscription in configuration.subscriptions
            if subscription.is_told_of(f"alert.{news.change}", by_id[news.alert_id].level)
        ]
        self.send(deliveries)
        self.alerts.change(lambda now: without_told(now, book.untold))
