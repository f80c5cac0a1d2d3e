"""The scorecard of pools sets speed beside resolution, with the doubt that few cases leave."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from surgeline.domain.account import Stay
from surgeline.domain.texts import Words
from surgeline.reports.case import Case
from surgeline.reports.days import Span
from surgeline.reports.numbers import between, in_seconds, percentiles, share
from surgeline.reports.report import Found, Ground, Plot, Report, Series, Shown, Table
from surgeline.reports.words import bounds, columns, number, percent, seconds, when


@dataclass(slots=True)
class _Card:
    counts: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    handled: list[int] = field(default_factory=list)
    waits: list[int] = field(default_factory=list)
    costs: list[float] = field(default_factory=list)

    def as_json(self, *, has_price: bool) -> dict[str, Any]:
        """Return the card's numbers. Resolutions are of the ended conversations."""
        asked = sum(self.counts[name] for name in ("accepted", "declined", "timed_out"))
        spent = round(sum(self.costs), 2) if has_price or self.costs else None
        confirmed = self.counts["confirmed"]
        names = (
            "declined", "timed_out", "conversations", "transferred", "returned", "taken_back",
            "reopened", "articles_suggested", "without_code", "without_summary",
        )  # fmt: skip
        return {
            "accepted": share(self.counts["accepted"], asked),
            **{name: self.counts[name] for name in names},
            "handle_seconds": in_seconds(percentiles(self.handled, (50, 95))),
            "wait_seconds": in_seconds(percentiles(self.waits, (50, 95))),
            "confirmed": share(confirmed, self.counts["ended"]),
            "resolved": share(self.counts["resolved"], self.counts["ended"]),
            "spent": spent,
            "cost_per_confirmed": round(spent / confirmed, 2) if spent and confirmed else None,
        }


def pools(span: Span, cases: Iterable[Case], ground: Ground) -> dict[str, Any]:
    """Return a card for each pool that was asked, or had a conversation."""
    del span
    cards: dict[str, _Card] = defaultdict(_Card)
    for case in cases:
        account = case.account
        if account is None:
            continue
        for asked in account.asked:
            for name in ("accepted", "declined", "timed_out"):
                cards[asked.pool_id].counts[name] += getattr(asked, name)
        for place, stay in enumerate(account.stays):
            _stayed(cards[stay.pool_id], stay, ground.price(stay))
            if place == 0:
                cards[stay.pool_id].waits += between(account.asked_at, account.joined_at)
        if account.stays:
            _ended(cards[account.stays[-1].pool_id], case, ground)
    return {
        "pools": {
            name: cards[name].as_json(
                has_price=name in ground.pools and ground.pools[name].cost is not None
            )
            for name in sorted(cards)
        }
    }


def _stayed(card: _Card, stay: Stay, cost: float | None) -> None:
    card.counts["conversations"] += 1
    card.costs += [] if cost is None else [cost]
    card.handled += between(stay.since, stay.until)
    if stay.end in ("transferred", "returned", "taken_back"):
        card.counts[stay.end] += 1


def _ended(card: _Card, case: Case, ground: Ground) -> None:
    """Note how the conversation ended for the pool that had it last."""
    card.counts["reopened"] += case.account is not None and case.account.reopened > 0
    verdict = case.verdict(ground.at, ground.quiet)
    if verdict == "open":
        return
    card.counts["ended"] += 1
    card.counts["confirmed"] += verdict == "confirmed"
    card.counts["resolved"] += verdict in ("confirmed", "assumed")
    if case.ended_by == "pool":
        told = case.told
        card.counts["articles_suggested"] += told is not None and told.suggests_article
        card.counts["without_code"] += told is None or told.code is None
        card.counts["without_summary"] += told is None or not told.has_summary


def finding(found: Found, words: Words) -> str:
    """Return the pool that had most conversations, and how sure its resolution is."""
    cards = found["pools"]
    if not cards:
        return words("pools_none", when=when(words, found))
    name = max(cards, key=lambda each: (cards[each]["conversations"], each))
    card = cards[name]
    resolved = card["resolved"]
    most = words(
        "pools_most" if resolved["of"] else "pools_most_going_on",
        pool=name,
        count=card["conversations"],
        percent=percent(words, resolved["share"]),
        range=bounds(words, resolved),
    )
    return f"{words('pools_said', when=when(words, found), count=len(cards))} {most}"


def show(found: Found, words: Words) -> Shown:
    """Return the conversations of each pool, and its card."""
    cards = found["pools"]
    done = [each["resolved"]["count"] for each in cards.values()]
    rest = [each["conversations"] - each["resolved"]["count"] for each in cards.values()]
    series = (
        Series(words("series_resolved"), done),
        Series(words("series_not_resolved"), rest),
    )
    plot = Plot(words("pools_plot"), list(cards), series, is_ranked=True)
    speed = columns(
        words, "pool", "accepted", "timed_out", "wait_p50", "handled_p50", "handled_p95"
    )
    quality = columns(
        words, "pool", "conversations", "resolved", "confidence", "confirmed", "transferred",
        "reopened", "articles_suggested", "no_code", "no_summary", "cost_per_confirmed",
    )  # fmt: skip
    return Shown(
        plot,
        (
            Table(
                words("pools_resolution"),
                quality,
                [_quality(name, card, words) for name, card in cards.items()],
            ),
            Table(
                words("pools_speed"),
                speed,
                [_speed(name, card, words) for name, card in cards.items()],
            ),
        ),
    )


def _speed(name: str, card: Found, words: Words) -> tuple[str, ...]:
    return (
        name,
        percent(words, card["accepted"]["share"]),
        words.number(card["timed_out"]),
        seconds(words, card["wait_seconds"]["p50"]),
        seconds(words, card["handle_seconds"]["p50"]),
        seconds(words, card["handle_seconds"]["p95"]),
    )


def _quality(name: str, card: Found, words: Words) -> tuple[str, ...]:
    counts = ("transferred", "reopened", "articles_suggested", "without_code", "without_summary")
    return (
        name,
        words.number(card["conversations"]),
        percent(words, card["resolved"]["share"]),
        bounds(words, card["resolved"]),
        percent(words, card["confirmed"]["share"]),
        *(words.number(card[each]) for each in counts),
        number(words, card["cost_per_confirmed"], 2),
    )


REPORT = Report(
    "a card for each pool: acceptance, time, resolution, cost",
    count=pools,
    finding=finding,
    show=show,
)
