"""A report is a fold over cases, with a sentence, a plot and tables that show what it found."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from surgeline.domain.account import Stay
from surgeline.domain.spikes.detect import Spike
from surgeline.domain.texts import Words
from surgeline.reports.attendance import Attendance
from surgeline.reports.case import Case
from surgeline.reports.days import Span

Found = Mapping[str, Any]
"""The findings of a report, as JSON tells them."""


@dataclass(frozen=True, slots=True)
class PoolTerms:
    """The cost of a conversation with a pool, and the most that it may cost in a day, if known."""

    cost: float | None = None
    daily_cap: float | None = None


@dataclass(frozen=True, slots=True)
class AwsPrice:
    """An estimate of what AWS takes, in the company's currency, at the list prices of a release."""

    per_conversation: float
    per_day: float


OF_ARTICLES: Final = frozenset({"articles", "digest"})
"""The reports that need the facts of articles."""


@dataclass(frozen=True, slots=True)
class ArticleFacts:
    """The state of an article, and since when it has which text (ms, digest), the oldest first.

    `review_by` is the ISO date from which it is due for a review, if there is one.
    """

    state: str
    texts: Sequence[tuple[int, str]] = ()
    review_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """The facts beside the cases that a report may stand on.

    `at` is the moment of reading. A conversation with the bot stopped once its customer was silent
    for `quiet` milliseconds. A customer who comes back within `returns` milliseconds was not helped
    at first contact. `pools` are the pools of the configuration. `reviewed` has for each knowledge
    base how many answers of its last sample were right, and of how many. `words` are the texts for
    leads in the language of the report. `daily_budget` is what everything together should cost a
    day at most, in the company's currency. `aws` is None where nothing runs on AWS. `spikes` are
    those of the last weeks, and `days_known` is how many days say what is usual. `bases` has the
    knowledge base of each channel, and `articles` what is known of a base's articles. `attendance`
    says who was at a desk, and who had said that they come.
    """

    at: int
    quiet: int
    returns: int = 7 * 86_400_000
    pools: Mapping[str, PoolTerms] = field(default_factory=dict)
    reviewed: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    words: Words = field(default_factory=Words)
    daily_budget: float | None = None
    aws: "AwsPrice | None" = None
    spikes: Sequence[Spike] = ()
    days_known: int = 0
    bases: Mapping[str, str] = field(default_factory=dict)
    articles: Mapping[str, Mapping[str, ArticleFacts]] = field(default_factory=dict)
    attendance: Attendance = field(default_factory=Attendance)

    def price(self, stay: Stay) -> float | None:
        """Return what a stay cost by the price of its time, or else by that of now, if any."""
        terms = self.pools.get(stay.pool_id)
        if stay.cost is not None:
            return stay.cost
        return None if terms is None else terms.cost


@dataclass(frozen=True, slots=True)
class Table:
    """A table for people. The first cell of a row names it."""

    caption: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Series:
    """The numbers of one part of a plot's bars, in their order, and the words that name it."""

    words: str
    numbers: Sequence[float]


@dataclass(frozen=True, slots=True)
class Plot:
    """Stacked bars. `is_ranked`: the labels are names and no times, so the bars lie."""

    title: str
    labels: Sequence[str]
    series: Sequence[Series]
    is_ranked: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """The plot and the tables that stand below a report's sentence."""

    plot: Plot
    tables: Sequence[Table] = field(default=())


@dataclass(frozen=True, slots=True)
class Report:
    """One report. `about` says in a few words what it counts, for the list of commands.

    `count` is the fold. `finding` and `show` tell its findings in the words of a language.
    `looks_ahead`: the cases also include those that were opened in the time after the span in which
    a customer may return. `earlier` returns the days that a report compares its own with. The cases
    of those come first. `has_samples`: its topics name conversations, whose words can be shown.
    """

    about: str
    count: Callable[[Span, Iterable[Case], Ground], dict[str, Any]]
    finding: Callable[[Found, Words], str]
    show: Callable[[Found, Words], Shown]
    looks_ahead: bool = False
    earlier: Callable[[Span], Span] | None = None
    has_samples: bool = False
