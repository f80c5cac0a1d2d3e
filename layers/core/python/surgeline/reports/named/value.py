"""The report on value sums what pools say they sold, or kept from being lost."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Final

from surgeline.domain.texts import Words
from surgeline.reports.case import Case
from surgeline.reports.days import Span
from surgeline.reports.report import Found, Ground, Plot, Report, Series, Shown, Table
from surgeline.reports.words import columns, number, topic, when

GROUPS: Final = {"pools": "pool", "topics": "topic"}
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


def finding(found: Found, words: Words) -> str:
    """Return the sums, and for how many ends no value was told."""
    if not found["ended"]:
        return words("value_none", when=when(words, found))
    return words(
        "value_said",
        when=when(words, found),
        sold=number(words, found["made"], 2),
        saved=number(words, found["saved"], 2),
        count=found["ended"],
        without=found["without"],
    )


def show(found: Found, words: Words) -> Shown:
    """Return the value of each pool."""
    pools = found["pools"]
    series = (
        Series(words("value_sold"), [each["made"] for each in pools.values()]),
        Series(words("value_saved"), [each["saved"] for each in pools.values()]),
    )
    return Shown(
        Plot(words("value_plot"), list(pools), series, is_ranked=True),
        [_table(kind, found[name], words) for name, kind in GROUPS.items()],
    )


def _table(kind: str, sums: dict[str, Any], words: Words) -> Table:
    rows = [
        (
            topic(words, name) if kind == "topic" else name,
            words.number(each["ended"]),
            words.number(each["without"]),
            number(words, each["made"], 2),
            number(words, each["saved"], 2),
        )
        for name, each in sums.items()
    ]
    heads = columns(words, kind, "ended", "no_value", "sold", "saved")
    return Table(words(f"by_{kind}"), heads, rows)


REPORT = Report(
    "what pools sold and saved, by pool and topic",
    count=value,
    finding=finding,
    show=show,
)
