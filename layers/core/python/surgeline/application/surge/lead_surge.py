"""A lead's word to the surge controller is kept here: overrides with an end, and approvals.

The controller heeds it at its next look, within a minute.
"""

from dataclasses import replace
from typing import Final

from surgeline.application.configuration import ConfigurationShelf, PoolSettings
from surgeline.application.ports.clock import Clock
from surgeline.application.ports.refusals import Absent
from surgeline.application.surge.observe import people_of
from surgeline.application.surge.surge_books import NOW, SurgeBooks
from surgeline.domain.surge.expected import Expected
from surgeline.domain.surge.policy import Mode
from surgeline.domain.surge.state import (
    EVERYTHING,
    Override,
    Proposal,
    State,
    mode_of,
    valid_at,
)
from surgeline.errors import BadRequest, Disagrees

LONGEST_MINUTES: Final = 7 * 24 * 60
_TRIES: Final = 5


class LeadSurge:
    """The use case. `who` is how the record of acts names the person."""

    def __init__(self, shelf: ConfigurationShelf, books: SurgeBooks, clock: Clock) -> None:
        self._shelf = shelf
        self._books = books
        self._clock = clock

    def state(self) -> State:
        """Return the controller as it stood at its last look."""
        found = self._books.memory.read(NOW)
        return found.document if found else State()

    def overrides(self) -> list[Override]:
        """Return the overrides that hold now."""
        now = self._clock.now()
        return [page.document for page in self._books.overrides.all() if page.document.until > now]

    def mode(self) -> Mode:
        """Return the mode that is in force now."""
        valid = valid_at(self.overrides(), self._clock.now())
        return mode_of(self._shelf.current().surge, valid)

    def order(self, pool_id: str, people: int, *, minutes: int, who: str, reason: str) -> Override:
        """Let the pool have so many people from outside for so long. Raises Absent, Disagrees."""
        pool = self._led(pool_id)
        if self.mode() == "off":
            raise Disagrees(
                "the controller is off and asks nobody; set another mode first",
                state="off",
            )
        led = self._shelf.current().surge.led(pool_id)
        most = people_of(pool, pool.maximum_seats or 0)
        most = min(most, led.most) if led and led.most is not None else most
        if not 0 <= people <= most:
            raise BadRequest(f"use 0 to {most}, the most that the pool brings", field="people")
        return self._keep(pool_id, minutes=minutes, who=who, reason=reason, people=people)

    def set_mode(self, mode: Mode, *, minutes: int, who: str, reason: str) -> Override:
        """Put the controller into a mode for so long, whatever the configuration says."""
        return self._keep(EVERYTHING, minutes=minutes, who=who, reason=reason, mode=mode)

    def end(self, pool_id: str) -> None:
        """End an override before its time. Raises Absent where none holds."""
        holds = next((each for each in self.overrides() if each.pool == pool_id), None)
        if holds is None:
            raise Absent("no override holds there")
        now = self._clock.now()
        self._put(replace(holds, until=now), now)

    def approve(self, at: int, *, who: str) -> Proposal:
        """Approve the proposal of that time. A repeat changes nothing. Raises Disagrees."""
        for _ in range(_TRIES):
            now = self._clock.now()
            kept = self._books.memory.read(NOW)
            proposal = kept.document.proposal if kept else None
            if kept is None or proposal is None or proposal.at != at or proposal.until <= now:
                raise Disagrees(
                    "that proposal does not stand any more; look at the present one", state="over"
                )
            if proposal.approved_by is not None:
                return proposal
            approved = replace(proposal, approved_by=who)
            state = replace(kept.document, proposal=approved)
            if self._books.memory.write(NOW, state, after=kept.version, now=now):
                return approved
        raise Disagrees("the controller is looking right now; nothing was changed, try again")

    def forecast(self, day: str, expected: Expected) -> None:
        """Keep the forecast of a day, in place of an earlier one. Raises Disagrees."""
        if not self._books.forecasts.replace(day, expected, now=self._clock.now()):
            raise Disagrees("others are changing the forecast; nothing was changed, try again")

    def _keep(
        self,
        pool_id: str,
        *,
        minutes: int,
        who: str,
        reason: str,
        people: int | None = None,
        mode: Mode | None = None,
    ) -> Override:
        if not 1 <= minutes <= LONGEST_MINUTES:
            raise BadRequest(f"use 1 to {LONGEST_MINUTES:,} minutes", field="minutes")
        now = self._clock.now()
        override = Override(
            pool=pool_id,
            until=now + minutes * 60_000,
            people=people,
            mode=mode,
            at=now,
            by=who,
            reason=reason,
        )
        self._put(override, now)
        return override

    def _put(self, override: Override, now: int) -> None:
        if not self._books.overrides.replace(override.pool, override, now=now):
            raise Disagrees("others are changing the override; nothing was changed, try again")

    def _led(self, pool_id: str) -> PoolSettings:
        current = self._shelf.current()
        pool = current.pool(pool_id)
        if pool is None or current.surge.led(pool_id) is None:
            known = ", ".join(each.pool for each in current.surge.pools) or "none yet"
            raise Absent(f"the controller does not lead a pool {pool_id!r}; it leads: {known}")
        return pool
