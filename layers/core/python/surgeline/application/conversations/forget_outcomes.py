"""An erasure turns a person's records for reports into tombstones, found by the thread's log."""

from surgeline.application.ports.conversations import ConversationStore
from surgeline.application.ports.outcomes import Outcomes
from surgeline.domain.effects import RecordOpened, RecordOutcome
from surgeline.domain.outcome import Opened, Outcome

PAGE = 100


def forget_outcomes(
    store: ConversationStore, outcomes: Outcomes, thread_id: str, *, before_seq: int
) -> None:
    """Erase the reports' records of all openings and ends below that number.

    A repeat does no harm. The log is kept as long as the records, so that it knows all of them.
    """
    after = 0
    while True:
        page = store.records(thread_id, after_seq=after, limit=PAGE)
        found: list[Opened | Outcome] = []
        for effect in (e for each in page if each.seq < before_seq for e in each.effects):
            if isinstance(effect, RecordOpened):
                found.append(effect.opened)
            elif isinstance(effect, RecordOutcome):
                found.append(effect.outcome)
        if found:
            outcomes.erase(found)
        if len(page) < PAGE or page[-1].seq >= before_seq:
            return
        after = page[-1].seq
