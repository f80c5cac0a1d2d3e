"""A committed record's effect becomes the delivery it asks for here, the same at every replay.

Nothing is kept or sent here. Customers' texts are redacted to the level of the pool that reads
them.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, replace

from surgeline.application.configuration import ConfigurationShelf
from surgeline.application.deliveries.context_package import RECORDS, context_package
from surgeline.application.deliveries.customer_data import SYSTEM, compose_for_company
from surgeline.application.deliveries.known_customer import FILE_BYTES, told_file
from surgeline.application.deliveries.media_answers import UNWANTED, WANTED
from surgeline.application.deliveries.permissions import Permission, permission_of
from surgeline.application.deliveries.profile_answers import compose_question
from surgeline.application.media.links import MediaLink, no_link, shown_media, told_media
from surgeline.application.ports.answering import Suggestion
from surgeline.application.ports.conversations import ConversationStore, Record
from surgeline.application.ports.deliveries import (
    CUSTOMERS,
    MEDIA,
    PROFILE,
    Delivery,
    DeliveryPlace,
)
from surgeline.domain.company.closure import MARK, ArrivalToken, no_token
from surgeline.domain.crisis.incident import running
from surgeline.domain.effects import (
    AskProfile,
    FetchMedia,
    ForgetMedia,
    LookUpCustomer,
    NotifyPool,
    OfferToPool,
    SendText,
    TellCompany,
)
from surgeline.domain.events import CustomerWrote
from surgeline.domain.redaction import Redaction, redact
from surgeline.domain.thread import Callback, Thread
from surgeline.domain.times import rfc3339
from surgeline.errors import Unreadable

Send = (
    SendText
    | NotifyPool
    | OfferToPool
    | LookUpCustomer
    | TellCompany
    | FetchMedia
    | ForgetMedia
    | AskProfile
)
"""The effects that leave the system."""


class DeliveryComposer:
    """Composes deliveries. It reads only what effects name by its place.

    `suggestions` looks up the articles that may be the answer. Without it an offer has their ids.
    `link` opens files. Without it their kinds are told only. `token` makes a text's link the
    customer's own.
    """

    def __init__(
        self,
        store: ConversationStore,
        configuration: ConfigurationShelf,
        suggestions: Callable[[str, Sequence[str]], list[Suggestion]] = lambda *_: [],
        link: MediaLink = no_link,
        token: ArrivalToken = no_token,
    ) -> None:
        self._token = token
        self._store = store
        self._configuration = configuration
        self._suggestions = suggestions
        self._link = link

    def compose(self, thread: Thread, record: Record, effect: Send) -> Delivery:
        """Return the whole delivery of one effect of the record."""
        if isinstance(effect, SendText):
            found = permission_of(thread, record, effect, self._store, self._configuration)
            told = self._own(thread, record, effect)
            return _text_delivery(thread, record, told, found, self._link)
        if isinstance(effect, NotifyPool):
            return self._notice(thread, record, effect)
        if isinstance(effect, LookUpCustomer | TellCompany):
            return compose_for_company(thread, record, effect, self._store)
        if isinstance(effect, FetchMedia | ForgetMedia):
            return _media_delivery(thread, record, effect)
        if isinstance(effect, AskProfile):
            return compose_question(thread, record, effect)
        return self._offer(thread, record, effect)

    def _own(self, thread: Thread, record: Record, effect: SendText) -> SendText:
        """Return the text as the customer gets it, with a token of their own where one goes in."""
        if (arrival := effect.arrival) is None:
            return effect
        token = self._token(arrival.channel, thread.id, record.at)
        before, after = effect.text[: arrival.place], effect.text[arrival.place :]
        return replace(effect, text=f"{before}{MARK}{token}{after}") if token else effect

    def _notice(self, thread: Thread, record: Record, effect: NotifyPool) -> Delivery:
        payload: dict[str, object] = dict(effect.data)
        if effect.event == "conversation.message":
            at = effect.data["at"]
            assert isinstance(at, int)
            said, level = self._said(thread.id, record, effect), self._level(effect.pool_id)
            message: dict[str, object] = {
                "id": effect.data["message_id"],
                "text": redact(said.text, level),
                "at": rfc3339(at),
            }
            if said.media:
                message["media"] = shown_media(said, {}, self._link, level=level, now=record.at)
            payload = {"message": message}
        return _pool_delivery(thread, record, effect, payload, event=effect.event, seq=effect.seq)

    def _said(self, thread_id: str, record: Record, effect: NotifyPool) -> CustomerWrote:
        """Return the customer's message that a pool is told of: this event or an earlier one.

        Effects name the message by its place, because a record with many texts would grow too
        large.
        """
        seq = int(effect.data["seq"] or 0)
        if seq != record.seq:
            [record] = self._store.records(thread_id, after_seq=seq - 1, limit=1)
        assert isinstance(record.event, CustomerWrote)
        return record.event

    def _offer(self, thread: Thread, record: Record, effect: OfferToPool) -> Delivery:
        records = self._store.records(thread.id, limit=RECORDS, newest_first=True)
        level = self._level(effect.pool_id)
        known = self._configuration.current().incidents
        incidents = running(known, thread.channel_id, record.at)
        near = self._near(thread, effect)
        data = told_file(self._store, thread, level, FILE_BYTES)
        context = context_package(
            records,
            thread,
            effect,
            level,
            near,
            incidents=incidents,
            data=data,
            link=self._link,
            now=record.at,
        )
        payload: dict[str, object] = {
            "reason": effect.reason,
            "language": effect.language,
            "context": context,
        }
        if effect.callback:
            payload["callback"] = told_callback(effect.callback)
        return _pool_delivery(
            thread, record, effect, payload, event="handoff.offered", expires_at=effect.expires_at
        )

    def _near(self, thread: Thread, effect: OfferToPool) -> list[Suggestion]:
        """Return the articles that may be the answer, without those that are gone now."""
        channel = self._configuration.channel(thread.channel_id)
        if channel is None or not effect.candidates:
            return []
        return self._suggestions(channel.knowledge_base, effect.candidates)

    def _level(self, pool_id: str) -> Redaction:
        """Return what the pool's people must not see. An unknown pool gets the strictest level."""
        try:
            pool = self._configuration.pool(pool_id)
        except Unreadable:  # a pool of a newer release: its own deliveries wait, not this thread
            return "contact"
        return pool.redaction if pool else "contact"


def told_callback(callback: Callback) -> dict[str, object]:
    """Return how and when a customer wants to be reached, as a pool's people read it."""
    return {
        "by": callback.by,
        "address": callback.address or None,
        "from": rfc3339(callback.at) if callback.at else None,
        "until": rfc3339(callback.until) if callback.until else None,
    }


def sends(record: Record) -> list[Send]:
    """Return the record's effects that leave the system."""
    return [each for each in record.effects if isinstance(each, Send)]


def place_of(thread: Thread, record: Record, effect: Send) -> DeliveryPlace:
    """Return where the log keeps the delivery of that effect."""
    if isinstance(effect, LookUpCustomer | TellCompany):
        target = f"{CUSTOMERS}:{SYSTEM}"
    elif isinstance(effect, SendText):
        target = f"channel:{thread.channel_id}"
    elif isinstance(effect, FetchMedia | ForgetMedia):
        target = f"{MEDIA}:{thread.channel_id}"
    elif isinstance(effect, AskProfile):
        target = f"{PROFILE}:{thread.channel_id}"
    else:
        target = f"pool:{effect.pool_id}"
    return DeliveryPlace(target, record.at, effect.id)


def _media_delivery(thread: Thread, record: Record, effect: FetchMedia | ForgetMedia) -> Delivery:
    payload: dict[str, object] = {"message_id": effect.message_id}
    if isinstance(effect, FetchMedia):
        payload["media"] = asdict(effect.media)
    return Delivery(
        id=effect.id,
        thread_id=thread.id,
        conversation_id=effect.conversation_id,
        target=MEDIA,
        target_id=thread.channel_id,
        event=WANTED if isinstance(effect, FetchMedia) else UNWANTED,
        epoch=0,
        at=record.at,
        payload=payload,
    )


def _text_delivery(
    thread: Thread,
    record: Record,
    effect: SendText,
    permission: Permission | None,
    link: MediaLink,
) -> Delivery:
    message: dict[str, object] = {
        "id": effect.id,
        "speaker": effect.speaker,
        "text": effect.text,
        "in_reply_to": effect.in_reply_to,
        "article_id": effect.article_id,
        "choices": [{"label": c.label, "article_id": c.article_id} for c in effect.choices],
        "agent": {"name": effect.agent} if effect.agent else None,
    }
    if effect.out_of_order:
        message["out_of_order"] = True
    if effect.again:
        message["again"] = effect.again
    if effect.media:
        message["attached"] = told_media(effect.media, thread.id, link, now=record.at)
    state = {"state": "closed" if effect.closed else "open", "owner": effect.owner}
    return Delivery(
        id=effect.id,
        thread_id=thread.id,
        conversation_id=effect.conversation_id,
        target="channel",
        target_id=thread.channel_id,
        event="message.created",
        epoch=effect.epoch,
        at=record.at,
        payload={"sender": thread.sender, "message": message, "conversation": state},
        seq=effect.seq,
        offer_id=None,
        speaker=effect.pool_id or effect.speaker,
        reply_token=permission.token if permission else None,
        received_at=permission.received_at if permission else None,
    )


def _pool_delivery(
    thread: Thread,
    record: Record,
    effect: NotifyPool | OfferToPool,
    payload: dict[str, object],
    *,
    event: str,
    seq: int | None = None,
    expires_at: int | None = None,
) -> Delivery:
    return Delivery(
        id=effect.id,
        thread_id=thread.id,
        conversation_id=effect.conversation_id,
        target="pool",
        target_id=effect.pool_id,
        event=event,
        epoch=effect.epoch,
        at=record.at,
        payload=payload,
        expires_at=expires_at,
        seq=seq,
        offer_id=effect.offer_id,
    )
