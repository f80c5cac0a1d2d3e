"""The chat page reads a thread's lines after a number from here, and how the chat stands."""

from collections.abc import Callable

from surgeline.application.media.links import MediaLink, no_link, shown_media, told_media
from surgeline.application.ports.conversations import ConversationStore, Record
from surgeline.domain.effects import SendText
from surgeline.domain.events import CustomerWrote
from surgeline.domain.media.files import fates
from surgeline.domain.thread import Conversation, Thread
from surgeline.domain.times import rfc3339
from surgeline.errors import Unauthorized

PAGE = 100


_Line = dict[str, object]


def read_chat(
    store: ConversationStore,
    thread_id: str,
    *,
    after_seq: int,
    customer: str | None = None,
    link: MediaLink = no_link,
    now: int = 0,
) -> dict[str, object]:
    """Return the lines after `after_seq`, oldest first, and how the chat stands.

    At most a page of lines comes. Ask again from `last_seq` for more. A chat that the customer
    ended is not shown again. Only its end is shown, without the words that were said just before.
    `link` opens files from `now` on (UTC epoch ms). `customer` marks the customer whom the reader's
    token proves, and None reads for nobody. Raises Unauthorized for another customer's chat, which
    may have begun under an older token.
    """
    thread = store.thread(thread_id)
    if thread is None:
        return {"lines": [], "last_seq": 0, "conversation": None}
    if customer is not None and thread.customer not in ("", customer):
        raise Unauthorized(reason="customer")
    shown_from = max(after_seq, thread.left_seq - 1)
    records = store.records(thread_id, after_seq=shown_from, limit=PAGE)
    found = fates(each.event for each in records)

    def media(event: CustomerWrote) -> _Line:
        """Return the files of a message as the customer sees them, which is as they are."""
        shown = shown_media(event, found, link, level="none", now=now) if event.media else []
        return {"media": shown} if shown else {}

    conversation = thread.conversation
    return {
        "lines": [
            line
            for record in records
            for line in _lines(
                record, thread.left_seq, media, lambda said: _attached(said, thread, link, now)
            )
        ],
        "last_seq": max([after_seq, *(record.last_seq for record in records)]),
        "conversation": conversation
        and {
            "id": conversation.id,
            "state": "open" if conversation.is_open else "closed",
            "owner": conversation.owner.kind,
            "kept": conversation.is_kept,
            "waits": _waits(conversation),
        },
    }


def _waits(conversation: Conversation) -> dict[str, int] | None:
    """Return the place in line and the time, as the waiting customer was told them last."""
    quote = conversation.account.open_quote if conversation.account else None
    if quote is None or not conversation.is_open or conversation.owner.kind == "pool":
        return None
    return {
        "place": quote.place,
        "low_seconds": quote.low,
        "high_seconds": quote.high,
        "told_at": quote.at,
    }


def _attached(said: SendText, thread: Thread, link: MediaLink, now: int) -> _Line:
    told = told_media(said.media, thread.id, link, now=now)
    return {"attached": told} if told else {}


def _lines(
    record: Record,
    left_seq: int,
    media: Callable[[CustomerWrote], _Line],
    attached: Callable[[SendText], _Line],
) -> list[_Line]:
    event = record.event
    lines: list[_Line] = []
    if isinstance(event, CustomerWrote):
        line = _line(record.seq, event.id, "customer", event.text, event.at)
        lines.append(line | media(event))
    for effect in record.effects:
        if isinstance(effect, SendText) and (record.seq != left_seq or effect.closed):
            line = _line(effect.seq, effect.id, effect.speaker, effect.text, record.at)
            line["agent"] = effect.agent
            line["in_reply_to"] = effect.in_reply_to
            line["article_id"] = effect.article_id
            line["choices"] = [
                {"label": choice.label, "article_id": choice.article_id}
                for choice in effect.choices
            ]
            lines.append(line | attached(effect))
    return lines


def _line(seq: int, line_id: str, speaker: str, text: str, at: int) -> dict[str, object]:
    return {
        "seq": seq,
        "id": line_id,
        "speaker": speaker,
        "text": text,
        "at": rfc3339(at),
        "agent": None,
        "in_reply_to": None,
        "article_id": None,
        "choices": [],
    }
