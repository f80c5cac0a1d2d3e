"""The use of an incident is counted here, from the records of conversations."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from surgeline.application.crisis.tell_customers import BEFORE_MS
from surgeline.application.ports.conversations import ConversationStore
from surgeline.application.ports.outcomes import Outcomes
from surgeline.application.reports.read_cases import read_cases
from surgeline.domain.crisis.incident import Incident
from surgeline.reports.case import Case

MOST_CASES = 50_000
"""So many conversations are looked at. Beyond that the counts are the least that they can be."""
AFTERWARDS_MS = 3_600_000
"""Conversations that were opened within this time before the incident may be told of it."""


@dataclass(frozen=True, slots=True)
class Uses:
    """The conversations in which an incident was told, and what became of them.

    `wanted_person` still asked for a person. `avoided` are over and never did. `told_first` were
    told without asking, and `silent` of them have not written since the incident began. `complete`
    is false if there were too many conversations to look at all of them.
    """

    told: int = 0
    avoided: int = 0
    wanted_person: int = 0
    told_first: int = 0
    silent: int = 0
    complete: bool = True


def count_incidents(
    store: ConversationStore,
    outcomes: Outcomes,
    incidents: Iterable[Incident],
    *,
    now: int,
    quiet: int,
) -> dict[str, Uses]:
    """Return the uses of each incident by its id, from one pass over the conversations.

    A conversation with the bot is over once its customer was silent for `quiet` milliseconds, or
    once somebody ended it.
    """
    asked = {each.id: each for each in incidents}
    counts = {each: [0] * 5 for each in asked}
    if not asked:
        return {}
    since = min(map(_begin, asked.values()))
    until = min(now, max(each.ends_at for each in asked.values())) + 1
    looked = 0
    for case in islice(read_cases(store, outcomes, since, until), MOST_CASES):
        looked += 1
        for each in case.account.incidents if case.account else ():
            if each in counts:
                _count(counts[each], case, now, quiet)
                _count_first(counts[each], case, asked[each])
    complete = looked < MOST_CASES
    return {
        each: Uses(told, avoided, wanted, first, silent, complete)
        for each, (told, avoided, wanted, first, silent) in counts.items()
    }


def _begin(incident: Incident) -> int:
    """Return since when conversations were opened that may be told of an incident."""
    asked = incident.tells_since - BEFORE_MS if incident.tells_since else incident.starts_at
    return min(asked, incident.starts_at - AFTERWARDS_MS)


def _count_first(numbers: list[int], case: Case, incident: Incident) -> None:
    if case.account and incident.id in case.account.told_first:
        numbers[3] += 1
        numbers[4] += case.last_customer_at <= incident.starts_at


def _count(numbers: list[int], case: Case, now: int, quiet: int) -> None:
    numbers[0] += 1
    if case.is_handed_off:
        numbers[2] += 1
    elif not case.is_open or case.is_over(now, quiet):
        numbers[1] += 1
