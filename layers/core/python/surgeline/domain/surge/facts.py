"""The facts that advice is made from: what is to come, who is there, and what it may cost."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from surgeline.domain.staffing.need import Goal


@dataclass(frozen=True, slots=True)
class Ahead:
    """An interval to come: its beginning (epoch ms), its contacts a second, and people on shift.

    What came today says nothing of an interval of the `next_day`.
    """

    at: int
    per_second: float
    on_shift: float
    next_day: bool = False

    def rate(self, live_factor: float) -> float:
        """Return the contacts a second, with the live factor of today."""
        return self.per_second if self.next_day else self.per_second * max(0.0, live_factor)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A pool that people can be asked of.

    `here` have confirmed that they are there. One of them does the work of `worth` people of the
    shift. `start_up_seconds` pass until they are there, and they stay `minimum_seconds` at least.
    A pool that `is_out` can't be asked now. One that `was_out` lately can be asked, and nobody
    counts on its people yet. Its people cost at most `spend_cap`, and `spent` so
    far. Where somebody `ordered` a number of people, the pool has that number, for the reason
    `ordered_why`.
    """

    id: str
    here: int
    maximum: int
    cost_per_hour: float
    start_up_seconds: float = 0.0
    minimum_seconds: float = 0.0
    worth: float = 1.0
    is_out: bool = False
    was_out: bool = False
    spent: float = 0.0
    spend_cap: float | None = None
    ordered: int | None = None
    ordered_why: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """How things stand with a pool: the people asked for in all, and since when they are to come.

    `at` is None where none of them is to come any more. `went` is the direction of the last change,
    and `turned_at` the moment from which a hold counts. `fill` is the share of a request
    that the pool is known to bring. `back_at` is when the pool was last asked again after it was
    let go.
    """

    people: int = 0
    at: int | None = None
    went: int = 0
    turned_at: int = 0
    fill: float = 1.0
    back_at: int | None = None

    def changed(self, people: int, now: int) -> "Asked":
        """Return how things stand once another number of people was asked for."""
        went = 1 if people > self.people else -1
        turns = went != self.went
        return Asked(
            people=people,
            at=now if went > 0 else None,
            went=went,
            turned_at=now if went > 0 or turns else self.turned_at,
            fill=self.fill,
            back_at=now if went > 0 and self.went < 0 else self.back_at,
        )


@dataclass(frozen=True, slots=True)
class Memory:
    """The wants and the requests of the last times, which the next advice needs."""

    wants: tuple[tuple[int, float], ...] = ()
    asked: Mapping[str, Asked] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """A moment. `ahead` begins with the interval of `now`. `backlog` customers wait for a person.

    A backlog is to be gone after `clear_seconds`. People are let go once the most that was wanted
    within `hold_seconds` is less than there are. A pool that was let go and asked again is not let
    go within `calm_seconds` after that. So no pool turns more than twice in that time.
    `spend_cap` bounds the cost of people who are brought in; `spent` is the cost so far. Without a
    cap (None) cost is no bound.
    """

    now: int
    ahead: tuple[Ahead, ...]
    live_factor: float
    backlog: int
    handle_seconds: tuple[float, ...]
    patience_seconds: float | None
    goal: Goal
    sources: tuple[Source, ...]
    spent: float = 0.0
    spend_cap: float | None = None
    clear_seconds: float = 300.0
    hold_seconds: float = 900.0
    calm_seconds: float = 0.0
    memory: Memory = field(default_factory=Memory)
