"""The report on callbacks says what came of the times and places that waiting customers chose."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any, Final

from surgeline.domain.account import CallbackChosen
from surgeline.domain.texts import Words
from surgeline.reports.case import Case
from surgeline.reports.days import Span
from surgeline.reports.numbers import share
from surgeline.reports.report import Found, Ground, Plot, Report, Series, Shown, Table
from surgeline.reports.words import columns, part_of, when

ENDS: Final = ("came", "missed", "expired", "changed", "withdrawn", "going_on")
SHOWN: Final = {
    "came": ("came",),
    "missed": ("missed", "expired"),
    "changed": ("changed", "withdrawn"),
    "going_on": ("going_on",),
}
"""The parts of the plot, which tells four apart at most."""
BROKEN: Final = ("missed", "expired")
"""The ends by which nobody reached the customer in time."""


def callbacks(span: Span, cases: Iterable[Case], ground: Ground) -> dict[str, Any]:
    """Return the ends of all that was chosen, together and by the way to be reached."""
    del span, ground
    ways: dict[str, Counter[str]] = defaultdict(Counter)
    for case in cases:
        for chosen in case.account.callbacks if case.account else ():
            ways[chosen.by][_end(chosen, case)] += 1
    together = sum(ways.values(), Counter[str]())
    return {**_counts(together), "ways": {by: _counts(each) for by, each in sorted(ways.items())}}


def _end(chosen: CallbackChosen, case: Case) -> str:
    """Return what came of it. What was open at the end of its conversation was not wanted more."""
    if chosen.end is not None:
        return chosen.end
    return "going_on" if case.is_open else "withdrawn"


def _counts(ends: Counter[str]) -> dict[str, Any]:
    broken = sum(ends[each] for each in BROKEN)
    return {
        "chosen": ends.total(),
        **{each: ends[each] for each in ENDS},
        "kept": share(ends["came"], ends["came"] + broken),
    }


def finding(found: Found, words: Words) -> str:
    """Return how many were chosen, for how many somebody came, and how many were broken."""
    chosen = found["chosen"]
    if not chosen:
        return words("callbacks_none", when=when(words, found))
    came, missed = (
        part_of(words, number, chosen)
        for number in (found["came"], sum(found[each] for each in BROKEN))
    )
    return words("callbacks_said", when=when(words, found), count=chosen, came=came, missed=missed)


def show(found: Found, words: Words) -> Shown:
    """Return the ends by the way to be reached."""
    ways = found["ways"]
    labels = [words(f"callbacks_{by}") for by in ways]
    series = tuple(
        Series(words(f"callbacks_{name}"), [sum(each[e] for e in ends) for each in ways.values()])
        for name, ends in SHOWN.items()
    )
    kinds = ("chosen", *ENDS)
    rows = [
        (label, *(words.number(each[kind]) for kind in kinds))
        for label, each in zip(labels, ways.values(), strict=True)
    ]
    heads = columns(words, "callback", *(f"callback_{kind}" for kind in kinds))
    return Shown(
        Plot(words("callbacks_plot"), labels, series, is_ranked=True),
        (Table(words("by_callback"), heads, rows),),
    )


REPORT = Report(
    "what came of the times and places at which waiting customers chose to be reached",
    count=callbacks,
    finding=finding,
    show=show,
)
