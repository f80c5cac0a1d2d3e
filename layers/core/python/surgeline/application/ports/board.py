"""The port of the pool board keeps seats, pools' reports of them, and which pools are disabled."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from surgeline.domain.estimates.pace import Pace


@dataclass(frozen=True, slots=True)
class Spend:
    """The cost of a conversation, and the cap on the costs of all pools on a day of the company.

    Sums are in millionths of the company's currency, so that they stay exact.
    """

    day: str
    cost: int
    cap: int


@dataclass(frozen=True, slots=True)
class SeatClaim:
    """A claim of a seat for an offer, with its pool, the day it counts for, and its limits.

    `limit` bounds the seats that are taken at once, `daily_limit` the seats of the day, and `spend`
    what the seats of all pools cost. None means no bound.
    """

    offer_id: str
    pool_id: str
    day: str
    at: int
    limit: int | None = None
    daily_limit: int | None = None
    spend: Spend | None = None


@dataclass(frozen=True, slots=True)
class PoolLoad:
    """The state of one pool. `disabled` says why the pool is asked nothing, or is None.

    `reported_seats` is the pool's last report of its own seats, good until `reported_until`.
    `wanted_seats` is how many seats the pool was asked for beyond those that are always there.
    Its people have `handled` conversations so far, which took `handled_seconds`. `pace` is what the
    waits for the pool show. `over_budget`: the company's budget of the day pays for no conversation
    of the pool any more. The board knows no budget, so whoever reads it says so.
    """

    taken: int = 0
    used_today: int = 0
    disabled: str | None = None
    reported_seats: int | None = None
    reported_until: int = 0
    wanted_seats: int = 0
    handled: int = 0
    handled_seconds: int = 0
    pace: Pace = field(default_factory=Pace)
    over_budget: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """The seats that a pool was asked for, 0 for none any more.

    `seq` counts the changes told to it.
    """

    seats: int
    seq: int


class PoolBoard(Protocol):
    """Pools at this moment: their seats, their reports, and whether they are disabled.

    Seats are claimed by conditional writes. Simultaneous claims never exceed the limits.
    """

    def claim(self, claim: SeatClaim) -> bool:
        """Take a seat for an offer, if the limits allow it. Return whether the offer has one now.

        A repeat takes no second seat. An offer whose seat was released gets none any more.
        """

    def release(
        self, offer_id: str, pool_id: str, *, used: bool, at: int, handled_seconds: int = 0
    ) -> bool:
        """Give an offer's seat back, once. Return whether that freed a seat.

        The pool's people had the conversation for `handled_seconds`, or 0 for none. Only a seat
        that was `used` stays counted for its day. Releasing a seat that was never claimed makes a
        later claim fail.
        """

    def loads(self, days: Mapping[str, str]) -> Mapping[str, PoolLoad]:
        """Return how each of these pools stands, on the day that is given for the pool.

        A pool that nothing is known of has no seats taken and no report.
        """

    def spent(self, day: str) -> int:
        """Return what the seats of all pools and AWS cost that day, in millionths of the currency.

        Only claims with a `spend` are counted. A seat that was released unused costs nothing.
        """

    def charge(self, day: str, cost: int, *, at: int) -> None:
        """Let AWS cost so much of that day in all, in millionths of the currency.

        Claims count it beside the seats. A repeat, or a smaller cost than before, changes nothing.
        """

    def disable(self, pool_id: str, reason: str) -> None:
        """Ask the pool nothing any more, until it is enabled."""

    def enable(self, pool_id: str) -> None:
        """Ask the pool again."""

    def report(self, pool_id: str, *, seats: int, until: int) -> None:
        """Keep the pool's report of its seats. The last report counts."""

    def keep_pace(self, pool_id: str, pace: Pace) -> bool:
        """Keep the pool's pace if the one before is `changes` - 1. Return whether it is kept."""

    def want(
        self, pool_id: str, *, seats: int, by: str, exactly: bool = False, anew: bool = False
    ) -> Wanted | None:
        """Note that the pool is asked for more seats than before, or (0) for none any more.

        With `exactly` it may also be asked for fewer. Return None if that is no change, unless the
        number is told `anew`. The caller that made the last change (`by`) gets the same answer
        again.
        """
