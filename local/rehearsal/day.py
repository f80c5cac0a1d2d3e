"""A day to rehearse is a JSON file: who writes, who answers, and what goes wrong.

Everything that is read here is checked, and each problem is told with its place.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator
from surgeline.adapters.wrong_values import wrong_values

DAYS: Final = Path(__file__).parent / "days"
SHIPPED: Final = tuple(sorted(file.stem for file in DAYS.glob("*.json")))
MINUTES_A_DAY: Final = 24 * 60
MOST_CONTACTS: Final = 1_000_000

Share = Annotated[float, Field(ge=0, le=1)]
Seconds = Annotated[float, Field(gt=0, le=86_400)]
Money = Annotated[float, Field(ge=0, le=10_000)]
Clock = Annotated[str, Field(pattern=r"^(?:[01]\d|2[0-3]):[0-5]\d$|^24:00$")]
Name = Annotated[str, Field(pattern=r"^[a-z0-9](?:[a-z0-9_-]{0,62}[a-z0-9])?$")]
Text = Annotated[str, Field(min_length=1, max_length=1_000)]


class WrongDay(Exception):
    """The file is no day. The message says where, and what is accepted."""


class Part(BaseModel):
    """A part of a day's file. Fields that are not known are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Span(Part):
    """A span of the day, in times such as 09:30. The last one is 24:00."""

    begin: Clock = Field(alias="from")
    end: Clock = Field(alias="to")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if minutes(self.begin) >= minutes(self.end):
            raise ValueError(f"the span ends at {self.end}, which is not after {self.begin}")
        return self

    def has(self, minute: float) -> bool:
        """Return whether a minute of the day lies in the span."""
        return minutes(self.begin) <= minute < minutes(self.end)


class Arrivals(Span):
    """So many customers write for the first time in a span, at any moment of it."""

    contacts: int = Field(ge=0, le=1_000_000)


class Viral(Span):
    """A share of the questions that are asked in a span has the same text."""

    share: Share
    text: Text


class Customers(Part):
    """The customers. Times are means.

    They ask what the sample's articles answer, or `texts`. The share `unfamiliar` of the questions
    are the sample's test questions instead, of which the bot can't answer all.
    """

    questions: int = Field(default=5, ge=1, le=50)
    asks_for_person: Share = 0.2
    pause_seconds: Seconds = 20
    patience_seconds: Seconds = 300
    turns: int = Field(default=5, ge=0, le=50)
    reply_seconds: Seconds = 15
    unfamiliar: Share = 0
    texts: tuple[Text, ...] = ()
    viral: tuple[Viral, ...] = ()


class Promise(Part):
    """A person joins within this time of being asked for, for this share of those who ask."""

    within_seconds: float = Field(default=60, ge=0, le=86_400)
    target: Share = 0.8


class Shift(Span):
    """So many agents are on seat. `absent` of them did not come."""

    agents: int = Field(ge=0, le=10_000)
    absent: int = Field(default=0, ge=0)

    @property
    def there(self) -> int:
        """Return how many of them are there."""
        return max(0, self.agents - self.absent)


class Growth(Part):
    """How a pool brings more people when it is asked for them."""

    maximum: int = Field(ge=1, le=10_000)
    start_up_seconds: float = Field(default=600, ge=0, le=86_400)
    delivers: Share = 1
    minimum_seconds: float = Field(default=1_800, ge=0, le=86_400)


class Fault(Span):
    """A bad time of a pool: no connection, errors, refused offers, or agents who say nothing."""

    kind: Literal["down", "error", "declines", "silent"]


class People(Part):
    """A pool and its people.

    `handle_seconds` has the handle time of an agent with one chat, with two, and so on.
    `configuration` has further fields of the pool, as `docs/pools.md` names them.
    """

    id: Name
    kind: Literal["in_house", "outsourced", "on_demand"] = "in_house"
    handle_seconds: tuple[Seconds, ...] = Field(default=(480,), min_length=1, max_length=10)
    variation: float = Field(default=0.8, ge=0, le=3)
    answers_after_seconds: float = Field(default=3, ge=0, le=600)
    shifts: tuple[Shift, ...] = ()
    growth: Growth | None = None
    cost_per_hour: Money = 0
    cost_per_conversation: Money = 0
    faults: tuple[Fault, ...] = ()
    configuration: Mapping[str, Any] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _has_people(self) -> Self:
        if not self.shifts and self.growth is None:
            raise ValueError("a pool needs shifts, or growth")
        return self

    @property
    def most(self) -> int:
        """Return the most agents that may be there at once."""
        ends = {minutes(shift.begin) for shift in self.shifts}
        most = max((self.on_shift(minute) for minute in ends), default=0)
        return max(1, most, self.growth.maximum if self.growth else 0)

    def on_shift(self, minute: float) -> int:
        """Return the agents whose shift has a minute of the day."""
        return sum(shift.there for shift in self.shifts if shift.has(minute))


class Surge(Part):
    """The rules by which the controller brings people in during the day.

    In the mode `advise` it only advises, and pools are asked when somebody has to wait.
    `forecast_share` is the forecast's share of the customers who come: 0.7 is 30 % too low.
    """

    mode: Literal["off", "advise", "act"] = "act"
    spend_cap_usd: Annotated[float, Field(ge=0, le=10_000_000)] | None = None
    minimum: int = Field(default=0, ge=0, le=1_000)
    clear_seconds: Seconds = 300
    hold_seconds: Seconds = 900
    calm_seconds: float = Field(default=3_600, ge=0, le=86_400)
    forecast_share: float = Field(default=1, ge=0, le=100)


class Day(Part):
    """A day to rehearse. `routing` and `rules` are those of the configuration."""

    title: Text
    date: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")] = "2026-03-02"
    arrivals: tuple[Arrivals, ...] = Field(min_length=1)
    customers: Customers = Customers()
    promise: Promise = Promise()
    pools: tuple[People, ...] = Field(min_length=1, max_length=20)
    routing: Mapping[str, Any] | None = None
    rules: Mapping[str, Any] | None = None
    surge: Surge | None = None

    @model_validator(mode="after")
    def _is_a_date(self) -> Self:
        try:
            date.fromisoformat(self.date)
        except ValueError as error:
            raise ValueError(f"the date {self.date} is in no calendar") from error
        return self

    @model_validator(mode="after")
    def _names_once(self) -> Self:
        names = [pool.id for pool in self.pools]
        if len(set(names)) != len(names):
            raise ValueError("two pools have the same id")
        return self

    @property
    def contacts(self) -> int:
        """Return how many customers write."""
        return sum(each.contacts for each in self.arrivals)


@lru_cache(maxsize=1_024)  # each minute of a rehearsal asks for the ends of all shifts
def minutes(clock: str) -> int:
    """Return the minute of the day of a time such as 09:30."""
    hour, minute = clock.split(":")
    return int(hour) * 60 + int(minute)


def with_arrivals(day: Day, arrivals: Sequence[Arrivals], times: float) -> Day:
    """Return the day with other arrivals, so many times. Raises WrongDay for too many."""
    changed = tuple(
        each.model_copy(update={"contacts": round(each.contacts * times)}) for each in arrivals
    )
    found = day.model_copy(update={"arrivals": changed})
    if found.contacts > MOST_CONTACTS:
        raise WrongDay(f"{found.contacts:,} contacts are too many; the most is {MOST_CONTACTS:,}")
    return found


def read_day(name: str, policy: str | None = None) -> Day:
    """Return a shipped day by its name, or the day of a file.

    `policy` is a file with parts that take the place of the day's own. Raises WrongDay.
    """
    path = DAYS / f"{name}.json" if name in SHIPPED else Path(name)
    document = _object(path, f"; the shipped days are {', '.join(SHIPPED)}")
    if policy is not None:
        document = _changed(document, _object(Path(policy)), policy)
    return day_of(document, policy or str(path))


def day_of(document: Mapping[str, Any], place: str) -> Day:
    """Return the day of a document. Raises WrongDay."""
    try:
        return TypeAdapter(Day).validate_python(document)
    except ValidationError as error:
        raise WrongDay(f"{place}: {_why(error)}") from error


def _object(path: Path, also: str = "") -> dict[str, Any]:
    try:
        found = json.loads(path.read_bytes())
    except OSError as error:
        raise WrongDay(f"{path} can't be read: {error.strerror}{also}") from error
    except (ValueError, RecursionError) as error:
        raise WrongDay(f"{path} is not JSON: {error}") from error
    if not isinstance(found, dict):
        raise WrongDay(f"{path} is not a JSON object")
    return found


def _changed(document: dict[str, Any], policy: dict[str, Any], place: str) -> dict[str, Any]:
    """Return a day's document with the parts of a policy. Customers and arrivals stay."""
    kept = sorted({"arrivals", "customers", "date"} & policy.keys())
    if kept:
        raise WrongDay(
            f"{place}: a policy changes pools, routing, rules, surge, promise and title, and not"
            f" {', '.join(kept)}, because two policies meet the same customers"
        )
    pools = _by_id(document.get("pools", []), "the day")
    for name, changed in _by_id(policy.get("pools", []), place).items():
        pools[name] = pools.get(name, {}) | changed
    removed = policy.get("without_pools", [])
    if not isinstance(removed, list) or not all(name in pools for name in map(str, removed)):
        raise WrongDay(f"{place}: without_pools: use a list of pools; there are {', '.join(pools)}")
    left = [pool for name, pool in pools.items() if name not in removed]
    rest = {name: part for name, part in policy.items() if name not in {"pools", "without_pools"}}
    return document | rest | {"pools": left}


def _by_id(pools: object, place: str) -> dict[str, dict[str, Any]]:
    """Return the pools of a document by their ids. Raises WrongDay."""
    found: dict[str, dict[str, Any]] = {}
    for pool in pools if isinstance(pools, list) else [None]:
        if not isinstance(pool, dict) or not isinstance(pool.get("id"), str):
            raise WrongDay(f"{place}: pools: use a list of objects, each with an id")
        found[pool["id"]] = pool
    return found


def _why(error: ValidationError) -> str:
    return "; ".join(f"{_place(place)} {words}" for place, words in wrong_values(error))


def _place(location: Sequence[int | str]) -> str:
    return ".".join(str(part) for part in location) or "the day"
