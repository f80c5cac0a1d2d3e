"""The report on contacts says what people write about, and from which pages they come."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any, Final

from surgeline.domain.texts import Words
from surgeline.reports.case import Case
from surgeline.reports.days import Span
from surgeline.reports.report import Found, Ground, Plot, Report, Series, Shown, Table
from surgeline.reports.words import NOTHING, columns, part_of, topic, when

PAGES: Final = 5
"""So many pages are told of each topic, the commonest first."""


def contacts(span: Span, cases: Iterable[Case], ground: Ground) -> dict[str, Any]:
    """Return the topics, the commonest first, each with the pages where it arises."""
    del span
    topics: dict[str, Counter[str]] = defaultdict(Counter)
    pages: dict[str, Counter[str]] = defaultdict(Counter)
    all_pages: Counter[str] = Counter()
    for case in cases:
        if case.account is None:
            continue
        verdict = case.verdict(ground.at, ground.quiet)
        topics[case.topic]["conversations"] += 1
        topics[case.topic]["handed_off"] += case.is_handed_off
        topics[case.topic]["unresolved"] += verdict == "unresolved"
        if case.account.page:
            pages[case.topic][case.account.page] += 1
            all_pages[case.account.page] += 1
    ranked = sorted(topics.items(), key=lambda each: (-each[1]["conversations"], each[0]))
    names = ("conversations", "handed_off", "unresolved")
    return {
        "conversations": sum(each["conversations"] for each in topics.values()),
        "topics": [
            {
                "topic": topic,
                **{name: counts[name] for name in names},
                "pages": _commonest(pages[topic], PAGES),
            }
            for topic, counts in ranked
        ],
        "pages": _commonest(all_pages, 50),
    }


def _commonest(pages: Counter[str], most: int) -> dict[str, int]:
    ranked = sorted(pages.items(), key=lambda each: (-each[1], each[0]))
    return dict(ranked[:most])


def finding(found: Found, words: Words) -> str:
    """Return the commonest topic, and the page that brings most people."""
    if not found["topics"]:
        return words("contacts_none", when=when(words, found))
    first = found["topics"][0]
    said = words(
        "contacts_said",
        when=when(words, found),
        topic=topic(words, first["topic"]),
        part=part_of(words, first["conversations"], found["conversations"]),
        count=found["conversations"],
    )
    for page, number in list(found["pages"].items())[:1]:
        said += f" {words('contacts_page', count=number, page=page)}"
    return said


def show(found: Found, words: Words) -> Shown:
    """Return the topics, and the pages."""
    topics = found["topics"]
    alone = [each["conversations"] - each["handed_off"] for each in topics]
    handed = [each["handed_off"] for each in topics]
    series = (Series(words("series_alone"), alone), Series(words("series_people"), handed))
    labels = [topic(words, each["topic"]) for each in topics]
    rows = [
        (
            label,
            *(words.number(each[name]) for name in ("conversations", "handed_off", "unresolved")),
            next(iter(each["pages"]), NOTHING),
        )
        for label, each in zip(labels, topics, strict=True)
    ]
    heads = (
        *columns(words, "topic", "conversations"),
        words("count_handed_off"),
        words("count_unresolved"),
        *columns(words, "page_commonest"),
    )
    pages = [(page, words.number(number)) for page, number in found["pages"].items()]
    return Shown(
        Plot(words("contacts_plot"), labels, series, is_ranked=True),
        (
            Table(words("by_topic"), heads, rows),
            Table(words("by_page"), columns(words, "page", "conversations"), pages),
        ),
    )


REPORT = Report(
    "what people write about, and the pages they come from",
    count=contacts,
    finding=finding,
    show=show,
)
