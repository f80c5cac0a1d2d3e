"""Conversations are listed from the records for reports; open ones as their threads stand now.

A list reads by the time of opening and never scans. If few conversations fit what is asked for, it
looks at a bounded number of them and says where to go on.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from surgeline.application.ports.conversations import ConversationStore
from surgeline.application.ports.outcomes import KeptConversation, Outcomes, Place
from surgeline.domain.account import Account
from surgeline.domain.outcome import Opened, Outcome
from surgeline.domain.thread import Conversation, Thread
from surgeline.domain.times import rfc3339

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
    threads = store.threads([each.opened[0].customer for each in asked if not each.has_ended])
    for each in asked:
        line = _line(each, threads)
        if wanted.is_open and line["state"] != "open":
            continue
        if wanted.is_handed_off and not line["handed_off"]:
            continue
        yield each.place, line


def _line(kept: KeptConversation, threads: Mapping[str, Thread]) -> Mapping[str, object]:
    opened = kept.opened[0]
    if kept.has_ended:
        return _ended(opened, kept.outcomes[-1])
    thread = threads.get(opened.customer)
    current = thread.conversation if thread else None
    if thread is None or current is None or current.id != opened.conversation_id:
        # Its end is about to be recorded, or its thread was kept long enough.
        return _about(opened, None) | {"state": "closed", "owner": None}
    return _current(opened, thread, current)


def _ended(opened: Opened, outcome: Outcome) -> dict[str, object]:
    return _about(opened, outcome.account) | {
        "language": outcome.language,
        "state": "closed",
        "owner": None,
        "closed_at": rfc3339(outcome.at),
        "ended_by": outcome.ended_by,
        "outcome": outcome.outcome,
        "resolution": outcome.resolution,
    }


def _current(opened: Opened, thread: Thread, current: Conversation) -> dict[str, object]:
    return _about(opened, current.account) | {
        "language": thread.language,
        "state": "open" if current.is_open else "closed",
        "owner": str(current.owner) if current.is_open else None,
        "closed_at": None if current.closed_at is None else rfc3339(current.closed_at),
        "ended_by": current.ended_by,
        "resolution": current.resolution,
    }


def _about(opened: Opened, account: Account | None) -> dict[str, object]:
    """Return what is known of every conversation; None stands for what is not known."""
    first = account.first_reply_at if account else None
    return {
        "conversation_id": opened.conversation_id,
        "channel": opened.channel_id,
        "language": opened.language,
        "opened_at": rfc3339(opened.opened_at),
        "state": None,
        "owner": None,
        "closed_at": None,
        "ended_by": None,
        "outcome": None,
        "resolution": None,
        "first_reply_ms": None if first is None else first - opened.opened_at,
        "answered": bool(account.answered) if account else None,
        "handed_off": account.handoffs > 0 if account else None,
        "pools": list(account.pools) if account else [],
        "reopened": account.reopened if account else 0,
    }
