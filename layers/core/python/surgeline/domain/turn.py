"""A turn is one application of `decide`: the state being rewritten, and the effects so far."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from surgeline.domain.account import Account
from surgeline.domain.brought.state import End
from surgeline.domain.company.closure import Arrival
from surgeline.domain.effects import (
    Again,
    Choice,
    Effect,
    NotifyPool,
    PoolEventType,
    RecordOpened,
    RecordOutcome,
    SendText,
    Speaker,
    StartTimer,
)
from surgeline.domain.events import CustomerWrote, Event, TimerFired, TimerKind
from surgeline.domain.facts import Facts
from surgeline.domain.ids import derived_id
from surgeline.domain.outcome import PoolReport, opened_of, outcome_of
from surgeline.domain.reading import Basis
from surgeline.domain.rewriting import rewritten
from surgeline.domain.sent_files.attached import Attached
from surgeline.domain.texts import fill
from surgeline.domain.thread import Conversation, Handoff, Owner, Thread
from surgeline.records import quick


@quick
@dataclass(frozen=True, slots=True)
class Explanation:
    """Why the writer decided as it did, for people. It never has customer text.

    `basis` is the numbers that the candidates were weighed by. `routing` says for each step and
    pool that was looked at why it was asked or not. `rejected` are the articles that the customer's
    message rejected.
    """

    decision: str
    why: str = ""
    article_id: str | None = None
    confidence: float | None = None
    candidates: tuple[str, ...] = ()
    routing: tuple[str, ...] = ()
    basis: Basis | None = None
    rejected: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """The thread after the event, and the effects to carry out.

    `asks_pools`: the decision depends on the pools, so it holds only with their seats as they are.
    """

    thread: Thread
    seq: int
    effects: tuple[Effect, ...]
    explanation: Explanation
    asks_pools: bool = False


STALE_TIMER = Explanation("ignore", "the timer is stale")
"""The decision on a timer of something that is over."""

Key = TypeVar("Key")

Rule = Callable[["Turn", Any], Explanation]
"""Applies one event to the turn. The second argument is the event."""
ReadingRule = Callable[["Turn", Any, Any], Explanation]
"""Answers one customer's message. The third argument is the message's reading."""


@dataclass(frozen=True, slots=True)
class Tables:
    """The rules by the event's class, the timer's kind and the reading's class, one for each.

    Each module of rules exports its own part of them, and `decide` joins the parts.
    """

    rules: Mapping[type, Rule]
    timers: Mapping[str, Rule]
    readings: Mapping[type, ReadingRule]

    def with_(
        self,
        *,
        rules: Mapping[type, Rule] | None = None,
        timers: Mapping[str, Rule] | None = None,
        readings: Mapping[type, ReadingRule] | None = None,
    ) -> "Tables":
        """Return the tables with more rules. Raises ValueError for a second rule of one key."""
        return Tables(
            joined(self.rules, rules or {}),
            joined(self.timers, timers or {}),
            joined(self.readings, readings or {}),
        )


def joined(*parts: Mapping[Key, Any]) -> dict[Key, Any]:
    """Return one table of several. Raises ValueError for a key that two of them have."""
    table: dict[Key, Any] = {}
    for part in parts:
        twice = table.keys() & part.keys()
        if twice:
            raise ValueError(f"{twice} has two rules; take one of them out")
        table |= part
    return table


class Turn:
    """The state, the facts and the effects that the rules share while they apply one event."""

    def __init__(self, thread: Thread, event: Event, facts: Facts, tables: Tables) -> None:
        self.event = event
        self.facts = facts
        self.tables = tables
        self._thread = thread
        self._conversation = thread.conversation
        self.asks_pools = False
        self.effects: list[Effect] = []
        self.records: list[Effect] = []
        self.routing: list[str] = []
        self.remarks: list[str] = []
        self.seq = self.event_seq = thread.seq + 1

    def after(self) -> Thread:
        """Return the thread as it is after the event."""
        return rewritten(self._thread, conversation=self._conversation, seq=self.seq)

    @property
    def thread(self) -> Thread:
        """Return the thread as it is now.

        The conversation joins it only here, because it changes several times in most turns.
        """
        if self._thread.conversation is not self._conversation:
            self._thread = rewritten(self._thread, conversation=self._conversation)
        return self._thread

    @thread.setter
    def thread(self, thread: Thread) -> None:
        self._thread = thread
        self._conversation = thread.conversation

    @property
    def header(self) -> Thread:
        """Return the thread for every field but its conversation, which is `current`.

        Reading it copies nothing.
        """
        return self._thread

    def change_header(self, **fields: object) -> None:
        """Rewrite fields of the thread, all but its conversation."""
        self._thread = rewritten(self._thread, **fields)

    @property
    def current(self) -> Conversation | None:
        """Return the current conversation, or None before the first."""
        return self._conversation

    @property
    def conversation(self) -> Conversation:
        """Return the current conversation. There must be one."""
        assert self._conversation is not None
        return self._conversation

    @conversation.setter
    def conversation(self, conversation: Conversation) -> None:
        self._conversation = conversation

    @property
    def handoff(self) -> Handoff:
        """Return the current conversation's handoff. There must be one."""
        assert self.conversation.handoff is not None
        return self.conversation.handoff

    def owner_since(self, timer: TimerFired) -> str | None:
        """Return the pool that owns the timer's conversation since the timer was started."""
        current = self._conversation
        if current is None or current.id != timer.conversation_id or current.epoch != timer.epoch:
            return None
        return current.owner.pool_id

    def new_id(self, prefix: str, name: str) -> str:
        """Return the id of the next effect, which is the same at every replay."""
        return derived_id(prefix, self.event.id, f"{name}{len(self.effects)}")

    def change(self, **fields: object) -> None:
        """Rewrite fields of the conversation."""
        self.conversation = rewritten(self.conversation, **fields)

    def account(self, change: Callable[[Account], Account]) -> None:
        """Rewrite the account of an open conversation, where one is kept."""
        account = self.conversation.account
        if account is not None and self.conversation.is_open:
            self.change(account=change(account))

    def change_handoff(self, **fields: object) -> None:
        """Rewrite fields of the current handoff."""
        self.change(handoff=rewritten(self.handoff, **fields))

    def give_to(self, owner: Owner) -> None:
        """Change the owner. The epoch rises with every change and only then."""
        if owner != self.conversation.owner:
            self.change(owner=owner, epoch=self.conversation.epoch + 1)

    def say(
        self,
        speaker: Speaker,
        text: str,
        *,
        article_id: str | None = None,
        also: tuple[str, ...] = (),
        choices: tuple[Choice, ...] = (),
        pool_id: str | None = None,
        agent: str | None = None,
        out_of_order: bool = False,
        reply_to: str | None = None,
        media: tuple[Attached, ...] = (),
        arrival: Arrival | None = None,
        again: Again = "",
    ) -> None:
        """Show the customer a text, which takes the thread's next number.

        It answers the message `reply_to`, or else the message that is the event. `also` are further
        articles whose words are in it. `media` goes with it, and so does a token at `arrival`.
        `again` is for a text that was lost at the provider.
        """
        if self._is_unsaid(speaker):
            return
        self.seq += 1
        if speaker != "system":
            offered = tuple(each.article_id for each in choices if each.article_id)
            answered = (article_id, *also) if article_id else ()
            self.account(
                lambda account: account.replied(
                    self.facts.now,
                    by_person=speaker == "person",
                    answered=answered,
                    offered=offered,
                    agent=agent,
                )
            )
        if reply_to is None and isinstance(self.event, CustomerWrote):
            reply_to = self.event.id
        self.effects.append(
            SendText(
                id=self.new_id("r", "text"),
                conversation_id=self.conversation.id,
                seq=self.seq,
                epoch=self.conversation.epoch,
                speaker=speaker,
                text=text,
                owner=self.conversation.owner.kind,
                closed=not self.conversation.is_open,
                in_reply_to=reply_to,
                article_id=article_id,
                choices=choices,
                pool_id=pool_id,
                agent=agent,
                out_of_order=out_of_order,
                media=media,
                arrival=arrival,
                again=again,
            )
        )

    def revive(self, by: End) -> None:
        """Make an open conversation of a backlog an ordinary one, because somebody speaks in it.

        Its rest counts from now, so that the customer's next word belongs to it.
        """
        backlog, owner = self.conversation.backlog, self.conversation.owner.pool_id
        if backlog is None or not backlog.quiet or not self.conversation.is_open:
            return
        account = Account()
        if owner is not None:
            account = account.asked_for(self.handoff.since)
            account = account.joined(
                owner, self.facts.now, self.handoff.agent, self.facts.costs.get(owner)
            )
        self.change(
            backlog=rewritten(backlog, quiet=False, end=by),
            account=account,
            last_customer_at=self.facts.now,
        )
        self.record_opened()

    def _is_unsaid(self, speaker: Speaker) -> bool:
        """Return whether a text is not said. The first word of anybody else ends the silence.

        A closed conversation stays as it ended, also where the bot answers a greeting after it.
        """
        if speaker == "system":
            return self.conversation.is_quiet
        self.revive("person" if speaker == "person" else "answered")
        return False

    def notice(self, key: str, *, agent: str | None = None, **values: str) -> None:
        """Say a system text by its key, with its values.

        `agent` is the person that the text is about.
        """
        text = fill(self.facts.texts.get(key, key), {"name": agent, **values})
        self.say("system", text, agent=agent)

    def tell_pool(
        self,
        pool_id: str,
        what: PoolEventType,
        *,
        offer_id: str | None = None,
        epoch: int | None = None,
        data: dict[str, str | int | None] | None = None,
    ) -> None:
        """Send a pool an event of the conversation, under its next number."""
        seq = 0
        if self.conversation.handoff:
            seq = self.handoff.pool_seq + 1
            self.change_handoff(pool_seq=seq)
        self.effects.append(
            NotifyPool(
                id=self.new_id("n", what),
                conversation_id=self.conversation.id,
                pool_id=pool_id,
                event=what,
                epoch=self.conversation.epoch if epoch is None else epoch,
                seq=seq,
                offer_id=offer_id,
                data=data or {},
            )
        )

    def start_timer(self, kind: TimerKind, subject: str, due_at: int) -> None:
        """Wake the thread later, under the epoch that it has now."""
        self.effects.append(
            StartTimer(
                id=self.new_id("k", kind),
                kind=kind,
                conversation_id=self.conversation.id,
                subject=subject,
                epoch=self.conversation.epoch,
                due_at=due_at,
            )
        )

    def record_opened(self) -> None:
        """Keep for reports that the conversation began now, or was taken up again."""
        opened = opened_of(
            self.conversation,
            channel_id=self._thread.channel_id,
            language=self._thread.language,
            at=self.facts.now,
        )
        if opened:
            self.records.append(RecordOpened(self.record_id("opened", opened.part), opened))

    def record_outcome(self, code: str | None = None, told: PoolReport | None = None) -> None:
        """Keep for reports how the conversation ended.

        `code` is the pool's code of the outcome, and `told` what else it reported.
        """
        outcome = outcome_of(
            self.conversation,
            channel_id=self._thread.channel_id,
            language=self._thread.language,
            code=code,
            told=told,
        )
        if outcome:
            self.records.append(RecordOutcome(self.record_id("outcome", outcome.part), outcome))

    def record_id(self, kind: str, part: int) -> str:
        """Return the id of an effect that keeps a record for reports."""
        return derived_id("y", self.event.id, f"{kind}/{self.conversation.id}/{part}")
