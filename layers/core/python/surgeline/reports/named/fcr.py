"""The report on first contacts counts customers who were helped and did not come back."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, Final

from surgeline.domain.texts import Words
from surgeline.reports.case import Case
from surgeline.reports.days import Span
from surgeline.reports.numbers import share
from surgeline.reports.report import Found, Ground, Plot, Report, Series, Shown, Table
from surgeline.reports.words import bounds, columns, percent, topic, when

BY: Final = {"channels": "channel", "topics": "topic", "pools": "pool"}
DAY_MS: Final = 86_400_000


def fcr(span: Span, cases: Iterable[Case], ground: Ground) -> dict[str, Any]:
    """Return how many were resolved at first contact, of those for which that can be said.

    A customer came back who opened another conversation within the window, unless both are known to
    be about different articles, or who took the same one up again.
    """
    by_customer: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        if case.customer and case.account is not None:
            by_customer[case.customer].append(case)
    groups: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    counts = {"resolved": 0, "came_back": 0, "unresolved": 0, "too_new": 0}
    for theirs in by_customer.values():
        for place, case in enumerate(theirs):
            if case.opened_at < span.end:
                kind = _kind(case, theirs[place + 1 :], ground)
                counts[kind] += 1
                if kind != "too_new":
                    for group in _groups(case):
                        groups[group][0] += kind == "resolved"
                        groups[group][1] += 1
    known = sum(counts.values()) - counts["too_new"]
    return {
        "window_days": ground.returns // DAY_MS,
        "first_contact": share(counts["resolved"], known),
        **{name: counts[name] for name in ("came_back", "unresolved", "too_new")},
        **{
            name: {key[1]: share(*groups[key]) for key in sorted(groups) if key[0] == name}
            for name in BY
        },
    }


def _kind(case: Case, later: list[Case], ground: Ground) -> str:
    verdict = case.verdict(ground.at, ground.quiet)
    until = case.opened_at + ground.returns
    again = any(each.opened_at <= until and _same_issue(case, each) for each in later)
    if again or (case.account is not None and case.account.reopened):
        return "came_back"
    if verdict == "open" or ground.at < until:
        return "too_new"
    return "resolved" if verdict in ("confirmed", "assumed") else "unresolved"


def _same_issue(one: Case, other: Case) -> bool:
    return not (one.articles and other.articles) or bool({*one.articles} & {*other.articles})


def _groups(case: Case) -> Iterator[tuple[str, str]]:
    yield "channels", case.channel_id
    yield "topics", case.topic
    for pool in case.pools:
        yield "pools", pool


def finding(found: Found, words: Words) -> str:
    """Return the share, with how sure it is."""
    first = found["first_contact"]
    if not first["of"]:
        return words("fcr_too_new", when=when(words, found))
    said = words(
        "fcr_said",
        when=when(words, found),
        percent=percent(words, first["share"]),
        count=first["of"],
        range=bounds(words, first),
    )
    back = words("fcr_back", count=found["came_back"], days=found["window_days"])
    return f"{said} {back}"


def show(found: Found, words: Words) -> Shown:
    """Return the topics with most conversations, and the shares by channel, topic and pool."""
    topics = sorted(found["topics"].items(), key=lambda each: (-each[1]["of"], each[0]))
    helped = [each["count"] for _, each in topics]
    rest = [each["of"] - each["count"] for _, each in topics]
    series = (Series(words("fcr_resolved"), helped), Series(words("fcr_rest"), rest))
    labels = [topic(words, name) for name, _ in topics]
    plot = Plot(words("fcr_plot"), labels, series, is_ranked=True)
    counts = {"resolved": found["first_contact"]["count"]}
    counts |= {name: found[name] for name in ("came_back", "unresolved", "too_new")}
    numbers = [(words(f"fcr_count_{name}"), words.number(count)) for name, count in counts.items()]
    return Shown(
        plot,
        (
            Table(words("all_numbers"), columns(words, "number", "value"), numbers),
            *(_table(kind, found[name], words) for name, kind in BY.items()),
        ),
    )


def _table(kind: str, shares: dict[str, Any], words: Words) -> Table:
    rows = [
        (
            topic(words, name) if kind == "topic" else name,
            words.number(each["of"]),
            percent(words, each["share"]),
            bounds(words, each),
        )
        for name, each in shares.items()
    ]
    heads = columns(words, kind, "conversations", "first_contact", "confidence")
    return Table(words(f"by_{kind}"), heads, rows)


REPORT = Report(
    "resolved at first contact, by channel, topic and pool",
    count=fcr,
    finding=finding,
    show=show,
    looks_ahead=True,
)
