"""A case is read here as a person at the desk sees it, redacted to the level of the pool."""

from collections.abc import Callable, Mapping, Sequence

from surgeline.application.configuration import PoolSettings
from surgeline.application.deliveries.compose_delivery import told_callback
from surgeline.application.deliveries.context_package import (
    PAGE_RECORDS,
    RECORDS,
    attributes_said,
    handovers,
    notes,
    past_conversations,
)
from surgeline.application.deliveries.known_customer import told_file
from surgeline.application.media.links import MediaLink, no_link, shown_media, told_media
from surgeline.application.ports.conversations import ConversationStore, Record
from surgeline.application.ports.desk import Case
from surgeline.application.ports.refusals import Absent
from surgeline.application.staff.one_context import FILE_BYTES
from surgeline.domain.effects import SendText
from surgeline.domain.events import CustomerWrote, TextUndelivered
from surgeline.domain.ids import thread_of
from surgeline.domain.media.files import fates
from surgeline.domain.redaction import Redaction, redact
from surgeline.domain.thread import Conversation, Thread
from surgeline.domain.times import rfc3339

Line = dict[str, object]
RESOLVED = "conversation.resolved"


def read_case(
    store: ConversationStore,
    pool: PoolSettings,
    conversation_id: str,
    case: Case | None,
    *,
    after_seq: int,
    titles_on: Callable[[str], Mapping[str, str]] = lambda _: {},
    link: MediaLink = no_link,
    now: int = 0,
    elsewhere: Callable[[Thread], list[dict[str, object]]] = lambda _: [],
) -> dict[str, object]:
    """Return the lines after `after_seq`, and what a person needs to know beside them.

    `titles_on` returns the titles of the articles of a channel, by their ids. `next_after` goes on
    if there are more lines. Raises Absent unless the pool has the conversation, is offered it, or
    had it last.
    """
    thread = store.thread(thread_of(conversation_id))
    conversation = thread.conversation if thread else None
    if thread is None or conversation is None or conversation.id != conversation_id:
        raise Absent("there is no such conversation at your desk")
    if not _concerns(conversation, pool.id):
        raise Absent("there is no such conversation at your desk")
    begins = max(after_seq, conversation.first_seq - 1)
    records = store.records(thread.id, after_seq=begins, limit=PAGE_RECORDS)
    mine = [each for each in records if each.conversation_id == conversation_id]
    more = len(records) == PAGE_RECORDS
    promise = conversation.promise
    titles = titles_on(thread.channel_id)
    about = _about(store, thread, conversation, case, pool.redaction, titles=titles)
    about["elsewhere"] = elsewhere(thread)
    return {
        "conversation_id": conversation_id,
        "owned": conversation.is_open and conversation.owner.pool_id == pool.id,
        "closed": not conversation.is_open,
        "epoch": conversation.epoch,
        "promised_until": rfc3339(promise.until) if promise else None,
        "overdue": bool(promise and promise.broken_at),
        "lines": _lines(mine, pool.redaction, link, now),
        "notes": notes(mine, pool.redaction),
        "next_after": records[-1].seq if more else None,
        "last_seq": max([after_seq, *(each.last_seq for each in records)]),
        "about": about,
    }


def _about(
    store: ConversationStore,
    thread: Thread,
    conversation: Conversation,
    case: Case | None,
    level: Redaction,
    *,
    titles: Mapping[str, str],
) -> dict[str, object]:
    """Return the customer's facts, what was tried, and the articles that may help."""
    newest = store.records(thread.id, limit=RECORDS, newest_first=True)
    mine = [each for each in newest if each.conversation_id == conversation.id]
    tried = [text.article_id for each in mine for text in _texts(each) if text.article_id]
    callback = conversation.handoff.callback if conversation.handoff else None
    attributes = {
        name: redact(value, level) if isinstance(value, str) else value
        for name, value in attributes_said(newest).items()
    }
    named = {*tried, *conversation.rejected}
    return {
        "channel_id": thread.channel_id,
        "language": case.language if case else thread.language,
        "reason": case.reason if case else None,
        "callback": told_callback(callback) if callback and callback.is_asked else None,
        "attributes": attributes,
        "customer_data": told_file(store, thread, level, FILE_BYTES),
        "tried": list(dict.fromkeys(tried)),
        "rejected": list(conversation.rejected),
        "titles": {each: titles[each] for each in sorted(named) if each in titles},
        "handovers": [each for each in handovers(mine, level) if each["event"] != RESOLVED],
        "past_conversations": past_conversations(newest, conversation.id, level),
        "suggested": [
            {"article_id": each.article_id, "title": each.title, "answer": each.answer}
            | ({"note": each.note} if each.note else {})
            for each in (case.suggested if case else ())
        ],
    }


def _concerns(conversation: Conversation, pool_id: str) -> bool:
    handoff = conversation.handoff
    known = {conversation.owner.pool_id}
    if handoff:
        known |= {each.pool_id for each in handoff.offers}
    if not conversation.is_open:
        known |= {conversation.last_pool, *(handoff.tried if handoff else ())}
    return pool_id in known


def _lines(records: Sequence[Record], level: Redaction, link: MediaLink, now: int) -> list[Line]:
    lines: list[Line] = []
    found = fates(each.event for each in records)
    for record in sorted(records, key=lambda each: each.seq):
        event = record.event
        if isinstance(event, CustomerWrote):
            text = redact(event.text, level)
            media = shown_media(event, found, link, level=level, now=now)
            line = _line(record.seq, event.id, "customer", text, event.at)
            lines.append(line | ({"media": media} if media else {}))
        if isinstance(event, TextUndelivered):
            line = _line(record.seq, event.id, "system", "", event.at)
            lines.append(line | {"undelivered": event.reason})
        for said in _texts(record):
            text = redact(said.text, level)
            line = _line(said.seq, event.id, said.speaker, text, record.at)
            choices = [each.label for each in said.choices]
            told = {"agent": said.agent, "article_id": said.article_id, "choices": choices}
            sent = told_media(said.media, event.thread_id, link, now=now)
            lines.append(line | told | ({"attached": sent} if sent else {}))
    return lines


def _line(seq: int, event_id: str, speaker: str, text: str, at: int) -> Line:
    """Return one line. `event_id` is the event that it came with, as the page was told of it."""
    return {
        "seq": seq,
        "event_id": event_id,
        "speaker": speaker,
        "text": text,
        "at": rfc3339(at),
        "agent": None,
        "article_id": None,
        "choices": [],
    }


def _texts(record: Record) -> list[SendText]:
    return [each for each in record.effects if isinstance(each, SendText)]
