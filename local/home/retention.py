"""The clock wakes this function once a day, and it deletes what its home has kept long enough.

Only a home folder needs it: on AWS the table, the bucket and the queues delete by themselves.
"""

import logging
from typing import TYPE_CHECKING, Any, cast

from surgeline.application.conversations.take_mail import ARRIVED, DAY_MS, KEPT
from surgeline.application.media.kept import FOLDER, UPLOAD_DAYS, UPLOADS
from surgeline.application.ports.retention import days_of
from surgeline.runtime.bootstrap import Backend, Handler, LambdaEvent, entry
from surgeline.runtime.settings import Settings

if TYPE_CHECKING:
    from local.home.backend import EmbeddedBackend

STORED = (ARRIVED, KEPT, FOLDER)
"""The folders of mails, and of files that came with messages."""

log = logging.getLogger(__name__)


def build(backend: Backend, settings: Settings) -> Handler:
    """Return the handler over a home folder's backend."""
    days = days_of(settings.retention)
    home = cast("EmbeddedBackend", backend)  # only plans of this home have the function
    retention = home.retention(days)

    def handle(event: LambdaEvent, context: object) -> dict[str, Any]:
        del event, context
        now = home.clock.now()
        gone = retention.sweep(now)
        before = now - days.mails * DAY_MS
        gone += sum(home.blobs().forget(each, before=before) for each in STORED)
        gone += home.blobs().forget(UPLOADS, before=now - UPLOAD_DAYS * DAY_MS)
        home.scrub()  # an erasure may have left words in a log, and nobody asked for it again
        if gone:
            log.info("deleted %s old rows, mails and files", gone)
        return {}

    return handle


handler = entry(Settings, build)
