"""The report on automation says by week who handled conversations, and which articles did."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any, Final

from surgeline.domain.texts import Words
from surgeline.reports.case import Case
from surgeline.reports.days import Span
from surgeline.reports.report import Found, Ground, Plot, Report, Series, Shown, Table
from surgeline.reports.words import columns, part_of, when

WAYS: Final = ("answered", "offered", "people", "neither")


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


def finding(found: Found, words: Words) -> str:
    """Return the bot's share, and the article that did most."""
    total = {way: sum(each[way] for each in found["weeks"]) for way in WAYS}
    everything = sum(total.values())
    if not everything:
        return words("none_opened", when=when(words, found))
    said = words(
        "automation_said",
        when=when(words, found),
        bot=part_of(words, total["answered"], everything),
        count=everything,
        people=part_of(words, total["people"], everything),
    )
    for first in found["articles"][:1]:
        most = words("automation_first", article=first["article"], count=first["answered"])
        said += f" {most}"
    return said


def show(found: Found, words: Words) -> Shown:
    """Return the weeks, and the articles that answered."""
    weeks, articles = found["weeks"], found["articles"]
    ways = [words(f"automation_{way}") for way in WAYS]
    series = [
        Series(said, [each[way] for each in weeks]) for way, said in zip(WAYS, ways, strict=True)
    ]
    rows = [(each["week"], *(words.number(each[way]) for way in WAYS)) for each in weeks]
    told = [
        (each["article"], words.number(each["answered"]), _signed(each["change"], words))
        for each in articles
    ]
    return Shown(
        Plot(words("automation_plot"), [each["week"] for each in weeks], series),
        (
            Table(words("by_week"), (*columns(words, "week"), *ways), rows),
            Table(words("by_article"), columns(words, "article", "answered", "change"), told),
        ),
    )


def _signed(change: int, words: Words) -> str:
    return f"+{words.number(change)}" if change > 0 else words.number(change)


REPORT = Report(
    "by week: answered, offered, handled by people, and by which articles",
    count=automation,
    finding=finding,
    show=show,
)
