"""The customers of a rehearsal ask questions, wait for a person, lose patience, and answer."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, Protocol

from local.rehearsal.chance import Chance
from local.rehearsal.day import Day
from local.rehearsal.stage import texts_of, unfamiliar_texts

ASKS: Final = "I want to talk to a person"
REPLIES: Final = (
    "It is the order of last week.",
    "Yes, that is right.",
    "I have tried that already.",
)
_AGAIN_SECONDS: Final = 5
_TRIES: Final = 20
_ACCEPTED: Final = 202


class Taken(Protocol):
    """The answer to a message."""

    @property
    def status(self) -> int:
        """Return the status of the answer, or 0 where none came."""


class Scene(Protocol):
    """The time and the system in which customers act. Moments are in milliseconds of the day."""

    @property
    def now(self) -> int:
        """Return the moment of the day."""

    @property
    def minute(self) -> float:
        """Return the minute of the day."""

    def later(self, seconds: float, act: Callable[[], object]) -> None:
        """Do something after a time."""

    def at(self, moment: int, act: Callable[[], object]) -> None:
        """Do something at a moment of the day."""

    def hears_replies(self, hear: Callable[[Mapping[str, Any]], None]) -> None:
        """Let customers read what they are sent."""

    def write(self, sender: str, text: str, number: int) -> Taken:
        """Send a customer's message. The number makes it one of its own."""

    def leave(self, sender: str) -> None:
        """End a customer's chat."""


@dataclass(slots=True)
class Customer:
    """One customer, and all that was seen of him from outside. Moments are of the day."""

    name: str
    came_at: int
    wants_person: bool
    asked: int = 0
    heard: int = 0
    written: list[str] = field(default_factory=list)
    refused: int = 0
    read: set[str] = field(default_factory=set)
    repeated: int = 0
    articles: int = 0
    owner: str = "bot"
    first_reply_at: int | None = None
    last_wrote_at: int = 0
    last_read_at: int = -1
    asked_at: int | None = None
    joined_at: int | None = None
    told_nobody_at: int | None = None
    left_at: int | None = None
    turns: int = 0

    @property
    def is_waiting(self) -> bool:
        """Return whether the customer waits for a person."""
        ends = (self.joined_at, self.told_nobody_at, self.left_at)
        return self.asked_at is not None and all(each is None for each in ends)


class Customers:
    """All customers of a day."""

    def __init__(self, stage: Scene, day: Day, chance: Chance) -> None:
        self._stage = stage
        self._day = day
        self._about = day.customers
        self._chance = chance
        self._groups = texts_of(day)
        self._unfamiliar = unfamiliar_texts()
        self.all: dict[str, Customer] = {}
        self.waiting: set[str] = set()
        self._asked: list[int] = []
        stage.hears_replies(self._reads)

    def come(self) -> None:
        """Put the arrivals of the day on the agenda."""
        number = 0
        for span in self._day.arrivals:
            begin, end = _milliseconds(span.begin), _milliseconds(span.end)
            for _ in range(span.contacts):
                name = f"c{number}"
                moment = begin + self._chance.below(end - begin, "arrival", number)
                self._stage.at(moment, partial(self._comes, name))
                number += 1

    def asked_by(self, step_minutes: int) -> Counter[int]:
        """Return how many have asked for a person so far, by the step of the day."""
        return Counter(moment // (step_minutes * 60_000) for moment in self._asked)

    # ------------------------------------------------------------ what they do

    def _comes(self, name: str) -> None:
        wants = self._chance.share("wants a person", name) < self._about.asks_for_person
        self.all[name] = customer = Customer(name, self._stage.now, wants)
        self._asks(customer)

    def _asks(self, customer: Customer) -> None:
        """Ask the next question, or for a person, or fall silent."""
        if customer.owner != "bot" or customer.left_at is not None:
            return
        if customer.asked < self._about.questions:
            customer.asked += 1
            self._writes(customer, self._question(customer))
        elif customer.wants_person and customer.asked_at is None:
            customer.asked += 1
            self._writes(customer, ASKS)

    def _question(self, customer: Customer) -> str:
        key = (customer.name, customer.asked)
        for viral in self._about.viral:
            is_asked = self._chance.share("viral", *key) < viral.share
            if viral.has(self._stage.minute) and is_asked:
                return viral.text
        group = self._chance.below(len(self._groups), "language", customer.name)
        texts = self._groups[group]
        if self._chance.share("unfamiliar", *key) < self._about.unfamiliar:
            texts = self._unfamiliar
        return texts[self._chance.below(len(texts), "question", *key)]

    def _writes(self, customer: Customer, text: str) -> None:
        customer.written.append(text)
        self._sends(customer, text, len(customer.written), 1)

    def _sends(self, customer: Customer, text: str, number: int, tries: int) -> None:
        """Send a message, and again under the same id where it was not taken."""
        answer = self._stage.write(customer.name, text, number)
        if answer.status == _ACCEPTED:
            customer.last_wrote_at = self._stage.now
        elif tries < _TRIES:
            again = partial(self._sends, customer, text, number, tries + 1)
            self._stage.later(_AGAIN_SECONDS, again)
        else:
            customer.refused += 1

    def _leaves(self, customer: Customer) -> None:
        if customer.is_waiting:
            customer.left_at = self._stage.now
            self.waiting.discard(customer.name)
            self._stage.leave(customer.name)

    # ------------------------------------------------------------ what they read

    def _reads(self, data: Mapping[str, Any]) -> None:
        customer, message = self.all[data["sender"]], data["message"]
        if message["id"] in customer.read:
            customer.repeated += 1
            return
        customer.read.add(message["id"])
        now = self._stage.now
        customer.last_read_at = now
        if customer.first_reply_at is None and message["speaker"] != "system":
            customer.first_reply_at = now
        customer.articles += message["article_id"] is not None
        before, customer.owner = customer.owner, data["conversation"]["owner"]
        if data["conversation"]["state"] == "closed":
            customer.owner = "closed"
        self._moves_on(customer, before, message["speaker"])

    def _moves_on(self, customer: Customer, before: str, speaker: str) -> None:
        now, owner = self._stage.now, customer.owner
        if owner == "waiting" and customer.asked_at is None:
            customer.asked_at = customer.last_wrote_at
            self._asked.append(customer.asked_at)
            self.waiting.add(customer.name)
            patience = self._chance.exponential(
                self._about.patience_seconds, "patience", customer.name
            )
            self._stage.later(patience, partial(self._leaves, customer))
        elif owner == "pool":
            self._is_served(customer, speaker)
        elif owner == "bot" and before == "waiting" and customer.is_waiting:
            customer.told_nobody_at = now
            self.waiting.discard(customer.name)
        elif owner == "bot" and customer.asked_at is None and customer.heard < customer.asked:
            customer.heard = customer.asked  # one answer may come in several texts
            pause = self._pause("pause", customer, customer.asked, self._about.pause_seconds)
            self._stage.later(pause, partial(self._asks, customer))

    def _is_served(self, customer: Customer, speaker: str) -> None:
        """Note that a person is there, and answer what he says."""
        if customer.asked_at is None:
            customer.asked_at = customer.last_wrote_at
            self._asked.append(customer.asked_at)
        if customer.joined_at is None:
            customer.joined_at = self._stage.now
            self.waiting.discard(customer.name)
        if speaker == "person" and customer.turns < self._about.turns:
            customer.turns += 1
            text = REPLIES[customer.turns % len(REPLIES)]
            pause = self._pause("reply", customer, customer.turns, self._about.reply_seconds)
            self._stage.later(pause, partial(self._answers, customer, text))

    def _answers(self, customer: Customer, text: str) -> None:
        if customer.owner == "pool":
            self._writes(customer, text)

    def _pause(self, purpose: str, customer: Customer, number: int, mean: float) -> float:
        return 1 + self._chance.exponential(mean, purpose, customer.name, number)


def _milliseconds(clock: str) -> int:
    hour, minute = clock.split(":")
    return (int(hour) * 60 + int(minute)) * 60_000
