"""The report on spending sets pools' conversations and AWS against their caps and the budget."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from surgeline.domain.texts import Words
from surgeline.reports.case import Case
from surgeline.reports.days import Span
from surgeline.reports.report import (
    AwsPrice,
    Found,
    Ground,
    Plot,
    Report,
    Series,
    Shown,
    Table,
)
from surgeline.reports.words import columns, number, when


def spend(span: Span, cases: Iterable[Case], ground: Ground) -> dict[str, Any]:
    """Return what pools and AWS cost, by the day on which conversations were opened."""
    had: Counter[tuple[str, int]] = Counter()
    taken: dict[str, list[float]] = {}
    opened = [0] * len(span.days)
    for case in cases:
        opened[span.number(case.opened_at)] += 1
        for stay in case.stays:
            place, price = span.number(case.opened_at), ground.price(stay)
            had[stay.pool_id, place] += 1
            if price is not None:
                taken.setdefault(stay.pool_id, [0.0] * len(opened))[place] += price
    pools = {}
    days = [0.0] * len(span.days)
    for name in sorted({*ground.pools, *(pool for pool, _ in had)}):
        terms = ground.pools.get(name)
        cost, cap = (terms.cost, terms.daily_cap) if terms else (None, None)
        by_day = taken.get(name, [0.0] * len(opened))
        days = [one + other for one, other in zip(days, by_day, strict=True)]
        budget = None if cap is None else cap * len(span.days)
        pools[name] = {
            "conversations": sum(had[name, place] for place in range(len(span.days))),
            "cost_per_conversation": cost,
            "spent": None if cost is None and name not in taken else round(sum(by_day), 2),
            "budget": None if budget is None else round(budget, 2),
            "days_at_cap": None if cap is None else sum(e + (cost or 0) > cap for e in by_day),
        }
    aws = _aws(opened, ground.aws)
    whole = [one + other for one, other in zip(days, aws or [0.0] * len(days), strict=True)]
    cap = ground.daily_budget
    return {
        "spent": round(sum(days), 2),
        "budget": round(sum(each["budget"] or 0 for each in pools.values()), 2),
        "aws_estimate": None if aws is None else round(sum(aws), 2),
        "total": round(sum(whole), 2),
        "total_budget": None if cap is None else round(cap * len(days), 2),
        "days_over_budget": None if cap is None else sum(each > cap for each in whole),
        "pools": pools,
        "days": [
            {"day": day.date.isoformat(), "spent": round(one, 2), "total": round(all_, 2)}
            for day, one, all_ in zip(span.days, days, whole, strict=True)
        ],
    }


def _aws(opened: Sequence[int], price: AwsPrice | None) -> list[float] | None:
    """Return what AWS takes each day: for its conversations, and for what runs without any."""
    if price is None:
        return None
    return [price.per_day + each * price.per_conversation for each in opened]


def finding(found: Found, words: Words) -> str:
    """Return the sum, and which pools have no cost to count by."""
    unpriced = [
        name for name, e in found["pools"].items() if e["spent"] is None and e["conversations"]
    ]
    spent, budget = number(words, found["spent"], 2), number(words, found["budget"], 2)
    key = "spend_said_budget" if found["budget"] else "spend_said"
    said = [words(key, when=when(words, found), spent=spent, budget=budget)]
    if found["aws_estimate"] is not None:
        said.append(words("spend_aws", aws=number(words, found["aws_estimate"], 2)))
    if found["total_budget"] is not None:
        total = number(words, found["total"], 2)
        whole = number(words, found["total_budget"], 2)
        said.append(words("spend_together", total=total, budget=whole))
        if found["days_over_budget"]:
            said.append(words("spend_over", count=found["days_over_budget"]))
    if unpriced:
        said.append(words("spend_unpriced", pools=", ".join(unpriced)))
    return " ".join(said)


def show(found: Found, words: Words) -> Shown:
    """Return the spending by day, and by pool against its cap."""
    days = found["days"]
    series = (Series(words("spend_series"), [each["spent"] for each in days]),)
    rows = [
        (
            name,
            words.number(each["conversations"]),
            *(number(words, each[part], 2) for part in ("cost_per_conversation", "spent")),
            number(words, each["budget"], 2),
            number(words, each["days_at_cap"]),
        )
        for name, each in found["pools"].items()
    ]
    heads = columns(words, "pool", "conversations", "cost_of_one", "spent", "budget", "days_at_cap")
    together = [
        (words("spend_of_pools"), number(words, found["spent"], 2)),
        (words("spend_of_aws"), number(words, found["aws_estimate"], 2)),
        (words("spend_total"), number(words, found["total"], 2)),
        (words("spend_budget"), number(words, found["total_budget"], 2)),
        (words("spend_days_over"), number(words, found["days_over_budget"])),
    ]
    return Shown(
        Plot(words("spend_plot"), [each["day"] for each in days], series),
        (
            Table(words("all_numbers"), columns(words, "number", "value"), together),
            Table(words("by_pool"), heads, rows),
        ),
    )


REPORT = Report(
    "what pools and AWS cost, against the caps and the budget",
    count=spend,
    finding=finding,
    show=show,
)
