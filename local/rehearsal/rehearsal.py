"""A rehearsal is put together and played here, and its slices are noted on the way."""

import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

from surgeline.domain.forecast.band import band
from surgeline.domain.surge.expected import LEVEL_VARIES

from local.rehearsal.chance import Chance
from local.rehearsal.customers import Customer, Customers
from local.rehearsal.day import MINUTES_A_DAY, Day, minutes
from local.rehearsal.report import (
    SLICE_MINUTES,
    Report,
    Slice,
    estimates,
    in_time,
    is_untold,
    kept,
    percentile,
    waits,
)
from local.rehearsal.stage import Stage
from local.rehearsal.surge import Controlled, expected_of, policy_of, turns_an_hour
from local.rehearsal.team import Team

_MEMORY: Final = Path("/dev/shm")  # noqa: S108 - only where it is faster; any folder does
MOST_IN_MEMORY: Final = 10_000
"""So many contacts of a day may have their records in memory, where each takes 20 KB."""
_AFTER_SECONDS: Final = 3_600
_LONGEST_HOURS: Final = 12


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """A day that was played: its report, and its customers as they were seen from outside."""

    report: Report
    customers: tuple[Customer, ...]


def rehearse(day: Day, seed: int) -> Report:
    """Play a day and return its report. The same day and seed give the same log everywhere.

    Raises WrongDay.
    """
    return rehearsed(day, seed).report


def rehearsed(day: Day, seed: int) -> Rehearsed:
    """Play a day and return its report and its customers. Raises WrongDay."""
    began = time.perf_counter()
    with _folder(sum(span.contacts for span in day.arrivals)) as folder:
        played = _Played(folder, day, seed)
        try:
            played.play()
            return Rehearsed(played.report(began), tuple(played.customers))
        finally:
            played.stage.home.close()


def place_of(contacts: int, memory: Path = _MEMORY) -> Path | None:
    """Return the memory for the records of so many contacts, or None for the disk.

    The records of a hundredfold day are 2 GB, which a laptop may not have free.
    """
    return memory if contacts <= MOST_IN_MEMORY and memory.is_dir() else None


@contextmanager
def _folder(contacts: int) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir=place_of(contacts)) as made:
        yield Path(made)


class _Played:
    def __init__(self, folder: Path, day: Day, seed: int) -> None:
        self._day = day
        self._seed = seed
        chance = Chance(seed)
        self.stage = Stage(folder, day, seed, policy_of(day))
        self._customers = Customers(self.stage, day, chance)
        self._teams = {pool.id: Team(self.stage, day, pool, chance) for pool in day.pools}
        self._growing = [pool.id for pool in day.pools if pool.growth is not None]
        self._controlled = Controlled(self.stage, day, self._teams)
        self._slices = [
            Slice(f"{minute // 60:02}:{minute % 60:02}")
            for minute in range(0, MINUTES_A_DAY, SLICE_MINUTES)
        ]

    @property
    def customers(self) -> Iterable[Customer]:
        """Return everybody who wrote."""
        return self._customers.all.values()

    def play(self) -> None:
        """Play until the last shift is over and everybody is done, or half a day later."""
        for team in self._teams.values():
            team.begin()
        self._customers.come()
        self._controlled.begin()
        self.stage.home.agenda.every(60, self._note, first_at=self.stage.midnight)
        spans = [*self._day.arrivals, *(shift for pool in self._day.pools for shift in pool.shifts)]
        last = max(minutes(span.end) for span in spans) * 60_000
        self.stage.home.run_until(self.stage.midnight + last)
        for _ in range(_LONGEST_HOURS):
            self.stage.home.run_for(_AFTER_SECONDS)
            if not self._goes_on():
                return

    def _goes_on(self) -> bool:
        return bool(self._customers.waiting) or any(team.chats for team in self._teams.values())

    def _note(self) -> None:
        number = self.stage.now // (SLICE_MINUTES * 60_000)
        if number >= len(self._slices):
            return
        noted = self._slices[number]
        noted.waiting = max(noted.waiting, len(self._customers.waiting))
        noted.spend_usd = self._spent()
        noted.brought_usd = sum(self._teams[name].spent for name in self._growing)
        for name, team in self._teams.items():
            noted.seats[name] = max(noted.seats.get(name, 0), team.on_seat)
            noted.chats[name] = max(noted.chats.get(name, 0), team.chats)

    def _spent(self) -> float:
        return sum(team.spent for team in self._teams.values())

    def report(self, began: float) -> Report:
        """Count the day."""
        everybody = list(self._customers.all.values())
        asked = [each for each in everybody if each.asked_at is not None]
        within = self._day.promise.within_seconds
        waited = waits(everybody)
        lost, twice = kept(self.stage, everybody)
        told, within_bound = estimates(self.stage)
        self._fill_slices()
        followed = self._controlled.followed()
        return Report(
            title=self._day.title,
            seed=self._seed,
            contacts=len(everybody),
            messages=sum(len(each.written) for each in everybody),
            answered_by_bot=sum(each.asked_at is None and each.articles > 0 for each in everybody),
            asked_for_person=len(asked),
            served=len(waited),
            service_level=sum(in_time(each, within) for each in asked) / len(asked) if asked else 1,
            wait_seconds={"p50": percentile(waited, 50), "p95": percentile(waited, 95)},
            abandoned=sum(each.left_at is not None for each in everybody),
            turned_away=sum(each.told_nobody_at is not None for each in everybody),
            refused=sum(each.refused for each in everybody),
            lost=lost,
            duplicated=twice,
            untold=sum(map(is_untold, everybody)),
            forgotten=sum(each.is_waiting for each in everybody),
            waits_told=told,
            waits_within=within_bound,
            spend_usd=round(self._spent(), 2),
            spend_cap_usd=self._day.surge.spend_cap_usd if self._day.surge else None,
            within_seconds=within,
            target=self._day.promise.target,
            pools={name: self._about(team) for name, team in self._teams.items()},
            log_sha256=self.stage.home.journal.digest(),
            wall_seconds=round(time.perf_counter() - began, 3),
            turns_an_hour=turns_an_hour(followed),
            acts=followed,
            slices=tuple(self._slices),
        )

    def _about(self, team: Team) -> dict[str, float]:
        spent = round(team.spent, 2)
        return {"accepted": team.accepted, "resolved": team.resolved, "spend_usd": spent}

    def _fill_slices(self) -> None:
        within = self._day.promise.within_seconds
        for each in self._customers.all.values():
            self._slice(each.came_at).arrivals += 1
            if each.asked_at is not None:
                noted = self._slice(each.asked_at)
                noted.asked += 1
                noted.served_in_time += in_time(each, within)
            if each.left_at is not None:
                self._slice(each.left_at).abandoned += 1
        self._fill_waits()
        self._fill_forecast()
        self._fill_cost()

    def _fill_waits(self) -> None:
        asked: dict[int, list[Customer]] = {}
        for each in self._customers.all.values():
            if each.asked_at is not None:
                asked.setdefault(id(self._slice(each.asked_at)), []).append(each)
        for noted in self._slices:
            waited = waits(asked.get(id(noted), ()))
            noted.wait_p50, noted.wait_p95 = percentile(waited, 50), percentile(waited, 95)

    def _fill_forecast(self) -> None:
        share = self._day.surge.forecast_share if self._day.surge else 1.0
        steps = expected_of(self._day, share)
        length = len(steps) // len(self._slices)
        for number, noted in enumerate(self._slices):
            noted.forecast = round(sum(steps[number * length : (number + 1) * length]), 2)
            noted.forecast_lower, noted.forecast_upper = band(noted.forecast, LEVEL_VARIES)

    def _fill_cost(self) -> None:
        """Let the cost stand after the last look, because what was spent stays spent."""
        for before, noted in pairwise(self._slices):
            noted.spend_usd = max(noted.spend_usd, before.spend_usd)
            noted.brought_usd = max(noted.brought_usd, before.brought_usd)

    def _slice(self, moment: int) -> Slice:
        return self._slices[min(moment // (SLICE_MINUTES * 60_000), len(self._slices) - 1)]
