"""The report on agents counts the conversations of each person, where pools name them."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from surgeline.domain.texts import Words
from surgeline.reports.case import Case
from surgeline.reports.days import Span
from surgeline.reports.numbers import between, in_seconds, percentiles
from surgeline.reports.report import Found, Ground, Plot, Report, Series, Shown, Table
from surgeline.reports.words import columns, seconds, when


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


def finding(found: Found, words: Words) -> str:
    """Return how many people are named, and how many conversations have no name."""
    named = len(found["agents"])
    if not named:
        return words("agents_none", when=when(words, found))
    return words(
        "agents_said",
        when=when(words, found),
        count=named,
        handled=sum(each["conversations"] for each in found["agents"]),
        unnamed=found["unnamed"],
    )


def show(found: Found, words: Words) -> Shown:
    """Return the conversations of each person."""
    rows = sorted(found["agents"], key=lambda e: (-e["conversations"], e["pool"], e["agent"]))
    labels = [f"{each['agent']} ({each['pool']})" for each in rows]
    done = [each["resolved"] for each in rows]
    rest = [each["conversations"] - each["resolved"] for each in rows]
    series = (
        Series(words("series_resolved"), done),
        Series(words("series_not_resolved"), rest),
    )
    told = [
        (
            label,
            *(words.number(each[name]) for name in ("conversations", "resolved", "transferred")),
            seconds(words, each["handle_seconds"]["p50"]),
            seconds(words, each["handle_seconds"]["p95"]),
        )
        for label, each in zip(labels, rows, strict=True)
    ]
    heads = columns(
        words, "person", "conversations", "resolved", "transferred", "handled_p50", "handled_p95"
    )
    return Shown(
        Plot(words("agents_plot"), labels, series, is_ranked=True),
        (Table(words("by_person"), heads, told),),
    )


REPORT = Report(
    "each person's conversations, where pools name them",
    count=agents,
    finding=finding,
    show=show,
)
