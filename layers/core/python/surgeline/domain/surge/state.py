"""The controller's memory between two minutes lives here, with the records that it leaves."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from surgeline.domain.surge.advise import Act, Bound
from surgeline.domain.surge.facts import Ahead, Memory, Source
from surgeline.domain.surge.policy import LEADS, Mode, SurgePolicy
from surgeline.domain.surge.prices import Price
from surgeline.domain.surge.windows import Window

Did = Literal["nothing", "advised", "proposed", "acted"]
EVERYTHING: Final = "*"
"""The name of an override that is for the controller as a whole. No pool can have this name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """A person's word that holds until its end.

    `pool` has `people` from outside, whatever the advice is. With the pool `*` the controller is in
    `mode`.
    """

    pool: str
    until: int
    people: int | None = None
    mode: Mode | None = None
    at: int = 0
    by: str = ""
    reason: str = ""
    schema: int = 1


def valid_at(overrides: Iterable[Override], at: int) -> dict[str, Override]:
    """Return the overrides that hold at a time, by what they are for."""
    return {each.pool: each for each in overrides if at < each.until}


def mode_of(policy: SurgePolicy, valid: Mapping[str, Override]) -> Mode:
    """Return the mode that is in force, where a lead's word goes before the policy."""
    whole = valid.get(EVERYTHING)
    return whole.mode if whole is not None and whole.mode is not None else policy.mode


def leads(policy: SurgePolicy, valid: Mapping[str, Override], pool_id: str) -> bool:
    """Return whether a pool is the controller's alone. A controller that is off heeds no order."""
    mode = mode_of(policy, valid)
    if policy.led(pool_id) is None or mode == "off":
        return False
    ordered = valid.get(pool_id)
    return mode in LEADS or (ordered is not None and ordered.people is not None)


def keeps_others_away(policy: SurgePolicy, valid: Mapping[str, Override], pool_id: str) -> bool:
    """Return whether waiting customers ask nobody of a pool, because the controller leads it.

    A lead's `off` stops a controller that would act, and then nobody asks in its place. A lead's
    `advise` leaves the asking to those who wait, as the mode `advise` does.
    """
    is_stopped = mode_of(policy, valid) == "off" and policy.leads(pool_id)
    return is_stopped or leads(policy, valid, pool_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Acts that wait for a lead's word until `until`. `approved_by` has said yes."""

    at: int
    until: int
    acts: tuple[Act, ...]
    approved_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """The controller as it stood at its last look.

    `told` are the people that each pool was last asked for in all, and `paid` those who cost
    something since `at`. `spent` is the cost by pool on the `day` so far, and `billed` the part of
    it that was billed by the conversation. `counted` are the customers who asked for a person, by
    the step of the day in which they first wrote. `leads` says whether only the controller asked
    its pools. `windows` are those of the requests that stand. `untold` are the pools that may not
    have heard their last number or window, because the look that decided it was not over. `out` has
    the last time at which a pool could not be asked, where that was lately. `ordered` are
    the pools that it led by a person's order alone.
    """

    at: int = 0
    day: str = ""
    leads: bool = False
    memory: Memory = field(default_factory=Memory)
    told: Mapping[str, int] = field(default_factory=dict)
    paid: Mapping[str, int] = field(default_factory=dict)
    spent: Mapping[str, float] = field(default_factory=dict)
    billed: Mapping[str, float] = field(default_factory=dict)
    counted: Mapping[int, int] = field(default_factory=dict)
    proposal: Proposal | None = None
    windows: Mapping[str, Window] = field(default_factory=dict)
    untold: tuple[str, ...] = ()
    out: Mapping[str, int] = field(default_factory=dict)
    ordered: tuple[str, ...] = ()
    schema: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """An instance at a moment, as the controller sees it.

    `day` began at `day_began`. `sources` say nothing of costs so far, of caps and of orders.
    `wanted` are the people that each pool was last asked for, whoever asked. `billed` is the cost
    of today's conversations of pools that are paid by the conversation.
    """

    now: int
    day: str
    day_began: int
    ahead: tuple[Ahead, ...]
    live_factor: float
    backlog: int
    sources: tuple[Source, ...]
    wanted: Mapping[str, int] = field(default_factory=dict)
    billed: Mapping[str, float] = field(default_factory=dict)
    counted: Mapping[int, int] = field(default_factory=dict)
    is_forecast: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A look of the controller, with its facts, its reasons, and what it did.

    `by` is the person who approved the acts. `is_forecast` says whether there was a forecast of the
    day: without one the rate of the last minutes counts.
    """

    at: int
    mode: Mode
    did: Did
    wanted: float
    counted: float
    missing: float
    bound: Bound
    why: tuple[str, ...]
    acts: tuple[Act, ...] = ()
    per_hour: float = 0.0
    on_shift: float = 0.0
    live_factor: float = 1.0
    is_forecast: bool = True
    backlog: int = 0
    here: Mapping[str, int] = field(default_factory=dict)
    spent: float = 0.0
    spend_cap: float | None = None
    prices: tuple[Price, ...] = ()
    by: str | None = None
    schema: int = 1

    @property
    def is_quiet(self) -> bool:
        """Return whether there was nothing to decide, so that no record is needed."""
        nobody = not any(self.here.values()) and not self.backlog and not self.acts
        return nobody and self.wanted <= 0 and self.bound == "nothing"
