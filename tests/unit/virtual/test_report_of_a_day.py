"""The daily report equals a count of what customers and pools sent and received.

The count below imports nothing of the reports. It sees only messages, as the outside does.
"""

import json
import random
from collections import defaultdict
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from local.virtual.home import NOON, VirtualHome
from local.virtual.network import Answer, Post
from local.virtual.shop import CHANNEL_URL, POOL_URL, Shop

REJECTION = "no, that is wrong"
FIRST = ("When are you open?", "How long can I return an item?", "I want to talk to a person")
LATER = ("When are you open?", REJECTION, "I want to talk to a person", "qwrt zxcv hjkl")
HALF_HOUR = 1_800_000


class Outside:
    """The customers and the pool of one day, and everything that they sent and received."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.chance = random.Random(seed)
        self.home = VirtualHome(folder, seed=seed, variables={"LOG_LEVEL": "CRITICAL"})
        self.home.network.serve(CHANNEL_URL, self.shows)
        self.home.network.serve(POOL_URL, self.hears)
        self.shop = Shop(self.home)
        self.shop.publish()
        self.wrote: dict[str, list[tuple[int, str]]] = defaultdict(list)
        self.read: dict[str, list[tuple[int, str, str | None]]] = defaultdict(list)
        self.offered: dict[str, int] = {}
        self.accepted: dict[str, int] = {}
        self.resolved: dict[str, list[tuple[int, str]]] = defaultdict(list)
        self.threads: dict[str, str] = {}

    def later(self, seconds: float, act: Any, *args: Any) -> None:
        """Do something after a time."""
        self.home.agenda.at(self.home.clock.now() + round(seconds * 1000), partial(act, *args))

    def play(self, customers: int) -> None:
        """Let the customers write within five hours, and the next day begin."""
        for number in range(customers):
            self.later(self.chance.uniform(0, 18_000), self.begins, f"c{number}")
        self.home.run_for(40 * 3600)

    def begins(self, sender: str) -> None:
        """Let a customer write, and perhaps write again some minutes later."""
        self.writes(sender, self.chance.choice(FIRST))
        for minute in range(self.chance.randrange(3)):
            self.later(60 * (minute + 1), self.writes, sender, self.chance.choice(LATER))

    def writes(self, sender: str, text: str) -> None:
        """Send a customer's message."""
        self.wrote[sender].append((self.home.clock.now(), text))
        self.threads[sender] = self.shop.write(text, sender=sender).json["thread_id"]

    def shows(self, post: Post) -> Answer:
        """Let the customer read a message."""
        about, message = post.json["data"], post.json["data"]["message"]
        self.read[about["sender"]].append((post.at, message["speaker"], message["article_id"]))
        return Answer()

    def hears(self, post: Post) -> Answer:
        """Let the pool ring for a while, then accept most offers and decline the others."""
        if post.json["type"] != "handoff.offered":
            return Answer()
        about = post.json["data"]
        self.offered.setdefault(about["conversation_id"], post.at)
        if self.chance.random() < 0.3:
            return Answer(body=b'{"accepted":false,"reason":"busy"}')
        self.later(self.chance.uniform(1, 20), self.takes, about)
        return Answer()

    def takes(self, about: dict[str, Any]) -> None:
        """Accept an offer; then perhaps write, and resolve the conversation."""
        name = about["conversation_id"]
        said = {"conversation_id": name, "offer_id": about["offer_id"]}
        answer = self.shop.pool("handoff.accepted", said)
        if answer.status != 200:
            return
        self.accepted.setdefault(name, self.home.clock.now())
        owns = {"conversation_id": name, "epoch": answer.json["epoch"]}
        if self.chance.random() < 0.8:
            self.later(30, self.shop.pool, "message.sent", owns | {"text": "Hello, I am Kim."})
        self.later(self.chance.choice((45, 90, 400)), self.resolves, owns)

    def resolves(self, owns: dict[str, Any]) -> None:
        """End the conversation with one of the protocol's words."""
        outcome = self.chance.choice(("solved", "unsolved"))
        answer = self.shop.pool("conversation.resolved", owns | {"outcome": outcome, "summary": ""})
        assert answer.status == 202
        self.resolved[owns["conversation_id"]].append((self.home.clock.now(), outcome))

    def report(self, query: str) -> Any:
        """Return the report that the operators' API gives."""
        answer = self.shop.admin("GET", f"/v1/admin/reports/daily?{query}")
        assert answer.status == 200
        return answer.json

    # ------------------------------------------------------------ the count

    def counted(self) -> dict[str, Any]:
        """Count the day by looking at the messages of each customer."""
        customers = [self.about(sender) for sender in self.wrote]
        firsts = sorted(each["first"] for each in customers if each["first"] is not None)
        waits = sorted(each["wait"] for each in customers if each["wait"] is not None)
        halves: dict[int, int] = defaultdict(int)
        for lines in self.wrote.values():
            halves[(lines[0][0] - NOON) // HALF_HOUR] += 1
        names = (
            "answered_by_bot", "answered_then_handed_off", "handed_off",
            "abandoned", "assumed", "unresolved", "taken_back",
        )  # fmt: skip
        return {
            "arrivals": len(customers),
            **{name: sum(each[name] for each in customers) for name in names},
            "first": [_nearest(firsts, rank) for rank in (50, 95, 99)],
            "waits": [_nearest(waits, rank) / 1000 for rank in (50, 95)],
            "late": sum(each > 10_000 for each in firsts),
            "halves": dict(halves),
        }

    def about(self, sender: str) -> dict[str, Any]:
        """Return the facts of one customer, who has one conversation."""
        thread = self.threads[sender] + "-"
        wrote, read = self.wrote[sender], self.read[sender]
        asked = next((at for name, at in self.offered.items() if thread in name), None)
        took = next((at for name, at in self.accepted.items() if thread in name), None)
        ends = next((each for name, each in self.resolved.items() if thread in name), [])
        spoken = [at for at, speaker, _ in read if speaker in ("bot", "person")]
        persons = [at for at, speaker, _ in read if speaker == "person"]
        articles = [(at, article) for at, _, article in read if article]
        rejected = bool(articles) and any(
            text == REJECTION and at > articles[-1][0] for at, text in wrote
        )
        back = [at for at, _ in wrote if ends and at > ends[0][0]]
        is_last = bool(ends) and wrote[-1][0] <= ends[-1][0]
        solved = is_last and ends[-1][1] == "solved"
        alone = bool(articles) and asked is None
        assumed = solved or (alone and not rejected)
        return {
            "first": spoken[0] - wrote[0][0] if spoken else None,
            "wait": None if asked is None or took is None else took - asked,
            "answered_by_bot": alone,
            "answered_then_handed_off": bool(articles) and asked is not None,
            "handed_off": asked is not None,
            "abandoned": asked is not None and not persons and not is_last,
            "assumed": assumed,
            "unresolved": not assumed,
            "taken_back": bool(back),
        }


def _nearest(values: list[int], rank: int) -> int:
    """Return the smallest value that so many percent of the values do not exceed."""
    return next(
        each for each in values if sum(v <= each for v in values) * 100 >= rank * len(values)
    )


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_number_equals_a_count_from_outside(tmp_path: Path, seed: int) -> None:
    """Arrivals, who answered, times, ends and intervals are those that the outside saw."""
    outside = Outside(tmp_path, seed)
    outside.play(60)
    found, counted = outside.report("day=2026-03-01"), outside.counted()
    first, wait = found["first_reply_ms"], found["wait_seconds"]
    told = {name: found[name] for name in counted if name in found} | {
        "first": [first["p50"], first["p95"], first["p99"]],
        "waits": [wait["p50"], wait["p95"]],
        "late": found["first_reply_over_10_s"],
        "halves": {
            n - 24: e["arrivals"] for n, e in enumerate(found["intervals"]) if e["arrivals"]
        },
    }
    assert told == counted
    assert (found["open"], found["confirmed"], found["erased"]) == (0, 0, 0)
    assert min(counted["assumed"], counted["unresolved"], counted["abandoned"]) > 0
    assert found["channels"] == {"shop": 60}
    assert outside.report("day=2026-03-02")["arrivals"] == 0
    json.dumps(found)
    outside.home.close()
