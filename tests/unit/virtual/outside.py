"""The outside of a shop for a day: its customers and its pools, and a count of what they saw.

The count imports nothing of the reports. It sees only messages.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from itertools import zip_longest
from pathlib import Path
from typing import Any

from local.home.plan import Plan, unwatched
from local.virtual.home import NOON, VirtualHome
from local.virtual.network import Answer, Post
from local.virtual.shop import CHANNEL_URL, POOL, POOL_URL, SECRET, Shop

REJECTION = "no, that is wrong"
QUESTION = "Did this help you?"
FIRST = (
    "When are you open?", "How long can I return an item?", "I want to talk to a person", "return",
    "hello there",
)  # fmt: skip
LATER = ("When are you open?", REJECTION, "I want to talk to a person", "qwrt zxcv hjkl")
HALF_HOUR = 1_800_000
PAGES = ("https://shop.test/returns", "https://shop.test/", None)
WEST, WEST_URL = "west", "https://west.test/"
USD_RATE = 1000
POOLS = {POOL: POOL_URL, WEST: WEST_URL}


@dataclass(slots=True)
class Had:
    """A pool had a conversation from `since` to `until`, and lost it by `end`."""

    pool: str
    since: int
    until: int = 0
    end: str = ""
    agent: str | None = None
    why: str = ""


class Outside:
    """The customers and the pools of one day, and everything that they sent and received."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.chance = random.Random(seed)
        self.home = VirtualHome(
            folder, plan=unwatched(Plan()), seed=seed, variables={"LOG_LEVEL": "CRITICAL"}
        )
        self.home.network.serve(CHANNEL_URL, self.shows)
        for name, url in POOLS.items():
            self.home.network.serve(url, partial(self.hears, name))
            self.home.backend.secrets().put(f"pools/{name}", SECRET)
        self.shop = Shop(self.home)
        self.shop.publish()
        self.configure()
        self.wrote: dict[str, list[tuple[int, str]]] = defaultdict(list)
        self.read: dict[str, list[tuple[int, str, str | None]]] = defaultdict(list)
        self.pages: dict[str, str | None] = {}
        self.offered: dict[str, int] = {}
        self.accepted: dict[str, int] = {}
        self.resolved: dict[str, list[tuple[int, str]]] = defaultdict(list)
        self.stays: dict[str, list[Had]] = defaultdict(list)
        self.choices: dict[str, list[str]] = defaultdict(list)
        self.answers: dict[tuple[str, str], int] = defaultdict(int)
        self.told: list[dict[str, Any]] = []
        self.threads: dict[str, str] = {}
        self.writes_until: dict[str, int] = {}
        self.asked: set[str] = set()
        self.helped: dict[str, bool] = {}

    def configure(self, caps: dict[str, float] | None = None, **reports: float) -> None:
        """Set the shop up, with a daily cap of pools and more settings of the reports."""
        known = [
            {"id": name, "kind": "outsourced", "url": url, "cost_per_conversation": 2}
            for name, url in POOLS.items()
        ]
        capped = {name: {"daily_cap": cap} for name, cap in (caps or {}).items()}
        self.shop.configure(
            routing={"keep_seconds": 0},  # so that some ask for nobody
            survey={"enabled": True},
            reports={"usd_rate": USD_RATE, **reports},
            pools=[pool | capped.get(str(pool["id"]), {}) for pool in known],
        )

    def later(self, seconds: float, act: Any, *args: Any) -> None:
        """Do something after a time."""
        self.home.agenda.at(self.home.clock.now() + round(seconds * 1000), partial(act, *args))

    def play(self, customers: int, days: int = 1) -> None:
        """Let the customers write within five hours of a day, and a day without any begin."""
        for number in range(len(self.wrote), len(self.wrote) + customers):
            noon = 86_400 * self.chance.randrange(days)
            self.later(noon + self.chance.uniform(0, 18_000), self.begins, f"c{number}")
        self.home.run_for(40 * 3600)

    def begins(self, sender: str) -> None:
        """Let a customer write, and perhaps write again some minutes later."""
        more = self.chance.randrange(3)
        self.writes_until[sender] = self.home.clock.now() + 60_000 * more
        self.writes(sender, self.chance.choice(FIRST))
        for minute in range(more):
            self.later(60 * (minute + 1), self.writes, sender, self.chance.choice(LATER))

    def writes(self, sender: str, text: str) -> None:
        """Send a customer's message. A rejection would answer the question whether it helped."""
        if sender in self.asked and text == REJECTION:
            text = LATER[0]
        self.wrote[sender].append((self.home.clock.now(), text))
        came = {"page": f"{page}?utm=a#b"} if (page := self.from_page(sender)) else {}
        sent = self.shop.write(text, sender=sender, customer=came)
        self.threads[sender] = sent.json["thread_id"]

    def from_page(self, sender: str) -> str | None:
        """Return the page that the customer looks at, which the first message decides."""
        if sender not in self.pages:
            self.pages[sender] = self.chance.choice(PAGES)
            return self.pages[sender]
        return "https://shop.test/later"

    def shows(self, post: Post) -> Answer:
        """Let the customer read a message."""
        about, message = post.json["data"], post.json["data"]["message"]
        self.choices[about["sender"]] += [
            each["article_id"] for each in message.get("choices") or () if each["article_id"]
        ]
        self.read[about["sender"]].append((post.at, message["speaker"], message["article_id"]))
        if message["text"] == QUESTION:
            self.is_asked(about["sender"])
        return Answer()

    def is_asked(self, sender: str) -> None:
        """Let a customer who has nothing else to write say whether it helped, or nothing."""
        self.asked.add(sender)
        word = self.chance.choice((True, True, False, None))
        if self.home.clock.now() > self.writes_until[sender] and word is not None:
            self.helped[sender] = word
            text = "Yes, it helped" if word else "no"
            self.later(30, partial(self.shop.write, text, sender=sender))

    def says(self, pool: str, kind: str, data: dict[str, Any]) -> Any:
        """Send an event of a pool."""
        body = {"type": kind, "timestamp": "2026-03-01T12:00:00Z", "data": data}
        return self.shop.signed(f"/v1/pools/{pool}/events", body)

    def hears(self, pool: str, post: Post) -> Answer:
        """Let a pool ring for a while, then accept most offers, and decline or miss the others."""
        about = post.json["data"]
        if post.json["type"] == "handoff.withdrawn" and about["reason"] == "timed_out":
            self.answers[pool, "timed_out"] += 1
        if post.json["type"] == "conversation.taken_back":
            had = self.stays[about["conversation_id"]][-1]
            had.until, had.end = post.at, "taken_back"
        if post.json["type"] != "handoff.offered":
            return Answer()
        self.offered.setdefault(about["conversation_id"], post.at)
        mood = self.chance.random()
        if mood < 0.15:
            return Answer()  # nobody hears it ring
        if mood < 0.35:
            self.answers[pool, "declined"] += 1
            return Answer(body=b'{"accepted":false,"reason":"busy"}')
        self.later(self.chance.uniform(1, 20), self.takes, pool, about)
        return Answer()

    def takes(self, pool: str, about: dict[str, Any]) -> None:
        """Accept an offer; then perhaps write, and pass the conversation on or end it."""
        name = about["conversation_id"]
        answer = self.says(
            pool, "handoff.accepted", {"conversation_id": name, "offer_id": about["offer_id"]}
        )
        if answer.status != 200:
            return
        self.answers[pool, "accepted"] += 1
        self.accepted.setdefault(name, self.home.clock.now())
        self.stays[name].append(Had(pool, self.home.clock.now()))
        owns = {"conversation_id": name, "epoch": answer.json["epoch"]}
        if self.chance.random() < 0.15:
            return  # the person goes away without a word
        if self.chance.random() < 0.8:
            self.stays[name][-1].agent = "Kim"
            said = owns | {"text": "Hello, I am Kim.", "agent": {"name": "Kim"}}
            self.later(30, self.says, pool, "message.sent", said)
        ways = (self.returns, self.transfers, self.resolves, self.resolves, self.resolves)
        way = self.chance.choice(ways)
        seconds = self.chance.choice((45, 90, 400)) if way == self.resolves else 40
        self.later(seconds, way, pool, owns)

    def loses(self, pool: str, kind: str, data: dict[str, Any], end: str) -> None:
        """Let a pool lose a conversation by an event."""
        assert self.says(pool, kind, data).status == 202
        had = self.stays[data["conversation_id"]][-1]
        had.until, had.end = self.home.clock.now(), end

    def returns(self, pool: str, owns: dict[str, Any]) -> None:
        """Give the conversation back to the bot."""
        self.loses(pool, "conversation.returned", owns | {"reason": "wrong"}, "returned")

    def transfers(self, pool: str, owns: dict[str, Any]) -> None:
        """Pass the conversation on to the other pool."""
        [to] = POOLS.keys() - {pool}
        why = self.chance.choice(("billing", "escalation"))
        self.stays[owns["conversation_id"]][-1].why = why
        said = owns | {"to": to, "reason": why}
        self.loses(pool, "conversation.transferred", said, "transferred")

    def resolves(self, pool: str, owns: dict[str, Any]) -> None:
        """End the conversation with one of the protocol's words."""
        outcome = self.chance.choice(("solved", "unsolved"))
        more: dict[str, Any] = self.chance.choice(
            ({}, {"value": 12.5, "resolution_code": "sold"}, {"value": 3, "value_kind": "saved"})
        )
        if self.chance.random() < 0.3:
            more |= {"article": {"question": "Do you wrap gifts?", "answer": "Yes, we do."}}
        self.loses(pool, "conversation.resolved", owns | {"outcome": outcome} | more, "pool")
        self.told.append({"id": owns["conversation_id"], **more})
        self.resolved[owns["conversation_id"]].append((self.home.clock.now(), outcome))

    def report(self, query: str, name: str = "daily") -> Any:
        """Return the report that the operators' API gives."""
        answer = self.shop.admin("GET", f"/v1/admin/reports/{name}?{query}")
        assert answer.status == 200
        return answer.json

    # ------------------------------------------------------------ the count

    def counted(self, days: Iterable[int] | None = None) -> dict[str, Any]:
        """Count all days, or some, by looking at the messages of each customer."""
        everybody = [self.about(sender) for sender in self.wrote]
        customers = [each for each in everybody if days is None or each["day"] in days]
        firsts = sorted(each["first"] for each in customers if each["first"] is not None)
        waits = sorted(each["wait"] for each in customers if each["wait"] is not None)
        halves: dict[int, int] = defaultdict(int)
        for each in customers:
            halves[(each["began"] - NOON) // HALF_HOUR] += 1
        names = (
            "answered_by_bot", "answered_then_handed_off", "handed_off",
            "abandoned", "confirmed", "assumed", "unresolved", "taken_back",
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
        word = self.helped.get(sender)
        assumed = word is None and (solved or (alone and not rejected))
        return {
            "began": wrote[0][0],
            "day": (wrote[0][0] - NOON + 43_200_000) // 86_400_000,
            "page": self.pages[sender],
            "first": spoken[0] - wrote[0][0] if spoken else None,
            "wait": None if asked is None or took is None else took - asked,
            "answered_by_bot": alone,
            "answered_then_handed_off": bool(articles) and asked is not None,
            "handed_off": asked is not None,
            "abandoned": asked is not None and not persons and not is_last,
            "word": word,
            "confirmed": word is True,
            "assumed": assumed,
            "resolved": assumed or word is True,
            "unresolved": not assumed and not word,
            "taken_back": bool(back),
            "article": next(iter([*(name for _, name in articles), *self.choices[sender]]), None),
            "last_article": articles[-1][1] if articles else None,
            "choices": self.choices[sender],
            "given": list(dict.fromkeys(name for _, name in articles)),
            "rejected": {
                name
                for place, (at, name) in enumerate(articles)
                for said, text in wrote
                if text == REJECTION and at < said < _following(articles, place)
            },
            "stays": next((each for name, each in self.stays.items() if thread in name), []),
            "ended": [each for each in self.told if thread in each["id"]][-1:] if is_last else [],
        }


def of_pool(outside: Outside, customers: list[dict[str, Any]], pool: str) -> dict[str, Any]:
    """Count a pool's work by what the pool itself did."""
    stays = [had for each in customers for had in each["stays"] if had.pool == pool]
    ended = [each for each in customers if each["stays"] and each["stays"][-1].pool == pool]
    taken, declined, missed = (
        outside.answers[pool, each] for each in ("accepted", "declined", "timed_out")
    )
    first = [e["wait"] for e in customers if e["stays"] and e["stays"][0].pool == pool]
    handled = sorted(had.until - had.since for had in stays)
    return {
        "accepted": (taken, taken + declined + missed),
        "declined": declined,
        "timed_out": missed,
        "conversations": len(stays),
        "returned": sum(had.end == "returned" for had in stays),
        "transferred": sum(had.end == "transferred" for had in stays),
        "taken_back": sum(had.end == "taken_back" for had in stays),
        "articles_suggested": sum("article" in told for each in ended for told in each["ended"]),
        "handled": [_nearest(handled, rank) / 1000 for rank in (50, 95)],
        "waited": [_nearest(sorted(first), rank) / 1000 for rank in (50, 95)],
        "confirmed": (sum(each["confirmed"] for each in ended), len(ended)),
        "resolved": (sum(each["resolved"] for each in ended), len(ended)),
        "spent": 2 * len(stays),
        "reopened": sum(each["taken_back"] for each in ended),
        "without_code": sum(
            "resolution_code" not in told for each in ended for told in each["ended"]
        ),
        "without_summary": sum(len(each["ended"]) for each in ended),
        "named": sum(had.agent == "Kim" for had in stays),
    }


def of_ways(customers: list[dict[str, Any]]) -> dict[tuple[str, str, str], int]:
    """Count the transfers by who passed a conversation on, who had it next, and why."""
    ways: dict[tuple[str, str, str], int] = defaultdict(int)
    for each in customers:
        for had, following in zip_longest(each["stays"], each["stays"][1:]):
            if had.end == "transferred":
                ways[had.pool, following.pool if following else "nobody", had.why] += 1
    return dict(ways)


def of_articles(customers: list[dict[str, Any]], name: str) -> dict[str, int]:
    """Count the customers by an article that they read."""
    counts: dict[str, int] = defaultdict(int)
    for each in customers:
        if each[name]:
            counts[each[name]] += 1
    return dict(counts)


def of_pages(customers: Iterable[dict[str, Any]]) -> dict[str, int]:
    """Count the customers by the page from which they wrote first, without its query."""
    return dict(Counter(each["page"] for each in customers if each["page"]))


def of_uses(customers: list[dict[str, Any]]) -> dict[str, tuple[int, int]]:
    """Count how often each article was an answer, and how often that was the end of it."""
    uses: dict[str, list[bool]] = defaultdict(list)
    for each in customers:
        for name in each["given"]:
            failed = each["handed_off"] or name in each["rejected"] or each["taken_back"]
            uses[name].append(not failed)
    return {name: (sum(closed), len(closed)) for name, closed in uses.items()}


def _following(articles: list[tuple[int, str]], place: int) -> float:
    """Return when the next article was read."""
    return articles[place + 1][0] if place + 1 < len(articles) else float("inf")


def _nearest(values: list[int], rank: int) -> int:
    """Return the smallest value that so many percent of the values do not exceed."""
    return next(
        each for each in values if sum(v <= each for v in values) * 100 >= rank * len(values)
    )
