"""Each minute the numbers of the rules are read, and alerts are raised and cleared by them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

from surgeline.application.alerts.alerts import Alerts
from surgeline.application.configuration import Configuration
from surgeline.application.pools.scores import PAGE as SCORES
from surgeline.application.pools.scores import decoded
from surgeline.application.ports.condition import Inspection
from surgeline.application.ports.notebook import Notebook
from surgeline.application.ports.queues import DeadLetters
from surgeline.application.reports.live_state import LiveState
from surgeline.application.watch.lapses import Lapses
from surgeline.application.watch.left_mails import left_mails
from surgeline.application.watch.readings import (
    readings_of_answers,
    readings_of_budget,
    readings_of_hour,
    readings_of_lapses,
    readings_of_pools,
    readings_of_queues,
    words_in,
)
from surgeline.domain.alerts.book import Reading, judged
from surgeline.domain.alerts.rules import rules_of
from surgeline.domain.texts import Words
from surgeline.errors import SurgelineError

Source = Callable[[], Iterable[Reading]]
RULES_OF: Final[Mapping[str, tuple[str, ...]]] = {
    "pools": (
        "oldest_waiting",
        "queue_length",
        "nobody_open",
        "endpoint_resting",
        "pool_disabled",
        "promise_at_risk",
        "waiting_for_closed",
        "cap_near",
    ),
    "budget": ("budget", "budget_spent"),
    "hour": ("first_reply", "not_helped", "not_accepted", "timed_out"),
    "lapses": ("promise_broken", "callback_missed", "reply_undelivered"),
}
"""The rules that a source reads. A source that is not here reads the rule of its own name."""


@dataclass(frozen=True, slots=True)
class Watch:
    """The use case. `mails` returns the keys of the mails that were not taken in yet.

    `spikes` returns the topics that unusually many ask about now, and how many customers do.
    `unreached` returns the rotas whose last test page nobody answered, and `unasked` those whose
    last one could ask nobody.
    `words` returns the texts for leads in a language. `alarm` is told of what could not be read.
    """

    alerts: Alerts
    notebook: Notebook
    inspection: Inspection
    letters: DeadLetters
    mails: Callable[[], list[str]]
    spikes: Callable[[], Mapping[str, int]]
    unreached: Callable[[], Iterable[str]]
    unasked: Callable[[], Iterable[str]]
    words: Callable[[str], Words]
    alarm: Callable[..., None]

    def __call__(self, live: LiveState, configuration: Configuration) -> tuple[Reading, ...]:
        """Judge this moment by every rule, and return what was read. Raises Unavailable.

        A number that can't be read leaves its alerts as they are, and the others are judged.
        """
        found = tuple(self._read(live, configuration))
        words = partial(words_in, self.words(configuration.reports.language))
        rules = rules_of(configuration.alerts)
        self.alerts.change(lambda book: judged(book, rules, found, words, at=live.at))
        return found

    def _read(self, live: LiveState, configuration: Configuration) -> Iterator[Reading]:
        sources: Mapping[str, Source] = {
            "pools": lambda: readings_of_pools(live),
            "hour": lambda: readings_of_hour(live),
            "budget": lambda: readings_of_budget(live),
            "not_confirmed": lambda: (
                readings_of_answers(decoded(self.notebook.read(SCORES).body))
                if configuration.survey.enabled
                else ()
            ),
            "worker_lag": lambda: readings_of_queues(self.inspection.backlogs()),
            "undelivered": lambda: [Reading("undelivered", self.letters.count())],
            "topic_spike": lambda: [
                Reading("topic_spike", count, topic) for topic, count in self.spikes().items()
            ],
            "test_page": lambda: [Reading("test_page", 1, rota) for rota in self.unreached()],
            "test_page_unasked": lambda: [
                Reading("test_page_unasked", 1, rota) for rota in self.unasked()
            ],
            "lapses": lambda: readings_of_lapses(Lapses(self.notebook).all(), now=live.at),
            "kept_mails": lambda: [
                Reading("kept_mails", left_mails(self.notebook, self.mails(), now=live.at))
            ],
        }
        for name, source in sources.items():
            try:
                yield from list(source())
            except SurgelineError as error:
                self.alarm("not_read", number=name, error=type(error).__name__)
                yield from (Reading(rule, None) for rule in RULES_OF.get(name, (name,)))
