"""Cases are read page by page: from their records, and from threads where there is no end yet."""

from collections.abc import Iterator, Sequence

from surgeline.application.ports.conversations import ConversationStore
from surgeline.application.ports.outcomes import KeptConversation, Outcomes
from surgeline.reports.case import Case, case_of

AT_ONCE = 500


def read_cases(
    store: ConversationStore, outcomes: Outcomes, since: int, until: int
) -> Iterator[Case]:
    """Yield the cases that were opened in the time, in order, and hold one page at a time."""
    after = None
    while True:
        page = outcomes.find(since, until, after=after, limit=AT_ONCE)
        for _, case in cases_of(store, page):
            yield case
        if len(page) < AT_ONCE:
            return
        after = page[-1].place


def cases_of(
    store: ConversationStore, kept: Sequence[KeptConversation], *, ended: bool = False
) -> Iterator[tuple[KeptConversation, Case]]:
    """Yield the case of each conversation. The threads are read together.

    With `ended` those of conversations that have ended are read too.
    """
    asked = [each for each in kept if (ended or not each.has_ended) and not each.is_erased]
    threads = store.threads([each.customer for each in asked]) if asked else {}
    for each in kept:
        case = case_of(each.opened, each.outcomes, threads.get(each.customer), each.surveyed)
        yield each, case
