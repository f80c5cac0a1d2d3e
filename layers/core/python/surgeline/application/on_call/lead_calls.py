"""A lead calls people here, offers shifts, ends calls, and lets people swap."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from surgeline.application.books import id_of
from surgeline.application.configuration import ConfigurationShelf
from surgeline.application.on_call.call_books import LONGEST_SWAP_MS, CallBooks
from surgeline.application.ports.clock import Clock
from surgeline.application.ports.randomness import Randomness
from surgeline.application.ports.refusals import Absent
from surgeline.domain.on_call.call import Call
from surgeline.domain.on_call.duties import duties
from surgeline.domain.on_call.given import Time
from surgeline.domain.on_call.rota import Swap, bound, on_call, swaps_of
from surgeline.domain.on_call.settings import OnCall, Rota
from surgeline.errors import BadRequest, Disagrees

MOST_PEOPLE: Final = 100
LONGEST_MS: Final = 7 * 86_400_000
AHEAD_MS: Final = 366 * 86_400_000
_TRIES: Final = 5
_ID_BYTES: Final = 5


class LeadCalls:
    """The use case. `who` is how the record of acts names the person."""

    def __init__(
        self, shelf: ConfigurationShelf, books: CallBooks, clock: Clock, randomness: Randomness
    ) -> None:
        self._shelf = shelf
        self._books = books
        self._clock = clock
        self._randomness = randomness

    def calls(self) -> list[Call]:
        """Return the calls that are going on, and those that ended lately, the newest first."""
        return [page.document for page in self._books.recent(self._clock.now())]

    def on_call_now(self) -> dict[str, tuple[str, ...]]:
        """Return who is on call in each rota, in the order in which they are called."""
        now = self._clock.now()
        swaps = self._books.swaps_at(now)
        return {each.id: on_call(each, now, swaps) for each in self._settings().rotas}

    def call(
        self, rota_id: str, people: int, *, why: str, who: str, emergency: bool = False
    ) -> Call:
        """Call so many people of a rota now. Raises Absent, BadRequest, Disagrees."""
        rota = self._rota(rota_id)
        now = self._clock.now()
        order = on_call(rota, now, self._books.swaps_at(now))
        if not order:
            raise Disagrees(f"nobody of {rota_id!r} is on call now", state="nobody")
        _check_people(people, len(order))
        call = call_of(
            rota,
            order,
            people,
            name=self._name(now),
            why=why,
            who=who,
            now=now,
            emergency=emergency,
        )
        self._keep(call)
        return call

    def offer(
        self,
        order: Sequence[str],
        people: int,
        *,
        begins: int,
        ends: int,
        why: str,
        who: str,
    ) -> Call:
        """Offer a shift to people, all at once. Without names it is offered to everybody."""
        settings, now = self._settings(), self._clock.now()
        known = [each.id for each in settings.people]
        for each in order:
            if each not in known:
                raise BadRequest(self._unknown(each), field="people")
        asked = tuple(dict.fromkeys(order)) or tuple(known)
        _check_people(people, len(asked))
        if not now < begins < ends <= begins + LONGEST_MS or begins > now + LONGEST_MS:
            raise BadRequest(
                "use a shift of the next seven days, with its end after it", field="from"
            )
        call = Call(
            id=self._name(now),
            kind="shift",
            why=why,
            people=people,
            begins=begins,
            ends=ends,
            order=asked,
            opened_at=now,
            opened_by=who,
        )
        self._keep(call)
        return call

    def close(self, call_id: str, *, who: str) -> Call:
        """End a call, so that nobody more is asked. Raises Absent."""
        for _ in range(_TRIES):
            page = self._books.calls.read(call_id)
            if page is None:
                raise Absent("there is no such call")
            now = self._clock.now()
            after = page.document.closed(now, who)
            if after is page.document:
                return after
            if self._books.calls.write(call_id, after, after=page.version, now=now):
                return after
        raise Disagrees("others are changing the call; nothing was changed, try again")

    def swap(self, swap: Swap) -> None:
        """Let one person take over from another for a time. Raises Absent, BadRequest."""
        rota = self._rota(swap.rota)
        if self._settings().person(swap.takes_over) is None:
            raise BadRequest(self._unknown(swap.takes_over), field="takes_over")
        now = self._clock.now()
        if not swap.since < swap.until <= swap.since + LONGEST_SWAP_MS or swap.until <= now:
            raise BadRequest("use a time that is not over, of at most 31 days", field="until")
        self._check_giver(rota, swap)
        written = bound(rota, replace(swap, written_at=now))
        if not self._books.swaps.write(self._name(swap.since), written, after=0, now=now):
            raise Disagrees("others are changing swaps; nothing was changed, try again")

    def override(self, wanted: Swap) -> list[Swap]:
        """Let a person be on call first for a time, whoever is on turn. Raises as `swap` does.

        Each part of the time that is another's in the first layer becomes a swap with that one.
        """
        rota = self._rota(wanted.rota)
        if not wanted.since < wanted.until <= wanted.since + LONGEST_SWAP_MS:
            raise BadRequest("use a time that is not over, of at most 31 days", field="until")
        before = self._books.swaps_between(wanted.since, wanted.until)
        parts = [
            replace(
                wanted,
                instead_of=each.person,
                since=max(each.since, wanted.since),
                until=min(each.until, wanted.until),
            )
            for each in duties(rota, wanted.since, wanted.until, before)
            if each.layer == 1 and each.person != wanted.takes_over
        ]
        if not parts:
            raise BadRequest("nobody else is on turn first in that time", field="from")
        for each in parts:
            self.swap(each)
        return parts

    def swaps_ahead(self) -> list[tuple[str, Swap]]:
        """Return the swaps that hold now or later, by their ids, as the shifts stand now."""
        now = self._clock.now()
        found = self._books.swap_pages(now, now + AHEAD_MS)
        kept = [(page.id, page.document) for page in found if page.document.undone_at is None]
        moved = [(name, self._as_it_stands(each)) for name, each in kept]
        return [(name, each) for name, each in moved if now < each.until]

    def undo_swap(self, swap_id: str, *, who: str) -> Swap:
        """Undo a swap from now on. Raises Absent, Disagrees."""
        page, now = self._books.swaps.read(swap_id), self._clock.now()
        swap = self._as_it_stands(page.document) if page else None
        if page is None or swap is None or swap.undone_at is not None or swap.until <= now:
            raise Absent("no such swap holds now or later")
        undone = replace(page.document, undone_at=now, undone_by=who)
        if swap.since < now:  # what was served already stays as it was
            undone = replace(swap, until=now, undone_by=who, begins_with="", ends_with="")
        if not self._books.swaps.write(swap_id, undone, after=page.version, now=now):
            raise Disagrees("others are changing the swap; nothing was changed, try again")
        return undone

    def available(self) -> dict[str, tuple[Time, ...]]:
        """Return the times to come at which people say that they can work."""
        now = self._clock.now()
        found = (page.document for page in self._books.available.all())
        return {
            each.person: tuple(time for time in each.times if now < time.until) for each in found
        }

    def _as_it_stands(self, swap: Swap) -> Swap:
        rota = self._settings().rota(swap.rota)
        return swaps_of(rota, [swap])[0] if rota else swap

    def _check_giver(self, rota: Rota, swap: Swap) -> None:
        """Check that the person may still give the time away. Raises BadRequest."""
        before = self._books.swaps_between(swap.since, swap.until)
        held = list(duties(rota, swap.since, swap.until, before))
        if swap.instead_of in {each.person for each in held}:
            return
        if swap.instead_of not in {each for layer in rota.layers for each in layer.people}:
            raise BadRequest(f"{swap.instead_of!r} is not in that rota", field="instead_of")
        given = [each.person for each in held if each.instead_of == swap.instead_of]
        if given:
            raise BadRequest(
                f"{swap.instead_of!r} has given that time away; it belongs to "
                f"{' and '.join(map(repr, dict.fromkeys(given)))} now, so name that person",
                field="instead_of",
            )

    def _keep(self, call: Call) -> None:
        if not self._settings().address:
            raise Disagrees(
                "calls need the instance's own address for their links; give on_call.address",
                state="no_address",
            )
        if not self._books.calls.write(call.id, call, after=0, now=call.opened_at):
            raise Disagrees("there is a call under that name already", state="taken")

    def _name(self, at: int) -> str:
        return call_name(self._randomness, at)

    def _settings(self) -> OnCall:
        return self._shelf.current().on_call

    def _unknown(self, person: str) -> str:
        known = ", ".join(each.id for each in self._settings().people) or "none yet"
        return f"{person!r} can't be called; the people are: {known}"

    def _rota(self, rota_id: str) -> Rota:
        rota = self._settings().rota(rota_id)
        if rota is None:
            known = ", ".join(each.id for each in self._settings().rotas) or "none yet"
            raise Absent(f"there is no rota {rota_id!r}; there are: {known}")
        return rota


def _check_people(people: int, most: int) -> None:
    if not 1 <= people <= min(most, MOST_PEOPLE):
        raise BadRequest(f"use 1 to {min(most, MOST_PEOPLE)}", field="people")


def call_name(randomness: Randomness, at: int) -> str:
    """Return a new name of a call that is opened at a time."""
    return f"{id_of(at)}-{randomness.token(_ID_BYTES).hex()}"


def call_of(
    rota: Rota,
    order: Sequence[str],
    people: int,
    *,
    name: str,
    why: str,
    who: str,
    now: int,
    emergency: bool = False,
) -> Call:
    """Return a new call to the people of a rota in that order."""
    arrives = rota.arrives_minutes * 60_000
    return Call(
        id=name,
        kind="call",
        why=why,
        people=people,
        begins=now,
        ends=now + arrives + rota.stays_minutes * 60_000,
        order=tuple(order),
        opened_at=now,
        opened_by=who,
        group=rota.id,
        answer_ms=rota.answer_minutes * 60_000,
        rounds=rota.rounds,
        arrives_ms=arrives,
        emergency=emergency,
    )
