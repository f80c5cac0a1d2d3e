"""Desks whose tools fail, lose answers, repeat and overtake themselves, and what must hold then."""

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from surgeline.domain.events import AgentWrote, CustomerWrote
from surgeline.domain.ids import thread_id

from local.virtual.shop import KEY
from tests.functions.desks.desk_driver import KIM, LEE, WISH, DeskDriver

NOTICES = ("closed. Write again", "Nobody is free", "back with the assistant")
"""The ends of a conversation, as a customer reads them."""


@dataclass
class Diary:
    """The acts that are due at each second, and how often each kind of act was done."""

    chance: random.Random
    second: int = 0
    due: defaultdict[int, list[Callable[[], object]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    moods: Counter[str] = field(default_factory=Counter)

    def later(self, seconds: int, act: Callable[[], object]) -> None:
        """Let something be done after so many seconds."""
        self.due[self.second + seconds].append(act)

    def pass_second(self) -> None:
        """Do what falls due in the next second."""
        self.second += 1
        for act in self.due.pop(self.second, []):
            act()


class FlappingDesk:
    """The people of one desk, with the faults of their tool."""

    def __init__(self, desk: DeskDriver, diary: Diary) -> None:
        self.desk = desk
        self.diary = diary
        self.chance = diary.chance
        self._known = 0

    def fail(self) -> None:
        """Let something go wrong with the tool now and then."""
        if self.chance.random() < 0.15:
            self.desk.break_tool(self.chance.randint(1, 2))
        if self.chance.random() < 0.1:
            self.desk.lose_answer()

    def look(self) -> None:
        """Let the people decide on each new place."""
        places = self.desk.places()
        for place in places[self._known :]:
            self._decide(place)
        self._known = len(places)

    def _decide(self, place: Any) -> None:
        mood, person = self.chance.random(), self.chance.choice([KIM, LEE])
        if mood < 0.15:
            self._send("decline", 2, self.desk.decline(place, person))
        elif mood < 0.3:
            self.diary.moods["silent"] += 1
        else:
            self._work(place, person)

    def _work(self, place: Any, person: str) -> None:
        """Take it, say two things and close. The end may overtake the last words."""
        if self.chance.random() < 0.5:
            self._send("accept", 1, self.desk.accept(place, person))
        said = [f"{self.desk.pool_id} word {part}" for part in (1, 2)]
        words = [self.desk.write(place, each, person) for each in said]
        self._send("reply", 4, words[0])
        overtaken = self.chance.random() < 0.3
        self._send("overtaken" if overtaken else "reply", 9 if overtaken else 7, words[1])
        self._send("resolve", 8, self.desk.resolve(place, person))

    def _send(self, mood: str, seconds: int, event: Any) -> None:
        self.diary.moods[mood] += 1
        self.diary.later(seconds, lambda: self.desk.deliver(event))
        if self.chance.random() < 0.2:
            self.diary.moods["repeated"] += 1
            again = seconds + self.chance.randint(0, 20)
            self.diary.later(again, lambda: self.desk.deliver(event))


def let_ask(diary: Diary, desk: DeskDriver, senders: Sequence[str], *, within: int) -> None:
    """Let the customers ask for a person, and say one thing more, spread over so many seconds."""

    def write(sender: str, text: str) -> Callable[[], object]:
        return lambda: desk.shop.write(text, sender=sender)

    for number, sender in enumerate(senders):
        asks = 1 + number * within // len(senders)
        diary.due[asks].append(write(sender, WISH))
        diary.due[asks + 6].append(write(sender, "order 17"))


def prepare(desk: DeskDriver, **changes: object) -> None:
    """Let offers ring and silent pools be missed within seconds. `changes` replace other parts."""
    whole = desk.shop.admin("GET", "/v1/admin/configuration").json["configuration"] | changes
    for pool in whole["pools"]:
        pool["ring_seconds"] = 20
    whole["rules"] |= {"agent_silence_seconds": 40, "unanswered_seconds": 60}
    answer = desk.shop.admin("PUT", "/v1/admin/configuration?remove=yes", whole)
    assert answer.status == 200, answer.text
    desk.home.run_for(10)


def is_over(desk: DeskDriver, sender: str) -> bool:
    """Return whether a customer's conversation has an end, or is with the assistant again."""
    thread = desk.shop.thread(sender)
    conversation = thread.conversation if thread else None
    return conversation is not None and (
        not conversation.is_open or str(conversation.owner) == "bot"
    )


def two_owners(desk: DeskDriver) -> list[Any]:
    """Return the conversations that two pools have under one epoch."""
    database: Any = desk.home.backend
    found: list[Any] = database._database.fetch(  # no port lists offers
        "SELECT conversation_id FROM offers WHERE status = 'accepted'"
        " GROUP BY conversation_id, epoch HAVING count(*) > 1"
    )
    return found


def check_whole(desk: DeskDriver, sender: str) -> None:
    """Check what one customer said, read and was told at the end, against the record."""
    thread = thread_id(KEY, "shop", sender)
    records = desk.home.backend.store().records(thread, limit=1_000)
    assert len([each for each in records if isinstance(each.event, CustomerWrote)]) == 2
    right = [
        each.event.text
        for each in records
        if isinstance(each.event, AgentWrote) and each.explanation.decision != "refuse"
    ]
    shown = {
        each["data"]["message"]["id"]: each["data"]["message"]
        for each in desk.replies
        if each["data"]["thread_id"] == thread
    }.values()
    read = [each["text"] for each in shown if each["speaker"] == "person"]
    assert Counter(read) == Counter(right), sender
    notices = [each["text"] for each in shown if each["speaker"] == "system"]
    assert any(end in notices[-1] for end in NOTICES), (sender, notices)
