"""The report on estimates of waits holds what waiting customers were told against how it went."""

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from surgeline.domain.account import Quote
from surgeline.domain.estimates.pace import PROMISED
from surgeline.reports.case import Case
from surgeline.reports.days import Span
from surgeline.reports.numbers import share
from surgeline.reports.report import Found, Ground, Plot, Report, Series, Shown, Table
from surgeline.reports.words import number, percent, when

MINUTE_MS = 60_000


@dataclass(slots=True)
class _Count:
    """The estimates of one pool, and how the waits went that a person ended."""

    told: int = 0
    unknown: int = 0
    gave_up: int = 0
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
        elif not quote.high:
            self.unknown += 1
        else:
            self._add_outcome(quote, (quote.ended - quote.at) / 1000)

    def _add_outcome(self, quote: Quote, seconds: float) -> None:
        self.sooner += seconds < quote.low
        self.longer += seconds > quote.high
        self.within += quote.low <= seconds <= quote.high
        self.squares.append((seconds - (quote.low + quote.high) / 2) ** 2)

    def found(self) -> dict[str, Any]:
        """Return the counts in the report's words."""
        came = self.sooner + self.within + self.longer
        error = math.sqrt(sum(self.squares) / came) if came else None
        return {
            "told": self.told,
            "going_on": self.going_on,
            "gave_up": self.gave_up,
            "without_a_time": self.unknown,
            "sooner": self.sooner,
            "within": self.within,
            "longer": self.longer,
            "within_upper": share(self.sooner + self.within, came),
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


def finding(found: Found) -> str:
    """Return the share of waits within the upper bound, beside the promise."""
    upper = found["within_upper"]
    if not upper["of"]:
        return f"{when(found)}, nobody waited who had been told a time and whom a person joined."
    return (
        f"{when(found)}, {upper['share']:.0%} of {upper['of']:,} waits ended within the upper bound"
        f" that the customer was told; {found['promised']:.0%} are promised. {found['gave_up']:,}"
        f" of {found['told']:,} estimates belong to customers who gave up."
    )


def show(found: Found) -> Shown:
    """Return the outcomes by pool."""
    pools = found["pools"]
    names = list(pools)
    kinds = (("sooner", "sooner"), ("within", "within the range"), ("longer", "longer"))
    series = tuple(Series(words, [pools[name][key] for name in names]) for key, words in kinds)
    rows = [
        (
            name,
            f"{each['told']:,}",
            percent(each["within_upper"]["share"]),
            number(each["rmse_seconds"]),
            f"{each['gave_up']:,}",
            f"{each['without_a_time']:,}",
        )
        for name, each in pools.items()
    ]
    columns = ("Pool", "Told", "Within the bound", "Error, seconds", "Gave up", "No time told")
    return Shown(
        Plot("Outcomes of estimates by pool", names, series, is_ranked=True),
        (Table("By pool", columns, rows),),
    )


REPORT = Report(
    "how long waiting customers were told it takes, and how long it took",
    title="Estimates of waits",
    count=wait_estimates,
    finding=finding,
    show=show,
)
