"""A report is read here: the cases of some days are folded, and what was found gets its frame."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, Final

from surgeline.application.configuration import Configuration
from surgeline.application.ports.conversations import ConversationStore
from surgeline.application.ports.outcomes import Outcomes
from surgeline.application.reports.read_cases import read_cases
from surgeline.application.reports.samples import with_samples
from surgeline.domain.spikes.detect import Spike
from surgeline.domain.texts import Words
from surgeline.errors import Unprocessable
from surgeline.reports.attendance import Attendance
from surgeline.reports.aws_price import aws_price
from surgeline.reports.case import Case
from surgeline.reports.days import Span
from surgeline.reports.registry import report_named
from surgeline.reports.report import ArticleFacts, Ground, PoolTerms

MOST_CASES: Final = 300_000
"""One request looks at so many conversations at most, because it has seconds and not minutes."""
DAY_MS: Final = 86_400_000


def read_report(
    name: str,
    span: Span,
    *,
    configuration: Configuration,
    store: ConversationStore,
    outcomes: Outcomes,
    at: int,
    words: Words,
    reviewed: Mapping[str, tuple[int, int]] | None = None,
    on_aws: bool = False,
    spikes: Sequence[Spike] = (),
    days_known: int = 0,
    articles: Mapping[str, Mapping[str, ArticleFacts]] | None = None,
    attendance: Attendance | None = None,
    texts: bool = False,
) -> dict[str, Any]:
    """Return what a report found, as things stand `at` a moment, in the language of `words`.

    With `texts` a report whose topics name conversations also has the words of their customers.
    Raises KeyError for an unknown name, and Unprocessable for days with too many conversations.
    """
    report = report_named(name)
    ground = Ground(
        at=at,
        quiet=configuration.rules.conversation_seconds * 1000,
        returns=configuration.reports.return_days * DAY_MS,
        pools={p.id: PoolTerms(p.conversation_cost, p.daily_cap) for p in configuration.pools},
        reviewed=reviewed or {},
        words=words,
        daily_budget=configuration.reports.daily_budget,
        aws=aws_price(configuration.reports.usd_rate) if on_aws else None,
        spikes=spikes,
        days_known=days_known,
        bases={each.id: each.knowledge_base for each in configuration.channels},
        articles=articles or {},
        attendance=attendance or Attendance(),
    )
    until = span.end + ground.returns if report.looks_ahead else span.end
    times = [(span.start, until)]
    if report.earlier:
        past = report.earlier(span)
        times.insert(0, (past.start, min(past.end, span.start)))
    cases = _bounded(chain.from_iterable(read_cases(store, outcomes, *each) for each in times))
    found = {
        "report": name,
        "from": span.days[0].date.isoformat(),
        "to": span.days[-1].date.isoformat(),
        "zone": span.zone.key,
        "as_of": span.local_time(at),
        "language": words.language,
    }
    if span.is_one:
        found = {"day": found["from"], **found}
    found |= report.count(span, cases, ground)
    if texts and report.has_samples:
        found = with_samples(found, store)
    return found | {"finding": report.finding(found, words)}


def _bounded(cases: Iterable[Case]) -> Iterator[Case]:
    for number, case in enumerate(cases):
        if number >= MOST_CASES:
            raise Unprocessable(
                f"these days have more than {MOST_CASES:,} conversations: ask for fewer days, or"
                " read the exports with Athena or DuckDB (docs/reports.md)"
            )
        yield case
