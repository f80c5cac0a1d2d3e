"""The report on spending sets each pool's conversations against its daily cap."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from surgeline.reports.case import Case
from surgeline.reports.days import Span
from surgeline.reports.report import Found, Ground, Plot, Report, Series, Shown, Table
from surgeline.reports.words import number, when


def spend(span: Span, cases: Iterable[Case], ground: Ground) -> dict[str, Any]:
    """Return what each pool's conversations cost, by the day on which they were opened."""
    had: Counter[tuple[str, int]] = Counter()
    for case in cases:
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
    return {
        "spent": round(sum(days), 2),
        "budget": round(sum(each["budget"] or 0 for each in pools.values()), 2),
        "pools": pools,
        "days": [
            {"day": day.date.isoformat(), "spent": round(each, 2)}
            for day, each in zip(span.days, days, strict=True)
        ],
    }


def finding(found: Found) -> str:
    """Return the sum, and which pools have no cost to count by."""
    unpriced = [
        name for name, e in found["pools"].items() if e["spent"] is None and e["conversations"]
    ]
    said = f"{when(found)}, conversations with pools cost {number(found['spent'], 2)}"
    said += f" of a budget of {number(found['budget'], 2)}." if found["budget"] else "."
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
    return Shown(
        Plot("Spent by day", [each["day"] for each in days], series),
        (Table("By pool", columns, rows),),
    )


REPORT = Report(
    "what conversations with pools cost, against their caps",
    count=spend,
    finding=finding,
    show=show,
)
