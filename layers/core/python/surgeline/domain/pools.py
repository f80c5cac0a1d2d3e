"""Pools are described here as routing sees them: plain data about one moment."""

from dataclasses import dataclass, field
from typing import Literal

from surgeline.domain.estimates.pace import Pace
from surgeline.domain.shares import bounds

PoolKind = Literal["in_house", "outsourced", "on_demand"]


@dataclass(frozen=True, slots=True)
class Score:
    """How many conversations ended with a pool lately, and how many the customer confirmed."""

    ended: int = 0
    confirmed: int = 0

    @property
    def range(self) -> tuple[float, float]:
        """Return between which shares the confirmed ones lie, as sure as so many cases allow."""
        return bounds(self.confirmed, self.ended)

    def is_surely_above(self, other: "Score") -> bool:
        """Return whether the cases of both allow no doubt that this one confirms more."""
        return self.range[0] > other.range[1]

    def __str__(self) -> str:
        low, high = self.range
        share = self.confirmed / self.ended if self.ended else 0.0
        return f"{share:.0%} of {self.ended} ends confirmed, {low:.0%} to {high:.0%}"


PRESENT_SECONDS = 150
"""A person is at a desk so long after their page last said so."""


@dataclass(frozen=True, slots=True)
class Pool:
    """A pool as routing sees it at one moment, in the configured order.

    Empty `languages` mean all of them. `closed` says why the pool takes nothing new now ("paused",
    "outside its hours"), or is empty. `opens_at` is when a closed pool's hours begin, if known. A
    `draining` pool still takes back customers of its own. `full`: there is no seat for this
    conversation. `promised`: it is full only because others wait before. `limit` and `daily_limit`
    bound its claims, None for no bound. `load` is the share of its seats taken, and `free` seats
    are left, or fewer than none. `ahead` conversations at least go before this one to the free
    seats. `waits_ahead` people stand in line before this conversation, or None where they were not
    counted. `coming` says when people arrive who said that they come (epoch ms), and how many
    conversations each takes. The `pace` of the pool and the company's own `handle_seconds` say how
    long they take. `score` is what is known of its resolutions. `charged`: what it costs is counted
    against the company's budget. `sat_at` is when somebody at its desk last said to be there, or 0.
    """

    id: str
    ring_seconds: int
    kind: PoolKind = "outsourced"
    languages: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    priority: int = 0
    weight: int = 1
    closed: str = ""
    opens_at: int | None = None
    draining: bool = False
    full: bool = False
    promised: bool = False
    load: float = 0.0
    limit: int | None = None
    daily_limit: int | None = None
    score: Score = Score()
    free: int = 0
    waits_ahead: int | None = None
    pace: Pace = field(default_factory=Pace)
    handle_seconds: float | None = None
    ahead: int = 0
    coming: tuple[tuple[int, int], ...] = ()
    charged: bool = False
    sat_at: int = 0

    @property
    def is_counted(self) -> bool:
        """Return whether the line before this conversation was counted."""
        return self.waits_ahead is not None and self.limit is not None

    @property
    def seated(self) -> bool:
        """Return whether an offer to the pool claims a seat."""
        return self.limit is not None or self.daily_limit is not None or self.charged
