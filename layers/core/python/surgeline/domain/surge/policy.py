"""The policy of the surge controller is a part of the configuration: what it may do, and for whom.

Without pools that it may lead the controller does nothing.
"""

from dataclasses import dataclass
from typing import Final, Literal

Mode = Literal["off", "advise", "ask", "act"]
LEADS: Final[frozenset[Mode]] = frozenset({"ask", "act"})
"""In these modes nobody else asks the pools that the controller leads."""


@dataclass(frozen=True, slots=True)
class Led:
    """A pool that the controller may ask for people.

    `most` people are asked for at most, and `spend_cap` bounds their cost of a day.
    `start_up_seconds` pass until they are there, and they stay `minimum_seconds` at least.
    `handle_seconds` are the handle times of one of them with one chat, with two, and so on, where
    they differ from the policy's.
    """

    pool: str
    most: int | None = None
    spend_cap: float | None = None
    start_up_seconds: int = 600
    minimum_seconds: int = 1_800
    handle_seconds: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class LedRota:
    """A rota whose people the controller may call. An hour of one of them costs so much."""

    rota: str
    cost_per_hour: float = 0.0
    most: int | None = None
    spend_cap: float | None = None


@dataclass(frozen=True, slots=True)
class SurgePolicy:
    """The policy of the controller.

    `mode` says whether it only advises, asks a lead first, acts by itself, or is off. The promise
    is that the share `target` of the customers is joined `within_seconds`. `handle_seconds` and
    `patience_seconds` are as in `surgeline staffing`. `spend_cap` bounds the cost of a day of all
    people who are brought in: 0 brings nobody, and None is no bound. People are let go when the
    most that was wanted within `hold_seconds` is less than there are, and a pool is not let go
    twice within `calm_seconds`. Those who wait are to be served within `clear_seconds`.
    """

    mode: Mode = "advise"
    pools: tuple[Led, ...] = ()
    rotas: tuple[LedRota, ...] = ()
    target: float = 0.8
    within_seconds: int = 60
    handle_seconds: tuple[float, ...] = (480.0,)
    patience_seconds: float | None = 300.0
    minimum: int = 0
    spend_cap: float | None = 0.0
    clear_seconds: int = 300
    hold_seconds: int = 900
    calm_seconds: int = 3_600

    def led(self, pool_id: str) -> Led | None:
        """Return how the pool is led, or None for a pool that the controller may not ask."""
        return next((each for each in self.pools if each.pool == pool_id), None)

    @property
    def leads_nobody(self) -> bool:
        """Return whether there is nobody whom the controller could ask."""
        return not self.pools and not self.rotas

    def cap_of(self, source_id: str) -> float | None:
        """Return the spend cap of a pool or rota by itself, or None."""
        caps = {each.pool: each.spend_cap for each in self.pools}
        caps |= {rota_source(each.rota): each.spend_cap for each in self.rotas}
        return caps.get(source_id)

    def leads(self, pool_id: str) -> bool:
        """Return whether only the controller asks that pool for people."""
        return self.mode in LEADS and self.led(pool_id) is not None

    def worth(self, led: Led) -> float:
        """Return how many people of the shift do the work of one of that pool."""
        return busiest(self.handle_seconds) / busiest(led.handle_seconds or self.handle_seconds)


def rota_source(rota_id: str) -> str:
    """Return the name under which the advice knows a rota. No pool can have such a name."""
    return f"rota/{rota_id}"


def busiest(handle_seconds: tuple[float, ...]) -> float:
    """Return the seconds of an agent's time that a chat takes while he has as many as he can."""
    return handle_seconds[-1] / len(handle_seconds)
