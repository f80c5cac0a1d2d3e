"""A drill plays a part of a day against a running instance, in real time, with made customers.

The people are real ones, or a simulated vendor. Only customers are played, over a door that sends
their messages and reads what they are told. A drill ends by itself.
"""

import heapq
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from itertools import count
from typing import Any, Final, Protocol

from local.rehearsal.chance import Chance
from local.rehearsal.customers import Customer, Customers, Taken
from local.rehearsal.day import MINUTES_A_DAY, Arrivals, Day, WrongDay, minutes
from local.rehearsal.report import in_time, is_untold, percentile, waits

READ_SECONDS: Final = 2.0
"""So often each customer reads what is new."""
QUIET_SECONDS: Final = 120
"""A customer of the bot who heard and said nothing for so long has got what he wanted."""
STEP_MINUTES: Final = 15
_MINUTE_MS: Final = 60_000


class Door(Protocol):
    """The way of made customers into a running instance."""

    def write(self, sender: str, text: str, number: int) -> Taken:
        """Send a customer's message. The number makes it one of its own."""

    def heard(self, sender: str) -> Iterable[Mapping[str, Any]]:
        """Return what a customer was told since the last time."""

    def leave(self, sender: str) -> None:
        """End a customer's chat."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a day, from a minute on, for so many minutes."""

    begin: int
    length: int

    @property
    def clock(self) -> str:
        """Return the time at which the part begins, such as 09:30."""
        return f"{self.begin // 60:02}:{self.begin % 60:02}"


def part_of(day: Day, length: int, begin: int | None = None) -> Part:
    """Return the part of a day that is played: from `begin` on, or when most customers come.

    Raises WrongDay where nobody comes in it.
    """
    begins = range(0, MINUTES_A_DAY, STEP_MINUTES) if begin is None else (begin,)
    found = max((Part(each, length) for each in begins), key=lambda each: _expected(day, each))
    if not cut(day, found).contacts:
        raise WrongDay(
            f"nobody comes from {found.clock} on within {length} minutes; play another part with"
            " --from and --minutes, or more customers with --times"
        )
    return found


def cut(day: Day, part: Part) -> Day:
    """Return the day with the customers of a part of it alone."""
    arrivals = tuple(each for span in day.arrivals if (each := _cut(span, part)) is not None)
    return day.model_copy(update={"arrivals": arrivals})


def _expected(day: Day, part: Part) -> float:
    return sum(_share(span, part) * span.contacts for span in day.arrivals)


def _cut(span: Arrivals, part: Part) -> Arrivals | None:
    contacts = round(_share(span, part) * span.contacts)
    if not contacts:
        return None
    begin = max(minutes(span.begin), part.begin)
    end = min(minutes(span.end), part.begin + part.length)
    clocks = {"begin": Part(begin, 0).clock, "end": Part(end, 0).clock}
    return span.model_copy(update={**clocks, "contacts": contacts})


def _share(span: Arrivals, part: Part) -> float:
    begin, end = minutes(span.begin), minutes(span.end)
    both = min(end, part.begin + part.length) - max(begin, part.begin)
    return max(0, both) / (end - begin)


@dataclass(frozen=True, slots=True)
class Clock:
    """The time in seconds, and a way to wait."""

    now: Callable[[], float]
    sleep: Callable[[float], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drilled:
    """The outcome of a drill, as its customers saw it. The fields are those of a rehearsal.

    `still_served` had a person when the drill ended.
    """

    title: str
    begin: str
    minutes: int
    contacts: int
    messages: int
    answered_by_bot: int
    asked_for_person: int
    served: int
    service_level: float
    wait_seconds: Mapping[str, float | None]
    abandoned: int
    turned_away: int
    refused: int
    repeated: int
    untold: int
    forgotten: int
    still_served: int
    within_seconds: float
    target: float
    was_stopped: bool

    def as_json(self) -> dict[str, Any]:
        """Return the outcome for programs."""
        return asdict(self)


def drill(
    day: Day, part: Part, door: Door, clock: Clock, *, seed: int, patience_minutes: int
) -> Drilled:
    """Play a part of a day, and return what its customers saw.

    Whoever still waits or talks `patience_minutes` after the part's end leaves. So does everybody
    at an interrupt, after which the drill is told as far as it came.
    """
    played = _Played(cut(day, part), part, door, clock, seed)
    stopped = False
    try:
        played.play((part.length + patience_minutes) * 60)
    except KeyboardInterrupt:
        stopped = True
    return played.end(stopped=stopped)


class _Scene:
    """See customers.Scene: the day's time runs as the clock does."""

    def __init__(self, part: Part, door: Door, clock: Clock) -> None:
        self._door = door
        self._clock = clock
        self._began = clock.now()
        self._first = part.begin * _MINUTE_MS
        self._agenda: list[tuple[int, int, Callable[[], object]]] = []
        self._numbers = count()
        self.hear: Callable[[Mapping[str, Any]], None] = lambda _: None

    @property
    def now(self) -> int:
        return self._first + round((self._clock.now() - self._began) * 1000)

    @property
    def minute(self) -> float:
        return self.now / _MINUTE_MS

    def later(self, seconds: float, act: Callable[[], object]) -> None:
        self.at(self.now + round(seconds * 1000), act)

    def at(self, moment: int, act: Callable[[], object]) -> None:
        heapq.heappush(self._agenda, (moment, next(self._numbers), act))

    def hears_replies(self, hear: Callable[[Mapping[str, Any]], None]) -> None:
        self.hear = hear

    def write(self, sender: str, text: str, number: int) -> Taken:
        return self._door.write(sender, text, number)

    def leave(self, sender: str) -> None:
        self._door.leave(sender)

    def act_until(self, seconds: float) -> None:
        """Do what is due, and wait for the next thing, for so many seconds at most."""
        ends = self.now + round(seconds * 1000)
        while self._agenda and self._agenda[0][0] <= ends:
            wait = self._agenda[0][0] - self.now
            if wait > 0:
                self._clock.sleep(wait / 1000)
            heapq.heappop(self._agenda)[2]()
        self._clock.sleep(max(0, ends - self.now) / 1000)


@dataclass(slots=True)
class _Played:
    day: Day
    part: Part
    door: Door
    clock: Clock
    seed: int
    scene: _Scene = field(init=False)
    customers: Customers = field(init=False)

    def __post_init__(self) -> None:
        self.scene = _Scene(self.part, self.door, self.clock)
        self.customers = Customers(self.scene, self.day, Chance(self.seed))

    def play(self, seconds: float) -> None:
        """Play until everybody came and is done, or for so many seconds."""
        self.customers.come()
        begins, ends = self.scene.now, self.scene.now + round(seconds * 1000)
        last = begins + self.part.length * _MINUTE_MS
        while self.scene.now < ends:
            self.scene.act_until(READ_SECONDS)
            going_on = self._going_on()
            for each in going_on:
                for told in self.door.heard(each.name):
                    self.scene.hear(told)
            if self.scene.now >= last and not going_on:
                return

    def end(self, *, stopped: bool) -> Drilled:
        """Let everybody leave who is still there, and return what was seen."""
        still = self._going_on()
        found = self._counted(stopped=stopped)
        for each in still:
            self.door.leave(each.name)
        return found

    def _going_on(self) -> list[Customer]:
        now = self.scene.now
        return [each for each in self.customers.all.values() if not _is_done(each, now)]

    def _counted(self, *, stopped: bool) -> Drilled:
        everybody = list(self.customers.all.values())
        asked = [each for each in everybody if each.asked_at is not None]
        within = self.day.promise.within_seconds
        waited = waits(everybody)
        in_promise = sum(in_time(each, within) for each in asked)
        return Drilled(
            title=self.day.title,
            begin=self.part.clock,
            minutes=self.part.length,
            contacts=len(everybody),
            messages=sum(len(each.written) for each in everybody),
            answered_by_bot=sum(each.asked_at is None and each.articles > 0 for each in everybody),
            asked_for_person=len(asked),
            served=len(waited),
            service_level=in_promise / len(asked) if asked else 1.0,
            wait_seconds={"p50": percentile(waited, 50), "p95": percentile(waited, 95)},
            abandoned=sum(each.left_at is not None for each in everybody),
            turned_away=sum(each.told_nobody_at is not None for each in everybody),
            refused=sum(each.refused for each in everybody),
            repeated=sum(each.repeated for each in everybody),
            untold=sum(map(is_untold, everybody)),
            forgotten=sum(each.is_waiting for each in everybody),
            still_served=sum(each.owner == "pool" for each in everybody),
            within_seconds=within,
            target=self.day.promise.target,
            was_stopped=stopped,
        )


def _is_done(customer: Customer, now: int) -> bool:
    """Return whether nothing more is to come of a customer."""
    if customer.left_at is not None or customer.owner == "closed":
        return True
    last = max(customer.last_wrote_at, customer.last_read_at, customer.came_at)
    return customer.owner == "bot" and now - last > QUIET_SECONDS * 1000
