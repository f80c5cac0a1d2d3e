"""A led surge is played here with the production code: as it is, disturbed, and as fixed shifts."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from benchmarks.peak.line import Caller, Desk, callers_of, desk_of
from benchmarks.peak.plans import Rules, Search, Shift, around_the_clock
from local.rehearsal.customers import Customer
from local.rehearsal.day import Day, day_of
from local.rehearsal.rehearsal import rehearsed
from local.rehearsal.report import Report

HALF_HOURS: Final = 2
"""The half-hours of an hour."""
_DOWN: Final = ("00:00", "24:00")
_DOWN_IN_THE_PEAK: Final = ("10:00", "12:00")
_TRIES: Final = 6


@dataclass(frozen=True, slots=True)
class Played:
    """A day that was played: the share joined in time, the cost, and what was kept."""

    name: str
    service_level: float
    late: int
    spend_usd: float
    brought_usd: float
    turns_an_hour: int
    losses: int
    plan: str = ""
    plans_played: int = 0

    def as_json(self) -> dict[str, Any]:
        """Return the row for programs."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Led:
    """The day as the controller leads it, with those who asked for a person."""

    row: Played
    asked: int
    callers: Sequence[Caller]
    desk: Desk


def led(document: Mapping[str, Any], seed: int) -> Led:
    """Play the day as the controller leads it."""
    day = day_of(document, "the day")
    found = rehearsed(day, seed)
    model = day.pools[0]
    callers = callers_of(day, model, seed, found.customers)
    row = _row("led by the controller", day, found.report, found.customers)
    return Led(row, found.report.asked_for_person, callers, desk_of(day, model))


def disturbances(document: Mapping[str, Any], vendor: str) -> dict[str, dict[str, Any]]:
    """Return the day with each disturbance, by its name."""
    surge = dict(document["surge"])
    growth = next(pool["growth"] for pool in document["pools"] if pool["id"] == vendor)
    half = {"growth": growth | {"delivers": 0.5}}
    return {
        "the forecast 30 % low": {**document, "surge": surge | {"forecast_share": 0.7}},
        f"{vendor} brings half": _with_pool(document, vendor, half),
        f"{vendor} down all day": _with_pool(document, vendor, _down(*_DOWN)),
        f"{vendor} down in the peak": _with_pool(document, vendor, _down(*_DOWN_IN_THE_PEAK)),
    }


def disturbed(name: str, document: Mapping[str, Any], seed: int) -> Played:
    """Play the day with a disturbance."""
    day = day_of(document, name)
    found = rehearsed(day, seed)
    return _row(name, day, found.report, found.customers)


def fixed(document: Mapping[str, Any], seed: int, found: Led, rules: Rules, name: str) -> Played:
    """Return the cheapest plan of fixed shifts that serves as well, played by the production code.

    The model finds the plan. Where the production code has more late customers with it, the search
    goes on with fewer.
    """
    for spare in range(_TRIES):
        most = found.row.late - spare
        search = Search(found.callers, found.desk, rules, most)
        plan = search.cheapest()
        row = _on_shifts(document, seed, [_span(each) for each in plan], name)
        if row.late <= found.row.late:
            break
    told = ", ".join(_words(plan))
    return Played(**{**row.as_json(), "plan": told, "plans_played": search.played})


def steady(document: Mapping[str, Any], seed: int, found: Led) -> Played:
    """Return the fewest agents around the clock who serve as well, played by the real code."""
    agents = around_the_clock(found.callers, found.desk, found.row.late)
    while True:
        spans = [{"from": "00:00", "to": "24:00", "agents": agents}]
        row = _on_shifts(document, seed, spans, "the same people around the clock")
        if row.late <= found.row.late:
            return Played(**{**row.as_json(), "plan": f"{agents} agents"})
        agents += 1


def _on_shifts(
    document: Mapping[str, Any], seed: int, spans: Sequence[Mapping[str, Any]], name: str
) -> Played:
    model = {**document["pools"][0], "shifts": list(spans)}
    routing = {"steps": [{"pools": [model["id"]]}]}
    rest = {key: part for key, part in document.items() if key != "surge"}
    day = day_of({**rest, "pools": [model], "routing": routing}, name)
    found = rehearsed(day, seed)
    return _row(name, day, found.report, found.customers)


def _row(name: str, day: Day, report: Report, customers: Sequence[Customer]) -> Played:
    growing = {pool.id for pool in day.pools if pool.growth is not None}
    within = day.promise.within_seconds * 1000
    late = sum(
        each.joined_at is None or each.joined_at - each.asked_at > within
        for each in customers
        if each.asked_at is not None
    )
    lost = report.lost + report.duplicated + report.untold + report.forgotten + report.refused
    return Played(
        name=name,
        service_level=round(report.service_level, 4),
        late=late,
        spend_usd=report.spend_usd,
        brought_usd=round(sum(report.pools[each]["spend_usd"] for each in growing), 2),
        turns_an_hour=report.turns_an_hour,
        losses=lost,
    )


def _with_pool(
    document: Mapping[str, Any], pool_id: str, changed: Mapping[str, Any]
) -> dict[str, Any]:
    pools = [pool | changed if pool["id"] == pool_id else pool for pool in document["pools"]]
    return {**document, "pools": pools}


def _down(begin: str, end: str) -> dict[str, Any]:
    return {"faults": [{"from": begin, "to": end, "kind": "down"}]}


def _span(shift: Shift) -> dict[str, Any]:
    return {"from": _clock(shift.begins), "to": _clock(shift.ends), "agents": 1}


def _words(plan: Sequence[Shift]) -> list[str]:
    return [
        f"{plan.count(each)} x {_clock(each.begins)}-{_clock(each.ends)}"
        for each in dict.fromkeys(plan)
    ]


def _clock(half_hour: int) -> str:
    return f"{half_hour // HALF_HOURS:02}:{half_hour % HALF_HOURS * 30:02}"
