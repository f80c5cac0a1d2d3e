"""Staffing in words: the finding for a lead, the plan as lines, and the plan as a page."""

from collections.abc import Iterator, Mapping
from typing import Any

from surgeline.domain.staffing.need import Goal
from surgeline.domain.staffing.queue import Performance, Work
from surgeline.reports.page.frame import framed, heading, table_of

from cli.console import counted
from cli.pages.chart import Bars, Line, chart

SERVICE_LEVEL = "contacts served within the time, of all contacts"
RULES = {
    "service_level": "the service level",
    "abandonment": "the share that gives up",
    "occupancy": "the maximum occupancy",
    "minimum_cover": "the minimum cover",
}


def model_of(work: Work) -> str:
    """Return the name of the model that is computed."""
    if work.at_a_time > 1:
        return "chats at a time" + ("" if work.patience_seconds is None else ", with patience")
    return "Erlang C" if work.patience_seconds is None else "Erlang A"


def of_need(
    found: Mapping[str, Any], goal: Goal, fewer: int, one_less: Performance
) -> Iterator[str]:
    """Yield the lines that tell a need. `one_less` is the queue with `fewer` agents."""
    yield f"{counted(found['agents'], 'agent')} on seat, {found['rostered']:,} rostered."
    yield _why(found, goal, fewer, one_less)
    yield from _experience(found, goal)
    if found["agents_if_nobody_gives_up"] != found["agents"]:
        yield f"If nobody gave up, it would be {found['agents_if_nobody_gives_up']:,} agents."
    if upper := found.get("upper"):
        yield (
            f"At the upper end of the forecast: {counted(upper['agents'], 'agent')} on seat,"
            f" {upper['rostered']:,} rostered."
        )


def of_agents(found: Mapping[str, Any], goal: Goal) -> Iterator[str]:
    """Yield the lines that tell what a number of agents achieves."""
    yield f"{counted(found['agents'], 'agent')} on seat, {found['rostered']:,} rostered."
    if not found["stable"]:
        yield "That is too few: the queue grows for as long as such contacts come."
        return
    yield from _experience(found, goal)


def _why(found: Mapping[str, Any], goal: Goal, fewer: int, one_less: Performance) -> str:
    rule = found["binding"]
    if rule == "minimum_cover":
        return "The minimum cover decides; the contacts alone would need no more."
    if not one_less.is_stable:
        return f"The service level decides: with {fewer:,} the queue would grow for ever."
    with_fewer = {
        "service_level": f"{one_less.service_level:.1%} would be served in time, not"
        f" {goal.target:.1%}",
        "abandonment": f"{one_less.abandoned:.1%} would give up, not {goal.max_abandoned:.1%}",
        "occupancy": f"they would be busy for {one_less.occupancy:.1%} of the time, not"
        f" {goal.max_occupancy:.1%}",
    }
    name = RULES[rule]
    return f"{name[0].upper()}{name[1:]} decides: with {fewer:,} agents {with_fewer[rule]}."


def _experience(found: Mapping[str, Any], goal: Goal) -> Iterator[str]:
    yield (
        f"{found['service_level']:.1%} of all contacts are served within"
        f" {goal.within_seconds:g} s. {found['probability_of_wait']:.1%} have to wait, and"
        f" {found['abandoned']:.1%} give up."
    )
    if found["asa_seconds"] is not None:
        yield (
            f"The served wait for {found['asa_seconds']:.1f} s on average. Agents are busy for"
            f" {found['occupancy']:.1%} of the time, with {found['contacts_per_agent']:.2f}"
            " contacts each on average."
        )
    yield f"The model is {found['model']}, for {found['erlang']:.2f} Erlang."


def of_plan(found: Mapping[str, Any], goal: Goal) -> Iterator[str]:
    """Yield the lines that tell a plan."""
    yield plan_finding(found, goal)
    yield ""
    has_more = "available" in found["intervals"][0]
    yield (
        f"{'from':<22} {'contacts':>9} {'agents':>7} {'rostered':>9} {'upper':>6}"
        f"{' can come' if has_more else ''} {'book':>5}  decided by"
    )
    for each in found["intervals"]:
        upper = "" if each["upper_agents"] is None else f"{each['upper_agents']:,}"
        more = f" {each['available']:>8,}" if has_more else ""
        yield (
            f"{each['from']:<22} {each['contacts']:>9,.1f} {each['agents']:>7,}"
            f" {each['rostered']:>9,} {upper:>6}{more} {each['booked']:>5,}"
            f"  {RULES[each['binding']]}"
        )


def plan_finding(found: Mapping[str, Any], goal: Goal) -> str:
    """Return the plan's most important facts in a few sentences."""
    peak = max(found["intervals"], key=lambda each: each["agents"])
    said = (
        f"At most {counted(peak['agents'], 'agent')} are needed on seat, from {peak['from']} on,"
        f" so that {goal.target:.0%} of all contacts are served within {goal.within_seconds:g} s."
        f" That is {found['rostered_hours']:,.1f} rostered hours in all."
    )
    if found["booked_hours"]:
        said += f" {found['booked_hours']:,.1f} hours are to be booked elsewhere."
    return said


def plan_page(found: Mapping[str, Any], goal: Goal) -> str:
    """Return the plan as a page."""
    intervals = found["intervals"]
    places = [each["from"] for each in intervals]
    own = [each["agents"] - each["booked"] for each in intervals]
    bars = [Bars("on seat of your own", own)]
    if found["booked_hours"]:
        bars.append(Bars("booked elsewhere", [each["booked"] for each in intervals], "warm"))
    lines = []
    if any(each["upper_agents"] is not None for each in intervals):
        most = [each["upper_agents"] for each in intervals]
        lines.append(Line("needed at the upper end of the forecast", most, "dashed"))
    said = plan_finding(found, goal)
    rows = [
        (
            each["from"],
            f"{each['contacts']:,.1f}",
            f"{each['agents']:,}",
            f"{each['rostered']:,}",
            "–" if each["upper_agents"] is None else f"{each['upper_agents']:,}",
            f"{each['booked']:,}",
            f"{each['service_level']:.1%}",
            f"{each['occupancy']:.1%}",
            RULES[each["binding"]],
        )
        for each in intervals
    ]
    names = ("From", "Contacts", "On seat", "Rostered", "At the upper end", "To book",
             "Service level", "Occupancy", "Decided by")  # fmt: skip
    return framed(
        title="Agents by interval",
        finding=said,
        about=f"Computed by the model {found['model']}; the service level counts {SERVICE_LEVEL}.",
        parts=[
            heading("Agents on seat"),
            chart(f"Agents on seat by interval. {said} The table follows.", places, bars, lines),
            table_of("The plan in numbers", names, rows),
        ],
    )
