"""A request to a pool has a window: people are wanted from its beginning until its end.

A window that nobody renews is over, so that people go home though their controller fell silent.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from surgeline.domain.surge.facts import Source

SHORTEST_SECONDS: Final = 3_600
"""A window lasts so long from its beginning on, and longer where a pool's people stay longer."""
RENEW_SECONDS: Final = 900
"""A window is renewed when so little of it is left."""


@dataclass(frozen=True, slots=True)
class Window:
    """From `begins` the people are expected, and from `ends` on they are not wanted any more."""

    begins: int
    ends: int


def windows_of(
    sources: Iterable[Source],
    told: Mapping[str, int],
    changed: Iterable[str],
    before: Mapping[str, Window],
    *,
    now: int,
) -> dict[str, Window]:
    """Return the windows of all requests that stand, new ones for those that are told now.

    A request is renewed before its window ends. A changed number leaves no gap in a window that
    stands, because people who are there are wanted from now on.
    """
    anew = set(changed)
    found = {}
    for source in sources:
        if not told.get(source.id):
            continue
        stands = before.get(source.id)
        if stands is not None and source.id not in anew and not is_ending(stands, now):
            found[source.id] = stands
            continue
        is_renewed = stands is not None and source.id not in anew
        begins = now if is_renewed else _begins(source, stands, now)
        lasts = round(max(SHORTEST_SECONDS, source.minimum_seconds) * 1000)
        found[source.id] = Window(begins, begins + lasts)
    return found


def _begins(source: Source, stands: Window | None, now: int) -> int:
    """Return when people of a changed request are wanted: at once where some may be there."""
    earliest = now + round(source.start_up_seconds * 1000)
    if stands is None or stands.ends <= now:
        return earliest
    return max(now, min(stands.begins, earliest))


def is_ending(window: Window, now: int) -> bool:
    """Return whether it is time to renew a window."""
    return now >= window.ends - RENEW_SECONDS * 1000
