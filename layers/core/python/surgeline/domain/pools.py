"""Pools are described here as routing sees them: plain data about one moment."""

from dataclasses import dataclass
from typing import Literal

PoolKind = Literal["in_house", "outsourced", "on_demand"]


@dataclass(frozen=True, slots=True)
class Pool:
    """A pool as routing sees it at one moment, in the configured order.

    Empty `languages` mean all of them. `closed` says why the pool takes nothing new now ("paused",
    "outside its hours"), or is empty. `opens_at` is when a closed pool's hours begin, if known. A
    `draining` pool still takes back customers of its own. `full`: there is no seat for this
    conversation. `promised`: it is full only because others wait before. `limit` and `daily_limit`
    bound its claims, None for no bound. `load` is the share of its seats taken.
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

    @property
    def seated(self) -> bool:
        """Return whether an offer to the pool claims a seat."""
        return self.limit is not None or self.daily_limit is not None
