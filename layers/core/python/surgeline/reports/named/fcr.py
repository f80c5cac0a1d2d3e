"""The report on first contacts counts customers who were helped and did not come back."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, Final

from surgeline.reports.case import Case
from surgeline.reports.days import Span
from surgeline.reports.numbers import share
from surgeline.reports.report import Found, Ground, Plot, Report, Series, Shown, Table
from surgeline.reports.words import percent, when

BY: Final = {"channels": "Channel", "topics": "Topic", "pools": "Pool"}
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


def finding(found: Found) -> str:
    """Return the share, with how sure it is."""
    first = found["first_contact"]
    if not first["of"]:
        return f"{when(found)}, no conversation is old enough to say whether it was the only one."
    return (
        f"{when(found)}, {percent(first['share'])} of {first['of']:,} conversations were resolved"
        f" at first contact ({percent(first['low'])} to {percent(first['high'])} with 95%"
        " confidence)."
        f" In {found['came_back']:,} the customer came back within {found['window_days']} days."
    )


def show(found: Found) -> Shown:
    """Return the topics with most conversations, and the shares by channel, topic and pool."""
    topics = sorted(found["topics"].items(), key=lambda each: (-each[1]["of"], each[0]))
    helped = [each["count"] for _, each in topics]
    rest = [each["of"] - each["count"] for _, each in topics]
    series = (Series("resolved at first contact", helped), Series("not", rest))
    plot = Plot("First contacts by topic", [name for name, _ in topics], series, is_ranked=True)
    numbers = [
        ("resolved at first contact", f"{found['first_contact']['count']:,}"),
        *(
            (name.replace("_", " "), f"{found[name]:,}")
            for name in ("came_back", "unresolved", "too_new")
        ),
    ]
    return Shown(
        plot,
        (
            Table("All numbers", ("Number", "Value"), numbers),
            *(_table(words, found[name]) for name, words in BY.items()),
        ),
    )


def _table(words: str, shares: dict[str, Any]) -> Table:
    rows = [
        (name, f"{e['of']:,}", percent(e["share"]), f"{percent(e['low'])} to {percent(e['high'])}")
        for name, e in shares.items()
    ]
    columns = (words, "Conversations", "First contact", "With 95% confidence")
    return Table(f"By {words.lower()}", columns, rows)


REPORT = Report(
    "resolved at first contact, by channel, topic and pool",
    title="First contact resolution",
    count=fcr,
    finding=finding,
    show=show,
    looks_ahead=True,
)
