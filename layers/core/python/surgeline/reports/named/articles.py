"""The report on articles says for each article and text how often its uses closed their issue."""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from surgeline.domain.texts import Words
from surgeline.domain.times import rfc3339
from surgeline.reports.case import Case
from surgeline.reports.closing import Event, Told, Use, events_of, proof_of, told_in
from surgeline.reports.days import Span
from surgeline.reports.numbers import share
from surgeline.reports.report import ArticleFacts, Found, Ground, Plot, Report, Series, Shown, Table
from surgeline.reports.words import bounds, columns, percent, when

UNKNOWN: Final = ArticleFacts("automated")
USES: Final = ("used", "edited", "skipped")
RATINGS: Final = ("good", "unclear", "outdated", "wrong")


_Key = tuple[str, str, int]


def articles(span: Span, cases: Iterable[Case], ground: Ground) -> dict[str, Any]:
    """Return the uses of each article and text, with close rate, follow-ups and satisfaction.

    Every share has Wilson's bounds with 95 % confidence. `survey` says how often a customer's own
    word and their acts agree, which is how far such a word may be relied on as a label. `people`
    counts how often people used, edited and skipped the article, `edit_distance` is the mean share
    of its words that edits changed, and `ratings` counts what people said of it.
    """
    known = list(cases)
    groups: dict[_Key, list[Event]] = defaultdict(list)
    people: dict[_Key, list[Told]] = defaultdict(list)
    uses: list[Use] = []
    found = events_of(known, at=ground.at, quiet=ground.quiet, returns=ground.returns)
    for event in found:
        if span.start <= event.at < span.end:
            groups[_key(event, ground)].append(event)
            if isinstance(event, Use):
                uses.append(event)
    for told in told_in(known):
        if span.start <= told.at < span.end:
            people[_key(told, ground)].append(told)
    keys = sorted({*groups, *people})
    rows = [_row(span, key, groups[key], ground) | _made(people[key]) for key in keys]
    said = [each for each in uses if each.helped is not None]
    return {
        "uses": share(sum(each.closed for each in uses), len(uses)),
        "survey": share(sum(each.helped == each.stood for each in said), len(said)),
        "articles": sorted(rows, key=lambda row: -int(row["uses"]["of"])),
    }


def _key(event: Event | Told, ground: Ground) -> _Key:
    """Return the knowledge base, the article and its text at the time of an event."""
    base = ground.bases.get(event.channel_id, "")
    facts = ground.articles.get(base, {}).get(event.article_id, UNKNOWN)
    return base, event.article_id, _text_at(facts, event.at)


def _made(told: Iterable[Told]) -> dict[str, Any]:
    """Return what people made of an article, and how they rated it."""
    known = list(told)
    uses, ratings = Counter(each.use for each in known), Counter(each.rating for each in known)
    edits = [each.distance for each in known if each.distance is not None]
    return {
        "people": {name: uses[name] for name in USES},
        "edit_distance": round(sum(edits) / len(edits), 3) if edits else None,
        "ratings": {name: ratings[name] for name in RATINGS},
    }


def _text_at(facts: ArticleFacts, at: int) -> int:
    """Return the place of the text that an article had then; -1 is one from before all known."""
    return bisect_right([since for since, _ in facts.texts], at) - 1


def _row(span: Span, key: _Key, events: Sequence[Event], ground: Ground) -> dict[str, Any]:
    base, article_id, place = key
    facts = ground.articles.get(base, {}).get(article_id, UNKNOWN)
    proof = proof_of(events)
    uses = [each for each in events if isinstance(each, Use)]
    weeks: dict[str, list[Use]] = defaultdict(list)
    for each in uses:
        weeks[_week(span, each.at)].append(each)
    known = place >= 0
    return {
        "knowledge_base": base,
        "article": article_id,
        "state": facts.state,
        "text": facts.texts[place][1] if known else None,
        "since": rfc3339(facts.texts[place][0]) if known and facts.texts[place][0] else None,
        "is_current": not facts.texts or place == len(facts.texts) - 1,
        "answered": sum(each.way == "answered" for each in uses),
        "inserted": sum(each.way == "inserted" for each in uses),
        "uses": share(proof.closed, proof.uses),
        "followed": share(proof.followed, proof.uses),
        "helped": share(proof.helped, proof.asked),
        "beside": share(proof.right, proof.known),
        "flagged_by": len(proof.flagged_by),
        "weeks": [
            {"week": name, "uses": share(sum(e.closed for e in each), len(each))}
            for name, each in sorted(weeks.items())
        ],
    }


def _week(span: Span, at: int) -> str:
    year, week, _ = datetime.fromtimestamp(at / 1000, span.zone).isocalendar()
    return f"{year}-W{week:02}"


def finding(found: Found, words: Words) -> str:
    """Return how many uses closed their issue, and the article that closes least."""
    whole = found["uses"]
    if not whole["of"]:
        return words("articles_none", when=when(words, found))
    said = words(
        "articles_said",
        when=when(words, found),
        percent=percent(words, whole["share"]),
        count=whole["of"],
        range=bounds(words, whole),
    )
    surely = [each for each in found["articles"] if each["uses"]["high"] < whole["share"]]
    if surely:
        least = min(surely, key=lambda each: (each["uses"]["share"], each["article"]))
        share = percent(words, least["uses"]["share"])
        said += f" {words('articles_least', article=least['article'], percent=share)}"
    return said


def show(found: Found, words: Words) -> Shown:
    """Return the articles with most uses, and the shares of each with its weeks."""
    rows = found["articles"]
    series = (
        Series(words("articles_closed"), [each["uses"]["count"] for each in rows]),
        Series(
            words("articles_not_closed"),
            [each["uses"]["of"] - each["uses"]["count"] for each in rows],
        ),
    )
    names = [each["article"] for each in rows]
    plot = Plot(words("articles_plot"), names, series, is_ranked=True)
    told = [
        (
            each["article"],
            words(f"state_{each['state']}"),
            (each["since"] or "")[:10],
            words.number(each["uses"]["of"]),
            *(_bounded(each[name], words) for name in ("uses", "followed", "helped", "beside")),
        )
        for each in rows
    ]
    weeks = [
        (
            each["article"],
            week["week"],
            words.number(week["uses"]["of"]),
            _bounded(week["uses"], words),
        )
        for each in rows
        for week in each["weeks"]
    ]
    heads = columns(
        words, "article", "state", "text_since", "uses", "closed", "followed", "helped", "beside"
    )
    return Shown(
        plot,
        (
            Table(words("by_article_and_text"), heads, told),
            *_of_people(rows, words),
            Table(words("by_week"), columns(words, "article", "week", "uses", "closed"), weeks),
        ),
    )


def _of_people(rows: Sequence[Found], words: Words) -> Iterator[Table]:
    """Yield the table of what people made of each article and text, where they said so."""
    told = [
        (
            each["article"],
            (each["since"] or "")[:10],
            *(words.number(each["people"][name]) for name in USES),
            *(words.number(each["ratings"][name]) for name in RATINGS),
        )
        for each in rows
        if any(each["people"].values())
    ]
    if told:
        heads = columns(words, "article", "text_since", *(f"made_{e}" for e in (*USES, *RATINGS)))
        yield Table(words("articles_people"), heads, told)


def _bounded(share: Found, words: Words) -> str:
    if not share["of"]:
        return ""
    return f"{percent(words, share['share'])} ({bounds(words, share)})"


REPORT = Report(
    "how often articles close their issue, by article, text and week",
    count=articles,
    finding=finding,
    show=show,
    looks_ahead=True,
)
