"""Every pool is looked at here for one conversation, at a cost that the waitlist does not raise."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from surgeline.application.configuration import Configuration
from surgeline.application.pools.seats import closed_now, loads_now, pools_now, room_now
from surgeline.application.ports.board import PoolBoard
from surgeline.application.ports.waitlist import Place, Waitlist
from surgeline.domain.estimates.estimate import MOST_AHEAD
from surgeline.domain.pools import Pool, Score
from surgeline.domain.routing import Policy


@dataclass(frozen=True, slots=True)
class Look:
    """The pools as the conversation finds them, and how many conversations wait for any seat."""

    pools: tuple[Pool, ...]
    backlog: int


def look(
    configuration: Configuration,
    board: PoolBoard,
    waitlist: Waitlist,
    *,
    now: int,
    place: Place | None,
    scores: Callable[[], Mapping[str, Score]] = dict,
    counts: bool = False,
    coming: Mapping[str, Sequence[int]] | None = None,
    backlog: Callable[[], int] | None = None,
) -> Look:
    """Read the pools' seats, and the places before this one for each pool that has room.

    For a full pool nobody is counted, because the order makes no difference there. For a pool with
    room the count stops at its room, and for a closed one at the room of all that are closed. With
    `counts` all those before are counted, for the place in line that the customer is told. The
    backlog is the whole waitlist's or that of `backlog`. It is read only if a step of the routing
    asks for it, and is 0 otherwise. So are the pools' scores, which are empty otherwise. `coming`
    says when more people arrive at a pool.
    """
    if not configuration.pools:
        return Look((), 0)
    loads = loads_now(board, configuration, configuration.pools, now)
    rooms = {pool.id: room_now(pool, loads[pool.id], now) for pool in configuration.pools}
    closed = {each.id for each in configuration.pools if closed_now(each, loads[each.id], now)}
    opening = sum(rooms[each] or 0 for each in closed)
    ahead = {
        each: waitlist.ahead(
            each, place, up_to=MOST_AHEAD if counts else opening if each in closed else room
        )
        for each, room in rooms.items()
        if room or (counts and room == 0)
    }
    waiting = (backlog or waitlist.backlog)() if _asks_for_backlog(configuration.routing) else 0
    known = scores() if configuration.routing.asks_for_scores else {}
    pools = pools_now(
        configuration, loads, ahead, now=now, scores=known, counted=counts, coming=coming
    )
    return Look(pools, waiting)


def nobody_comes(configuration: Configuration) -> Mapping[str, Sequence[int]]:
    """Return that nobody more arrives at any pool."""
    del configuration
    return {}


def _asks_for_backlog(policy: Policy) -> bool:
    triggers = [each for step in policy.steps for each in (step.only_if, step.skip_if) if each]
    return any(trigger.backlog_over is not None for trigger in triggers)
