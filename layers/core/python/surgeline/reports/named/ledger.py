"""The ledger says how conversations were resolved, and how far the assumed ones can be trusted."""

from collections import Counter
from collections.abc import Iterable
from typing import Any, Final

from surgeline.reports.case import Case
from surgeline.reports.days import Span
from surgeline.reports.numbers import share
from surgeline.reports.report import Found, Ground, Plot, Report, Series, Shown, Table
from surgeline.reports.words import part_of, percent, when

WAYS: Final = ("confirmed", "assumed", "unresolved", "open", "erased")


def ledger(span: Span, cases: Iterable[Case], ground: Ground) -> dict[str, Any]:
    """Return the resolutions, by whom they were made, and what a sample of reviews confirms."""
    whole: Counter[str] = Counter()
    days: Counter[tuple[int, str]] = Counter()
    for case in cases:
        verdict = case.verdict(ground.at, ground.quiet)
        whole[verdict] += 1
        days[span.number(case.opened_at), verdict] += 1
        if verdict == "assumed":
            whole["assumed_of_pools" if case.resolution == "assumed" else "assumed_of_bot"] += 1
        if case.account is not None and case.account.reopened:
            whole["taken_back"] += 1
    names = (*WAYS, "taken_back", "assumed_of_bot", "assumed_of_pools")
    return {
        **{name: whole[name] for name in names},
        "reviewed": {base: share(*sample) for base, sample in sorted(ground.reviewed.items())},
        "days": [
            {"day": day.date.isoformat()} | {name: days[number, name] for name in WAYS}
            for number, day in enumerate(span.days)
        ],
    }


def finding(found: Found) -> str:
    """Return how many are confirmed and assumed, and what is known of the assumed."""
    total = sum(found[name] for name in WAYS)
    if not total:
        return f"{when(found)}, no conversation was opened."
    said = (
        f"{when(found)}, {part_of(found['confirmed'], total)} of {total:,} conversations were"
        f" confirmed as resolved, {part_of(found['assumed'], total)} are assumed to be, and"
        f" {found['taken_back']:,} were taken back."
    )
    for base, each in found["reviewed"].items():
        said += (
            f" Of {each['of']:,} reviewed answers of {base}, {percent(each['share'])} were right."
        )
    return said


def show(found: Found) -> Shown:
    """Return the resolutions by day."""
    days = found["days"]
    series = [Series(name, [each[name] for each in days]) for name in WAYS[:4]]
    plot = Plot("Resolutions by day", [each["day"] for each in days], series)
    names = (*WAYS, "taken_back", "assumed_of_bot", "assumed_of_pools")
    numbers = [(name.replace("_", " "), f"{found[name]:,}") for name in names]
    rows = [(each["day"], *(f"{each[name]:,}" for name in WAYS)) for each in days]
    reviewed = [
        (base, f"{e['of']:,}", percent(e["share"]), f"{percent(e['low'])} to {percent(e['high'])}")
        for base, e in found["reviewed"].items()
    ]
    columns = ("Knowledge base", "Reviewed", "Right", "With 95% confidence")
    return Shown(
        plot,
        (
            Table("All numbers", ("Number", "Value"), numbers),
            Table("Reviewed answers", columns, reviewed),
            Table("By day", ("Day", *WAYS), rows),
        ),
    )


REPORT = Report(
    "confirmed, assumed, unresolved and taken back",
    title="Resolutions",
    count=ledger,
    finding=finding,
    show=show,
)
