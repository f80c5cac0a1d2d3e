"""Every report equals a count of what customers and pools sent and received."""

import json
from pathlib import Path
from typing import Any

import pytest

from local.virtual.shop import POOL
from tests.often import often
from tests.unit.virtual.outside import Outside, of_articles, of_pools, of_uses


@pytest.mark.parametrize("seed", often((1, 2), (1, 2, 3)))
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
    told = outside.report("day=2026-03-01", "satisfaction")
    assert (told["asked"], told["answered"], told["helped"]["count"]) == counted
    of_kim = [each["word"] for each in customers if each["stays"] and each["stays"][-1][3]]
    words = [word for word in of_kim if word is not None]
    [kim] = outside.report("day=2026-03-01", "agents")["agents"]
    assert (kim["rating"]["of"], kim["rating"]["count"]) == (len(words), sum(words))
    assert [each["helped"] for each in told["by_agent"]] == [kim["rating"]]


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


@pytest.mark.parametrize("seed", often((4,), (4, 5)))
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
        "confirmed": (card["confirmed"]["count"], card["confirmed"]["of"]),
        "resolved": (card["resolved"]["count"], card["resolved"]["of"]),
        "spent": card["spent"],
        "reopened": card["reopened"],
        "without_code": card["without_code"],
        "named": sum(each["conversations"] for each in named["agents"]),
        "unnamed": named["unnamed"],
    }
    assert counted["returned"] > 0
    assert counted["unnamed"] > 0
    assert card["cost_per_confirmed"] == round(counted["spent"] / counted["confirmed"][0], 2)
    satisfaction_is_counted(outside, customers)

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
    for name in ("confirmed", "assumed", "unresolved", "taken_back"):
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
    helped = [each for each in customers if each["resolved"] and not each["taken_back"]]
    assert (fcr["first_contact"]["count"], fcr["first_contact"]["of"]) == (len(helped), 60)
    assert fcr["came_back"] == sum(each["taken_back"] for each in customers)

    articles_and_digest_are_counted(outside, customers, by_article)

    transfers = outside.report(day, "transfers")
    assert transfers["handled"] == sum(bool(each["stays"]) for each in customers)
    spend = outside.report(day, "spend")
    assert spend["pools"][POOL]["conversations"] == counted["conversations"]
    assert spend["spent"] == spend["total"] == counted["spent"]
    hanging = outside.report(day, "skills")["topics"]
    with_kim = [each for each in customers if any(stay[3] for stay in each["stays"])]
    assert sum(each["conversations"] for each in hanging) == len(with_kim)
    outside.home.close()
