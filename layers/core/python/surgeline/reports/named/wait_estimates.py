"""The report on estimates of waits holds what waiting customers were told against how it went."""

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from surgeline.domain.account import Quote
from surgeline.domain.estimates.pace import PROMISED
from surgeline.domain.texts import Words
from surgeline.reports.case import Case
from surgeline.reports.days import Span
from surgeline.reports.numbers import share
from surgeline.reports.report import Found, Ground, Plot, Report, Series, Shown, Table
from surgeline.reports.words import columns, part_of, percent, seconds, when

MINUTE_MS = 60_000


@dataclass(slots=True)
class _Count:
    """The estimates of one pool, and how the waits went that a person ended.

    Of those who gave up, `left_late` did so after the upper bound, which is known to be broken.
    """

    told: int = 0
    unknown: int = 0
    gave_up: int = 0
    left_late: int = 0
    going_on: int = 0
    sooner: int = 0
    within: int = 0
    longer: int = 0
    squares: list[float] = field(default_factory=list)

    def add(self, quote: Quote) -> None:
        """Count an estimate with its outcome."""
        self.told += 1
        if quote.ended is None:
            self.going_on += 1
        elif quote.end != "person":
            self.gave_up += 1
            self.left_late += quote.held is False
        elif not quote.high:
            self.unknown += 1
        else:
            self._add_outcome(quote, (quote.ended - quote.at) / 1000)

    def _add_outcome(self, quote: Quote, waited: float) -> None:
        self.sooner += waited < quote.low
        self.longer += waited > quote.high
        self.within += quote.low <= waited <= quote.high
        self.squares.append((waited - (quote.low + quote.high) / 2) ** 2)

    def found(self) -> dict[str, Any]:
        """Return the counts in the report's words."""
        came = self.sooner + self.within + self.longer
        error = math.sqrt(sum(self.squares) / came) if came else None
        return {
            "told": self.told,
            "going_on": self.going_on,
            "gave_up": self.gave_up,
            "gave_up_late": self.left_late,
            "without_a_time": self.unknown,
            "sooner": self.sooner,
            "within": self.within,
            "longer": self.longer,
            "within_upper": share(self.sooner + self.within, came + self.left_late),
            "rmse_seconds": None if error is None else round(error, 1),
        }


def wait_estimates(span: Span, cases: Iterable[Case], ground: Ground) -> dict[str, Any]:
    """Return how the estimates held, together and for the first pool that was waited for."""
    del span, ground
    pools: dict[str, _Count] = defaultdict(_Count)
    together = _Count()
    for case in cases:
        for quote in case.account.quotes if case.account else ():
            together.add(quote)
            pools[quote.pool_id].add(quote)
    return {
        "promised": PROMISED,
        **together.found(),
        "pools": {name: each.found() for name, each in sorted(pools.items())},
    }


def finding(found: Found, words: Words) -> str:
    """Return the share of waits within the upper bound, beside the promise."""
    upper = found["within_upper"]
    if not upper["of"]:
        return words("waits_none", when=when(words, found))
    said = words(
        "waits_said",
        when=when(words, found),
        percent=percent(words, upper["share"]),
        count=upper["of"],
        promised=percent(words, found["promised"]),
    )
    gave_up = part_of(words, found["gave_up"], found["told"])
    return f"{said} {words('waits_gave_up', part=gave_up, count=found['told'])}"


def show(found: Found, words: Words) -> Shown:
    """Return the outcomes by pool."""
    pools = found["pools"]
    series = tuple(
        Series(words(f"waits_{kind}"), [each[kind] for each in pools.values()])
        for kind in ("sooner", "within", "longer")
    )
    rows = [
        (
            name,
            words.number(each["told"]),
            percent(words, each["within_upper"]["share"]),
            seconds(words, each["rmse_seconds"]),
            words.number(each["gave_up"]),
            words.number(each["without_a_time"]),
        )
        for name, each in pools.items()
    ]
    heads = columns(words, "pool", "told", "within", "error", "gave_up", "no_time")
    return Shown(
        Plot(words("waits_plot"), list(pools), series, is_ranked=True),
        (Table(words("by_pool"), heads, rows),),
    )


REPORT = Report(
    "how long waiting customers were told it takes, and how long it took",
    count=wait_estimates,
    finding=finding,
    show=show,
)
