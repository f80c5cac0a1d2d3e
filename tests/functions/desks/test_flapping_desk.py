"""Many conversations, and a desk whose tool fails, loses answers, repeats and overtakes itself.

Every conversation ends told, nothing that a person said in their right is lost or doubled, and no
message of a customer is lost. `SURGELINE_CONVERSATIONS` sets how many there are.
"""

import os
import random
from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Any

import pytest
from surgeline.domain.events import AgentWrote, CustomerWrote
from surgeline.domain.ids import thread_id

from local.virtual.network import Answer, Post
from local.virtual.shop import KEY, POOL_URL
from tests.functions.desks.desk_driver import DESK, KIM, LEE, WISH, DeskDriver

CONVERSATIONS = int(os.environ.get("SURGELINE_CONVERSATIONS", "40"))
LONGEST_SECONDS = 900
NOTICES = ("closed. Write again", "Nobody is free", "back with the assistant")

pytestmark = pytest.mark.timeout(600)


class FlappingDesk:
    """The people of a desk and of the other pool, with the faults of their tools."""

    def __init__(self, desk: DeskDriver, chance: random.Random) -> None:
        self.desk = desk
        self.chance = chance
        self.second = 0
        self.due: defaultdict[int, list[Callable[[], object]]] = defaultdict(list)
        self.moods: Counter[str] = Counter()
        self._known = 0
        desk.home.network.serve(POOL_URL, self._vendor)

    def later(self, seconds: int, act: Callable[[], object]) -> None:
        self.due[self.second + seconds].append(act)

    def tick(self) -> None:
        """Let one second pass, with everything that falls due and goes wrong in it."""
        self.second += 1
        if self.chance.random() < 0.15:
            self.desk.break_tool(self.chance.randint(1, 2))
        if self.chance.random() < 0.1:
            self.desk.lose_answer()
        for act in self.due.pop(self.second, []):
            act()
        self.desk.home.run_for(1)
        places = self.desk.places()
        for place in places[self._known :]:
            self._decide(place)
        self._known = len(places)

    def _decide(self, place: Any) -> None:
        mood, person = self.chance.random(), self.chance.choice([KIM, LEE])
        if mood < 0.1:
            self._send("decline", 2, self.desk.decline(place, person))
        elif mood < 0.2:
            self.moods["silent"] += 1
        else:
            self._work(place, person)

    def _work(self, place: Any, person: str) -> None:
        """Take it, say two things and close. The end may overtake the last words."""
        if self.chance.random() < 0.5:
            self._send("accept", 1, self.desk.accept(place, person))
        words = [self.desk.write(place, f"word {part}", person) for part in (1, 2)]
        self._send("reply", 4, words[0])
        overtaken = self.chance.random() < 0.3
        self._send("overtaken" if overtaken else "reply", 9 if overtaken else 7, words[1])
        self._send("resolve", 8, self.desk.resolve(place, person))

    def _send(self, mood: str, seconds: int, event: Any) -> None:
        self.moods[mood] += 1
        self.later(seconds, lambda: self.desk.deliver(event))
        if self.chance.random() < 0.2:
            self.moods["repeated"] += 1
            self.later(seconds + self.chance.randint(0, 20), lambda: self.desk.deliver(event))

    def _vendor(self, post: Post) -> Answer:
        if post.json["type"] != "handoff.offered":
            return Answer()
        data = {name: post.json["data"][name] for name in ("conversation_id", "epoch")}
        said = data | {"text": "the vendor is here", "seq": 1}
        ended = data | {"outcome": "solved", "seq": 2}
        self.later(3, lambda: self.desk.shop.pool("message.sent", said))
        self.later(6, lambda: self.desk.shop.pool("conversation.resolved", ended))
        return Answer(body=b'{"accepted": true}')


def prepare(desk: DeskDriver) -> None:
    """Let offers ring and silent pools be missed within seconds."""
    whole = desk.shop.admin("GET", "/v1/admin/configuration").json["configuration"]
    for pool in whole["pools"]:
        pool["ring_seconds"] = 20
    whole["rules"] |= {"agent_silence_seconds": 40, "unanswered_seconds": 60}
    assert desk.shop.admin("PUT", "/v1/admin/configuration", whole).status == 200
    desk.home.run_for(10)


def is_over(desk: DeskDriver, sender: str) -> bool:
    thread = desk.shop.thread(sender)
    conversation = thread.conversation if thread else None
    return conversation is not None and (
        not conversation.is_open or str(conversation.owner) == "bot"
    )


def test_every_conversation_at_a_flapping_desk_ends_told(desk: DeskDriver) -> None:
    """Whatever the tool does, each conversation has one stated end, and no words are lost."""
    prepare(desk)
    flapping = FlappingDesk(desk, random.Random(20260301))
    senders = [f"c{number}" for number in range(CONVERSATIONS)]
    for number, sender in enumerate(senders):
        asks = 1 + number * 60 // CONVERSATIONS
        flapping.due[asks].append(lambda s=sender: desk.shop.write(WISH, sender=s))  # type: ignore[misc] # a default binds it
        flapping.due[asks + 6].append(lambda s=sender: desk.shop.write("order 17", sender=s))  # type: ignore[misc] # as above
    while flapping.second < LONGEST_SECONDS:
        flapping.tick()
        late = flapping.second > 80 and not flapping.due
        if late and all(is_over(desk, each) for each in senders):
            break
    desk.home.run_for(30)
    assert {"accept", "decline", "silent", "resolve", "overtaken", "repeated"} <= set(
        flapping.moods
    )
    assert [each for each in senders if not is_over(desk, each)] == []
    assert desk.home.backend.dead_letters().list() == []
    for sender in senders:
        _is_whole(desk, sender)


def _is_whole(desk: DeskDriver, sender: str) -> None:
    """Check what one customer said and read, against the record."""
    records = desk.home.backend.store().records(thread_id(KEY, "shop", sender), limit=1_000)
    assert len([each for each in records if isinstance(each.event, CustomerWrote)]) == 2
    right = [
        each.event.text
        for each in records
        if isinstance(each.event, AgentWrote) and each.explanation.decision != "refuse"
    ]
    shown = {
        each["data"]["message"]["id"]: each["data"]["message"]
        for each in desk.replies
        if each["data"]["thread_id"] == thread_id(KEY, "shop", sender)
    }.values()
    read = [each["text"] for each in shown if each["speaker"] == "person"]
    assert Counter(read) == Counter(right), sender
    notices = [each["text"] for each in shown if each["speaker"] == "system"]
    assert any(end in notices[-1] for end in NOTICES), (sender, notices, DESK)
