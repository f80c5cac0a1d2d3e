"""A new blob starts this process, which calls the function of the blob's prefix and then ends.

    python -m local.runner.lanes.upload

The supervisor starts the process when the uploads queue has something to do. As in Lambda's
asynchronous invocation, a failure is tried again after a pause. After three failures the note
becomes a dead letter.
"""

import json
import logging
from collections.abc import Callable, Sequence
from importlib import import_module

from surgeline.application.ports.refusals import Absent

from infra import topology
from local.engine.queue import Received
from local.home.backend import EmbeddedBackend, from_environment
from local.home.context import context_of
from local.home.lambda_events import s3_event
from local.home.plan import UPLOADS_QUEUE, Plan
from local.runner.lanes.in_hand import InHand
from local.runner.processes import child

RETRY_SECONDS = 20

log = logging.getLogger(__name__)


def handle_uploads(
    backend: EmbeddedBackend, plan: Plan, in_hand: InHand, stopped: Callable[[], bool]
) -> None:
    """Handle the waiting uploads, one at a time."""
    queue = backend.queue(UPLOADS_QUEUE)
    queue.hold(in_hand.unfinished(), 0)

    def taking(found: Sequence[Received]) -> None:
        in_hand.hold([message.receipt for message in found])

    while not stopped() and (found := queue.receive(1, taking=taking)):
        message = found[0]
        if _handled(backend, plan, message):
            queue.delete([message.receipt])
        else:
            queue.hold([message.receipt], RETRY_SECONDS)
        in_hand.hold([])


def _handled(backend: EmbeddedBackend, plan: Plan, message: Received) -> bool:
    upload = json.loads(message.body)
    key = upload["key"]
    function = plan.builder_of(upload)
    if function is None:
        return True
    try:
        body = backend.blobs().get(key)
    except Absent:
        return True
    event = s3_event(
        topology.BUCKET, key, body, at=upload["at"], sequencer=int(message.sequence_number)
    )
    try:
        handler = import_module(plan.handler_module(function.name)).handler
        handler(event, context_of(function))
    except Exception:
        log.exception("%s failed on %s", function.name, key)
        return False
    return True


def main() -> None:
    """Handle the waiting uploads, then end."""
    this = child.begin("upload")
    stop = child.StopSignal()
    in_hand = InHand(this.home / "lanes" / this.name)
    handle_uploads(from_environment(this.environ), this.plan, in_hand, lambda: stop.is_set)


if __name__ == "__main__":
    main()
    child.end()
