"""The one writer of a thread loads it, gathers the facts, decides, commits, and then sends.

The event's redelivery repairs a crash anywhere. An event that is done sends its stored effects
again, under the same ids.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from surgeline.application.configuration import Configuration, ConfigurationShelf
from surgeline.application.conversations.echoes import says_nothing
from surgeline.application.conversations.forget_message import forget_words, had_files
from surgeline.application.conversations.forget_outcomes import forget_outcomes
from surgeline.application.conversations.message_before import exchange_at
from surgeline.application.conversations.outbox import Outbox
from surgeline.application.conversations.understanding.brought_words import words_meant
from surgeline.application.conversations.understanding.emergencies import emergency_in
from surgeline.application.conversations.understanding.first_events import (
    ends_nothing,
    first,
    followed,
    renewals,
    two_names,
)
from surgeline.application.conversations.understanding.late_failures import with_place
from surgeline.application.conversations.understanding.said_of_customer import (
    earlier_attributes,
    said_of_customer,
)
from surgeline.application.conversations.understanding.survey_answers import (
    survey_answer_of,
    survey_rules,
)
from surgeline.application.conversations.understanding.unheard import unheard_words
from surgeline.application.conversations.understanding.unread import unread
from surgeline.application.conversations.understanding.wishes import (
    holds_later,
    ways_offered,
    with_wish,
    writes_until,
)
from surgeline.application.crisis.read_now import Present, ReadNow
from surgeline.application.deliveries.known_customer import customer_data_of, vouches
from surgeline.application.drills import in_line, marked, seen_from
from surgeline.application.pools.look import look, nobody_comes
from surgeline.application.ports.answering import Answerer
from surgeline.application.ports.board import PoolBoard
from surgeline.application.ports.clock import Clock
from surgeline.application.ports.conversations import ConversationStore, Loaded, Record
from surgeline.application.ports.offers import Offer, Offers
from surgeline.application.ports.outcomes import Outcomes
from surgeline.application.ports.refusals import Absent, AlreadyDone, Stale
from surgeline.application.ports.waitlist import Place, Waiting, Waitlist
from surgeline.application.thread_log import records_after
from surgeline.domain.company.look import Look
from surgeline.domain.crisis.incident import in_language, running
from surgeline.domain.crisis.profile import Profile, lasting, tone_of
from surgeline.domain.customers.segment import Traits
from surgeline.domain.decide import TABLES, Decision, bot_would_speak, decide
from surgeline.domain.erasure import came_too_late
from surgeline.domain.events import (
    AgentWrote,
    CustomerWrote,
    Event,
    OfferAccepted,
    PoolResolved,
    PoolReturned,
    PoolTransferred,
    ThreadErased,
    TimerFired,
)
from surgeline.domain.facts import Facts, UntoldMessage
from surgeline.domain.limits import UNTOLD_LIMIT
from surgeline.domain.pace import is_too_fast
from surgeline.domain.pools import Score
from surgeline.domain.reading import Reading
from surgeline.domain.sent_files.events import CustomerDeleted
from surgeline.domain.thread import Thread
from surgeline.domain.turn import Tables
from surgeline.domain.untold import UNTOLD_MESSAGES
from surgeline.domain.waiting.telling import wants_place
from surgeline.errors import Conflict
from surgeline.knowledge.text.reading import small_talk

TRIES = 4
DEFAULT_LANGUAGE = "en"

Texts = Mapping[str, Mapping[str, str]]
"""System texts by language, then by key."""


@dataclass(frozen=True, slots=True)
class Advanced:
    """The outcome of an event: its record, or None if there was no thread to advance.

    `repeated`: the event was done before. `conflicting`: it came with another, ignored body.
    """

    record: Record | None
    repeated: bool = False
    conflicting: bool = False


class AdvanceConversation:
    """The use case. One instance serves a process, one event at a time."""

    def __init__(
        self,
        *,
        store: ConversationStore,
        offers: Offers,
        board: PoolBoard,
        waitlist: Waitlist,
        outcomes: Outcomes,
        answerer: Answerer,
        outbox: Outbox,
        configuration: ConfigurationShelf,
        texts: Texts,
        clock: Clock,
        tables: Tables = TABLES,
        scores: Callable[[], Mapping[str, Score]] = dict,
        elsewhere: Callable[[Facts, Thread, Event, Configuration], Facts],
        coming: Callable[[Configuration], Mapping[str, Sequence[int]]] = nobody_comes,
    ) -> None:
        self._store, self._elsewhere = store, elsewhere
        self._offers, self._read = offers, ReadNow(answerer)
        self._board, self._waitlist = board, waitlist
        self._outbox, self._outcomes, self._configuration = outbox, outcomes, configuration
        self._texts, self._clock, self._tables = texts, clock, tables
        self._scores, self._coming = scores, coming

    def __call__(self, event: Event, *, stays: bool = False) -> Advanced:
        """Advance the event's thread, or the one in which its customer goes on unless it `stays`.

        Raises Conflict when other writers keep being first, and Throttled.
        """
        event = with_place(self._store, event)
        for each in () if stays else two_names(self._store, event, self._clock.now()):
            self(each, stays=True)
        for _ in range(TRIES):
            loaded = self._load(event)
            if not stays and (onward := followed(self._store, loaded.thread, event)):
                for each in renewals(loaded.thread, onward, self._clock.now()):
                    self(each, stays=True)
                return self(onward, stays=True)
            if loaded.thread and loaded.done is None and came_too_late(loaded.thread, event):
                self._forget_again(loaded.thread)
                return Advanced(None)
            if loaded.done:
                assert loaded.thread is not None
                self._forget(loaded.done)
                self._outbox.add(loaded.thread, loaded.done, again=True)
                conflicting = _content(loaded.done.event) != _content(event)
                return Advanced(loaded.done, repeated=True, conflicting=conflicting)
            thread = loaded.thread or marked(first(event), self._configuration)
            if thread is None or ends_nothing(event, thread) or says_nothing(self._store, event):
                return Advanced(None)
            try:
                return self._commit(thread, event)
            except (Stale, AlreadyDone):
                continue
        raise Conflict(f"thread {event.thread_id} kept changing")

    def _load(self, event: Event) -> Loaded:
        """Read the thread and the event's record, also under the id of release 0.1.0.

        Only a thread that is older than today's ids is looked at twice.
        """
        loaded = self._store.load(event.thread_id, event.id)
        thread, former_id = loaded.thread, _former_id(event)
        if loaded.done or thread is None or not thread.has_former_ids or former_id is None:
            return loaded
        former = self._store.load(event.thread_id, former_id)
        return former if former.done else loaded

    def _commit(self, thread: Thread, event: Event) -> Advanced:
        facts = self._facts(thread, event)
        decision = decide(thread, event, facts, self._tables)
        if decision.asks_pools:
            # Only now is it known that pools are asked. Deciding again is cheaper than reading.
            facts = self._with_pools(facts, decision, thread)
            decision = decide(thread, event, facts, self._tables)
        conversation = decision.thread.conversation
        record = Record(
            seq=decision.seq,
            event=event,
            effects=decision.effects,
            explanation=decision.explanation,
            conversation_id=conversation.id if conversation else None,
            at=facts.now,
        )
        self._store.commit(record, decision.thread, expected_seq=thread.seq)
        self._forget(record)
        self._outbox.add(decision.thread, record)
        return Advanced(record)

    def _forget_again(self, thread: Thread) -> None:
        """Delete the records that a stalled worker wrote after the erasure.

        A commit first keeps the record before it, and only then finds that the thread has moved on.
        """
        if thread.erased_seq:
            self._store.forget(thread.id, before_seq=thread.erased_seq)

    def _forget(self, record: Record) -> None:
        """Delete what an erasure or a deletion leaves for after its commit.

        The event comes again until all of it is gone.
        """
        if isinstance(record.event, ThreadErased):
            # First, because only the log says where they are.
            forget_outcomes(
                self._store, self._outcomes, record.event.thread_id, before_seq=record.seq
            )
            self._store.forget(record.event.thread_id, before_seq=record.seq)
        else:
            forget_words(self._store, record)

    def _facts(self, thread: Thread, event: Event) -> Facts:
        configuration = seen_from(self._configuration.current(), drill=thread.drill)
        now = self._clock.now()
        incidents = running(configuration.incidents, thread.channel_id, now)
        profile = lasting(configuration.crisis, now)
        vouched = not configuration.routing.segments or vouches(configuration, thread.channel_id)
        present = Present(
            now,
            incidents,
            profile,
            configuration.routing.of_articles,
            lambda: self._traits(thread, event, vouched=vouched),
        )
        brought = words_meant(self._store, thread, event)
        reading = self._reading(thread, brought or event, present)
        offer = self._ended_offer(event)
        status = offer.status if offer else None
        language = (reading.language if reading else None) or thread.language
        if isinstance(event, CustomerWrote):
            language = language or event.language
        spoken = language or DEFAULT_LANGUAGE
        look = configuration.look_of(thread.channel_id)
        texts = self._worded(look, spoken, profile)
        facts = Facts(
            now=now,
            rules=configuration.rules,
            reading=reading,
            policy=configuration.routing,
            held=self._held(thread, event),
            offer_status=status,
            offer_agent=offer.agent if offer else None,
            untold=self._untold(thread, event, status),
            texts=texts,
            thanks=isinstance(event, CustomerWrote)
            and not bot_would_speak(thread)  # only an owning pool can owe an answer
            and small_talk(event.text) == "thanks",
            customer=earlier_attributes(self._store, thread, event, reading),
            survey=survey_rules(configuration, thread, language),
            survey_answer=survey_answer_of(thread, event, texts),
            incidents=incidents,
            preamble=in_language(profile.preamble, language) if profile else "",
            zone=configuration.reports.zone,
            emergency=emergency_in(configuration.routing.emergencies, event, reading),
            deletes_files=isinstance(event, CustomerDeleted) and had_files(self._store, event),
            customer_data=customer_data_of(
                configuration, self._store, thread, event, reading, now=now
            ),
            waiting=configuration.waiting,
            vouched=vouched,
            ways=ways_offered(configuration, spoken),
            holds_later=holds_later(configuration, thread.channel_id),
            writes_until=writes_until(configuration, thread, event),
            tone=tone_of(profile, spoken),
            brought=brought,
            unheard=unheard_words(self._store, thread, event),
            costs=configuration.costs,
        )
        facts = with_wish(facts, thread, event, configuration)
        return self._elsewhere(facts, thread, event, configuration)

    def _worded(self, look: Look, language: str, profile: Profile | None) -> Mapping[str, str]:
        """Return the system texts of a language: the company's own, and over them a crisis's."""
        spoken = language if language in self._texts else DEFAULT_LANGUAGE
        tone = tone_of(profile, spoken)
        return {**self._texts[spoken], **look.system_texts(spoken), **tone}

    def _with_pools(self, facts: Facts, decision: Decision, thread: Thread) -> Facts:
        """Return the facts with the pools as they are now: their seats and their waitlists.

        A customer who is told how the wait goes is called by the first name that the channel said.
        """
        counts = wants_place(thread, facts)
        configuration = self._configuration.current()
        seen = look(
            seen_from(configuration, drill=thread.drill),
            self._board,
            self._waitlist,
            now=facts.now,
            place=_place(decision),
            scores=self._scores,
            counts=counts,
            coming=self._coming(configuration) if counts else None,
            backlog=lambda: in_line(configuration, self._waitlist, drill=thread.drill),
        )
        waits = (counts and any(pool.full for pool in seen.pools)) or facts.policy.segments
        asks = waits and thread.seq and not facts.customer
        customer = said_of_customer(self._store, thread) if asks else facts.customer
        return replace(facts, pools=seen.pools, backlog=seen.backlog, customer=customer)

    def _held(
        self, thread: Thread, event: Event
    ) -> tuple[AgentWrote | PoolResolved | PoolReturned | PoolTransferred, ...]:
        """Return the owner's events that wait for their turn, if this event may end the wait."""
        conversation = thread.conversation
        held = conversation.handoff.held if conversation and conversation.handoff else ()
        if not held or isinstance(event, CustomerWrote):
            return ()
        found = (
            record.event
            for each in held
            for record in self._store.records(thread.id, after_seq=each.record_seq - 1, limit=1)
            if record.event.id == each.event_id
        )
        return tuple(
            event
            for event in found
            if isinstance(event, AgentWrote | PoolResolved | PoolReturned | PoolTransferred)
        )

    def _reading(self, thread: Thread, event: Event, present: Present) -> Reading | None:
        """Return the reading of the customer's text, or None if the bot will not answer it."""
        if not isinstance(event, CustomerWrote) or not bot_would_speak(thread):
            return None
        is_silent = event.automatic or (event.brought and not event.brought.is_last)
        if is_silent or is_too_fast(thread, event):
            return None
        channel = self._configuration.channel(event.channel_id)
        known = unread(channel, thread, event, self._configuration.current().routing.emergencies)
        if known or channel is None:
            return known
        exchange = exchange_at(self._store, thread, event, channel)
        return self._read(channel.knowledge_base, event.text, exchange, present)

    def _traits(self, thread: Thread, event: Event, *, vouched: bool) -> Traits:
        """Return what is known of the customer who writes, for the articles of segments."""
        said = event.customer if isinstance(event, CustomerWrote) else None
        current = thread.conversation
        known = current.known if current and current.is_open else None
        said = said or said_of_customer(self._store, thread)
        return Traits(thread.language, said, known, vouched)

    def _ended_offer(self, event: Event) -> Offer | None:
        """End the offer at its deadline first, by its own conditional write."""
        if not isinstance(event, TimerFired) or event.kind != "offer_deadline":
            return None
        try:
            return self._offers.close(event.subject, "timed_out")
        except Absent:
            return None  # the effects of the record that made the offer were never carried out

    def _untold(
        self, thread: Thread, event: Event, status: str | None
    ) -> tuple[UntoldMessage, ...]:
        """Return the oldest messages that a pool which takes over, or took over, is owed."""
        conversation = thread.conversation
        takes_over = isinstance(event, OfferAccepted) or status == "accepted"
        goes_on = isinstance(event, TimerFired) and event.kind == UNTOLD_MESSAGES
        if not (takes_over or goes_on) or conversation is None or conversation.handoff is None:
            return ()
        messages = (
            UntoldMessage(record.event.id, record.seq, record.event.at)
            for record in records_after(self._store, thread.id, conversation.handoff.told_seq)
            if isinstance(record.event, CustomerWrote)
        )
        return tuple(islice(messages, UNTOLD_LIMIT))


def _former_id(event: Event) -> str | None:
    return event.former_id if isinstance(event, CustomerWrote) else None


def _content(event: Event) -> Event:
    """Return the event without the fields that may differ between two deliveries of it."""
    if isinstance(event, CustomerWrote):
        return replace(event, at=0, id="", former_id=None, reply_token=None, media=())
    return replace(event, at=0)


def _place(decision: Decision) -> Place | None:
    """Return the present or intended place of the conversation in the waitlist."""
    thread, conversation = decision.thread, decision.thread.conversation
    if conversation is None or conversation.handoff is None:
        return None
    handoff = conversation.handoff
    return Waiting(thread.id, conversation.id, handoff.priority, handoff.since).place
