"""The report on automation says by week who handled conversations, and which articles did."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any, Final

from surgeline.reports.case import Case
from surgeline.reports.days import Span
from surgeline.reports.report import Found, Ground, Plot, Report, Series, Shown, Table
from surgeline.reports.words import part_of, when

WAYS: Final = {
    "answered": "answered by the bot",
    "offered": "only offered choices",
    "people": "handled by people",
    "neither": "neither",
}


def automation(span: Span, cases: Iterable[Case], ground: Ground) -> dict[str, Any]:
    """Return the weeks with who handled their conversations, and the articles with theirs."""
    del ground
    names = [_week(day.date.isocalendar()) for day in span.days]
    weeks: dict[str, Counter[str]] = {name: Counter() for name in names}
    articles: dict[str, Counter[str]] = defaultdict(Counter)
    for case in cases:
        if case.account is None:
            continue
        week, way = names[span.number(case.opened_at)], _way(case)
        weeks[week][way] += 1
        if way == "answered":
            articles[case.account.answered[-1]][week] += 1
    listed = list(weeks)
    told = [
        {
            "article": article,
            "answered": sum(counts.values()),
            "change": counts[listed[-1]] - counts[listed[0]],
        }
        for article, counts in articles.items()
    ]
    return {
        "weeks": [
            {"week": week} | {way: counts[way] for way in WAYS} for week, counts in weeks.items()
        ],
        "articles": sorted(told, key=lambda e: (-int(str(e["answered"])), str(e["article"]))),
    }


def _week(found: tuple[int, int, int]) -> str:
    return f"{found[0]}-W{found[1]:02}"


def _way(case: Case) -> str:
    """Return who handled the conversation. An answer that was rejected did not."""
    if case.is_handed_off:
        return "people"
    if case.stands:
        return "answered"
    return "offered" if case.account is not None and case.account.offered else "neither"


def finding(found: Found) -> str:
    """Return the bot's share, and the article that did most."""
    total = {way: sum(each[way] for each in found["weeks"]) for way in WAYS}
    everything = sum(total.values())
    if not everything:
        return f"{when(found)}, no conversation was opened."
    said = (
        f"{when(found)}, the bot alone answered {part_of(total['answered'], everything)} of"
        f" {everything:,} conversations, and people handled {part_of(total['people'], everything)}."
    )
    for first in found["articles"][:1]:
        said += f" The article {first['article']} answered most: {first['answered']:,}."
    return said


def show(found: Found) -> Shown:
    """Return the weeks, and the articles that answered."""
    weeks, articles = found["weeks"], found["articles"]
    series = [Series(words, [each[way] for each in weeks]) for way, words in WAYS.items()]
    rows = [(each["week"], *(f"{each[way]:,}" for way in WAYS)) for each in weeks]
    told = [(e["article"], f"{e['answered']:,}", f"{e['change']:+,}") for e in articles]
    return Shown(
        Plot("Conversations by week", [each["week"] for each in weeks], series),
        (
            Table("By week", ("Week", *WAYS.values()), rows),
            Table("By article", ("Article", "Answered", "Last week against first"), told),
        ),
    )


REPORT = Report(
    "by week: answered, offered, handled by people, and by which articles",
    title="Automation",
    count=automation,
    finding=finding,
    show=show,
)
