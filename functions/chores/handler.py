"""This function does the work that is due without anybody asking.

It exports days that ended, forecasts the next ones, and notices spikes.
"""

from typing import Any

from surgeline.adapters.staff_format import decode, encode
from surgeline.application.configuration import ConfigurationShelf
from surgeline.application.ports.retention import days_of
from surgeline.application.reports.export_days import ExportDays
from surgeline.application.spikes.heard_words import words_of
from surgeline.application.spikes.notice_spikes import NoticeSpikes
from surgeline.application.surge.forecast_days import ForecastDays
from surgeline.application.surge.surge_books import surge_books
from surgeline.domain.hours import zone_of
from surgeline.runtime.bootstrap import Backend, Handler, LambdaEvent, entry
from surgeline.runtime.configuration import shelf_of
from surgeline.runtime.logs import log_of
from surgeline.runtime.settings import Chores


def build(backend: Backend, settings: Chores) -> Handler:
    """Return the handler over a backend. The clock wakes it."""
    info, alarm = log_of("chores", settings.log_level)
    shelf = shelf_of(backend, alarm)
    export = ExportDays(
        store=backend.store(),
        outcomes=backend.outcomes(),
        blobs=backend.blobs(),
        clock=backend.clock,
        quiet=lambda: shelf.current().rules.conversation_seconds * 1000,
        record_days=days_of(settings.retention).records,
    )
    notice = NoticeSpikes(
        store=backend.store(),
        outcomes=backend.outcomes(),
        blobs=backend.blobs(),
        clock=backend.clock,
        zone=lambda: zone_of(shelf.current().reports.zone),
        known_words=lambda: _known_words(backend, shelf),
    )
    forecast = ForecastDays(
        shelf=shelf,
        store=backend.store(),
        outcomes=backend.outcomes(),
        books=surge_books(backend.ledger(), encode, decode),
        clock=backend.clock,
    )

    def handle(event: LambdaEvent, context: object) -> dict[str, Any]:
        del event, context
        for spike in notice():
            info(
                "topic_spike",
                topic=spike.topic,
                customers=spike.customers,
                expected=round(spike.expected, 1),
                began_at=spike.began_at,
            )
        for day in export():
            info("exported", day=day)
        for day in forecast():
            info("forecast", day=day)
        return {}

    return handle


def _known_words(backend: Backend, shelf: ConfigurationShelf) -> frozenset[str]:
    """Return the words of the articles that answer on any channel."""
    # An index takes numpy, which is only loaded once a word seems to be new.
    from surgeline.application.answers.states.published_articles import (  # noqa: PLC0415
        articles_now,
    )

    bases = sorted({each.knowledge_base for each in shelf.current().channels})
    return words_of(each for base in bases for each in articles_now(backend.blobs(), base))


handler = entry(Chores, build)
