"""People of the console give times on call to each other here, and say when they can work.

A time that somebody takes is a swap under the offer's own name. The swap is written once, so that
of two who take it at the same moment only one has it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from surgeline.application.books import Page, id_of
from surgeline.application.configuration import ConfigurationShelf
from surgeline.application.on_call.call_books import LONGEST_SWAP_MS, CallBooks
from surgeline.application.ports.clock import Clock
from surgeline.application.ports.randomness import Randomness
from surgeline.application.ports.refusals import Absent
from surgeline.domain.on_call.duties import Duty, duties
from surgeline.domain.on_call.given import Available, Given, Time, is_on_duty
from surgeline.domain.on_call.rota import Swap, bound
from surgeline.domain.on_call.settings import OnCallPerson, Rota
from surgeline.errors import BadRequest, Disagrees

DAY_MS: Final = 86_400_000
AHEAD_DAYS: Final = 60
MOST_TIMES: Final = 100
LONGEST_MS: Final = LONGEST_SWAP_MS
_ID_BYTES: Final = 5


@dataclass(frozen=True, slots=True)
class Offered:
    """An offered time, and who has taken it, if anybody has."""

    given: Given
    taken_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shifts:
    """The shifts as a person sees them: their own times, offers, and when they can work."""

    person: OnCallPerson
    duties: Sequence[Duty]
    offers: Sequence[Offered]
    available: Available


class OwnShifts:
    """The use case. A signed-in person is the one on call of the same name."""

    def __init__(
        self, shelf: ConfigurationShelf, books: CallBooks, clock: Clock, randomness: Randomness
    ) -> None:
        self._shelf = shelf
        self._books = books
        self._clock = clock
        self._randomness = randomness

    def person(self, name: str) -> OnCallPerson | None:
        """Return the person on call of that name, or None."""
        wanted = name.strip().casefold()
        people = self._shelf.current().on_call.people
        return next((each for each in people if each.name.strip().casefold() == wanted), None)

    def look(self, person: OnCallPerson) -> Shifts:
        """Return what the person sees."""
        now = self._clock.now()
        ahead = sorted(self._duties(now, now + AHEAD_DAYS * DAY_MS), key=lambda each: each.since)
        return Shifts(
            person=person,
            duties=[each for each in ahead if each.person == person.id],
            offers=self._offers(now),
            available=self._available(person.id),
        )

    def give(self, person: OnCallPerson, rota_id: str, since: int, until: int) -> Given:
        """Offer a time on call to the others. Raises Absent, BadRequest, Disagrees."""
        rota = self._rota(rota_id)
        now = self._clock.now()
        if not now < until or not since < until <= since + LONGEST_MS:
            raise BadRequest("use a time to come, of at most 31 days", field="until")
        if since > now + AHEAD_DAYS * DAY_MS:
            raise BadRequest(f"use a time of the next {AHEAD_DAYS} days", field="from")
        if not is_on_duty(self._duties(since, until, rota), person.id, since, until):
            raise BadRequest("you are not on call for all of that time", field="from")
        for each in self._offers(now):
            mine = each.given.person == person.id and each.given.rota == rota_id
            mine = mine and not each.taken_by  # what was taken has come back since
            if mine and each.given.since < until and since < each.given.until:
                raise Disagrees("a part of that time is offered already", state="offered")
        given = Given(
            id=f"{id_of(since)}-{self._randomness.token(_ID_BYTES).hex()}",
            rota=rota_id,
            person=person.id,
            since=since,
            until=until,
            offered_at=now,
        )
        self._books.given.write(given.id, given, after=0, now=now)
        return given

    def take(self, person: OnCallPerson, given_id: str) -> Swap:
        """Take an offered time. Raises Absent, Disagrees."""
        given, now = self._given(given_id).document, self._clock.now()
        if given.person == person.id:
            raise Disagrees("it is your own time", state="own")
        if not given.is_open(now):
            raise Disagrees("that time is not offered any more", state="over")
        rota = self._rota(given.rota)
        if not is_on_duty(
            self._duties(given.since, given.until, rota), given.person, given.since, given.until
        ):
            raise Disagrees("the rota has changed, and the time is another's now", state="changed")
        swap = Swap(
            rota=given.rota,
            since=given.since,
            until=given.until,
            instead_of=given.person,
            takes_over=person.id,
            by=f"{person.name} (console)",
            reason="taken in the console",
            written_at=now,
        )
        if not self._books.swaps.write(given.id, bound(rota, swap), after=0, now=now):
            raise Disagrees("somebody else has taken it", state="taken")
        return swap

    def withdraw(self, person: OnCallPerson, given_id: str) -> Given:
        """Take an offer back that nobody has taken. Raises Absent, Disagrees."""
        page, now = self._given(given_id), self._clock.now()
        if page.document.person != person.id:
            raise Absent("there is no such offer of yours")
        if self._books.swaps.read(given_id) is not None:
            raise Disagrees("somebody has taken it; a lead can undo that", state="taken")
        back = replace(page.document, withdrawn_at=now)
        if not self._books.given.write(given_id, back, after=page.version, now=now):
            raise Disagrees("the offer is changing right now; look at it again")
        return back

    def say_available(self, person: OnCallPerson, times: Sequence[Time]) -> Available:
        """Keep when the person can work, in place of what was said before. Raises BadRequest."""
        now = self._clock.now()
        for each in times:
            if not each.since < each.until <= each.since + LONGEST_MS or each.until <= now:
                raise BadRequest("use times to come, each of at most 31 days", field="times")
        if len(times) > MOST_TIMES:
            raise BadRequest(f"use at most {MOST_TIMES} times", field="times")
        said = Available(person.id, tuple(sorted(times, key=lambda each: each.since)))
        if not self._books.available.replace(person.id, said, now=now):
            raise Disagrees("others are changing it; nothing was changed, try again")
        return said

    def _offers(self, now: int) -> list[Offered]:
        """Return the offers whose time is not over, the soonest first, and who has taken each.

        An offer whose swap was undone is over, also if the swap had begun and was cut short.
        """
        found = []
        for page in self._books.given.back(first=id_of(max(0, now - LONGEST_MS))):
            given = page.document
            if not given.is_open(now):
                continue
            swap = self._books.swaps.read(given.id)
            if swap is None:
                found.append(Offered(given))
            elif swap.document.undone_at is None and swap.document.until >= given.until:
                found.append(Offered(given, swap.document.takes_over))
        return found[::-1]

    def _available(self, person_id: str) -> Available:
        page = self._books.available.read(person_id)
        said = page.document if page else Available(person_id)
        now = self._clock.now()
        return replace(said, times=tuple(each for each in said.times if now < each.until))

    def _duties(self, since: int, until: int, rota: Rota | None = None) -> list[Duty]:
        swaps = self._books.swaps_between(since, until)
        rotas = (rota,) if rota else self._shelf.current().on_call.rotas
        return [each for one in rotas for each in duties(one, since, until, swaps)]

    def _given(self, given_id: str) -> Page[Given]:
        page = self._books.given.read(given_id)
        if page is None:
            raise Absent("there is no such offer")
        return page

    def _rota(self, rota_id: str) -> Rota:
        rota = self._shelf.current().on_call.rota(rota_id)
        if rota is None:
            raise Absent("there is no such rota")
        return rota
