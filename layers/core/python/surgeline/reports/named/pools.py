"""The scorecard of pools sets speed beside resolution, with the doubt that few cases leave."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from surgeline.domain.account import Stay
from surgeline.reports.case import Case
from surgeline.reports.days import Span
from surgeline.reports.numbers import between, in_seconds, percentiles, share
from surgeline.reports.report import Found, Ground, Plot, Report, Series, Shown, Table
from surgeline.reports.words import count, number, percent, seconds, when


@dataclass(slots=True)
class _Card:
    counts: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    handled: list[int] = field(default_factory=list)
    waits: list[int] = field(default_factory=list)

    def told(self, cost: float | None) -> dict[str, Any]:
        """Return the card's numbers. Resolutions are of the ended conversations."""
        asked = sum(self.counts[name] for name in ("accepted", "declined", "timed_out"))
        spent = None if cost is None else round(cost * self.counts["conversations"], 2)
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
            _stayed(cards[stay.pool_id], stay)
            if place == 0:
                cards[stay.pool_id].waits += between(account.asked_at, account.joined_at)
        if account.stays:
            _ended(cards[account.stays[-1].pool_id], case, ground)
    return {
        "pools": {
            name: cards[name].told(ground.pools[name].cost if name in ground.pools else None)
            for name in sorted(cards)
        }
    }


def _stayed(card: _Card, stay: Stay) -> None:
    card.counts["conversations"] += 1
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


def finding(found: Found) -> str:
    """Return the pool that had most conversations, and how sure its resolution is."""
    cards = found["pools"]
    if not cards:
        return f"{when(found)}, no pool was asked."
    name = max(cards, key=lambda each: (cards[each]["conversations"], each))
    card = cards[name]
    resolved = card["resolved"]
    return (
        f"{when(found)}, {count(len(cards), 'pool was', 'pools were')} asked. {name} had most:"
        f" {count(card['conversations'], 'conversation', 'conversations')}, of whose ends"
        f" {percent(resolved['share'])} are resolved ({percent(resolved['low'])} to"
        f" {percent(resolved['high'])} with 95% confidence)."
    )


def show(found: Found) -> Shown:
    """Return the conversations of each pool, and its card."""
    cards = found["pools"]
    done = [each["resolved"]["count"] for each in cards.values()]
    rest = [each["conversations"] - each["resolved"]["count"] for each in cards.values()]
    series = (Series("resolved", done), Series("not resolved, or passed on", rest))
    plot = Plot("Conversations by pool", list(cards), series, is_ranked=True)
    speed = [
        (
            name, percent(e["accepted"]["share"]), f"{e['timed_out']:,}",
            seconds(e["wait_seconds"]["p50"]), seconds(e["handle_seconds"]["p50"]),
            seconds(e["handle_seconds"]["p95"]),
        )
        for name, e in cards.items()
    ]  # fmt: skip
    quality = [
        (
            name, f"{e['conversations']:,}", percent(e["resolved"]["share"]),
            f"{percent(e['resolved']['low'])} to {percent(e['resolved']['high'])}",
            percent(e["confirmed"]["share"]), f"{e['transferred']:,}", f"{e['reopened']:,}",
            f"{e['articles_suggested']:,}", f"{e['without_code']:,}", f"{e['without_summary']:,}",
            number(e["cost_per_confirmed"], 2),
        )
        for name, e in cards.items()
    ]  # fmt: skip
    return Shown(
        plot,
        (
            Table(
                "Resolution by pool",
                (
                    "Pool", "Had", "Resolved", "With 95% confidence", "Confirmed", "Transferred",
                    "Reopened", "Articles suggested", "No code", "No summary", "Cost per confirmed",
                ),
                quality,
            ),
            Table(
                "Speed by pool",
                ("Pool", "Accepted", "Timed out", "Wait, p50", "Handled, p50", "Handled, p95"),
                speed,
            ),
        ),
    )  # fmt: skip


REPORT = Report(
    "a card for each pool: acceptance, time, resolution, cost",
    title="Pools",
    count=pools,
    finding=finding,
    show=show,
)
