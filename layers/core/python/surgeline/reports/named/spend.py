"""The report on spending sets pools' conversations and AWS against their caps and the budget."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

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
from surgeline.reports.words import count, number, when


def spend(span: Span, cases: Iterable[Case], ground: Ground) -> dict[str, Any]:
    """Return what pools and AWS cost, by the day on which conversations were opened."""
    had: Counter[tuple[str, int]] = Counter()
    opened = [0] * len(span.days)
    for case in cases:
        opened[span.number(case.opened_at)] += 1
        for stay in case.stays:
            had[stay.pool_id, span.number(case.opened_at)] += 1
    pools = {}
    days = [0.0] * len(span.days)
    for name in sorted({*ground.pools, *(pool for pool, _ in had)}):
        terms = ground.pools.get(name)
        cost, cap = (terms.cost, terms.daily_cap) if terms else (None, None)
        by_day = [had[name, place] * (cost or 0) for place in range(len(span.days))]
        days = [one + other for one, other in zip(days, by_day, strict=True)]
        budget = None if cap is None else cap * len(span.days)
        pools[name] = {
            "conversations": sum(had[name, place] for place in range(len(span.days))),
            "cost_per_conversation": cost,
            "spent": None if cost is None else round(sum(by_day), 2),
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


def finding(found: Found) -> str:
    """Return the sum, and which pools have no cost to count by."""
    unpriced = [
        name for name, e in found["pools"].items() if e["spent"] is None and e["conversations"]
    ]
    said = f"{when(found)}, conversations with pools cost {number(found['spent'], 2)}"
    said += f" of a budget of {number(found['budget'], 2)}." if found["budget"] else "."
    if found["aws_estimate"] is not None:
        said += f" AWS takes about {number(found['aws_estimate'], 2)} besides."
    if found["total_budget"] is not None:
        said += (
            f" Together that is {number(found['total'], 2)} of an overall budget of"
            f" {number(found['total_budget'], 2)}."
        )
        if found["days_over_budget"]:
            said += f" {count(found['days_over_budget'], 'day was', 'days were')} over it."
    if unpriced:
        said += f" No cost is configured for {', '.join(unpriced)}."
    return said


def show(found: Found) -> Shown:
    """Return the spending by day, and by pool against its cap."""
    days = found["days"]
    series = (Series("spent on pools", [each["spent"] for each in days]),)
    rows = [
        (
            name, f"{e['conversations']:,}", number(e["cost_per_conversation"], 2),
            number(e["spent"], 2), number(e["budget"], 2), number(e["days_at_cap"]),
        )
        for name, e in found["pools"].items()
    ]  # fmt: skip
    columns = ("Pool", "Conversations", "Cost of one", "Spent", "Budget", "Days at the cap")
    together = [
        ("pools", number(found["spent"], 2)),
        ("AWS, estimated", number(found["aws_estimate"], 2)),
        ("together", number(found["total"], 2)),
        ("overall budget", number(found["total_budget"], 2)),
        ("days over it", number(found["days_over_budget"])),
    ]
    return Shown(
        Plot("Spent on pools by day", [each["day"] for each in days], series),
        (Table("Together", ("Number", "Value"), together), Table("By pool", columns, rows)),
    )


REPORT = Report(
    "what pools and AWS cost, against the caps and the budget",
    title="Spending",
    count=spend,
    finding=finding,
    show=show,
)
