"""The profile of a history is fitted here: its level, its weekdays, and the shape of its day.

Each is a mean over the days that were counted. What few days say of a weekday is drawn towards all
days, and what few contacts say of an interval towards its neighbours.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from surgeline.domain.forecast.history import Observed, between

WINDOW_DAYS: Final = 42
"""Older days say little about the next one."""
_ROUNDS: Final = 6
_OF_ALL_DAYS: Final = 0.5
"""A weekday's factor counts this many days of the common level."""
_OWN_SHAPE_DAYS: Final = 4
"""A weekday has a shape of its own from so many days on."""
_SHAPE_DAYS, _SHAPE_CONTACTS = 2.0, 100.0
"""The common shape counts so many days, and so many contacts for each interval."""
_NEIGHBOURS: Final = 100.0
"""The mean of an interval's neighbours counts so many contacts."""
_KERNEL: Final = ((-2, 1), (-1, 2), (0, 3), (1, 2), (2, 1))

Shape = Mapping[int, float]
"""The share of a day's contacts in each slot."""


@dataclass(frozen=True, slots=True)
class Profile:
    """A fitted history. `shapes` has the slots of each weekday that was ever open."""

    level: float
    weekdays: Mapping[int, float]
    shapes: Mapping[int, Shape]

    def expected(self, which: date, slots: Sequence[int]) -> list[float]:
        """Return the contacts of each slot of a date. A weekday that was never open has none."""
        shape = self.shapes.get(which.weekday(), {})
        size = self.level * self.weekdays.get(which.weekday(), 1.0)
        return [size * shape.get(slot, 0.0) for slot in slots]


def fit(days: Sequence[Observed], before: date) -> Profile:
    """Fit the days of the last weeks before a date. Special days are left out by the caller."""
    recent = between(days, before - timedelta(days=WINDOW_DAYS), before)
    if not recent:
        return Profile(0.0, {}, {})
    shape = _pooled(recent)
    sizes = [_size(day, shape) for day in recent]
    level, factors = _margins(recent, sizes)
    shapes = {
        weekday: _own_shape(
            [each for each in recent if each.date.weekday() == weekday], recent, shape
        )
        for weekday in factors
    }
    return Profile(level, factors, shapes)


def _pooled(days: Sequence[Observed]) -> dict[int, float]:
    """Return the shape of all days together, from the intervals that were counted."""
    sums: dict[int, float] = {}
    for day in days:
        for cell in day.cells:
            sums[cell.slot] = sums.get(cell.slot, 0.0) + cell.contacts
    shape = _whole(sums)
    for _ in range(_ROUNDS):
        weights = dict.fromkeys(sums, 0.0)
        for day in days:
            size = _size(day, shape)
            for cell in day.cells:
                weights[cell.slot] += size
        shape = _whole({slot: _ratio(sums[slot], weights[slot]) for slot in sums})
    return shape


def _size(day: Observed, shape: Shape) -> float:
    """Return the contacts of a whole day, judged by the intervals that were counted."""
    return _ratio(day.total, sum(shape[cell.slot] for cell in day.cells))


def _margins(days: Sequence[Observed], sizes: Sequence[float]) -> tuple[float, dict[int, float]]:
    """Return the level, and each weekday's factor."""
    level = sum(sizes) / len(sizes)
    factors: dict[int, float] = {}
    for _ in range(_ROUNDS):
        for weekday in sorted({day.date.weekday() for day in days}):
            ratios = [
                _ratio(size, level)
                for day, size in zip(days, sizes, strict=True)
                if day.date.weekday() == weekday
            ]
            factors[weekday] = (sum(ratios) + _OF_ALL_DAYS) / (len(ratios) + _OF_ALL_DAYS)
        levels = [size / factors[day.date.weekday()] for day, size in zip(days, sizes, strict=True)]
        level = sum(levels) / len(levels)
    return level, factors


def _own_shape(own: Sequence[Observed], days: Sequence[Observed], shape: Shape) -> Shape:
    """Return a weekday's shape, over the intervals in which it was ever counted."""
    slots = sorted({cell.slot for day in own for cell in day.cells})
    common = _whole({slot: shape[slot] for slot in slots})
    counted = _sums(own, slots)
    if len(own) >= _OWN_SHAPE_DAYS:
        total = sum(counted.values())
        drawn = _SHAPE_DAYS * total / len(own) + _SHAPE_CONTACTS * len(slots)
        common = _whole({slot: counted[slot] + drawn * common[slot] for slot in slots})
    return _smoothed(common, _sums(days, slots))


def _smoothed(shape: Shape, counted: Mapping[int, float]) -> Shape:
    """Draw each interval towards its neighbours, the more the fewer contacts it had.

    The edge of a peak stays: an interval is drawn only as far as chance explains the difference.
    """
    slots, total = sorted(shape), sum(counted.values())
    found = {}
    for place, slot in enumerate(slots):
        near = [
            (shape[slots[place + step]], weight)
            for step, weight in _KERNEL
            if 0 <= place + step < len(slots)
        ]
        mean = sum(share * weight for share, weight in near) / sum(weight for _, weight in near)
        known, apart = counted[slot], (shape[slot] - mean) * total
        drawn = _NEIGHBOURS * min(1.0, _ratio(max(known, 1.0), apart * apart) if apart else 1.0)
        found[slot] = (known * shape[slot] + drawn * mean) / (known + drawn)
    return _whole(found)


def _sums(days: Sequence[Observed], slots: Sequence[int]) -> dict[int, float]:
    sums = dict.fromkeys(slots, 0.0)
    for day in days:
        for cell in day.cells:
            if cell.slot in sums:
                sums[cell.slot] += cell.contacts
    return sums


def _whole(parts: Mapping[int, float]) -> dict[int, float]:
    """Return shares that add up to 1. Where all are 0 they are equal."""
    total = sum(parts.values())
    return {slot: part / total if total else 1 / len(parts) for slot, part in parts.items()}


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else 0.0
