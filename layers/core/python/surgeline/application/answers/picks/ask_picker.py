"""A model is asked about verdicts that are undecided here. Whatever it fails at changes nothing."""

from collections.abc import Callable
from functools import lru_cache
from typing import Final

from surgeline.application.answers.current_knowledge import Current
from surgeline.application.answers.picks.allowance import Allowance
from surgeline.application.ports.clock import Clock
from surgeline.application.ports.picking import Option, Picker, PickFailed
from surgeline.domain.redaction import redact
from surgeline.knowledge.answering.index import Index
from surgeline.knowledge.answering.picks import options_of, with_pick
from surgeline.knowledge.answering.verdict import Verdict

REST_SECONDS: Final = 30
"""After a failure nobody waits for the model for so long."""
QUESTION_CHARS: Final = 500
TITLE_CHARS: Final = 200
ANSWER_CHARS: Final = 500
REMEMBERED: Final = 4096


class Picks:
    """Asks a picker while the month's allowance lasts. Picks of the same question are remembered.

    `alarm(message, **fields)` is told of a failure. It gets no text.
    """

    def __init__(
        self, picker: Picker, allowance: Allowance, clock: Clock, alarm: Callable[..., None]
    ) -> None:
        self._picker = picker
        self._allowance = allowance
        self._clock = clock
        self._alarm = alarm
        self._rests_until = 0
        self._ask = lru_cache(REMEMBERED)(self._ask_once)

    def settled(self, index: Index, current: Current, verdict: Verdict, text: str) -> Verdict:
        """Return the verdict, after the model picked one of its candidates if it is undecided."""
        ids = options_of(verdict)
        if not ids or self._clock.now() < self._rests_until:
            return verdict
        try:
            place = self._ask(asked(text), shown(index, ids))
        except PickFailed as error:
            self._rests_until = self._clock.now() + REST_SECONDS * 1000
            self._alarm("pick_failed", model=self._picker.model, error=str(error))
            return verdict
        except _Spent:
            return verdict
        if place is None:
            return verdict
        return with_pick(verdict, ids[place], needed=current.picks_need(self._picker.model))

    def _ask_once(self, question: str, options: tuple[Option, ...]) -> int | None:
        if not self._allowance.take():
            raise _Spent
        return self._picker.pick(question, options)


class _Spent(Exception):
    """Raised where the month's picks are used up, so that nothing is remembered."""


def asked(text: str) -> str:
    """Return a question as the model sees it: short, without cards, addresses and phones."""
    return redact(text, "contact")[:QUESTION_CHARS]


def shown(index: Index, ids: tuple[str, ...]) -> tuple[Option, ...]:
    """Return the articles as the model sees them."""
    found = map(index.article, ids)
    return tuple(
        Option(each.title[:TITLE_CHARS], each.answer[:ANSWER_CHARS]) for each in found if each
    )
