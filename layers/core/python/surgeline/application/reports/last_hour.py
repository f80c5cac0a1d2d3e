"""The last hour is counted here by five minutes, from a bounded number of conversations."""

from collections import defaultdict
from dataclasses import dataclass, field

from surgeline.application.ports.conversations import ConversationStore
from surgeline.application.ports.outcomes import Outcomes
from surgeline.application.reports.read_cases import cases_of
from surgeline.domain.times import rfc3339
from surgeline.reports.case import Case
from surgeline.reports.numbers import in_seconds, percentiles, share

STEP = 300_000
STEPS = 12
PAGE = 500
PAGES = 4
"""So many pages of the newest conversations are looked at. They may not reach a whole hour back."""
RANKS = (50, 95, 99)
DAY = 86_400_000


def last_hour(store: ConversationStore, outcomes: Outcomes, *, now: int) -> dict[str, object]:
    """Return the arrivals and first replies of the last hour, by five minutes, oldest first.

    A reply counts where it came, if its conversation was opened in the hour. So do the numbers
    beside the intervals: all are of conversations that were opened in the hour. `counted_since` is
    how far back they are complete. `arrivals_yesterday` are those of the same time a day before.
    They are None where they are more than are looked at.
    """
    begin = (now // STEP - STEPS + 1) * STEP
    hour = _Hour(begin, now)
    after = None
    for _ in range(PAGES):
        page = outcomes.find(begin, now + 1, after=after, limit=PAGE, newest_first=True)
        for _, case in cases_of(store, page):
            hour.add(case)
        after = page[-1].place if len(page) == PAGE else None
        if after is None:
            break
    return {
        "counted_since": rfc3339(after[0] if after else begin),
        **hour.as_json(),
        "arrivals_yesterday": _arrivals(outcomes, begin - DAY, now + 1 - DAY),
    }


def _arrivals(outcomes: Outcomes, since: int, until: int) -> int | None:
    """Return how many conversations were opened in the time, or None for more than four pages."""
    count, after = 0, None
    for _ in range(PAGES):
        page = outcomes.find(since, until, after=after, limit=PAGE)
        count += len(page)
        if len(page) < PAGE:
            return count
        after = page[-1].place
    return None


@dataclass(slots=True)
class _Hour:
    """The counts of an hour, while they grow."""

    begin: int
    now: int
    arrivals: list[int] = field(default_factory=lambda: [0] * STEPS)
    replies: list[int] = field(default_factory=lambda: [0] * STEPS)
    first: list[int] = field(default_factory=list)
    answered: int = 0
    transfers: int = 0
    helped: int = 0
    not_helped: int = 0
    offers: dict[str, dict[str, int]] = field(
        default_factory=lambda: defaultdict(
            lambda: dict.fromkeys(("accepted", "declined", "timed_out"), 0)
        )
    )

    def add(self, case: Case) -> None:
        """Count a conversation."""
        self.arrivals[(case.opened_at - self.begin) // STEP] += 1
        self.helped += case.helped is True
        self.not_helped += case.helped is False
        account = case.account
        if account is None:
            return
        replied_at = account.first_reply_at
        if replied_at is not None and self.begin <= replied_at <= self.now:
            self.replies[(replied_at - self.begin) // STEP] += 1
            self.first += case.first_reply_ms
        self.answered += case.is_answered
        self.transfers += account.transfers
        for asked in account.asked:
            for name in ("accepted", "declined", "timed_out"):
                self.offers[asked.pool_id][name] += getattr(asked, name)

    def as_json(self) -> dict[str, object]:
        """Return the counts."""
        return {
            "intervals": [
                {
                    "from": rfc3339(self.begin + number * STEP),
                    "arrivals": self.arrivals[number],
                    "first_replies": self.replies[number],
                }
                for number in range(STEPS)
            ],
            "first_reply_seconds": in_seconds(percentiles(self.first, RANKS)),
            "answered": share(self.answered, sum(self.arrivals)),
            "transfers": self.transfers,
            "helped": share(self.helped, self.helped + self.not_helped),
            "offers": {pool: dict(counts) for pool, counts in sorted(self.offers.items())},
        }
