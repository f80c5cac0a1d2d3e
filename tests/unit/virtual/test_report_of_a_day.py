"""Every report equals a count of what customers and pools sent and received.

The count below imports nothing of the reports. It sees only messages, as the outside does.
"""

import json
import random
from collections import defaultdict
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from local.home.plan import Plan, unwatched
from local.virtual.home import NOON, VirtualHome
from local.virtual.network import Answer, Post
from local.virtual.shop import CHANNEL_URL, POOL, POOL_URL, Shop

REJECTION = "no, that is wrong"
FIRST = ("When are you open?", "How long can I return an item?", "I want to talk to a person")
LATER = ("When are you open?", REJECTION, "I want to talk to a person", "qwrt zxcv hjkl")
HALF_HOUR = 1_800_000


class Outside:
    """The customers and the pool of one day, and everything that they sent and received."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.chance = random.Random(seed)
        self.home = VirtualHome(
            folder, plan=unwatched(Plan()), seed=seed, variables={"LOG_LEVEL": "CRITICAL"}
        )
        self.home.network.serve(CHANNEL_URL, self.shows)
        self.home.network.serve(POOL_URL, self.hears)
        self.shop = Shop(self.home)
        self.shop.publish()
        self.shop.configure(routing={"keep_seconds": 0})  # so that some ask for nobody
        self.wrote: dict[str, list[tuple[int, str]]] = defaultdict(list)
        self.read: dict[str, list[tuple[int, str, str | None]]] = defaultdict(list)
        self.offered: dict[str, int] = {}
        self.accepted: dict[str, int] = {}
        self.resolved: dict[str, list[tuple[int, str]]] = defaultdict(list)
        self.stays: dict[str, list[list[Any]]] = defaultdict(list)
        self.choices: dict[str, list[str]] = defaultdict(list)
        self.answers: dict[str, int] = defaultdict(int)
        self.told: list[dict[str, Any]] = []
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
        self.choices[about["sender"]] += [
            each["article_id"] for each in message.get("choices") or () if each["article_id"]
        ]
        self.read[about["sender"]].append((post.at, message["speaker"], message["article_id"]))
        return Answer()

    def hears(self, post: Post) -> Answer:
        """Let the pool ring for a while, then accept most offers and decline the others."""
        if post.json["type"] != "handoff.offered":
            return Answer()
        about = post.json["data"]
        self.offered.setdefault(about["conversation_id"], post.at)
        if self.chance.random() < 0.3:
            self.answers["declined"] += 1
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
        self.answers["accepted"] += 1
        self.accepted.setdefault(name, self.home.clock.now())
        stay = [self.home.clock.now(), None, None, None]
        self.stays[name].append(stay)
        owns = {"conversation_id": name, "epoch": answer.json["epoch"]}
        if self.chance.random() < 0.8:
            stay[3] = "Kim"
            self.later(
                30,
                self.shop.pool,
                "message.sent",
                owns | {"text": "Hello, I am Kim.", "agent": {"name": "Kim"}},
            )
        if self.chance.random() < 0.2:
            self.later(40, self.returns, owns)
        else:
            self.later(self.chance.choice((45, 90, 400)), self.resolves, owns)

    def returns(self, owns: dict[str, Any]) -> None:
        """Give the conversation back to the bot."""
        assert self.shop.pool("conversation.returned", owns | {"reason": "wrong"}).status == 202
        self.stays[owns["conversation_id"]][-1][1:3] = [self.home.clock.now(), "returned"]

    def resolves(self, owns: dict[str, Any]) -> None:
        """End the conversation with one of the protocol's words."""
        outcome = self.chance.choice(("solved", "unsolved"))
        more: dict[str, Any] = self.chance.choice(
            ({}, {"value": 12.5, "resolution_code": "sold"}, {"value": 3, "value_kind": "saved"})
        )
        answer = self.shop.pool("conversation.resolved", owns | {"outcome": outcome} | more)
        assert answer.status == 202
        self.stays[owns["conversation_id"]][-1][1:3] = [self.home.clock.now(), "pool"]
        self.told.append({"id": owns["conversation_id"], **more})
        self.resolved[owns["conversation_id"]].append((self.home.clock.now(), outcome))

    def report(self, query: str, name: str = "daily") -> Any:
        """Return the report that the operators' API gives."""
        answer = self.shop.admin("GET", f"/v1/admin/reports/{name}?{query}")
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
            "article": next(iter([*(name for _, name in articles), *self.choices[sender]]), None),
            "last_article": articles[-1][1] if articles else None,
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


def of_pools(outside: Outside, customers: list[dict[str, Any]]) -> dict[str, Any]:
    """Count the pool's work by what the pool itself did."""
    stays = [stay for each in customers for stay in each["stays"]]
    handled = sorted(stay[1] - stay[0] for stay in stays)
    ended = [each for each in customers if each["stays"]]
    return {
        "accepted": (outside.answers["accepted"], sum(outside.answers.values())),
        "conversations": len(stays),
        "returned": sum(stay[2] == "returned" for stay in stays),
        "handled": _nearest(handled, 50) / 1000,
        "resolved": (sum(each["assumed"] for each in ended), len(ended)),
        "reopened": sum(each["taken_back"] for each in ended),
        "without_code": sum(
            "resolution_code" not in told for each in customers for told in each["ended"]
        ),
        "named": sum(stay[3] == "Kim" for stay in stays),
        "unnamed": sum(stay[3] is None for stay in stays),
    }


def of_articles(customers: list[dict[str, Any]], name: str) -> dict[str, int]:
    """Count the customers by an article that they read."""
    counts: dict[str, int] = defaultdict(int)
    for each in customers:
        if each[name]:
            counts[each[name]] += 1
    return dict(counts)


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


def articles_and_digest_are_counted(
    outside: Outside, customers: list[dict[str, Any]], by_article: dict[str, int]
) -> None:
    """Compare the uses of articles, and what the digest stands on."""
    found = outside.report("day=2026-03-01", "articles")
    uses = of_uses(customers)
    told = {e["article"]: (e["uses"]["count"], e["uses"]["of"]) for e in found["articles"]}
    assert told == uses
    assert 0 < found["uses"]["count"] == sum(closed for closed, _ in uses.values())

    digest, daily = outside.report("day=2026-03-01", "digest"), outside.counted()
    names = ("arrivals", "answered_by_bot", "handed_off", "abandoned", "unresolved")
    assert {name: digest["now"][name] for name in names} == {name: daily[name] for name in names}
    waits = [each["wait"] for each in customers if each["wait"] is not None]
    assert (digest["now"]["waits"], digest["now"]["longest_wait_ms"]) == (len(waits), max(waits))
    assert digest["now"]["first_reply_p95_ms"] == daily["first"][1]
    grown = {each["topic"]: each["now"] for each in digest["topics"]}
    assert {name: grown[name] for name in by_article} == by_article
    assert set(digest["before"].values()) == {0, None}


@pytest.mark.parametrize("seed", [4, 5])
def test_the_other_reports_equal_a_count_from_outside(tmp_path: Path, seed: int) -> None:
    """Pools, agents, values, topics, articles and returning customers are those of the outside."""
    outside = Outside(tmp_path, seed)
    outside.play(60)
    outside.home.run_for(8 * 86_400)
    customers = [outside.about(sender) for sender in outside.wrote]
    day, counted = "day=2026-03-01", of_pools(outside, customers)

    card = outside.report(day, "pools")["pools"][POOL]
    named = outside.report(day, "agents")
    assert counted == {
        "accepted": (card["accepted"]["count"], card["accepted"]["of"]),
        "conversations": card["conversations"],
        "returned": card["returned"],
        "handled": card["handle_seconds"]["p50"],
        "resolved": (card["resolved"]["count"], card["resolved"]["of"]),
        "reopened": card["reopened"],
        "without_code": card["without_code"],
        "named": sum(each["conversations"] for each in named["agents"]),
        "unnamed": named["unnamed"],
    }
    assert counted["returned"] > 0
    assert counted["unnamed"] > 0

    ended = [told for each in customers for told in each["ended"]]
    made = [each for each in ended if each.get("value_kind", "made") == "made" and "value" in each]
    saved = [each for each in ended if each.get("value_kind") == "saved"]
    value = outside.report(day, "value")
    assert (value["ended"], value["made"]) == (len(ended), 12.5 * len(made))
    assert value["saved"] == 3.0 * len(saved)
    assert value["without"] == len(ended) - len(made) - len(saved)
    assert value["pools"][POOL]["ended"] == value["ended"]

    topics = {each["topic"]: each for each in outside.report(day, "contacts")["topics"]}
    by_article = of_articles(customers, "article")
    assert {name: topics[name]["conversations"] for name in by_article} == by_article
    assert sum(each["conversations"] for each in topics.values()) == 60
    assert sum(each["handed_off"] for each in topics.values()) == sum(
        each["handed_off"] for each in customers
    )

    ledger = outside.report(day, "ledger")
    for name in ("assumed", "unresolved", "taken_back"):
        assert ledger[name] == sum(each[name] for each in customers)

    automation = outside.report(day, "automation")
    alone = [each for each in customers if each["answered_by_bot"] and each["assumed"]]
    [week] = automation["weeks"]
    assert (week["week"], week["answered"]) == ("2026-W09", len(alone))
    assert week["people"] == sum(each["handed_off"] for each in customers)
    assert {e["article"]: e["answered"] for e in automation["articles"]} == of_articles(
        alone, "last_article"
    )

    fcr = outside.report(day, "fcr")
    helped = [each for each in customers if each["assumed"] and not each["taken_back"]]
    assert (fcr["first_contact"]["count"], fcr["first_contact"]["of"]) == (len(helped), 60)
    assert fcr["came_back"] == sum(each["taken_back"] for each in customers)

    articles_and_digest_are_counted(outside, customers, by_article)

    transfers = outside.report(day, "transfers")
    assert transfers["handled"] == sum(bool(each["stays"]) for each in customers)
    assert outside.report(day, "spend")["pools"][POOL]["conversations"] == len(
        [stay for each in customers for stay in each["stays"]]
    )
    hanging = outside.report(day, "skills")["topics"]
    with_kim = [each for each in customers if any(stay[3] for stay in each["stays"])]
    assert sum(each["conversations"] for each in hanging) == len(with_kim)
    outside.home.close()
