"""The report on transfers says which pool passed conversations on, to whom, and about what."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any, Final

from surgeline.reports.case import Case
from surgeline.reports.days import Span
from surgeline.reports.report import Found, Ground, Plot, Report, Series, Shown, Table
from surgeline.reports.words import part_of, when

ESCALATION: Final = "escalation"
"""The reason of a transfer to a supervisor."""
TOPICS: Final = 3


def transfers(span: Span, cases: Iterable[Case], ground: Ground) -> dict[str, Any]:
    """Return the ways on which conversations were passed on, the commonest first."""
    del span, ground
    ways: Counter[tuple[str, str, str]] = Counter()
    topics: dict[tuple[str, str, str], Counter[str]] = defaultdict(Counter)
    handled = moved = 0
    for case in cases:
        stays = case.stays
        handled += bool(stays)
        moved += any(each.end == "transferred" for each in stays)
        for place, stay in enumerate(stays):
            if stay.end == "transferred":
                following = stays[place + 1].pool_id if place + 1 < len(stays) else "nobody"
                way = (stay.pool_id, following, stay.why or "no word")
                ways[way] += 1
                topics[way][case.topic] += 1
    ranked = sorted(ways.items(), key=lambda each: (-each[1], each[0]))
    return {
        "handled": handled,
        "transferred": moved,
        "transfers": sum(ways.values()),
        "escalations": sum(number for way, number in ways.items() if way[2] == ESCALATION),
        "ways": [
            {
                "from_pool": way[0],
                "to_pool": way[1],
                "reason": way[2],
                "transfers": number,
                "topics": dict(sorted(topics[way].items(), key=lambda e: (-e[1], e[0]))[:TOPICS]),
            }
            for way, number in ranked
        ],
    }


def finding(found: Found) -> str:
    """Return the share of conversations that were passed on."""
    if not found["handled"]:
        return f"{when(found)}, no pool had a conversation."
    return (
        f"{when(found)}, {part_of(found['transferred'], found['handled'])} of {found['handled']:,}"
        f" conversations with people were passed on, and {found['escalations']:,} transfers were"
        " escalations."
    )


def show(found: Found) -> Shown:
    """Return the ways of conversations between pools."""
    ways = found["ways"]
    labels = [f"{each['from_pool']} → {each['to_pool']} ({each['reason']})" for each in ways]
    series = (Series("transfers", [each["transfers"] for each in ways]),)
    rows = [
        (label, f"{each['transfers']:,}", ", ".join(f"{t} {n}" for t, n in each["topics"].items()))
        for label, each in zip(labels, ways, strict=True)
    ]
    return Shown(
        Plot("Transfers by way", labels, series, is_ranked=True),
        (Table("By way", ("From, to and reason", "Transfers", "Commonest topics"), rows),),
    )


REPORT = Report(
    "which pools pass conversations on, to whom, and about what",
    title="Transfers",
    count=transfers,
    finding=finding,
    show=show,
)
