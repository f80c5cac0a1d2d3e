"""A case is one conversation as lists and reports see it.

An ended one is read from its records. One that goes on is read from its thread, as it stands now.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from surgeline.domain.account import Account, Stay
from surgeline.domain.ids import thread_of
from surgeline.domain.outcome import Kept, Opened, Outcome, PoolReport, Surveyed
from surgeline.domain.thread import (
    Callback,
    Conversation,
    EndedBy,
    HandoffReason,
    Resolution,
    Thread,
)
from surgeline.reports.numbers import between

Verdict = Literal["confirmed", "assumed", "unresolved", "open", "erased"]
State = Literal["open", "closed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One conversation: its beginning, its owner now, and its end if there is one.

    `account` is None where nothing more is known, as in an erased conversation. `code` is the word
    that a pool gave for the end, and `told` what else it reported. `reason` is why a person was
    last asked for. `surveyed` are the questions whether it helped, and the answers. `kept_until` is
    the end of a request for a person that is kept now. `promised_until` is the time by which a
    person has promised word. `is_overdue`: that time, or the time that the customer chose, is over.
    `callback` is the time or the address that the customer chose. `is_unreached`: a text did not
    reach the customer. `part` is the number of its last opening. The rest is as in Conversation.
    """

    conversation_id: str
    channel_id: str
    language: str | None
    opened_at: int
    state: State = "closed"
    owner: str | None = None
    closed_at: int | None = None
    ended_by: EndedBy | None = None
    code: str | None = None
    told: PoolReport | None = None
    resolution: Resolution | None = None
    reason: HandoffReason | None = None
    last_customer_at: int = 0
    rejected: tuple[str, ...] = ()
    account: Account | None = None
    is_erased: bool = False
    surveyed: tuple[Surveyed, ...] = ()
    kept_until: int | None = None
    promised_until: int | None = None
    is_overdue: bool = False
    callback: Callback | None = None
    is_unreached: bool = False
    part: int = 0

    @property
    def customer(self) -> str:
        """Return the customer's key, which is empty in an erased conversation."""
        return "" if self.is_erased else thread_of(self.conversation_id)

    @property
    def first_reply_ms(self) -> Iterable[int]:
        """Return how long the customer waited for the first reply, if there was one."""
        if self.account is None:
            return ()
        arrived = self.account.arrived_at
        return between(self.opened_at if arrived is None else arrived, self.account.first_reply_at)

    @property
    def is_open(self) -> bool:
        """Return whether the conversation goes on."""
        return self.state == "open"

    @property
    def is_handed_off(self) -> bool:
        """Return whether a person was ever asked for."""
        return self.account is not None and self.account.handoffs > 0

    @property
    def is_answered(self) -> bool:
        """Return whether the bot ever answered with an article."""
        return self.account is not None and bool(self.account.answered)

    @property
    def pools(self) -> tuple[str, ...]:
        """Return the pools that had the conversation, in order."""
        return self.account.pools if self.account else ()

    @property
    def articles(self) -> tuple[str, ...]:
        """Return the articles that were given as answers or offered as choices."""
        return (*self.account.answered, *self.account.offered) if self.account else ()

    @property
    def topic(self) -> str:
        """Return the first article that was given or offered, or else why a person was asked for.

        It is "other" where neither is known.
        """
        return self.articles[0] if self.articles else self.reason or "other"

    @property
    def stays(self) -> tuple[Stay, ...]:
        """Return the times in which pools had the conversation, in order."""
        return self.account.stays if self.account else ()

    @property
    def helped(self) -> bool | None:
        """Return what the customer said last of whether it helped, or None without an answer."""
        return next(
            (each.helped for each in reversed(self.surveyed) if each.helped is not None), None
        )

    @property
    def word(self) -> bool | None:
        """Return what the customer said of the end, or None without an answer about it.

        An answer is about an earlier end if the conversation was taken up again since, if another
        pool had it since, or if a person was asked for since.
        """
        said = next((each for each in reversed(self.surveyed) if each.helped is not None), None)
        if said is None or said.part < self.part:
            return None
        asked_at = self.account.asked_at if self.account else None
        if self.stays:
            return said.helped if said.pool_id == self.stays[-1].pool_id else None
        return said.helped if asked_at is None or asked_at < said.at else None

    @property
    def is_rejected(self) -> bool:
        """Return whether the customer ever rejected an answer or all choices."""
        return self.account is not None and self.account.rejections > 0

    @property
    def is_unanswered(self) -> bool:
        """Return whether the bot gave no article and no person wrote, as far as is known."""
        account = self.account
        return account is not None and not account.answered and account.first_person_at is None

    @property
    def stands(self) -> bool:
        """Return whether the bot's last answer was not rejected."""
        answered = self.account.answered if self.account else ()
        return bool(answered) and answered[-1] not in self.rejected

    def is_over(self, at: int, quiet: int) -> bool:
        """Return whether the conversation ended or just stopped.

        A conversation with the bot stopped once its customer was silent for `quiet` milliseconds.
        """
        if self.is_open:
            silent = at - self.last_customer_at > quiet
            return self.owner == "bot" and self.kept_until is None and silent
        return self.account is not None

    def verdict(self, at: int, quiet: int) -> Verdict:
        """Return how the conversation was resolved, as far as `at` shows.

        A pool's word for a solved issue is `assumed`, and so is an answer of the bot that stands
        where nobody asked for a person. `confirmed` needs the customer's own word, and their word
        that it did not help takes an assumption back.
        """
        if self.is_erased:
            return "erased"
        if self.word or "confirmed" in (self.ended_by, self.resolution):
            return "confirmed"
        if self.word is False:
            return "unresolved" if self.is_over(at, quiet) else "open"
        if self.resolution == "assumed" or (self.stands and not self.is_handed_off):
            return "assumed"
        return "unresolved" if self.is_over(at, quiet) else "open"


def case_of(
    opened: Sequence[Opened],
    outcomes: Sequence[Outcome],
    thread: Thread | None,
    surveyed: Sequence[Surveyed] = (),
) -> Case:
    """Return the case of a conversation's records, each kind in the order of its parts.

    `thread` is the conversation's thread. Where an end of the last opening is on record, the thread
    says only whether a person's words are still to be said.
    """
    records: tuple[Kept, ...] = (*opened, *outcomes, *surveyed)
    first = records[0]
    if "" in [each.conversation_id for each in records]:
        return _begun(first, is_erased=True)
    last = max((each.part for each in opened), default=0)
    ends = [each for each in outcomes if each.part >= last]
    asked = tuple(sorted(surveyed, key=lambda each: each.at)) if surveyed else ()
    current = thread.conversation if thread else None
    if current is not None and current.id != first.conversation_id:
        current = None
    if ends:
        is_unreached = current is not None and bool(current.unheard_at)
        return _ended(first, ends[-1], asked, last, is_unreached=is_unreached)
    about = _begun(first, surveyed=asked, part=last)
    if thread is None or current is None:
        return about  # its end is about to be recorded
    return _current(about, thread.language, current)


def _begun(
    first: Kept, *, is_erased: bool = False, surveyed: tuple[Surveyed, ...] = (), part: int = 0
) -> Case:
    return Case(
        conversation_id=first.conversation_id,
        channel_id=first.channel_id,
        language=first.language,
        opened_at=first.opened_at,
        is_erased=is_erased,
        surveyed=surveyed,
        part=part,
    )


def _ended(
    first: Kept, outcome: Outcome, asked: tuple[Surveyed, ...], part: int, *, is_unreached: bool
) -> Case:
    # A day has a hundred thousand cases, so each is made once and never copied.
    return Case(
        conversation_id=first.conversation_id,
        channel_id=first.channel_id,
        language=outcome.language,
        opened_at=first.opened_at,
        closed_at=outcome.at,
        ended_by=outcome.ended_by,
        code=outcome.outcome,
        told=outcome.pool,
        resolution=outcome.resolution,
        reason=outcome.reason,
        last_customer_at=outcome.last_customer_at,
        rejected=outcome.rejected,
        account=outcome.account,
        surveyed=asked,
        part=part,
        is_unreached=is_unreached,
    )


def _current(about: Case, language: str | None, current: Conversation) -> Case:
    stands = current.is_kept or current.owner.kind != "bot"
    callback = current.handoff.callback if current.handoff and stands else None
    return Case(
        conversation_id=about.conversation_id,
        channel_id=about.channel_id,
        language=language,
        opened_at=about.opened_at,
        state="open" if current.is_open else "closed",
        owner=str(current.owner) if current.is_open else None,
        closed_at=current.closed_at,
        ended_by=current.ended_by,
        resolution=current.resolution,
        reason=current.handoff.reason if current.handoff else None,
        last_customer_at=current.last_customer_at,
        rejected=current.rejected,
        account=current.account,
        surveyed=about.surveyed,
        part=about.part,
        kept_until=current.handoff.kept_until if current.handoff and current.is_kept else None,
        promised_until=current.promise.until if current.promise else None,
        is_overdue=bool(current.promise and current.promise.broken_at)
        or bool(callback and callback.missed_at),
        callback=callback if callback and callback.is_asked else None,
        is_unreached=bool(current.unheard_at),
    )
