"""The last hour is counted here by five minutes, from a bounded number of conversations."""

from surgeline.application.ports.conversations import ConversationStore
from surgeline.application.ports.outcomes import Outcomes
from surgeline.application.reports.read_cases import cases_of
from surgeline.domain.times import rfc3339

STEP = 300_000
STEPS = 12
PAGE = 500
PAGES = 4
"""So many pages of the newest conversations are looked at. They may not reach a whole hour back."""


def last_hour(store: ConversationStore, outcomes: Outcomes, *, now: int) -> dict[str, object]:
    """Return the arrivals and first replies of the last hour, by five minutes, oldest first.

    A reply counts where it came, if its conversation was opened in the hour. `counted_since` is how
    far back the numbers are complete.
    """
    begin = (now // STEP - STEPS + 1) * STEP
    arrivals, replies = [0] * STEPS, [0] * STEPS
    after = None
    for _ in range(PAGES):
        page = outcomes.find(begin, now + 1, after=after, limit=PAGE, newest_first=True)
        for _, case in cases_of(store, page):
            arrivals[(case.opened_at - begin) // STEP] += 1
            replied_at = case.account.first_reply_at if case.account else None
            if replied_at is not None and begin <= replied_at <= now:
                replies[(replied_at - begin) // STEP] += 1
        after = page[-1].place if len(page) == PAGE else None
        if after is None:
            break
    return {
        "counted_since": rfc3339(after[0] if after else begin),
        "intervals": [
            {
                "from": rfc3339(begin + number * STEP),
                "arrivals": arrivals[number],
                "first_replies": replies[number],
            }
            for number in range(STEPS)
        ],
    }
