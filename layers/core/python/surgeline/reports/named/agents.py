"""The report on agents counts the conversations of each person, where pools name them.

At a desk of the console it also says how long they were there, and how much of that was busy.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from surgeline.domain.texts import Words
from surgeline.reports.attendance import Times, common, length
from surgeline.reports.case import Case
from surgeline.reports.days import Span
from surgeline.reports.numbers import between, in_seconds, percentiles, share
from surgeline.reports.report import Found, Ground, Plot, Report, Series, Shown, Table
from surgeline.reports.words import columns, percent, seconds, when

NUMBERS = ("conversations", "resolved", "transferred")


@dataclass(slots=True)
class _Record:
    """The counts of a person in a pool, while they grow. `busy` has the times with customers."""

    counts: Counter[str] = field(default_factory=Counter)
    handled: list[int] = field(default_factory=list)
    busy: list[tuple[int, int]] = field(default_factory=list)


def agents(span: Span, cases: Iterable[Case], ground: Ground) -> dict[str, Any]:
    """Return each named person's conversations, times, ends, attendance and rating."""
    days = (span.start, min(span.end, ground.at))
    sat = {(each.pool_id, each.person): _Record() for each in ground.attendance.within(*days)}
    found: dict[tuple[str, str], _Record] = defaultdict(_Record, sat)
    unnamed = 0
    for case in cases:
        for stay in case.stays:
            if stay.agent is None:
                unnamed += 1
                continue
            one = found[stay.pool_id, stay.agent]
            one.counts["conversations"] += 1
            one.counts["transferred"] += stay.end == "transferred"
            one.handled += between(stay.since, stay.until)
            one.busy.append((stay.since, ground.at if stay.until is None else stay.until))
        last = case.stays[-1] if case.stays else None
        if last is not None and last.agent is not None:
            verdict = case.verdict(ground.at, ground.quiet)
            found[last.pool_id, last.agent].counts["resolved"] += verdict in (
                "confirmed",
                "assumed",
            )
        _rated(found, case)
    return {
        "unnamed": unnamed,
        "agents": [
            {
                "pool": pool,
                "agent": agent,
                **{name: one.counts[name] for name in NUMBERS},
                "handle_seconds": in_seconds(percentiles(one.handled, (50, 95))),
                **_attended(pool, agent, one.busy, days, ground),
                "rating": share(one.counts["helped"], one.counts["answered"]),
            }
            for (pool, agent), one in sorted(found.items())
        ],
    }


def _rated(found: dict[tuple[str, str], _Record], case: Case) -> None:
    """Count what the customer said to the question, for the person who had the conversation."""
    asked = case.surveyed[0] if case.surveyed else None
    if asked is None or not asked.pool_id or not asked.agent or case.helped is None:
        return
    counts = found[asked.pool_id, asked.agent].counts
    counts["answered"] += 1
    counts["helped"] += case.helped


def _attended(
    pool: str, agent: str, busy: Times, days: tuple[int, int], ground: Ground
) -> dict[str, Any]:
    """Return the time at the desk and on shift, and the shares of both. None is not known."""
    here = common(ground.attendance.at_desk(pool, agent), [days])
    shift = common(ground.attendance.on_shift(agent), [days])
    kept = common(shift, ground.attendance.at_any_desk(agent))
    return {
        "desk_seconds": length(here) // 1000 if here else None,
        "occupancy": _part(length(common(busy, here)), length(here)),
        "shift_seconds": length(shift) // 1000 if shift else None,
        "adherence": _part(length(kept), length(shift)) if here else None,
    }


def _part(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


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
    """Return the conversations of each person, and the times at the desk where they are known."""
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
            *(words.number(each[name]) for name in NUMBERS),
            seconds(words, each["handle_seconds"]["p50"]),
            seconds(words, each["handle_seconds"]["p95"]),
            percent(words, each["rating"]["share"]),
            words.number(each["rating"]["of"]),
        )
        for label, each in zip(labels, rows, strict=True)
    ]
    heads = columns(words, "person", *NUMBERS, "handled_p50", "handled_p95", "helped", "answered")
    tables = [Table(words("by_person"), heads, told)]
    if any(each["desk_seconds"] is not None for each in rows):
        tables.append(_times(rows, labels, words))
    return Shown(Plot(words("agents_plot"), labels, series, is_ranked=True), tuple(tables))


def _times(rows: list[dict[str, Any]], labels: list[str], words: Words) -> Table:
    """Return the times of those who were at a desk."""
    told = [
        (
            label,
            seconds(words, each["desk_seconds"]),
            percent(words, each["occupancy"]),
            seconds(words, each["shift_seconds"]),
            percent(words, each["adherence"]),
        )
        for label, each in zip(labels, rows, strict=True)
        if each["desk_seconds"] is not None
    ]
    heads = columns(words, "person", "desk", "occupancy", "shift", "adherence")
    return Table(words("agents_times"), heads, told)


REPORT = Report(
    "each person's conversations, times and rating, where pools name them",
    count=agents,
    finding=finding,
    show=show,
)
