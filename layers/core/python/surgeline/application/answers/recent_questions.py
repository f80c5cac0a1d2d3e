"""The questions that customers asked recently, and the bot weighed, are read from the log here.

The number of reads is bounded, and the newest conversations come first.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from surgeline.application.ports.conversations import ConversationStore, Record
from surgeline.application.ports.outcomes import Outcomes
from surgeline.application.thread_log import names_in
from surgeline.domain.effects import SendText
from surgeline.domain.events import AgentWrote, CustomerWrote, PoolResolved
from surgeline.domain.media.deleted import DELETED
from surgeline.domain.survey.ask import NOT_HELPED

DAYS: Final = 28
"""Questions of this number of days count."""
LOOKS: Final = 10
LOOK: Final = 100
"""At most LOOKS x LOOK of the newest conversations are looked at."""
RECORDS: Final = 40
"""The number of a thread's newest records that are read."""
SOLVED: Final = "solved"
"""The outcome with which a pool says that nothing is left to do."""
_DAY_MS: Final = 86_400_000
Thread = tuple[str, Sequence[Record]]
"""The id of a thread, and its newest records, the newest first."""


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question that the bot weighed, and what became of it.

    `article_id` is the article that answered, if one did. `reply` is the next text of a person in
    the same conversation, if there was one. `seq` is the message's number in its thread, and `at`
    when it was taken in (ms), or 0 where that is not known. `page` is where it was written, as the
    channel says it. `by` is the person who replied, or else the pool. `closed` says whether a pool
    ended that conversation as solved, and the customer did not deny it. It is None where nobody
    ended it yet. `names` are what the customer is called, as far as that is known. `searched` says
    that nobody was asked: the words were searched in the help centre, outside any thread.
    """

    thread_id: str
    text: str
    article_id: str | None
    reply: str | None = None
    seq: int = 0
    at: int = 0
    page: str = ""
    by: str = ""
    closed: bool | None = None
    names: tuple[str, ...] = ()
    searched: bool = False


def recent_threads(
    store: ConversationStore, outcomes: Outcomes, bases: Mapping[str, str], *, now: int
) -> dict[str, list[Thread]]:
    """Return the recent threads by knowledge base, the one with the newest conversation first.

    `bases` names the knowledge base of each channel. `now` is the time (ms).
    """
    found: dict[str, list[Thread]] = {base: [] for base in bases.values()}
    for base, thread_id, records in recent_records(store, outcomes, bases, now=now):
        found[base].append((thread_id, records))
    return found


def questions_of(threads: Iterable[Thread], *, now: int) -> list[AskedQuestion]:
    """Return the recent questions of threads, in their order. `now` is the time (ms)."""
    since = now - DAYS * _DAY_MS
    return [each for thread in threads for each in questions_in(*thread, since)]


def recent_records(
    store: ConversationStore, outcomes: Outcomes, bases: Mapping[str, str], *, now: int
) -> Iterator[tuple[str, str, Sequence[Record]]]:
    """Yield the knowledge base, the id and the newest records of recent threads.

    The thread with the newest conversation comes first, and so does the newest record.
    """
    seen: set[str] = set()
    for channel, thread_id in _recent_threads(outcomes, now - DAYS * _DAY_MS, now):
        if thread_id not in seen and channel in bases:
            seen.add(thread_id)
            records = store.records(thread_id, limit=RECORDS, newest_first=True)
            yield bases[channel], thread_id, records


def _recent_threads(outcomes: Outcomes, since: int, now: int) -> Iterator[tuple[str, str]]:
    """Yield the channel and the thread of recent conversations, the newest first."""
    after = None
    for _ in range(LOOKS):
        kept = outcomes.find(since, now + 1, after=after, limit=LOOK, newest_first=True)
        for each in kept:
            if each.opened and not each.is_erased:
                yield each.opened[0].channel_id, each.customer
        if len(kept) < LOOK:
            return
        after = kept[-1].place


def questions_in(
    thread_id: str, newest_first: Sequence[Record], since: int = 0
) -> Iterator[AskedQuestion]:
    """Yield the questions among a thread's records since a time (ms), the newest first."""
    reply: tuple[str | None, str, str] | None = None
    ends: dict[str | None, bool] = {}
    names = names_in(newest_first)
    for record in newest_first:
        event, why = record.event, record.explanation
        if why.decision == NOT_HELPED:
            ends[record.conversation_id] = False
        if isinstance(event, AgentWrote):
            reply = record.conversation_id, event.text, _who(record, event)
        elif isinstance(event, PoolResolved):
            ends.setdefault(record.conversation_id, event.outcome == SOLVED)
        elif is_question(record, since) and isinstance(event, CustomerWrote):
            same = reply is not None and reply[0] == record.conversation_id
            answer, by = reply[1:] if reply and same else (None, "")
            page = (event.customer or {}).get("page")
            yield AskedQuestion(
                thread_id,
                event.text,
                why.article_id,
                answer,
                record.seq,
                record.at,
                page if isinstance(page, str) else "",
                by,
                ends.get(record.conversation_id) if by else None,
                names,
            )


def _who(record: Record, event: AgentWrote) -> str:
    said = (each.agent for each in record.effects if isinstance(each, SendText))
    return next((each for each in said if each), event.pool_id)


def is_question(record: Record, since: int) -> bool:
    """Return whether the bot weighed the record's text, and nobody took the text back."""
    text = getattr(record.event, "text", DELETED)
    return record.explanation.basis is not None and record.at >= since and text != DELETED
