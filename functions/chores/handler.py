"""This function does the work that is due without anybody asking: each ended day is exported."""

from typing import Any

from surgeline.application.reports.export_days import ExportDays
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
    )

    def handle(event: LambdaEvent, context: object) -> dict[str, Any]:
        del event, context
        for day in export():
            info("exported", day=day)
        return {}

    return handle


handler = entry(Chores, build)
