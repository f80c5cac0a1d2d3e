"""The ledger says how conversations were resolved, and how far the assumed ones can be trusted."""

from collections import Counter
from collections.abc import Iterable
from typing import Any, Final

from surgeline.domain.texts import Words
from surgeline.reports.case import Case
from surgeline.reports.days import Span
from surgeline.reports.numbers import share
from surgeline.reports.report import Found, Ground, Plot, Report, Series, Shown, Table
from surgeline.reports.words import bounds, columns, part_of, percent, when

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


def finding(found: Found, words: Words) -> str:
    """Return how many are confirmed and assumed, and what is known of the assumed."""
    total = sum(found[name] for name in WAYS)
    if not total:
        return words("none_opened", when=when(words, found))
    said = [
        words(
            "ledger_said",
            when=when(words, found),
            count=total,
            confirmed=part_of(words, found["confirmed"], total),
            assumed=part_of(words, found["assumed"], total),
            back=found["taken_back"],
        )
    ]
    for base, each in found["reviewed"].items():
        right = percent(words, each["share"])
        said.append(words("ledger_reviewed", count=each["of"], base=base, percent=right))
    return " ".join(said)


def show(found: Found, words: Words) -> Shown:
    """Return the resolutions by day."""
    days = found["days"]
    series = [Series(words(f"count_{name}"), [each[name] for each in days]) for name in WAYS[:4]]
    plot = Plot(words("ledger_plot"), [each["day"] for each in days], series)
    names = (*WAYS, "taken_back", "assumed_of_bot", "assumed_of_pools")
    numbers = [(words(f"count_{name}"), words.number(found[name])) for name in names]
    rows = [(each["day"], *(words.number(each[name]) for name in WAYS)) for each in days]
    reviewed = [
        (base, words.number(each["of"]), percent(words, each["share"]), bounds(words, each))
        for base, each in found["reviewed"].items()
    ]
    return Shown(
        plot,
        (
            Table(words("all_numbers"), columns(words, "number", "value"), numbers),
            Table(
                words("ledger_answers"),
                columns(words, "knowledge_base", "reviewed", "right", "confidence"),
                reviewed,
            ),
            Table(
                words("by_day"),
                (*columns(words, "day"), *(words(f"count_{name}") for name in WAYS)),
                rows,
            ),
        ),
    )


REPORT = Report(
    "confirmed, assumed, unresolved and taken back",
    count=ledger,
    finding=finding,
    show=show,
)
