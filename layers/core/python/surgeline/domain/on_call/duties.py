"""The times at which people are on duty follow from a rota here, with its swaps and its hours."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from surgeline.domain.hours import Hours, spans_on, zone_of
from surgeline.domain.on_call.rota import Swap, holder, in_order, swaps_of, turns_between
from surgeline.domain.on_call.settings import Rota

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Duty:
    """A person is on turn in a layer of a rota, from a moment to another.

    `layer` is the number of the layer, the first one being 1. `instead_of` is who had the turn.
    """

    rota: str
    layer: int
    person: str
    since: int
    until: int
    instead_of: str = ""


def duties(rota: Rota, since: int, until: int, swaps: Iterable[Swap] = ()) -> Iterator[Duty]:
    """Yield who is on turn in each layer of a rota within a span, as swaps have it."""
    mine = swaps_of(rota, swaps)
    for number, layer in enumerate(rota.layers, start=1):
        for turn in turns_between(rota, layer, since, until):
            spans = [(turn.since, turn.until)]
            if layer.only is not None:
                spans = list(_within(layer.only, turn.since, turn.until))
            whole = (Duty(rota.id, number, turn.person, *span) for span in spans)
            for duty in whole:
                yield from (each for each in _swapped(duty, mine) if _meets(each, since, until))


def _within(hours: Hours, since: int, until: int) -> Iterator[Span]:
    """Yield the open times of a span."""
    zone = zone_of(hours.zone)
    day = datetime.fromtimestamp(since / 1000, UTC).astimezone(zone).date() - timedelta(days=1)
    last = datetime.fromtimestamp(until / 1000, UTC).astimezone(zone).date()
    while day <= last:
        for start, end in spans_on(hours, day):
            if max(start, since) < min(end, until):
                yield max(start, since), min(end, until)
        day += timedelta(days=1)


def _swapped(duty: Duty, swaps: Sequence[Swap]) -> Iterator[Duty]:
    """Yield the parts of a duty, each with the person who has it."""
    given = in_order(each for each in swaps if _meets(duty, *_of(each)))
    edges = {duty.since, duty.until, *(edge for each in given for edge in _of(each))}
    inner = sorted(each for each in edges if duty.since <= each <= duty.until)
    parts: list[Duty] = []
    for since, until in pairwise(inner):
        part = replace(duty, since=since, until=until)
        if (person := holder(duty.person, given, since)) != duty.person:
            part = replace(part, person=person, instead_of=duty.person)
        if parts and (parts[-1].person, parts[-1].until) == (part.person, since):
            parts[-1] = replace(parts[-1], until=until)
        else:
            parts.append(part)
    yield from parts


def _of(swap: Swap) -> Span:
    return swap.since, swap.until


def _meets(duty: Duty, since: int, until: int) -> bool:
    return duty.since < until and since < duty.until
