"""Every report equals a count of what customers and pools sent and received."""

import json
from pathlib import Path
from typing import Any

import pytest

from local.virtual.home import NOON
from local.virtual.shop import POOL
from tests.often import often
from tests.unit.virtual.at_the_desk import Desk
from tests.unit.virtual.outside import (
    POOLS,
    USD_RATE,
    WEST,
    Outside,
    of_articles,
    of_pages,
    of_pool,
    of_uses,
    of_ways,
)

DAYS = "from=2026-03-01&to=2026-03-02"
"""A Sunday and a Monday, so that weeks are counted as well."""
WEEK_LATER = "from=2026-03-08&to=2026-03-09"
AWS_CONVERSATION, AWS_DAY = 2 * 10.41 / 1_000_000 * USD_RATE, 0.72 / 30 * USD_RATE
"""This is what `surgeline cost` says of this release, for two messages and for an idle day."""


def told_of(found: dict[str, Any], counted: dict[str, Any]) -> dict[str, Any]:
    """Return what a daily report, or one of its days, says of what was counted."""
    first, wait = found["first_reply_ms"], found["wait_seconds"]
    return {name: found[name] for name in counted if name in found} | {
        "first": [first["p50"], first["p95"], first["p99"]],
        "waits": [wait["p50"], wait["p95"]],
        "late": found["first_reply_over_10_s"],
    }


@pytest.mark.parametrize("seed", often((1, 2), (1, 2, 3)))
def test_every_number_equals_a_count_from_outside(tmp_path: Path, seed: int) -> None:
    """Arrivals, who answered, times, ends and intervals are those that the outside saw."""
    outside = Outside(tmp_path, seed)
    outside.play(60)
    found, counted = outside.report("day=2026-03-01"), outside.counted()
    halves = {n - 24: e["arrivals"] for n, e in enumerate(found["intervals"]) if e["arrivals"]}
    assert told_of(found, counted) | {"halves": halves} == counted
    assert (found["open"], found["erased"]) == (0, 0)
    ways = ("confirmed", "assumed", "unresolved", "abandoned", "taken_back")
    assert min(counted[each] for each in ways) > 0
    assert found["channels"] == {"shop": 60}
    assert outside.report("day=2026-03-02")["arrivals"] == 0
    json.dumps(found)
    outside.home.close()


def satisfaction_is_counted(outside: Outside, customers: list[dict[str, Any]]) -> None:
    """Compare who was asked whether it helped, and what they said of the person."""
    confirmed = sum(each["confirmed"] for each in customers)
    counted = (len(outside.asked), len(outside.helped), confirmed)
    told = outside.report(DAYS, "satisfaction")
    assert (told["asked"], told["answered"], told["helped"]["count"]) == counted
    of_kim = [each["word"] for each in customers if each["stays"] and each["stays"][-1].agent]
    words = [word for word in of_kim if word is not None]
    [kim] = told["by_agent"]  # the same name in both pools
    assert (kim["helped"]["of"], kim["helped"]["count"]) == (len(words), sum(words))
    rated = [e["rating"] for e in outside.report(DAYS, "agents")["agents"]]
    assert sum(each["of"] for each in rated) == len(words)


def pools_and_transfers_are_counted(outside: Outside, customers: list[dict[str, Any]]) -> None:
    """Compare each pool's card, what both cost, and the ways between them."""
    day = DAYS
    cards, spend = outside.report(day, "pools")["pools"], outside.report(day, "spend")
    named = outside.report(day, "agents")
    for pool in POOLS:
        card, counted = cards[pool], of_pool(outside, customers, pool)
        assert counted == {
            **{name: card[name] for name in counted if isinstance(card.get(name), int | float)},
            **{
                name: (card[name]["count"], card[name]["of"])
                for name in ("accepted", "confirmed", "resolved")
            },
            "handled": [card["handle_seconds"][rank] for rank in ("p50", "p95")],
            "waited": [card["wait_seconds"][rank] for rank in ("p50", "p95")],
            "named": sum(e["conversations"] for e in named["agents"] if e["pool"] == pool),
        }
        assert spend["pools"][pool]["conversations"] == counted["conversations"]
        assert card["cost_per_confirmed"] == round(counted["spent"] / counted["confirmed"][0], 2)
    stays = [had for each in customers for had in each["stays"]]
    assert spend["spent"] == spend["total"] == 2 * len(stays)
    for name in ("timed_out", "taken_back", "articles_suggested"):
        assert sum(cards[pool][name] for pool in POOLS) > 0
    assert named["unnamed"] == sum(had.agent is None for had in stays) > 0

    transfers, ways = outside.report(day, "transfers"), of_ways(customers)
    found = {(e["from_pool"], e["to_pool"], e["reason"]): e["transfers"] for e in transfers["ways"]}
    assert found == ways
    assert transfers["escalations"] == sum(n for way, n in ways.items() if way[2] == "escalation")
    assert min(transfers["escalations"], sum(ways.values()) - transfers["escalations"]) > 0
    assert transfers["handled"] == sum(bool(each["stays"]) for each in customers)


def budgets_are_counted(outside: Outside, had: list[list[dict[str, Any]]]) -> None:
    """Compare the caps and the budget, which one day reaches and the other does not.

    A pool is at its cap where one more conversation, which costs 2, would pass it.
    """
    paid = {
        pool: [
            2 * sum(stay.pool == pool for each in some for stay in each["stays"]) for some in had
        ]
        for pool in POOLS
    }
    caps = {POOL: min(paid[POOL]) + 2, WEST: max(paid[WEST])}
    wholes = [sum(of_day) for of_day in zip(*paid.values(), strict=True)]
    outside.configure(caps, daily_budget=max(wholes))
    outside.home.run_for(60)  # what is in force is looked up again
    assert outside.report(DAYS, "spend")["days_over_budget"] == 0
    budget = sum(wholes) / 2
    outside.configure(caps, daily_budget=budget)
    outside.home.run_for(60)
    spend = outside.report(DAYS, "spend")
    for pool, cap in caps.items():
        told = spend["pools"][pool]
        full = sum(spent + 2 > cap for spent in paid[pool])
        assert (told["spent"], told["budget"], told["days_at_cap"]) == (
            sum(paid[pool]),
            2 * cap,
            full,
        )
        assert full == 1
    assert spend["budget"] == 2 * sum(caps.values())
    over = sum(whole > budget for whole in wholes)
    assert (spend["total_budget"], spend["days_over_budget"]) == (2 * budget, over)
    assert over == 1


def days_are_counted(outside: Outside, customers: list[dict[str, Any]]) -> None:
    """Compare what each of the days had, and what pools and AWS cost on it."""
    outside.home.backend.allows_loopback = False  # as on AWS, which alone has a price
    spend = outside.report(DAYS, "spend")
    outside.home.backend.allows_loopback = True
    had = [[each for each in customers if each["day"] == day] for day in (0, 1)]
    paid = [2 * sum(len(each["stays"]) for each in some) for some in had]
    aws = [AWS_DAY + AWS_CONVERSATION * len(some) for some in had]
    assert [each["spent"] for each in spend["days"]] == paid
    assert [each["total"] for each in spend["days"]] == [
        round(one + other, 2) for one, other in zip(paid, aws, strict=True)
    ]
    assert spend["aws_estimate"] == round(sum(aws), 2)
    assert spend["total"] == round(sum(paid) + sum(aws), 2)

    budgets_are_counted(outside, had)
    daily = outside.report(DAYS)
    for told, days in ((daily, None), *((daily["days"][day], [day]) for day in (0, 1))):
        counted = outside.counted(days)
        counted.pop("halves")
        assert told_of(told, counted) == counted
        assert min(counted["arrivals"], counted["first"][1], *counted["waits"]) > 0

    weeks = outside.report(DAYS, "automation")["weeks"]
    assert [each.pop("week") for each in weeks] == ["2026-W09", "2026-W10"]
    assert [sum(each.values()) for each in weeks] == [len(some) for some in had]
    for week, some in zip(weeks, had, strict=True):
        alone = sum(each["answered_by_bot"] and each["assumed"] for each in some)
        assert (week["answered"], week["people"]) == (alone, sum(e["handed_off"] for e in some))
        rest = [e for e in some if not (e["handed_off"] or (e["answered_by_bot"] and e["assumed"]))]
        offered = sum(bool(each["choices"]) for each in rest)
        assert (week["offered"], week["neither"]) == (offered, len(rest) - offered)
    assert min(sum(week[way] for week in weeks) for way in ("offered", "neither")) > 0


def articles_and_digest_are_counted(
    outside: Outside, customers: list[dict[str, Any]], by_article: dict[str, int]
) -> None:
    """Compare the uses of articles, and what the digest stands on."""
    found = outside.report(DAYS, "articles")
    uses = of_uses(customers)
    told = {e["article"]: (e["uses"]["count"], e["uses"]["of"]) for e in found["articles"]}
    assert told == uses
    assert 0 < found["uses"]["count"] == sum(closed for closed, _ in uses.values())

    digest, daily = outside.report(DAYS, "digest"), outside.counted()
    names = ("arrivals", "answered_by_bot", "handed_off", "abandoned", "unresolved")
    assert {name: digest["now"][name] for name in names} == {name: daily[name] for name in names}
    waits = [each["wait"] for each in customers if each["wait"] is not None]
    assert (digest["now"]["waits"], digest["now"]["longest_wait_ms"]) == (len(waits), max(waits))
    assert digest["now"]["first_reply_p95_ms"] == daily["first"][1]
    grown = {each["topic"]: each["now"] for each in digest["topics"]}
    assert {name: grown[name] for name in by_article} == by_article
    assert set(digest["before"].values()) == {0, None}


def a_week_later_is_counted(outside: Outside, desk: Desk, by_article: dict[str, int]) -> None:
    """Compare the time of a person at the desk, and what the digest says of the week before."""
    [kim] = outside.report(WEEK_LATER, "agents")["agents"]
    assert (kim["conversations"], kim["desk_seconds"]) == (len(desk.handled), len(desk.here))
    assert kim["occupancy"] == round(len(desk.busy & desk.here) / len(desk.here), 4)
    assert kim["adherence"] == round(len(desk.shift & desk.here) / len(desk.shift), 4)
    assert kim["shift_seconds"] == len(desk.shift)
    assert min(kim["occupancy"], kim["adherence"], 1 - kim["occupancy"], 1 - kim["adherence"]) > 0

    digest, counted = outside.report(WEEK_LATER, "digest"), outside.counted()
    before = digest["before"]
    names = ("arrivals", "answered_by_bot", "handed_off", "abandoned", "unresolved")
    assert {name: before[name] for name in names} == {name: counted[name] for name in names}
    assert before["first_reply_p95_ms"] == counted["first"][1]
    assert before["wait_p95_ms"] == 1000 * counted["waits"][1]
    assert digest["now"]["arrivals"] == 6
    grown = {each["topic"]: (each["now"], each["before"]) for each in digest["topics"]}
    assert grown == {"en-hours": (6, by_article["en-hours"])}


@pytest.mark.parametrize("seed", often((4,), (4, 6)))
def test_the_other_reports_equal_a_count_from_outside(tmp_path: Path, seed: int) -> None:
    """Pools, agents, values, topics, articles and returning customers are those of the outside."""
    outside = Outside(tmp_path, seed)
    outside.play(60, days=2)
    outside.home.run_until(NOON + 198 * 3_600_000)
    customers = [outside.about(sender) for sender in outside.wrote]
    day = DAYS
    pools_and_transfers_are_counted(outside, customers)
    days_are_counted(outside, customers)
    satisfaction_is_counted(outside, customers)

    ended = [told for each in customers for told in each["ended"]]
    made = [each for each in ended if each.get("value_kind", "made") == "made" and "value" in each]
    saved = [each for each in ended if each.get("value_kind") == "saved"]
    value = outside.report(day, "value")
    assert (value["ended"], value["made"]) == (len(ended), 12.5 * len(made))
    assert value["saved"] == 3.0 * len(saved)
    assert value["without"] == len(ended) - len(made) - len(saved)
    assert sum(each["ended"] for each in value["pools"].values()) == value["ended"]

    contacts = outside.report(day, "contacts")
    assert contacts["pages"] == of_pages(customers)
    topics = {each["topic"]: each for each in contacts["topics"]}
    by_article = of_articles(customers, "article")
    assert {name: topics[name]["conversations"] for name in by_article} == by_article
    for name in by_article:
        about = [each for each in customers if each["article"] == name]
        assert topics[name]["pages"] == of_pages(about)
        assert topics[name]["unresolved"] == sum(each["unresolved"] for each in about)
    assert sum(each["conversations"] for each in topics.values()) == 60
    assert sum(each["handed_off"] for each in topics.values()) == sum(
        each["handed_off"] for each in customers
    )

    ledger = outside.report(day, "ledger")
    for name in ("confirmed", "assumed", "unresolved", "taken_back"):
        assert ledger[name] == sum(each[name] for each in customers)

    automation = outside.report(day, "automation")
    alone = [each for each in customers if each["answered_by_bot"] and each["assumed"]]
    found = {e["article"]: (e["answered"], e["change"]) for e in automation["articles"]}
    before, then = (
        of_articles([each for each in alone if each["day"] == day], "last_article")
        for day in (0, 1)
    )
    assert found == {
        name: (total, then.get(name, 0) - before.get(name, 0))
        for name, total in of_articles(alone, "last_article").items()
    }

    fcr = outside.report(day, "fcr")
    helped = [each for each in customers if each["resolved"] and not each["taken_back"]]
    assert (fcr["first_contact"]["count"], fcr["first_contact"]["of"]) == (len(helped), 60)
    assert fcr["came_back"] == sum(each["taken_back"] for each in customers)

    articles_and_digest_are_counted(outside, customers, by_article)

    hanging = outside.report(day, "skills")["topics"]
    with_kim = [each for each in customers if any(had.agent for had in each["stays"])]
    assert sum(each["conversations"] for each in hanging) == len(with_kim)
    desk = Desk(outside)
    desk.works()
    a_week_later_is_counted(outside, desk, by_article)
    outside.home.close()
