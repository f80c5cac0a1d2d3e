"""The simulated vendor's rules turn an event of Surgeline into an HTTP answer and callbacks.

The rules have no clock, no network and no waiting. `now` is an argument, and a callback says how
long it waits. Faults are drawn from the seed and the ids, so that a run can be repeated.
"""

import hashlib
from collections import Counter, OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, TypeVar

from local.simulators.phrases import language_of, phrases, says_thanks

Key = TypeVar("Key")
Value = TypeVar("Value")

AcceptBy = Literal["response", "callback", "late", "never"]
Fault = Literal["hang", "error"]

CHATS_PER_AGENT = 5
LATE_SECONDS = 1.0
_SHORTEST_VALID, _LONGEST_VALID = 10, 3_600
REMEMBERED = 50_000

_GONE = (404, 409)


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """The behaviour of the vendor. Shares are between 0 and 1."""

    accept: AcceptBy = "callback"
    agents: int = 20
    ring_seconds: float = 1.0
    reply_after_seconds: float = 1.5
    resolve_after_replies: int = 5
    resolve_after_silence_seconds: float = 30.0
    decline: float = 0.0
    hang: float = 0.0
    error: float = 0.0
    drop: float = 0.0
    give_back: float = 0.0
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """The HTTP answer to Surgeline."""

    status: int = 200
    body: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Callback:
    """An event to post to Surgeline after so long.

    A callback with a `turn` is called off when the customer writes again.
    """

    type: str
    data: Mapping[str, Any]
    after_seconds: float = 0.0
    turn: int | None = None

    @property
    def conversation_id(self) -> str:
        """Return the id of the callback's conversation, whose callbacks keep their order."""
        return str(self.data.get("conversation_id", ""))


@dataclass(slots=True)
class _Offer:
    """An offer that the desk wants, and whose end the desk has not heard."""

    offer_id: str
    conversation_id: str
    epoch: int
    language: str
    agent: str


@dataclass(slots=True)
class _Chat:
    """A conversation that the desk owns under one epoch."""

    conversation_id: str
    epoch: int
    offer_id: str | None
    language: str
    agent: str
    silent: bool
    returns: bool
    last_seq: int = 0
    turn: int = 0
    replies: int = 0


class Desk:
    """Every offer and conversation of the simulated pool."""

    def __init__(self, behaviour: Behaviour) -> None:
        self.behaviour = behaviour
        self.counts: Counter[str] = Counter()
        self.offers: dict[str, _Offer] = {}
        self.chats: dict[str, _Chat] = {}
        self._answers: OrderedDict[str, Answer] = OrderedDict()
        self._ended: OrderedDict[str, int] = OrderedDict()

    # ------------------------------------------------------------ events in

    def fault(self, webhook_id: str, attempt: int) -> Fault | None:
        """Return the intended fault of this attempt, before anything is read."""
        drawn = self._draw("fault", f"{webhook_id}/{attempt}")
        fault: Fault | None = None
        if drawn < self.behaviour.error:
            fault = "error"
        elif drawn < self.behaviour.error + self.behaviour.hang:
            fault = "hang"
        self.counts[f"fault_{fault}"] += fault is not None
        return fault

    def take(
        self, webhook_id: str, kind: str, data: Mapping[str, Any], *, now: float
    ) -> tuple[Answer, Sequence[Callback]]:
        """Take in one verified event. A repeat gets the first answer again and has no effect."""
        known = self._answers.get(webhook_id)
        if known:
            self.counts["repeats"] += 1
            return known, ()
        self.counts[kind] += 1
        answer, callbacks = self._apply(kind, data, now)
        _remember(self._answers, webhook_id, answer)
        return answer, callbacks

    def _apply(
        self, kind: str, data: Mapping[str, Any], now: float
    ) -> tuple[Answer, Sequence[Callback]]:
        match kind:
            case "handoff.offered":
                return self._offered(data, now)
            case "handoff.withdrawn":
                self._withdrawn(data)
            case "conversation.message":
                return Answer(), self._message(data)
            case "conversation.taken_back" | "conversation.abandoned":
                self._end(data["conversation_id"], data["epoch"])
            case "capacity.requested":
                return Answer(), self._wanted(data, now)
            case "articles.changed":
                read = {"notice_id": data["notice_id"]}
                return Answer(), [Callback("articles.read", read, self.behaviour.ring_seconds)]
        # A type that is not known here is one that came later: it is taken and left alone.
        return Answer(), ()

    def _offered(self, data: Mapping[str, Any], now: float) -> tuple[Answer, Sequence[Callback]]:
        transcript = data["context"]["transcript"]
        offer = _Offer(
            offer_id=data["offer_id"],
            conversation_id=data["conversation_id"],
            epoch=data["epoch"],
            language=language_of(data["language"], transcript[-1]["text"] if transcript else ""),
            agent=self._free_agent(),
        )
        if self.behaviour.accept == "never":
            return Answer(202), ()
        reason = self._reason_to_decline(offer)
        if reason:
            return self._decline(offer, reason)
        if self.behaviour.accept == "late":
            ends_in = datetime.fromisoformat(data["expires_at"]).timestamp() - now
            return self._accept(offer, max(0.0, ends_in) + LATE_SECONDS)
        return self._accept(offer, self.behaviour.ring_seconds)

    def _wanted(self, data: Mapping[str, Any], now: float) -> Sequence[Callback]:
        """Report the people of a request, until its window ends. One that is over brings nobody."""
        valid = _LONGEST_VALID
        if data.get("until"):
            valid = int(datetime.fromisoformat(data["until"]).timestamp() - now)
        if valid < _SHORTEST_VALID:
            self.counts["windows_over"] += 1
            return ()
        seats = min(data["seats"], self.behaviour.agents)
        there = {"seats": seats, "valid_seconds": min(valid, _LONGEST_VALID)}
        return [Callback("capacity.reported", there, self.behaviour.ring_seconds)]

    def _reason_to_decline(self, offer: _Offer) -> str | None:
        if not offer.agent:
            return "busy"
        declines = self._draw("decline", offer.offer_id) < self.behaviour.decline
        return "simulated decline" if declines else None

    def _decline(self, offer: _Offer, reason: str) -> tuple[Answer, Sequence[Callback]]:
        self.counts["declined"] += 1
        if self.behaviour.accept == "response":
            return Answer(200, {"accepted": False, "reason": reason}), ()
        told = {**_about(offer), "reason": reason}
        return Answer(202), [Callback("handoff.declined", told, self.behaviour.ring_seconds)]

    def _accept(self, offer: _Offer, wait: float) -> tuple[Answer, Sequence[Callback]]:
        self.offers[offer.offer_id] = offer
        agent = {"name": offer.agent}
        told = {**_about(offer), "agent": agent}
        if self.behaviour.accept == "response":
            # The acceptance is in the answer already. The callback repeats it, because only the
            # callback tells us whether we were in time.
            answer = Answer(200, {"accepted": True, "agent": agent})
            return answer, [Callback("handoff.accepted", told, wait)]
        return Answer(202), [Callback("handoff.accepted", told, wait)]

    def _withdrawn(self, data: Mapping[str, Any]) -> None:
        if self.behaviour.accept == "late":
            return  # the point is to accept anyway, and to be refused
        self.offers.pop(data["offer_id"], None)
        chat = self.chats.get(data["conversation_id"])
        if chat and chat.offer_id == data["offer_id"]:
            del self.chats[chat.conversation_id]

    def _message(self, data: Mapping[str, Any]) -> Sequence[Callback]:
        chat = self._chat_of(data)
        if chat is None:
            self.counts["messages_after_end"] += 1
            return ()
        if data["seq"] <= chat.last_seq:
            self.counts["repeats"] += 1
            return ()
        self.counts["gaps"] += data["seq"] - chat.last_seq - 1
        chat.last_seq = data["seq"]
        chat.turn += 1
        if chat.silent:
            return ()
        return self._reply(chat, thanks=says_thanks(data["message"]["text"]))

    def _chat_of(self, data: Mapping[str, Any]) -> _Chat | None:
        """Return the chat that a message is for.

        A message under a newer epoch proves that we own the conversation. The answer to our
        acceptance may not have come yet, or this process may have started anew and forgotten it.
        """
        conversation_id, epoch = data["conversation_id"], data["epoch"]
        chat = self.chats.get(conversation_id)
        if chat and chat.epoch >= epoch:
            return chat if chat.epoch == epoch else None
        if epoch <= self._ended.get(conversation_id, 0):
            return None
        offers = self.offers.values()
        ours = (o for o in offers if (o.conversation_id, o.epoch) == (conversation_id, epoch))
        offer = next(ours, None)
        if offer:
            return self._start(self.offers.pop(offer.offer_id))
        language = language_of(None, data["message"]["text"])
        return self._start(_Offer("", conversation_id, epoch, language, "Agent 1"))

    # ------------------------------------------------------------ callbacks out

    def wanted(self, callback: Callback) -> bool:
        """Return whether a waiting callback is still true. This is asked before each attempt."""
        if callback.type == "capacity.reported":
            return True
        if callback.type.startswith("handoff."):
            return callback.type == "handoff.declined" or callback.data["offer_id"] in self.offers
        chat = self.chats.get(callback.conversation_id)
        if chat is None or chat.epoch != callback.data["epoch"]:
            return False
        return callback.turn is None or callback.turn == chat.turn

    def answered(
        self, callback: Callback, status: int, body: Mapping[str, Any]
    ) -> Sequence[Callback]:
        """Act on Surgeline's final answer to a callback."""
        if status >= 300:  # noqa: PLR2004 - not a success
            self.counts[f"refused_{status}"] += 1
        if callback.type == "handoff.accepted":
            return self._acceptance_answered(callback, status, body)
        ends = callback.type in {"conversation.resolved", "conversation.returned"}
        if "epoch" in callback.data and (ends or status in _GONE):
            self._end(callback.conversation_id, callback.data["epoch"])
        self.counts[callback.type] += status < 300  # noqa: PLR2004 - as above
        return ()

    def _acceptance_answered(
        self, callback: Callback, status: int, body: Mapping[str, Any]
    ) -> Sequence[Callback]:
        offer = self.offers.pop(callback.data["offer_id"], None)
        if offer is None or status != 200 or not body.get("accepted"):  # noqa: PLR2004 - as documented
            return ()
        chat = self._start(offer)
        return () if chat.silent else self._say(chat, phrases(chat.language).greeting)

    def _start(self, offer: _Offer) -> _Chat:
        """Make a chat of an offer that was won."""
        key = f"{offer.conversation_id}/{offer.epoch}"
        chat = _Chat(
            offer.conversation_id,
            offer.epoch,
            offer.offer_id,
            offer.language,
            offer.agent,
            silent=self._draw("drop", key) < self.behaviour.drop,
            returns=self._draw("return", key) < self.behaviour.give_back,
        )
        self.counts["accepted"] += 1
        self.counts["dropped"] += chat.silent
        self.chats[offer.conversation_id] = chat
        return chat

    def _reply(self, chat: _Chat, *, thanks: bool) -> Sequence[Callback]:
        if thanks:
            return self._say(chat, phrases(chat.language).farewell, last=True)
        replies = phrases(chat.language).replies
        return self._say(chat, replies[min(max(chat.replies, 1), len(replies)) - 1])

    def _say(self, chat: _Chat, text: str, *, last: bool = False) -> Sequence[Callback]:
        """Return typing, the text and the end.

        The end comes at once after enough replies, else later.
        """
        chat.replies += 1
        enough = last or chat.replies >= self.behaviour.resolve_after_replies
        wait = self.behaviour.reply_after_seconds
        own = {"conversation_id": chat.conversation_id, "epoch": chat.epoch}
        text = text.format(agent=chat.agent)
        pause = 0.0 if enough else self.behaviour.resolve_after_silence_seconds
        return [
            Callback("typing", own),
            Callback("message.sent", {**own, "text": text, "agent": {"name": chat.agent}}, wait),
            self._ending(chat, own, wait + pause),
        ]

    def _ending(self, chat: _Chat, own: Mapping[str, Any], after_seconds: float) -> Callback:
        if chat.returns:
            told = {**own, "reason": "simulated return"}
            return Callback("conversation.returned", told, after_seconds, chat.turn)
        told = {**own, "outcome": "solved", "summary": "Closed by the simulated agent."}
        return Callback("conversation.resolved", told, after_seconds, chat.turn)

    # ------------------------------------------------------------ bookkeeping

    def _end(self, conversation_id: str, epoch: int) -> None:
        chat = self.chats.get(conversation_id)
        if chat and chat.epoch <= epoch:
            del self.chats[conversation_id]
        _remember(self._ended, conversation_id, max(epoch, self._ended.get(conversation_id, 0)))

    def _free_agent(self) -> str:
        """Return the least busy agent's name, or None when all hands are full."""
        names = [f"Agent {number}" for number in range(1, self.behaviour.agents + 1)]
        held = Counter(chat.agent for chat in self.chats.values())
        held.update(offer.agent for offer in self.offers.values())
        least = min(names, key=lambda name: held[name], default="")
        return least if least and held[least] < CHATS_PER_AGENT else ""

    def _draw(self, what: str, key: str) -> float:
        """Return a number in [0, 1) that depends only on the seed and on the draw's purpose."""
        digest = hashlib.sha256(f"{self.behaviour.seed}/{what}/{key}".encode()).digest()
        return int.from_bytes(digest[:8]) / 2**64


def _about(offer: _Offer) -> dict[str, Any]:
    return {"conversation_id": offer.conversation_id, "offer_id": offer.offer_id}


def _remember(memory: OrderedDict[Key, Value], key: Key, value: Value) -> None:
    memory[key] = value
    memory.move_to_end(key)
    while len(memory) > REMEMBERED:
        memory.popitem(last=False)
