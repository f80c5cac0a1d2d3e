"""A rehearsal in words: its finding, its numbers as lines, and its page with the day drawn."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from surgeline.reports.page.frame import framed, heading, table_of

from cli.pages.chart import Bars, Line, chart

Found = Mapping[str, Any]

FILLS: Sequence[Any] = ("main", "warm", "rest")
NUMBERS = {
    "contacts": "customers who wrote",
    "messages": "messages that they wrote",
    "answered_by_bot": "answered by the bot alone",
    "asked_for_person": "a person asked for",
    "served": "joined by a person",
    "abandoned": "gave up waiting",
    "turned_away": "told that nobody is free",
    "refused": "messages that were never taken in",
    "lost": "messages lost",
    "duplicated": "texts that came twice",
    "untold": "customers without an answer to their last text",
    "forgotten": "customers who wait at the end",
    "waits_told": "told times of which it is known how they held",
    "waits_within": "of them within the upper bound",
}


def of_reports(reports: Sequence[Found]) -> Iterator[str]:
    """Yield the lines that tell one rehearsal, or two side by side."""
    for report in reports:
        yield finding(report)
    yield ""
    for name, values in rows_of(reports):
        yield f"{name:<48}" + "".join(f"{value:>18}" for value in values)


def finding(report: Found) -> str:
    """Return the most important facts of a rehearsal in a few sentences."""
    wait = report["wait_seconds"]
    said = (
        f"{report['title']}: {report['contacts']:,} customers wrote, and the bot alone answered"
        f" {report['answered_by_bot']:,}."
    )
    if report["asked_for_person"]:
        is_met = "met" if report["service_level"] >= report["target"] else "missed"
        said += (
            f" A person joined {report['service_level']:.1%} of the"
            f" {report['asked_for_person']:,} who asked for one within"
            f" {report['within_seconds']:g} s; the target of {report['target']:.0%} is {is_met}."
        )
    if wait["p95"] is not None:
        said += f" The wait was {wait['p50']:,.0f} s at p50 and {wait['p95']:,.0f} s at p95."
    lost = report["lost"] + report["duplicated"] + report["untold"] + report["forgotten"]
    said += (
        " Nothing was lost or doubled, and nobody was forgotten."
        if not lost
        else f" {lost:,} texts or customers were lost, doubled or forgotten."
    )
    return said


def rows_of(reports: Sequence[Found]) -> Iterator[tuple[str, Sequence[str]]]:
    """Yield each number with its name, for each report."""
    for name, words in NUMBERS.items():
        yield words, [f"{report[name]:,}" for report in reports]
    within = reports[0]["within_seconds"]
    yield f"joined within {within:g} s", [f"{report['service_level']:.1%}" for report in reports]
    for rank in ("p50", "p95"):
        yield (
            f"wait for a person, {rank}",
            [_seconds(each["wait_seconds"][rank]) for each in reports],
        )
    yield "cost of the people", [f"{report['spend_usd']:,.2f} USD" for report in reports]
    yield "hash of the log", [report["log_sha256"][:12] for report in reports]
    yield "time that the rehearsal took", [_seconds(report["wall_seconds"]) for report in reports]


def _seconds(value: float | None) -> str:
    return "–" if value is None else f"{value:,.1f} s"


def page_of(reports: Sequence[Found]) -> str:
    """Return the page of one rehearsal, or of two."""
    parts: list[str] = []
    for number, report in enumerate(reports):
        name = f"{report['title']}, {'AB'[number]}" if len(reports) > 1 else report["title"]
        parts += _drawn(name, report)
    names = ("Number", *(("A", "B") if len(reports) > 1 else ("Value",)))
    rows = [(name, *values) for name, values in rows_of(reports)]
    parts.append(table_of("The day in numbers", names, rows))
    parts += [_acts(report) for report in reports[:1] if report["acts"]]
    parts += [_slices(report) for report in reports[:1]]
    return framed(
        title=f"Rehearsal: {reports[0]['title']}",
        finding=" ".join(finding(report) for report in reports),
        about=f"Seed {reports[0]['seed']}. The production code ran on a clock that jumps. The log's"
        f" hash is {reports[0]['log_sha256']}.",
        parts=parts,
    )


def _drawn(name: str, report: Found) -> Iterator[str]:
    """Yield the charts of a report: who came, who waited, the people, and the cost."""
    seen = _seen(report)
    places = [each["begin"] for each in seen]
    alone = [each["arrivals"] - min(each["asked"], each["arrivals"]) for each in seen]
    asked = [min(each["asked"], each["arrivals"]) for each in seen]
    yield heading(f"{name}: customers")
    yield chart(
        f"Customers who came by 15 minutes. {finding(report)}",
        places,
        [Bars("came, and asked for nobody", alone), Bars("asked for a person", asked, "warm")],
    )
    yield heading(f"{name}: customers who ask for a person, and the forecast")
    yield chart(
        "Customers who asked for a person by 15 minutes, beside the forecast. Four of five counts"
        " lie between its ends.",
        places,
        [Bars("asked for a person", [each["asked"] for each in seen], "warm")],
        [
            Line("forecast", [each["forecast"] for each in seen]),
            Line("its lower end", [each["forecast_lower"] for each in seen], "dashed"),
            Line("its upper end", [each["forecast_upper"] for each in seen], "dashed"),
        ],
    )
    yield heading(f"{name}: waiting")
    late = [each["asked"] - each["served_in_time"] for each in seen]
    yield chart(
        "Customers who asked for a person, by whether one joined in time, and the longest queue.",
        places,
        [
            Bars("joined in time", [each["served_in_time"] for each in seen]),
            Bars("joined late or never", late, "warm"),
        ],
        [Line("waiting at most", [each["waiting"] for each in seen], "dashed")],
    )
    yield heading(f"{name}: the wait until a person joins")
    yield chart(
        "The wait of those who were joined, by the 15 minutes in which they asked, in seconds.",
        places,
        [Bars("seconds at p50", [each["wait_p50"] or 0 for each in seen])],
        [
            Line("at p95", [each["wait_p95"] for each in seen]),
            Line("promised", [report["within_seconds"]] * len(seen), "dashed"),
        ],
    )
    yield heading(f"{name}: people on seat")
    pools = list(report["pools"])
    yield chart(
        "People on seat by pool, and the conversations that they have.",
        places,
        [
            Bars(pool, [each["seats"].get(pool, 0) for each in seen], FILLS[number % len(FILLS)])
            for number, pool in enumerate(pools)
        ],
        [
            Line("conversations", [sum(each["chats"].values()) for each in seen]),
            *_asked_for(report, places),
        ],
    )
    yield heading(f"{name}: cost so far")
    brought = [each["brought_usd"] for each in seen]
    own = [each["spend_usd"] - each["brought_usd"] for each in seen]
    cap = report["spend_cap_usd"]
    yield chart(
        "The cost of the people so far, in USD.",
        places,
        [Bars("people who were brought in", brought, "warm"), Bars("people on shift", own)],
        [] if cap is None else [Line("cap for who is brought in", [cap] * len(seen), "dashed")],
    )


def _asked_for(report: Found, places: Sequence[str]) -> Iterator[Line]:
    """Yield the people who were asked for at the end of each quarter, by the controller's acts."""
    if not report["acts"]:
        return
    people: list[float | None] = []
    for end in [*places[1:], "24:00"]:
        newest = {each["pool"]: each["people"] for each in report["acts"] if each["at"] < end}
        people.append(sum(newest.values()))
    yield Line("asked for from outside", people, "dashed")


def _seen(report: Found) -> Sequence[Found]:
    """Return the slices from the first to the last in which anything happened."""
    slices: Sequence[Found] = report["slices"]
    busy = [n for n, each in enumerate(slices) if each["arrivals"] or any(each["seats"].values())]
    return slices[busy[0] : busy[-1] + 1] if busy else slices[:1]


def _acts(report: Found) -> str:
    rows = [
        (each["at"], each["pool"], f"{each['people']:,}", f"{each['change']:+,}", each["why"])
        for each in report["acts"]
    ]
    return table_of("People brought in and let go", ("At", "Pool", "People", "Change", "Why"), rows)


def _slices(report: Found) -> str:
    names = (
        "From",
        "Came",
        "Asked for a person",
        "In time",
        "Gave up",
        "Waiting at most",
        "On seat",
        "Conversations",
        "USD so far",
    )
    rows = [
        (
            each["begin"],
            *(f"{each[name]:,}" for name in ("arrivals", "asked", "served_in_time", "abandoned")),
            f"{each['waiting']:,}",
            f"{sum(each['seats'].values()):,}",
            f"{sum(each['chats'].values()):,}",
            f"{each['spend_usd']:,.2f}",
        )
        for each in _seen(report)
    ]
    return table_of("By 15 minutes", names, rows)
