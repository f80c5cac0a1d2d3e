"""The surge controller calls people on call here: a rota is a source of people like a pool.

It has one call of each rota at a time, and changes how many that call asks for.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from surgeline.application.books import Page
from surgeline.application.configuration import Configuration
from surgeline.application.on_call.call_books import CallBooks
from surgeline.application.on_call.lead_calls import call_of
from surgeline.domain.on_call.call import Call, Coming
from surgeline.domain.on_call.rota import on_call
from surgeline.domain.surge.facts import Source
from surgeline.domain.surge.policy import rota_source

CONTROLLER: Final = "the controller"


class LedRotas:
    """See application.surge.observe.Callers. `name` makes the id of a call of a time."""

    def __init__(self, books: CallBooks, name: Callable[[int], str]) -> None:
        self._books = books
        self._name = name

    def sources(self, configuration: Configuration, now: int) -> Mapping[str, tuple[Source, int]]:
        """Return each rota as a source, with how many were called of it."""
        policy, settings = configuration.surge, configuration.on_call
        if not policy.rotas:
            return {}
        swaps, found = self._books.swaps_at(now), {}
        own = self._own(now)
        for led in policy.rotas:
            rota = settings.rota(led.rota)
            if rota is None:
                continue
            order = on_call(rota, now, swaps)
            page = own.get(rota.id)
            source = Source(
                id=rota_source(rota.id),
                here=page.document.here(now) if page else 0,
                maximum=len(order) if led.most is None else min(led.most, len(order)),
                cost_per_hour=led.cost_per_hour,
                start_up_seconds=60.0 * (rota.answer_minutes + rota.arrives_minutes),
                minimum_seconds=60.0 * rota.stays_minutes,
                is_out=not order or not settings.address,
            )
            found[source.id] = (source, page.document.people if page else 0)
        return found

    def coming(self, now: int) -> Sequence[Coming]:
        """Return who said to a lead that they come later. The controller counts its own calls."""
        calls = (page.document for page in self._books.recent(now))
        others = (each for each in calls if each.opened_by != CONTROLLER)
        return [coming for each in others for coming in each.still_to_come(now)]

    def ask(
        self, configuration: Configuration, source_id: str, people: int, *, why: str, now: int
    ) -> None:
        """Change the rota's call, open one, or close it."""
        settings = configuration.on_call
        rota = next((each for each in settings.rotas if rota_source(each.id) == source_id), None)
        if rota is None:
            return
        page = self._own(now).get(rota.id)
        if page is not None:
            call = page.document
            after = replace(call, people=people) if people else call.closed(now, CONTROLLER)
            self._books.calls.write(call.id, after, after=page.version, now=now)
        elif people:
            order = on_call(rota, now, self._books.swaps_at(now))
            call = call_of(
                rota, order, people, name=self._name(now), why=why, who=CONTROLLER, now=now
            )
            self._books.calls.write(call.id, call, after=0, now=now)

    def _own(self, now: int) -> dict[str, Page[Call]]:
        """Return the controller's open call of each rota."""
        return {
            page.document.group: page
            for page in reversed(self._books.recent(now))
            if page.document.opened_by == CONTROLLER and page.document.is_open(now)
        }
