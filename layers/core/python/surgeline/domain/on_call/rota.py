"""The person on turn at a moment follows from a rota here, on the clock of one place.

Hand-overs stay at their time on the wall, also over a change of the clock.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from surgeline.domain.hours import WEEKDAYS, is_open, span, spans_on, zone_of
from surgeline.domain.on_call.settings import Layer, OnCallPerson, Rota

MOVES_MS: Final = 7 * 86_400_000
"""A swap follows its shift so far. A shift that moved further is another one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Swap:
    """From `since` to `until` the person `takes_over` is on call in the place of `instead_of`.

    A swap that was undone by `undone_by` holds no more. One that was undone while it ran has no
    `undone_at`, because it ends at that moment instead. `written_at` orders swaps of one time.
    `begins_with` and `ends_with` name the edges of shifts at which it begins and ends, if it does:
    see `bound`.
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
    begins_with: str = ""
    ends_with: str = ""
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
    held = in_order(each for each in swaps_of(rota, swaps) if each.holds(at))
    first = [holder(each, held, at) for each in turns]
    is_there: dict[str, bool] = {}
    for each in held:
        is_there |= {each.instead_of: False, each.takes_over: True}
    people = (each for layer in rota.layers for each in layer.people)
    rest = [each for each in people if is_there.get(each, True)]
    return tuple(dict.fromkeys([*first, *rest])) if first else ()


def bound(rota: Rota, swap: Swap) -> Swap:
    """Return a swap that follows the shifts at whose begin or end it begins and ends."""
    return replace(
        swap,
        begins_with=_edge_at(rota, swap.instead_of, swap.since),
        ends_with=_edge_at(rota, swap.instead_of, swap.until),
    )


def swaps_of(rota: Rota, swaps: Iterable[Swap]) -> list[Swap]:
    """Return the swaps of a rota, with their times as its shifts stand now."""
    return [_moved(rota, each) for each in swaps if each.rota == rota.id]


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


def _moved(rota: Rota, swap: Swap) -> Swap:
    layers = _layers_of(rota, swap.instead_of)
    since = _edge_now(rota, layers, swap.begins_with, swap.since)
    until = _edge_now(rota, layers, swap.ends_with, swap.until)
    return replace(swap, since=since, until=until) if since < until else swap


def _edge_at(rota: Rota, person: str, at: int) -> str:
    """Return the name of the hand-over, or of the edge of a layer's hours, at a moment.

    Where no shift of the person begins or ends then, it has no name.
    """
    for number, layer in _layers_of(rota, person).items():
        turn = _turn_number(rota, layer, at)
        if turn >= 0 and _handover(rota, layer, turn) == at:
            return f"turn/{number}/{turn}/{_people(layer)}"
        if layer.only is not None:
            today = datetime.fromtimestamp(at / 1000, UTC).astimezone(zone_of(layer.only.zone))
            for day in (today.date(), today.date() - timedelta(days=1)):
                for place, edges in enumerate(spans_on(layer.only, day)):
                    if at in edges:
                        of_span = f"{day}/{place}/{edges.index(at)}"
                        return f"hours/{number}/{of_span}/{_people(layer)}"
    return ""


def _layers_of(rota: Rota, person: str) -> dict[int, Layer]:
    """Return the person's layers by their places, or all where the person has none."""
    layers = dict(enumerate(rota.layers))
    return {each: layers[each] for each in layers if person in layers[each].people} or layers


def _edge_now(rota: Rota, layers: Mapping[int, Layer], name: str, at: int) -> int:
    """Return where the named edge is now. One that is no more, or is far off, stays `at`.

    Layers may have changed places since, so the edge's layer is the one that has its people in that
    order. Where several have, and one of them still has the edge `at` its time, nothing moved.
    """
    kind, number, *rest = name.split("/") if name else ("", "")
    same = [each for each in layers.values() if _people(each) == rest[-1]] if rest else []
    told = layers.get(int(number)) if kind else None
    layer = same[0] if len(same) == 1 else told
    if layer is None or any(_edge_in(rota, each, kind, rest) == at for each in same):
        return at
    now = _edge_in(rota, layer, kind, rest)
    return now if now is not None and abs(now - at) <= MOVES_MS else at


def _edge_in(rota: Rota, layer: Layer, kind: str, rest: Sequence[str]) -> int | None:
    """Return where an edge of that name is in a layer, or None where it is no more."""
    if kind == "turn":
        return _handover(rota, layer, int(rest[0]))
    if layer.only is None:
        return None
    spans = list(spans_on(layer.only, date.fromisoformat(rest[0])))
    return spans[int(rest[1])][int(rest[2])] if int(rest[1]) < len(spans) else None


def _people(layer: Layer) -> str:
    return ",".join(layer.people)


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
