"""The report on value sums what pools say they sold, or kept from being lost."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Final

from surgeline.reports.case import Case
from surgeline.reports.days import Span
from surgeline.reports.report import Found, Ground, Plot, Report, Series, Shown, Table
from surgeline.reports.words import number, when

GROUPS: Final = {"pools": "Pool", "topics": "Topic"}
_Sums = dict[str, float]


def value(span: Span, cases: Iterable[Case], ground: Ground) -> dict[str, Any]:
    """Return the value by pool and by topic. An end that tells no value is counted as that."""
    del span, ground
    whole: _Sums = defaultdict(float)
    groups: dict[tuple[str, str], _Sums] = defaultdict(lambda: defaultdict(float))
    for case in cases:
        if case.ended_by != "pool" or not case.stays:
            continue
        told = case.told.value if case.told else None
        name = "without" if told is None else case.told.value_kind if case.told else "made"
        places = (whole, groups["pools", case.stays[-1].pool_id], groups["topics", case.topic])
        for each in places:
            each["ended"] += 1
            each[name] += 1 if told is None else told
    return {
        **_told(whole),
        **{
            kind: {key[1]: _told(groups[key]) for key in sorted(groups) if key[0] == kind}
            for kind in GROUPS
        },
    }


def _told(sums: _Sums) -> dict[str, float | int]:
    return {
        "ended": int(sums["ended"]),
        "without": int(sums["without"]),
        "made": round(sums["made"], 2),
        "saved": round(sums["saved"], 2),
    }


def finding(found: Found) -> str:
    """Return the sums, and for how many ends no value was told."""
    if not found["ended"]:
        return f"{when(found)}, no pool ended a conversation."
    return (
        f"{when(found)}, pools sold for {number(found['made'], 2)} and saved"
        f" {number(found['saved'], 2)}. Of {found['ended']:,} ends, {found['without']:,} tell no"
        " value."
    )


def show(found: Found) -> Shown:
    """Return the value of each pool."""
    pools = found["pools"]
    series = (
        Series("made", [each["made"] for each in pools.values()]),
        Series("saved", [each["saved"] for each in pools.values()]),
    )
    return Shown(
        Plot("Value by pool", list(pools), series, is_ranked=True),
        [_table(words, found[kind]) for kind, words in GROUPS.items()],
    )


def _table(words: str, sums: dict[str, Any]) -> Table:
    rows = [
        (name, f"{e['ended']:,}", f"{e['without']:,}", number(e["made"], 2), number(e["saved"], 2))
        for name, e in sums.items()
    ]
    return Table(f"By {words.lower()}", (words, "Ended", "Tell no value", "Made", "Saved"), rows)


REPORT = Report(
    "what pools sold and saved, by pool and topic",
    title="Value",
    count=value,
    finding=finding,
    show=show,
)
