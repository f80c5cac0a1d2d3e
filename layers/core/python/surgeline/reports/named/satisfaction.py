"""The report on satisfaction counts the customers who said that a conversation helped."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any, Final

from surgeline.domain.texts import Words
from surgeline.reports.case import Case
from surgeline.reports.days import Span
from surgeline.reports.numbers import share
from surgeline.reports.report import Found, Ground, Plot, Report, Series, Shown, Table
from surgeline.reports.words import bounds, columns, percent, when

KINDS: Final = {"channel": "channel", "article": "article", "pool": "pool", "agent": "person"}
"""The kinds by which answers are counted, with the word for each."""


def satisfaction(span: Span, cases: Iterable[Case], ground: Ground) -> dict[str, Any]:
    """Return how many were asked, how many answered, and the share that was helped, by kind.

    A conversation counts for the article that answered last before the question, and for the pool
    and the person that had it last.
    """
    del span, ground
    whole: Counter[str] = Counter()
    parts: dict[str, dict[str, Counter[str]]] = {kind: defaultdict(Counter) for kind in KINDS}
    for case in cases:
        if not case.surveyed:
            continue
        first = case.surveyed[0]
        found = Counter(asked=1, answered=case.helped is not None, helped=case.helped is True)
        named = {
            "channel": case.channel_id,
            "article": None if first.pool_id else first.article_id,
            "pool": first.pool_id,
            "agent": first.agent,
        }
        whole += found
        for kind, name in named.items():
            if name:
                parts[kind][name] += found
    return _told(whole) | {
        f"by_{kind}": [{kind: name} | _told(each) for name, each in sorted(parts[kind].items())]
        for kind in KINDS
    }


def _told(found: Counter[str]) -> dict[str, Any]:
    return {
        "asked": found["asked"],
        "answered": found["answered"],
        "helped": share(found["helped"], found["answered"]),
    }


def finding(found: Found, words: Words) -> str:
    """Return how many of those who answered were helped, and between which bounds that lies."""
    if not found["asked"]:
        return words("satisfaction_none", when=when(words, found))
    told = words(
        "satisfaction_asked",
        when=when(words, found),
        count=found["asked"],
        answered=found["answered"],
    )
    helped = found["helped"]
    if helped["share"] is None:
        return told
    share, limits = percent(words, helped["share"]), bounds(words, helped)
    return f"{told} {words('satisfaction_helped', percent=share, range=limits)}"


def show(found: Found, words: Words) -> Shown:
    """Return the shares of each channel, article, pool and person."""
    rows = found["by_article"] or found["by_pool"] or found["by_channel"]
    kind = next(name for name in KINDS if rows is found[f"by_{name}"])
    ranked = sorted(rows, key=lambda each: (-each["answered"], each[kind]))
    labels = [each[kind] for each in ranked]
    helped = [each["helped"]["count"] for each in ranked]
    rest = [each["answered"] - each["helped"]["count"] for each in ranked]
    plot = Plot(
        words(f"satisfaction_plot_{kind}"),
        labels,
        (Series(words("satisfaction_yes"), helped), Series(words("satisfaction_no"), rest)),
        is_ranked=True,
    )
    kinds = [name for name in KINDS if found[f"by_{name}"]] or ["channel"]
    return Shown(plot, tuple(_table(found, name, words) for name in kinds))


def _table(found: Found, kind: str, words: Words) -> Table:
    rows = [
        (
            each[kind],
            words.number(each["asked"]),
            words.number(each["answered"]),
            percent(words, each["helped"]["share"]),
            bounds(words, each["helped"]),
        )
        for each in found[f"by_{kind}"]
    ]
    word = KINDS[kind]
    heads = columns(words, word, "asked", "answered", "helped", "confidence")
    return Table(words(f"by_{word}"), heads, rows)


REPORT = Report(
    "the customers who were asked whether it helped, and their answers",
    count=satisfaction,
    finding=finding,
    show=show,
)
