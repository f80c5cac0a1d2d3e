"""The report on transfers says which pool passed conversations on, to whom, and about what."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any, Final

from surgeline.domain.texts import Words
from surgeline.reports.case import Case
from surgeline.reports.days import Span
from surgeline.reports.report import Found, Ground, Plot, Report, Series, Shown, Table
from surgeline.reports.words import columns, part_of, topic, when

NOBODY: Final = "nobody"
NO_WORD: Final = "no word"
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
                following = stays[place + 1].pool_id if place + 1 < len(stays) else NOBODY
                way = (stay.pool_id, following, stay.why or NO_WORD)
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


def finding(found: Found, words: Words) -> str:
    """Return the share of conversations that were passed on."""
    if not found["handled"]:
        return words("transfers_none", when=when(words, found))
    part = part_of(words, found["transferred"], found["handled"])
    said = words("transfers_said", when=when(words, found), part=part, count=found["handled"])
    if not found["escalations"]:
        return said
    return f"{said} {words('transfers_escalations', count=found['escalations'])}"


def show(found: Found, words: Words) -> Shown:
    """Return the ways of conversations between pools."""
    ways = found["ways"]
    labels = [_label(each, words) for each in ways]
    series = (Series(words("transfers_series"), [each["transfers"] for each in ways]),)
    rows = [
        (
            label,
            words.number(each["transfers"]),
            ", ".join(f"{topic(words, t)} {words.number(n)}" for t, n in each["topics"].items()),
        )
        for label, each in zip(labels, ways, strict=True)
    ]
    return Shown(
        Plot(words("transfers_plot"), labels, series, is_ranked=True),
        (Table(words("by_way"), columns(words, "way", "transfers", "topics"), rows),),
    )


def _label(way: Found, words: Words) -> str:
    named = {NO_WORD: "transfers_no_word", ESCALATION: "transfers_escalation"}
    to_pool, reason = way["to_pool"], way["reason"]
    to_pool = words("transfers_nobody") if to_pool == NOBODY else to_pool
    reason = words(named[reason]) if reason in named else reason
    return f"{way['from_pool']} → {to_pool} ({reason})"


REPORT = Report(
    "which pools pass conversations on, to whom, and about what",
    count=transfers,
    finding=finding,
    show=show,
)
