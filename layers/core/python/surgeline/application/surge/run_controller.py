"""One look of the surge controller is carried out here: observe, decide, keep, and tell the pools.

The memory is written before any pool is told. Of two controllers at once only one writes, so that
no pool is asked twice. It is written again once all were told. A pool that was not told, because
the process died or the queue refused, is told at the next look.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from surgeline.application.books import id_of
from surgeline.application.configuration import Configuration, ConfigurationShelf
from surgeline.application.pools.capacity import capacity_event
from surgeline.application.ports.board import PoolBoard
from surgeline.application.ports.clock import Clock
from surgeline.application.ports.deliveries import Delivery
from surgeline.application.surge.observe import Observe, seats_of
from surgeline.application.surge.surge_books import NOW, SurgeBooks
from surgeline.domain.surge.control import Controlled, control
from surgeline.domain.surge.state import Decision, State
from surgeline.domain.texts import Words

BY: Final = "surge"
NOTED_MS: Final = 120_000
"""A pool that stays out is noted anew so seldom."""


class RunController:
    """The use case. The clock calls it each minute.

    `words` returns the texts for leads in a language.
    """

    def __init__(
        self,
        *,
        shelf: ConfigurationShelf,
        books: SurgeBooks,
        observe: Observe,
        board: PoolBoard,
        send: Callable[[Delivery], None],
        clock: Clock,
        words: Callable[[str], Words],
    ) -> None:
        self._shelf = shelf
        self._books = books
        self._observe = observe
        self._board = board
        self._send = send
        self._clock = clock
        self._words = words

    def __call__(self) -> Decision | None:
        """Take one look. Return the decision, or None where there was nothing to decide.

        A controller without pools looks at nothing. One that another controller overtook does
        nothing.
        """
        configuration = self._shelf.current()
        if configuration.surge.leads_nobody:
            return None
        now = self._clock.now()
        kept = self._books.memory.read(NOW)
        before = kept.document if kept else State()
        overrides = [each.document for each in self._books.overrides.all()]
        is_idle = not (before.leads or before.untold or before.ordered)
        if configuration.surge.mode == "off" and not overrides and is_idle:
            return None
        seen = self._observe(configuration, now, before.day, before.counted)
        words = self._words(configuration.reports.language)
        found = control(configuration.surge, seen, before, overrides, words=words)
        if not _is_news(found, before):
            return None
        version = kept.version if kept else 0
        untold = (*found.tell, *found.again)
        first = replace(found.state, untold=untold)
        if not self._books.memory.write(NOW, first, after=version, now=now):
            return None
        if not found.decision.is_quiet:
            self._books.decisions.replace(id_of(now), found.decision, now=now)
        self._tell(configuration, found, f"{BY}/{version + 1}", now)
        if untold:
            self._books.memory.write(NOW, found.state, after=version + 1, now=now)
        return found.decision

    def _tell(self, configuration: Configuration, found: Controlled, by: str, now: int) -> None:
        for source_id, people in sorted({**found.again, **found.tell}.items()):
            pool = next((each for each in configuration.pools if each.id == source_id), None)
            if pool is None:
                if source_id in found.tell:  # a call has an end of its own
                    why = found.decision.why[0]
                    self._observe.callers.ask(configuration, source_id, people, why=why, now=now)
                continue
            seats = seats_of(pool, people)
            wanted = self._board.want(
                pool.id, seats=seats, by=by, exactly=True, anew=source_id in found.again
            )
            if wanted is not None:
                window = found.state.windows.get(source_id)
                self._send(capacity_event(pool.id, wanted, by=by, at=now, window=window))


def _is_news(found: Controlled, before: State) -> bool:
    """Return whether there is anything to keep. A quiet minute like the last one costs nothing."""
    after = found.state
    same = _kept(after) == _kept(before)
    return bool(
        before.at == 0
        or not same
        or found.tell
        or found.again
        or not found.decision.is_quiet
        or any(at - before.out.get(name, 0) >= NOTED_MS for name, at in after.out.items())
    )


def _kept(state: State) -> tuple[object, ...]:
    return (state.day, state.told, state.counted, state.leads, state.proposal, state.ordered)
