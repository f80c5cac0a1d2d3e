"""Conversations are listed from the records for reports; open ones as their threads stand now.

A list reads by the time of opening and never scans. If few conversations fit what is asked for, it
looks at a bounded number of them and says where to go on.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from surgeline.application.ports.conversations import ConversationStore
from surgeline.application.ports.outcomes import KeptConversation, Outcomes, Place
from surgeline.application.reports.read_cases import cases_of
from surgeline.application.thread_log import first_seq_of
from surgeline.domain.effects import RecordOpened
from surgeline.domain.ids import conversation_id
from surgeline.domain.outcome import outcome_key
from surgeline.domain.thread import Callback, Thread
from surgeline.domain.times import rfc3339
from surgeline.reports.case import Case

FIRST_LOOK = 100
LOOK = 300
LOOKS = 4
"""How often conversations are looked at for one page: `FIRST_LOOK` at first, then `LOOK` each."""
MOST_OF_SENDER = 100
"""The most conversations of one sender that are looked at for one page."""
NEIGHBOURS = 4


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which conversations are asked for: opened from `since` and before `until`, newest first.

    A None or False asks for nothing. `is_kept`: a request for a person is kept, and nobody was
    free for it so far. `is_promised`: a person has promised word by a time. `is_callback`: the
    customer chose a time or an address. `is_overdue`: such a time is over. `is_unreached`: a text
    did not reach the customer. `is_unanswered`: no article was given, and no person wrote.
    `thread_id` is the thread of the one sender whose conversations are asked for.
    """

    since: int
    until: int
    channel: str | None = None
    pool: str | None = None
    article: str | None = None
    language: str | None = None
    is_handed_off: bool = False
    is_open: bool = False
    is_waiting: bool = False
    is_kept: bool = False
    is_promised: bool = False
    is_overdue: bool = False
    is_callback: bool = False
    is_unreached: bool = False
    is_unanswered: bool = False
    is_rejected: bool = False
    thread_id: str | None = None
    after: Place | None = None
    limit: int = 50

    def may_fit(self, kept: KeptConversation) -> bool:
        """Return whether the conversation may fit, as far as its records say without its thread."""
        return (
            bool(kept.opened)
            and not kept.is_erased
            and kept.place[0] < self.until
            and self.channel in (None, kept.opened[0].channel_id)
            and not (self._goes_on and kept.has_ended)
        )

    @property
    def _goes_on(self) -> bool:
        """Return whether only conversations that go on can fit."""
        asked = (self.is_kept, self.is_promised, self.is_overdue, self.is_callback)
        return self.is_open or self.is_waiting or any(asked)

    def fits(self, case: Case) -> bool:
        """Return whether the case is asked for."""
        return (
            (self.pool is None or self.pool in case.pools)
            and (self.article is None or self.article in case.articles)
            and _speaks(case.language, self.language)
            and (case.is_open or not self.is_open)
            and (case.owner == "waiting" or not self.is_waiting)
            and (case.kept_until is not None or not self.is_kept)
            and (case.promised_until is not None or not self.is_promised)
            and (case.is_overdue or not self.is_overdue)
            and (case.callback is not None or not self.is_callback)
            and (case.is_unreached or not self.is_unreached)
            and (case.is_handed_off or not self.is_handed_off)
            and (case.is_rejected or not self.is_rejected)
            and (case.is_unanswered or not self.is_unanswered)
        )


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of conversations, and the place after which the next page begins, if there is one."""

    conversations: tuple[Mapping[str, object], ...]
    next_after: Place | None


def list_conversations(store: ConversationStore, outcomes: Outcomes, wanted: Wanted) -> Listed:
    """Return a page. An erased conversation is on none."""
    found: list[Mapping[str, object]] = []
    looked = _of_sender if wanted.thread_id else _by_time
    last = None
    for kept, goes_on in looked(store, outcomes, wanted):
        asked = [each for each in kept if wanted.may_fit(each)]
        for each, case in cases_of(store, asked, ended=wanted.is_unreached):
            if wanted.fits(case):
                found.append(_line(case))
            if len(found) == wanted.limit:
                return Listed(tuple(found), each.place)
        last = kept[-1].place if kept and goes_on else None
    return Listed(tuple(found), last)


Look = tuple[list[KeptConversation], bool]
"""Conversations to look at, and whether more may follow."""


def _by_time(store: ConversationStore, outcomes: Outcomes, wanted: Wanted) -> Iterator[Look]:
    """Yield conversations by the time of their opening, a bounded number of times."""
    del store
    after = wanted.after
    for number in range(LOOKS):
        limit = LOOK if number else FIRST_LOOK
        kept = outcomes.find(
            wanted.since, wanted.until, after=after, limit=limit, newest_first=True
        )
        yield kept, len(kept) == limit
        if len(kept) < limit:
            return
        after = kept[-1].place


def _of_sender(store: ConversationStore, outcomes: Outcomes, wanted: Wanted) -> Iterator[Look]:
    """Yield the conversations of one thread. Each is found by its number in the thread's log."""
    thread = store.thread(wanted.thread_id or "")
    current = thread.conversation if thread else None
    if thread is None or current is None:
        return
    ids = [conversation_id(thread.id, number) for number in range(current.number, 0, -1)]
    keys = [outcome_key(each) for each in ids]
    if wanted.after and wanted.after[1] in keys:
        ids = ids[keys.index(wanted.after[1]) + 1 :]
    for number, each in enumerate(ids[:MOST_OF_SENDER], 1):
        kept = _kept_of(store, outcomes, thread, each)
        if kept is None:
            continue
        if kept.place[0] < wanted.since:
            return
        yield [kept], number < len(ids)


def _kept_of(
    store: ConversationStore, outcomes: Outcomes, thread: Thread, conversation: str
) -> KeptConversation | None:
    """Return the records of a conversation of the thread, found by the log's record of it."""
    first = first_seq_of(store, thread, conversation)
    effects = [
        e for each in store.records(thread.id, after_seq=first - 1, limit=1) for e in each.effects
    ]
    for effect in effects:
        if isinstance(effect, RecordOpened) and effect.opened.conversation_id == conversation:
            place = (effect.opened.opened_at, outcome_key(conversation))
            before = (place[0], place[1][:-1])
            near = outcomes.find(place[0], place[0] + 1, after=before, limit=NEIGHBOURS)
            return next((each for each in near if each.place == place), None)
    return None


def _speaks(language: str | None, asked: str | None) -> bool:
    """Return whether a language is the one that is asked for, or a variant of it."""
    return asked is None or (language or "").split("-")[0].lower() == asked.split("-")[0].lower()


def _callback(callback: Callback) -> Mapping[str, object]:
    """Return when and how the customer wants to be reached, without the address."""
    return {
        "by": callback.by,
        "from": _time(callback.at or None),
        "until": _time(callback.until or None),
    }


def _time(at: int | None) -> str | None:
    return None if at is None else rfc3339(at)


def _line(case: Case) -> Mapping[str, object]:
    """Return the known facts of a conversation. None stands for an unknown one."""
    account = case.account
    return {
        "conversation_id": case.conversation_id,
        "channel": case.channel_id,
        "language": case.language,
        "opened_at": rfc3339(case.opened_at),
        "state": case.state,
        "owner": case.owner,
        "kept_until": _time(case.kept_until),
        "promised_until": _time(case.promised_until),
        "overdue": case.is_overdue,
        "callback": case.callback and _callback(case.callback),
        "unreached": case.is_unreached,
        "closed_at": _time(case.closed_at),
        "ended_by": case.ended_by,
        "outcome": case.code,
        "resolution": case.resolution,
        "first_reply_ms": next(iter(case.first_reply_ms), None),
        "answered": case.is_answered if account else None,
        "rejected": case.is_rejected if account else None,
        "handed_off": case.is_handed_off if account else None,
        "articles": list(account.answered) if account else [],
        "pools": list(account.pools) if account else [],
        "reopened": account.reopened if account else 0,
    }
