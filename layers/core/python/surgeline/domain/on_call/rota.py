"""The person on turn at a moment follows from a rota here, on the clock of one place.

Hand-overs stay at their time on the wall, also over a change of the clock.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from surgeline.domain.hours import WEEKDAYS, is_open, span, zone_of
from surgeline.domain.on_call.settings import Layer, OnCallPerson, Rota


@dataclass(frozen=True, slots=True, kw_only=True)
class Swap:
    """From `since` to `until` the person `takes_over` is on call in the place of `instead_of`.

    A swap that was undone by `undone_by` holds no more. One that was undone while it ran has no
    `undone_at`, because it ends at that moment instead. `written_at` orders swaps of one time.
    """

    rota: str
    since: int
    until: int
    instead_of: str
    takes_over: str
    by: str = ""
    reason: str = ""
    undone_at: int | None = None
    undone_by: str = ""
    written_at: int = 0
    schema: int = 1

    def holds(self, at: int) -> bool:
        """Return whether a moment is in its time."""
        return self.since <= at < self.until


@dataclass(frozen=True, slots=True)
class Turn:
    """A person's turn, from one hand-over to the next."""

    person: str
    since: int
    until: int


def on_call(rota: Rota, at: int, swaps: Iterable[Swap] = ()) -> tuple[str, ...]:
    """Return who is on call at a moment: who is on turn in each layer, the first layer first.

    Behind them stand the others of the rota, in its order, so that a call goes on to somebody.
    Who gave a time away, and took none over since, is not among them.
    """
    turns = [turn.person for layer in rota.layers if (turn := turn_at(rota, layer, at))]
    held = in_order(each for each in swaps if each.rota == rota.id and each.holds(at))
    first = [holder(each, held, at) for each in turns]
    is_there: dict[str, bool] = {}
    for each in held:
        is_there |= {each.instead_of: False, each.takes_over: True}
    people = (each for layer in rota.layers for each in layer.people)
    rest = [each for each in people if is_there.get(each, True)]
    return tuple(dict.fromkeys([*first, *rest])) if first else ()


def in_order(swaps: Iterable[Swap]) -> list[Swap]:
    """Return swaps in the order in which they were written."""
    return sorted(swaps, key=lambda each: (each.written_at, each.since))


def holder(person: str, swaps: Iterable[Swap], at: int) -> str:
    """Return who has the person's time at a moment, by swaps in their order.

    A swap passes a time on from the one who has it then, so that a time that was taken can be
    given on.
    """
    for each in swaps:
        if each.instead_of == person and each.holds(at):
            person = each.takes_over
    return person


def turn_at(rota: Rota, layer: Layer, at: int) -> Turn | None:
    """Return the layer's turn at a moment, or None before the first or outside its times."""
    if layer.only is not None and not is_open(layer.only, at):
        return None
    number = _turn_number(rota, layer, at)
    return _turn(rota, layer, number) if number >= 0 else None


def turns_between(rota: Rota, layer: Layer, since: int, until: int) -> Iterator[Turn]:
    """Yield the turns of a layer that meet a span, in order, whatever its times are."""
    number = max(0, _turn_number(rota, layer, since))
    while (turn := _turn(rota, layer, number)).since < until:
        if turn.until > since:
            yield turn
        number += 1


def is_quiet(person: OnCallPerson, at: int) -> bool:
    """Return whether only an emergency may call the person at a moment."""
    if person.quiet is None:
        return False
    local = datetime.fromtimestamp(at / 1000, UTC).astimezone(zone_of(person.zone))
    minute = local.hour * 60 + local.minute
    start, end = span(person.quiet)
    return start <= minute < end if start < end else minute >= start or minute < end


def handover_of(text: str) -> tuple[int, time]:
    """Return the weekday and the time of "mon 09:00". Raises ValueError."""
    day, _, clock = text.partition(" ")
    if day not in WEEKDAYS or len(clock) != len("09:00"):
        raise ValueError(f"{text!r} is no weekday with a time, such as 'mon 09:00'")
    return WEEKDAYS.index(day), time.fromisoformat(clock)


def _turn(rota: Rota, layer: Layer, number: int) -> Turn:
    person = layer.people[number % len(layer.people)]
    since = _handover(rota, layer, number)
    return Turn(person, since, _handover(rota, layer, number + 1))


def _turn_number(rota: Rota, layer: Layer, at: int) -> int:
    """Return the number of the turn at a moment, which is below 0 before the first one."""
    local = datetime.fromtimestamp(at / 1000, UTC).astimezone(zone_of(rota.zone))
    first = _first(layer)
    number = (local.replace(tzinfo=None) - first) // timedelta(weeks=layer.weeks) + 1
    while number >= 0 and _handover(rota, layer, number) > at:  # at most twice: clocks change
        number -= 1
    return number


def _handover(rota: Rota, layer: Layer, number: int) -> int:
    """Return the moment of a hand-over. A repeated time means its first occurrence."""
    wall = _first(layer) + timedelta(weeks=layer.weeks * number)
    return _moment(wall, zone_of(rota.zone))


def _first(layer: Layer) -> datetime:
    """Return the first hand-over on the wall clock."""
    weekday, clock = handover_of(layer.hands_over)
    begins = date.fromisoformat(layer.begins)
    return datetime.combine(begins + timedelta(days=(weekday - begins.weekday()) % 7), clock)


def _moment(wall: datetime, zone: ZoneInfo) -> int:
    return round(wall.replace(tzinfo=zone).timestamp()) * 1000
