"""The report on agents counts the conversations of each person, where pools name them."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from surgeline.reports.case import Case
from surgeline.reports.days import Span
from surgeline.reports.numbers import between, in_seconds, percentiles
from surgeline.reports.report import Found, Ground, Plot, Report, Series, Shown, Table
from surgeline.reports.words import count, seconds, when


def agents(span: Span, cases: Iterable[Case], ground: Ground) -> dict[str, Any]:
    """Return each named person's conversations, their times and their ends."""
    del span
    found: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    times: dict[tuple[str, str], list[int]] = defaultdict(list)
    unnamed = 0
    for case in cases:
        for stay in case.stays:
            if stay.agent is None:
                unnamed += 1
                continue
            key = (stay.pool_id, stay.agent)
            found[key]["conversations"] += 1
            found[key]["transferred"] += stay.end == "transferred"
            times[key] += between(stay.since, stay.until)
        last = case.stays[-1] if case.stays else None
        if last is not None and last.agent is not None:
            verdict = case.verdict(ground.at, ground.quiet)
            found[last.pool_id, last.agent]["resolved"] += verdict in ("confirmed", "assumed")
    return {
        "unnamed": unnamed,
        "agents": [
            {
                "pool": pool,
                "agent": agent,
                **{name: counts[name] for name in ("conversations", "resolved", "transferred")},
                "handle_seconds": in_seconds(percentiles(times[pool, agent], (50, 95))),
            }
            for (pool, agent), counts in sorted(found.items())
        ],
    }


def finding(found: Found) -> str:
    """Return how many people are named, and how many conversations have no name."""
    named = len(found["agents"])
    handled = sum(each["conversations"] for each in found["agents"])
    if not named:
        return f"{when(found)}, no pool named a person."
    return (
        f"{when(found)}, {count(named, 'named person', 'named people')} had"
        f" {count(handled, 'conversation', 'conversations')}. In {found['unnamed']:,} the pool"
        " named nobody."
    )


def show(found: Found) -> Shown:
    """Return the conversations of each person."""
    rows = sorted(found["agents"], key=lambda e: (-e["conversations"], e["pool"], e["agent"]))
    labels = [f"{each['agent']} ({each['pool']})" for each in rows]
    done = [each["resolved"] for each in rows]
    rest = [each["conversations"] - each["resolved"] for each in rows]
    series = (Series("resolved", done), Series("not resolved, or passed on", rest))
    told = [
        (
            label, f"{e['conversations']:,}", f"{e['resolved']:,}", f"{e['transferred']:,}",
            seconds(e["handle_seconds"]["p50"]), seconds(e["handle_seconds"]["p95"]),
        )
        for label, e in zip(labels, rows, strict=True)
    ]  # fmt: skip
    columns = ("Person", "Had", "Resolved", "Transferred", "Handled, p50", "Handled, p95")
    return Shown(
        Plot("Conversations by person", labels, series, is_ranked=True),
        (Table("By person", columns, told),),
    )


REPORT = Report(
    "each person's conversations, where pools name them",
    title="People",
    count=agents,
    finding=finding,
    show=show,
)
