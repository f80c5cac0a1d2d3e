"""Time on call is parted by days here, with its nights and weekends on the rota's clock.

A day that was served is written down once and stays, whatever becomes of the rota.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from surgeline.domain.hours import zone_of
from surgeline.domain.on_call.duties import Duty, duties
from surgeline.domain.on_call.rota import Swap
from surgeline.domain.on_call.settings import Rota

MORNING: Final = time(6)
EVENING: Final = time(22)
"""A night is from the evening to the morning."""
SATURDAY: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A person was on call in a layer of a rota, within one day. Lengths are in milliseconds."""

    rota: str
    layer: int
    person: str
    since: int
    until: int
    night_ms: int = 0
    weekend_ms: int = 0
    instead_of: str = ""
    schema: int = 1


@dataclass(frozen=True, slots=True)
class Written:
    """The moment up to which each layer of each rota is written down, by `rota/layer`."""

    until: Mapping[str, int] = field(default_factory=dict)
    schema: int = 1


def served_days(rota: Rota, since: int, until: int, swaps: Iterable[Swap] = ()) -> Iterator[Served]:
    """Yield what ended within a span, by the days of the rota's clock.

    A part that began before the span begins with it.
    """
    zone = zone_of(rota.zone)
    for duty, begins, ends in _parts(rota, since, until, swaps):
        if ends <= until:
            yield Served(
                rota=duty.rota,
                layer=duty.layer,
                person=duty.person,
                since=begins,
                until=ends,
                night_ms=night_of(begins, ends, zone),
                weekend_ms=ends - begins if _day(begins, zone).weekday() >= SATURDAY else 0,
                instead_of=duty.instead_of,
            )


def running_since(
    rota: Rota, layer: int, since: int, until: int, swaps: Iterable[Swap] = ()
) -> int:
    """Return when the part began that runs on after a span, or the span's end without one."""
    parts = _parts(rota, since, until, swaps)
    running = (begins for duty, begins, ends in parts if duty.layer == layer and ends > until)
    return min(running, default=max(since, until))


def night_of(since: int, until: int, zone: ZoneInfo) -> int:
    """Return the part of a span that is at night, in milliseconds."""
    day, total = _day(since, zone), 0
    while day <= _day(until, zone):
        midnight = _moment(day, time(), zone)
        following = _moment(day + timedelta(days=1), time(), zone)
        early = (midnight, _moment(day, MORNING, zone))
        late = (_moment(day, EVENING, zone), following)
        total += sum(max(0, min(until, e) - max(since, b)) for b, e in (early, late))
        day += timedelta(days=1)
    return total


def is_night(at: int, zone: ZoneInfo) -> bool:
    """Return whether a moment is at night."""
    clock = datetime.fromtimestamp(at / 1000, UTC).astimezone(zone).time()
    return clock < MORNING or clock >= EVENING


def _parts(
    rota: Rota, since: int, until: int, swaps: Iterable[Swap]
) -> Iterator[tuple[Duty, int, int]]:
    """Yield each duty of a span by days, from the span's begin on."""
    for duty in duties(rota, since, until, swaps):
        for begins, ends in _days(duty, zone_of(rota.zone)):
            if begins < until and since < ends:
                yield duty, max(begins, since), ends


def _days(duty: Duty, zone: ZoneInfo) -> Iterator[tuple[int, int]]:
    """Yield the parts of a duty, one for each day of the zone."""
    begins = duty.since
    while begins < duty.until:
        following = _moment(_day(begins, zone) + timedelta(days=1), time(), zone)
        ends = min(duty.until, following)
        yield begins, ends
        begins = ends


def _day(at: int, zone: ZoneInfo) -> date:
    return datetime.fromtimestamp(at / 1000, UTC).astimezone(zone).date()


def _moment(day: date, clock: time, zone: ZoneInfo) -> int:
    return round(datetime.combine(day, clock, tzinfo=zone).timestamp()) * 1000
