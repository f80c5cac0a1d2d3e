"""The daily report in words: the sentence with its finding, and the name of each number."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

COUNTS = {
    "arrivals": "opened",
    "answered_by_bot": "answered by bot",
    "handed_off": "a person asked for",
    "answered_then_handed_off": "of these answered before",
    "abandoned": "abandoned",
    "confirmed": "confirmed",
    "assumed": "assumed",
    "unresolved": "unresolved",
    "open": "going on",
    "erased": "erased",
    "taken_back": "taken back",
}
"""Each count of a day, as tables name it."""
PROMPT_SECONDS = 10
"""The first reply should come within this time in 99 of 100 conversations."""


def total_of(reports: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Return the sums of the days' counts."""
    return {name: sum(each[name] for each in reports) for name in COUNTS}


def finding(reports: Sequence[Mapping[str, Any]]) -> str:
    """Return the reports' most important facts in one or two sentences."""
    total = total_of(reports)
    first, last = reports[0]["day"], reports[-1]["day"]
    when = f"On {first}" if first == last else f"From {first} to {last}"
    if not total["arrivals"]:
        return f"{when}, no conversation was opened."
    said = (
        f"{when}, {_count(total['arrivals'], 'conversation was', 'conversations were')} opened."
        f" The bot alone answered {_share(total['answered_by_bot'], total['arrivals'])}, and a"
        f" person was asked for in {_share(total['handed_off'], total['arrivals'])}."
    )
    if total["abandoned"]:
        left = _share(total["abandoned"], total["handed_off"])
        said += f" {left} of those ended before a person wrote."
    return said


def rows_of(report: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield each number of a day with its name, for people."""
    for name, words in COUNTS.items():
        yield words, f"{report[name]:,}"
    first, wait = report["first_reply_ms"], report["wait_seconds"]
    for rank in ("p50", "p95", "p99"):
        yield f"first reply, {rank}", seconds(first[rank], 1000)
    met = first["p99"] is None or first["p99"] <= PROMPT_SECONDS * 1000
    late = report["first_reply_over_10_s"]
    yield f"first reply over {PROMPT_SECONDS} s", f"{late:,}"
    yield f"first reply p99 within {PROMPT_SECONDS} s", "yes" if met else "no"
    for rank in ("p50", "p95"):
        yield f"wait until a pool took it, {rank}", seconds(wait[rank], 1)


def seconds(value: float | None, unit: int) -> str:
    """Return a time for people. It is a dash where nothing was measured."""
    return "–" if value is None else f"{value / unit:,.1f} s"


def _count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"


def _share(part: int, whole: int) -> str:
    return f"{part:,} ({part / whole:.0%})" if whole else f"{part:,}"
