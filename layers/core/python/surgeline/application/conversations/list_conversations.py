"""Conversations are listed from the records for reports; open ones as their threads stand now.

A list reads by the time of opening and never scans. If few conversations fit what is asked for, it
looks at a bounded number of them and says where to go on.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from surgeline.application.ports.conversations import ConversationStore
from surgeline.application.ports.outcomes import KeptConversation, Outcomes, Place
from surgeline.application.reports.read_cases import cases_of
from surgeline.domain.times import rfc3339
from surgeline.reports.case import Case

AT_ONCE = 100
LOOKS = 20
"""How often so many conversations are looked at for one page."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which conversations are asked for: opened from `since` and before `until`, newest first."""

    since: int
    until: int
    channel: str | None = None
    is_handed_off: bool = False
    is_open: bool = False
    after: Place | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of conversations, and the place after which the next page begins, if there is one."""

    conversations: tuple[Mapping[str, object], ...]
    next_after: Place | None


def list_conversations(store: ConversationStore, outcomes: Outcomes, wanted: Wanted) -> Listed:
    """Return a page. An erased conversation is on none."""
    found: list[Mapping[str, object]] = []
    after = wanted.after
    for _ in range(LOOKS):
        kept = outcomes.find(
            wanted.since, wanted.until, after=after, limit=AT_ONCE, newest_first=True
        )
        for after, line in _lines(store, kept, wanted):
            found.append(line)
            if len(found) == wanted.limit:
                return Listed(tuple(found), after)
        if len(kept) < AT_ONCE:
            return Listed(tuple(found), None)
        after = kept[-1].place
    return Listed(tuple(found), after)


def _lines(
    store: ConversationStore, kept: Sequence[KeptConversation], wanted: Wanted
) -> Iterator[tuple[Place, Mapping[str, object]]]:
    """Yield those that are wanted, each with its place."""
    asked = [
        each
        for each in kept
        if each.opened
        and not each.is_erased
        and wanted.channel in (None, each.opened[0].channel_id)
        and not (wanted.is_open and each.has_ended)
    ]
    for each, case in cases_of(store, asked):
        if wanted.is_open and not case.is_open:
            continue
        if wanted.is_handed_off and not case.is_handed_off:
            continue
        yield each.place, _line(case)


def _line(case: Case) -> Mapping[str, object]:
    """Return the known facts of a conversation. None stands for an unknown one."""
    account = case.account
    first = account.first_reply_at if account else None
    return {
        "conversation_id": case.conversation_id,
        "channel": case.channel_id,
        "language": case.language,
        "opened_at": rfc3339(case.opened_at),
        "state": case.state,
        "owner": case.owner,
        "closed_at": None if case.closed_at is None else rfc3339(case.closed_at),
        "ended_by": case.ended_by,
        "outcome": case.code,
        "resolution": case.resolution,
        "first_reply_ms": None if first is None else max(0, first - case.opened_at),
        "answered": case.is_answered if account else None,
        "handed_off": case.is_handed_off if account else None,
        "pools": list(account.pools) if account else [],
        "reopened": account.reopened if account else 0,
    }
