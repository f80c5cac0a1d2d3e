"""The event source mapping of queues hands batches to a handler and reads the answers.

The answer says which messages are deleted and which are kept, by AWS's rules for
`ReportBatchItemFailures`. Waiting for messages lives in `lane`.
"""

import logging
from collections.abc import Iterable, Sequence

from surgeline.runtime.bootstrap import Handler

from infra.topology import Function
from local.engine.queue import Received
from local.home.context import context_of
from local.home.lambda_events import sqs_event

log = logging.getLogger(__name__)


class MalformedAnswer(Exception):
    """The mapping does not understand a handler's answer, so the batch is kept."""


def kept_of(answer: object, ids: Iterable[str]) -> frozenset[str]:
    """Return the ids of the messages that failed, by the handler's answer.

    Raises MalformedAnswer for an answer that AWS takes as a failure of the whole batch. Such an
    answer has another shape, an empty id, or an id that was not in the batch.
    """
    if answer is None or answer == {}:
        return frozenset()
    if not isinstance(answer, dict):
        raise MalformedAnswer(f"the answer is a {type(answer).__name__}, not a batch response")
    failures = answer.get("batchItemFailures")
    if failures is None:
        return frozenset()
    if not isinstance(failures, list):
        raise MalformedAnswer("batchItemFailures is not a list")
    known = frozenset(ids)
    return frozenset(_identifier(item, known) for item in failures)


def _identifier(item: object, known: frozenset[str]) -> str:
    found = item.get("itemIdentifier") if isinstance(item, dict) else None
    if not isinstance(found, str) or found not in known:
        raise MalformedAnswer("an itemIdentifier is missing, empty or not of this batch")
    return found


def invoke(
    handler: Handler, function: Function, queue_name: str, batch: Sequence[Received]
) -> list[str]:
    """Call the handler with one batch, and return the receipts of the messages to delete.

    A handler that raises keeps the whole batch for its visibility timeout, or as long as `hold`
    says.
    """
    event = sqs_event(queue_name, batch)
    try:
        answer = handler(event, context_of(function))
        kept = kept_of(answer, (message.id for message in batch))
    except Exception:
        log.exception("%s failed; %d message(s) stay in %s", function.name, len(batch), queue_name)
        return []
    if kept:
        log.info("%s kept %d of %d message(s)", function.name, len(kept), len(batch))
    return [message.receipt for message in batch if message.id not in kept]
