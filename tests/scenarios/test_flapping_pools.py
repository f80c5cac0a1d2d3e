"""Many conversations and four pools that decline, hang, fail, accept late, mix up words, and die.

The real handlers over the embedded engine, on a clock of our own. Every conversation ends resolved,
returned or in a stated failure; one owner each, no seat too many, nothing lost, nothing twice.
"""

import os
import random
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from surgeline.adapters.outbound.sender import NoReply
from surgeline.domain.events import AgentWrote, CustomerWrote
from surgeline.domain.ids import thread_id

from local.virtual.network import Answer, Post
from tests.functions.stage import Stage
from tests.often import often

CONVERSATIONS = int(os.environ.get("SURGELINE_CONVERSATIONS") or often(200, 500))
SEATS = {
    pool: max(1, seats * CONVERSATIONS // 500)
    for pool, seats in {"north": 30, "south": 25, "east": 20, "west": 25}.items()
}
RING_SECONDS = 10
KILLED, RESTARTED = 40, 75
LONGEST_SECONDS = 1_500
NOTICES = ("closed. Write again", "Nobody is free", "back with the assistant")


@dataclass
class Chat:
    """A conversation that a vendor believes to have."""

    conversation_id: str
    epoch: int


@dataclass
class Vendors:
    """The four desks and the customers' screens, in place of the network."""

    stage: Stage
    chance: random.Random
    due: defaultdict[int, list[Callable[[], None]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    chats: dict[tuple[str, str], Chat] = field(default_factory=dict)
    inbox: defaultdict[str, list[tuple[str, dict[str, Any]]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    screens: defaultdict[str, dict[str, dict[str, Any]]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    moods: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    written: Counter[str] = field(default_factory=Counter)
    second: int = 0

    # ------------------------------------------------------------ what arrives

    def post(self, post: Post) -> Answer:
        """Answer in the place of every channel and pool."""
        host = post.url.removeprefix("https://").partition(".")[0]
        whole = post.json
        if host == "channel":
            message = whole["data"]["message"]
            self.screens[whole["data"]["sender"]][message["id"]] = whole["data"]
            return Answer(200, b"")
        return self._desk(host, post.headers["webhook-id"], whole["type"], whole["data"])

    def _desk(self, pool: str, webhook_id: str, kind: str, data: dict[str, Any]) -> Answer:
        if pool == "west" and KILLED <= self.second < RESTARTED:
            raise NoReply("connect")
        mood = self.chance.random()
        if mood < 0.06:
            self.moods["hang"] += 1
            raise NoReply("timeout")
        if mood < 0.12:
            self.moods["500"] += 1
            return Answer(500, b"")
        seen = any(each == webhook_id for each, _ in self.inbox[pool])
        self.inbox[pool].append((webhook_id, {"type": kind} | data))
        if kind == "handoff.offered" and not seen:
            return self._offered(pool, data)
        if kind in ("conversation.taken_back", "conversation.abandoned"):
            self.chats.pop((pool, data["conversation_id"]), None)
        if kind == "conversation.message" and (pool, data["conversation_id"]) not in self.chats:
            self.moods["forgotten"] += 1
            own = {key: data[key] for key in ("conversation_id", "epoch")}
            self.later(2, lambda: self.say(pool, "conversation.returned", own))
        return Answer(200, b"{}")

    def _offered(self, pool: str, data: dict[str, Any]) -> Answer:
        mood = self.chance.random()
        if mood < 0.15:
            self.moods["decline"] += 1
            return Answer(200, b'{"accepted": false, "reason": "busy"}')
        late = mood < 0.25
        self.moods["late" if late else "accept"] += 1
        wait = RING_SECONDS + 1 if late else self.chance.randint(0, 4)
        self.later(wait, lambda: self._accept(pool, data, late=late))
        return Answer(202, b"")

    # ------------------------------------------------------------ what they say

    def later(self, seconds: int, act: Callable[[], None]) -> None:
        self.due[self.second + max(1, seconds)].append(act)

    def say(self, pool: str, kind: str, data: dict[str, Any]) -> Any:
        body = {"type": kind, "timestamp": "2026-03-01T12:00:00Z", "data": data}
        answer = self.stage.signed(f"/v1/pools/{pool}/events", body)
        if answer.status >= 500:
            self.wrong.append(f"{kind} was answered {answer.status}")
        return answer

    def _accept(self, pool: str, offer: dict[str, Any], *, late: bool) -> None:
        if pool == "west" and KILLED <= self.second < RESTARTED:
            return  # a dead process accepts nothing
        about = {key: offer[key] for key in ("conversation_id", "offer_id")}
        answer = self.say(pool, "handoff.accepted", about | {"agent": {"name": pool}})
        if answer.status == 200 and late:
            self.wrong.append("an acceptance after the deadline was taken")
        if answer.status == 200:
            self._work(pool, Chat(about["conversation_id"], answer.json["epoch"]))

    def _work(self, pool: str, chat: Chat) -> None:
        """Three replies that overtake each other, then an end; some say nothing at all."""
        self.chats[pool, chat.conversation_id] = chat
        if self.chance.random() < 0.08:
            self.moods["silent"] += 1
            return
        order = [1, 2, 3]
        self.chance.shuffle(order)
        for wait, seq in enumerate(order, 1):
            text = f"{pool} {chat.conversation_id} {chat.epoch} part {seq}"
            self.later(
                wait * self.chance.randint(1, 3),
                self._if_owned(pool, chat, "message.sent", {"text": text, "seq": seq}),
            )
        returns = self.chance.random() < 0.1
        kind = "conversation.returned" if returns else "conversation.resolved"
        end = {"seq": 4} | ({} if returns else {"outcome": "solved", "summary": "done"})
        self.later(12, self._if_owned(pool, chat, kind, end))

    def _if_owned(
        self, pool: str, chat: Chat, kind: str, data: dict[str, Any]
    ) -> Callable[[], None]:
        def act() -> None:
            if self.chats.get((pool, chat.conversation_id)) is chat:
                own = {"conversation_id": chat.conversation_id, "epoch": chat.epoch}
                self.say(pool, kind, own | data)

        return act

    def kill_west(self) -> None:
        """Let the pool west forget everything that it was doing."""
        for key in [each for each in self.chats if each[0] == "west"]:
            del self.chats[key]


@dataclass
class Check:
    """What must hold at every second."""

    stage: Stage

    def now(self) -> None:
        database = self.stage.backend._database  # no port lists offers
        days = dict.fromkeys(SEATS, "2026-03-01")
        for pool, load in self.stage.backend.pool_board().loads(days).items():
            assert load.taken <= SEATS[pool], f"{pool} has a seat too many"
        late = database.fetch(
            "SELECT offer_id FROM offers WHERE status = 'open' AND expires_at < ?",
            self.stage.clock.now() - 1_000,
        )
        assert late == [], "I9: an offer is open a second after its deadline"
        twice = database.fetch(
            "SELECT conversation_id FROM offers WHERE status = 'accepted'"
            " GROUP BY conversation_id, epoch HAVING count(*) > 1"
        )
        assert twice == [], "I4: two owners"


def owners(stage: Stage, senders: list[str]) -> Counter[str]:
    """Count the conversations that each pool owns."""
    threads = (stage.thread(sender) for sender in senders)
    return Counter(
        thread.conversation.owner.pool_id
        for thread in threads
        if thread and thread.conversation.owner.pool_id
    )


def ended(stage: Stage, sender: str) -> bool:
    conversation = stage.thread(sender).conversation
    return not conversation.is_open or (
        conversation.owner.kind == "bot" and conversation.handoff.state in ("failed", "returned")
    )


@dataclass
class Customer:
    """Asks for a person, says more, and asks again as long as nothing comes of it."""

    stage: Stage
    vendors: Vendors
    sender: str

    def write(self, text: str) -> None:
        assert self.stage.write(text, sender=self.sender).status == 202
        self.vendors.written[self.sender] += 1

    def is_anybody_there(self) -> None:
        if not ended(self.stage, self.sender):
            self.write("is anybody there?")
            self.vendors.later(90, self.is_anybody_there)


def test_f27_to_f39_many_conversations_and_four_flapping_pools(tmp_path: Path) -> None:
    """F27 F28 F31-F39: every conversation has one stated end, whatever four pools do at once."""
    chance = random.Random(20260301)
    stage = Stage(tmp_path, pool_url="https://north.example/", reply_url="https://c.example/")
    vendors = Vendors(stage, chance)
    stage.home.network.serve("https://", vendors.post)
    for pool in SEATS:
        stage.backend.secrets().put(f"pools/{pool}", stage.secret)
    stage.configure(
        channels=[
            {"id": "shop", "kind": "signed", "reply_url": "https://channel.example/"},
            {"id": "web", "kind": "web"},
        ],
        pools=[
            {
                "id": pool,
                "kind": "outsourced",
                "url": f"https://{pool}.example/",
                "seats": seats,
                "ring_seconds": RING_SECONDS,
            }
            for pool, seats in SEATS.items()
        ],
        rules={"agent_silence_seconds": 40},
        routing={"steps": [{"choose": "least_loaded", "at_once": 2}], "longest_wait_seconds": 300},
    )
    senders = [f"c{number}" for number in range(CONVERSATIONS)]
    for number, sender in enumerate(senders):
        customer = Customer(stage, vendors, sender)
        asks = 1 + number * 60 // CONVERSATIONS
        vendors.due[asks].append(lambda c=customer: c.write("a person please"))  # type: ignore[misc] # a default binds it
        vendors.due[asks + 5].append(lambda c=customer: c.write("order 1042"))  # type: ignore[misc] # as above
        vendors.due[asks + 120].append(customer.is_anybody_there)
    check = Check(stage)
    for second in range(1, LONGEST_SECONDS):
        vendors.second = second
        stage.clock.advance(1)
        if second == KILLED:
            vendors.kill_west()
        for act in vendors.due.pop(second, []):
            act()
        stage.drain()
        check.now()
        if second % 20 == 0:
            have = owners(stage, senders)
            assert all(have[pool] <= seats for pool, seats in SEATS.items())
            if second > 70 and not vendors.due and all(ended(stage, each) for each in senders):
                break
    assert vendors.wrong == []
    assert {"hang", "500", "decline", "late", "silent", "accept"} <= set(vendors.moods)
    _everything_ended(stage, senders)
    _customers_were_told(stage, vendors, senders)
    _words_are_whole(stage, vendors, senders)


def _everything_ended(stage: Stage, senders: list[str]) -> None:
    """Check that each conversation has an end, all seats are free, and nothing waits or is dead."""
    assert [each for each in senders if not ended(stage, each)] == []
    loads = stage.backend.pool_board().loads(dict.fromkeys(SEATS, "2026-03-01"))
    assert {pool: load.taken for pool, load in loads.items()} == dict.fromkeys(SEATS, 0)
    assert stage.backend.waitlist().backlog() == 0
    assert stage.backend.dead_letters().list() == []


def _customers_were_told(stage: Stage, vendors: Vendors, senders: list[str]) -> None:
    """I7: the last notice says how it ended, and it is on the customer's screen."""
    for sender in senders:
        screen = sorted(vendors.screens[sender].values(), key=lambda each: each["seq"])
        notices = [each["message"]["text"] for each in screen]
        assert any(end in text for text in notices[-2:] for end in NOTICES), (sender, notices)


def _words_are_whole(stage: Stage, vendors: Vendors, senders: list[str]) -> None:
    """I1 I2 I3: what a pool said in its right is read once, in order; what a customer said, too."""
    told = defaultdict(set)
    for inbox in vendors.inbox.values():
        for webhook_id, data in inbox:
            if data["type"] == "conversation.message":
                told[data["message"]["id"], data["epoch"]].add(webhook_id)
    assert all(len(ids) == 1 for ids in told.values()), "one message under two ids"
    for sender in senders:
        thread = thread_id(b"k" * 32, "shop", sender)
        records = stage.backend.store().records(thread, limit=10_000)
        mine = [each for each in records if isinstance(each.event, CustomerWrote)]
        assert len(mine) == vendors.written[sender], "a customer's message was lost or doubled"
        right = [
            each.event.text
            for each in records
            if isinstance(each.event, AgentWrote) and each.explanation.decision != "refuse"
        ]
        shown = sorted(vendors.screens[sender].values(), key=lambda each: each["seq"])
        read = [each["message"]["text"] for each in shown if each["message"]["speaker"] == "person"]
        assert Counter(read) == Counter(right), "a person's words were lost or doubled"
        in_order = [
            each["message"]["text"]
            for each in shown
            if each["message"]["speaker"] == "person" and "out_of_order" not in each["message"]
        ]
        for epoch in {text.rpartition(" part ")[0] for text in in_order}:
            parts = [text for text in in_order if text.startswith(f"{epoch} part")]
            assert parts == sorted(parts), "words changed places"
