"""The one writer of every thread commits decisions on events here and sends their effects."""

from collections.abc import Sequence
from typing import Any

from surgeline.adapters.codec import decode_event, encode_delivery, encode_event
from surgeline.adapters.hooks import PAGERS
from surgeline.adapters.staff_format import decode, encode
from surgeline.adapters.system_texts import system_texts
from surgeline.application.answers.answer_from_knowledge import KnowledgeAnswerer
from surgeline.application.answers.knowledge_shelf import KnowledgeShelf
from surgeline.application.answers.picks.allowance import Allowance
from surgeline.application.answers.picks.ask_picker import Picks
from surgeline.application.answers.readers import RECOGNISERS, Recogniser
from surgeline.application.conversations.advance_conversation import AdvanceConversation
from surgeline.application.conversations.arrivals import arrivals_with
from surgeline.application.conversations.effects import CARRIERS
from surgeline.application.conversations.effects.carrier import Carrier, Means
from surgeline.application.conversations.outbox import MessageFormats, Outbox, Queues
from surgeline.application.conversations.understanding.elsewhere import Elsewhere
from surgeline.application.media.links import links_with
from surgeline.application.on_call.call_books import call_books
from surgeline.application.on_call.confirmed import Confirmed
from surgeline.application.on_call.hear_words import HearWords
from surgeline.application.pools.scores import PoolScores
from surgeline.application.ports.deliveries import Delivery
from surgeline.application.ports.queues import Outgoing
from surgeline.application.surge.surge_books import surge_books
from surgeline.application.watch.unknown_failures import UnknownFailures
from surgeline.domain.decide import TABLES
from surgeline.domain.turn import Tables, joined
from surgeline.knowledge.text.reading import wants_person
from surgeline.runtime.batches import Batches, QueueMessage
from surgeline.runtime.bootstrap import Backend, Handler, LambdaEvent, entry
from surgeline.runtime.configuration import shelf_of
from surgeline.runtime.encoders import encoders_of
from surgeline.runtime.ids_key import ids_key
from surgeline.runtime.logs import Log, log_of
from surgeline.runtime.settings import ConversationWorker

LONGEST_CALL_SECONDS = 5.0
"""The longest that one event may take, with an article to load, a retry and the batch's sends."""

LONGEST_PICK_SECONDS = 2.0
"""The longest that a model may take to pick, where one is turned on."""

LONGEST_EMBEDDING_SECONDS = 2.0
"""The longest that a message may wait for a service's vectors, where these are turned on."""


def build(
    backend: Backend,
    settings: ConversationWorker,
    *,
    tables: Tables = TABLES,
    recognisers: Sequence[Recogniser] = RECOGNISERS,
    carriers: Sequence[type[Carrier]] = CARRIERS,
) -> Handler:
    """Return the handler over a backend. It logs one line a batch, which names each event."""
    info, alarm = log_of("conversation_worker", settings.log_level)
    blobs, clock, log = backend.blobs(), backend.clock, backend.delivery_log()
    shelf = shelf_of(backend, alarm, fresh_seconds=0)
    encoders = encoders_of(backend, settings, alarm)
    knowledge = KnowledgeShelf(blobs, clock, alarm, encoders)
    picks = _picks(backend, settings, alarm)
    answerer = backend.answerer(
        KnowledgeAnswerer(knowledge, alarm, recognisers, picks, encoders.begin_message)
    )
    means = Means(
        store=backend.store(),
        offers=backend.offers(),
        board=backend.pool_board(),
        waitlist=backend.waitlist(),
        outcomes=backend.outcomes(),
        ledger=backend.ledger(),
        notebook=backend.notebook(),
        calls=call_books(backend.ledger(), encode, decode),
        overrides=surge_books(backend.ledger(), encode, decode).overrides,
        configuration=shelf,
        suggestions=answerer.suggestions,
        alarm=alarm,
        media_link=links_with(lambda: ids_key(backend.secrets())),
        arrival_token=arrivals_with(lambda: ids_key(backend.secrets())),
    )
    queues = Queues(
        deliveries=backend.queue(settings.deliveries_queue),
        timers=backend.queue(settings.timers_queue),
        events=backend.queue(settings.events_queue),
    )
    outbox = Outbox(
        means,
        queues=queues,
        log=log,
        formats=MessageFormats(delivery=encode_delivery, event=encode_event),
        clock=clock,
        carriers=carriers,
    )
    advance = AdvanceConversation(
        store=backend.store(),
        offers=backend.offers(),
        board=backend.pool_board(),
        waitlist=backend.waitlist(),
        outcomes=backend.outcomes(),
        answerer=answerer,
        outbox=outbox,
        configuration=shelf,
        texts=system_texts(),
        clock=clock,
        scores=PoolScores(backend.notebook(), clock),
        coming=Confirmed(means.calls, clock),
        elsewhere=Elsewhere(means.store, means.ledger, lambda: ids_key(backend.secrets())),
        tables=tables.with_(readings=joined(*(each.rules for each in recognisers))),
    )

    # Compiles the recognisers' patterns now, so that the first message does not wait for that.
    wants_person("")
    done: list[dict[str, object]] = []

    def send(delivery: Delivery) -> None:
        body = encode_delivery(delivery)
        queues.deliveries.send([Outgoing(body, delivery.group, delivery.dedup_id)])

    answers_a_call = HearWords(
        shelf=shelf_of(backend, alarm),
        books=means.calls,
        send=send,
        key=lambda: ids_key(backend.secrets()),
        clock=clock,
        pagers=PAGERS,
    )

    unknown_failure = UnknownFailures(store=means.store, log=log, configuration=shelf, alarm=alarm)

    def one(message: QueueMessage) -> None:
        event = decode_event(message.body)
        if answers_a_call(event):
            done.append({"thread_id": event.thread_id, "event_id": event.id, "decision": "on call"})
            return
        advanced = advance(event)
        record = advanced.record
        if record is None:
            unknown_failure(event)
        done.append(
            {
                "thread_id": event.thread_id,
                "event_id": event.id,
                "event_type": event.type,
                "decision": record.explanation.decision if record else "no thread",
                "repeated": advanced.repeated,
                "conflicting": advanced.conflicting,
            }
        )

    batches = Batches(
        backend.queue(settings.events_queue),
        one,
        alarm=alarm,
        longest_call_seconds=LONGEST_CALL_SECONDS
        + (LONGEST_PICK_SECONDS if picks else 0.0)
        + (LONGEST_EMBEDDING_SECONDS if encoders.managed else 0.0),
        after=outbox.flush,
        starts=backend.starts(),
    )

    def handle(event: LambdaEvent, context: object) -> dict[str, Any]:
        """Commit each event, then send for all of them.

        While sends are refused, the events come again.
        """
        outbox.forget()
        done.clear()
        response = batches(event, context)
        if done:
            info("advanced", count=len(done), events=done)
        return response

    return handle


def _picks(backend: Backend, settings: ConversationWorker, alarm: Log) -> Picks | None:
    """Return the way to the model that picks among candidates, if one is turned on."""
    picker = backend.picker(settings.picker) if settings.picker else None
    if picker is None:
        return None
    most = int(settings.picks_a_month)
    allowance = Allowance(backend.notebook(), backend.clock, most, alarm)
    return Picks(picker, allowance, backend.clock, alarm)


handler = entry(ConversationWorker, build)
