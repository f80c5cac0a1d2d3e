"""An erasure turns a person's records for reports into tombstones, found by the thread's log."""

from itertools import takewhile

from surgeline.application.ports.conversations import ConversationStore
from surgeline.application.ports.outcomes import Outcomes
from surgeline.application.thread_log import records_after
from surgeline.domain.effects import RecordOpened, RecordOutcome, RecordSurvey
from surgeline.domain.outcome import Kept


def forget_outcomes(
    store: ConversationStore, outcomes: Outcomes, thread_id: str, *, before_seq: int
) -> None:
    """Erase the reports' records of all openings, ends and surveys below that number.

    A repeat does no harm. The log is kept as long as the records, so that it knows all of them.
    """
    found: list[Kept] = []
    for record in takewhile(lambda each: each.seq < before_seq, records_after(store, thread_id)):
        for effect in record.effects:
            if isinstance(effect, RecordOpened):
                found.append(effect.opened)
            elif isinstance(effect, RecordOutcome):
                found.append(effect.outcome)
            elif isinstance(effect, RecordSurvey):
                found.append(effect.surveyed)
    if found:
        outcomes.erase(found)
