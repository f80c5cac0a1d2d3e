"""The uses of a knowledge base's articles, and their proof, are read here."""

from collections import defaultdict, deque
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Final

from surgeline.application.answers.states.ledger import Standing
from surgeline.application.configuration import Configuration
from surgeline.application.ports.conversations import ConversationStore
from surgeline.application.ports.outcomes import Outcomes
from surgeline.application.reports.read_cases import read_cases
from surgeline.reports.case import Case
from surgeline.reports.closing import Event, Proof, Told, events_of, proof_of, told_in

DAYS: Final = 90
"""Uses of so many days count."""
MOST_CASES: Final = 100_000
"""So many of the newest conversations count."""
DAY_MS: Final = 86_400_000


class Proofs:
    """The events of the articles of one knowledge base. They are read once, when first asked."""

    def __init__(
        self,
        store: ConversationStore,
        outcomes: Outcomes,
        configuration: Configuration,
        knowledge_base: str,
        *,
        at: int,
    ) -> None:
        self._store = store
        self._outcomes = outcomes
        self._configuration = configuration
        self._base = knowledge_base
        self._at = at

    def events(self, article_id: str) -> list[Event]:
        """Return what happened with an article in the last 90 days."""
        return list(self._events.get(article_id, ()))

    def of(self, article_id: str, standing: Standing) -> Proof:
        """Return what the uses of an article prove since `standing.counts_since`."""
        since = standing.counts_since
        return proof_of(each for each in self.events(article_id) if each.at >= since)

    def verdicts(self, article_id: str, since: int) -> list[Told]:
        """Return what people made of an article from a time (ms) on, the oldest first."""
        return [each for each in self._told.get(article_id, ()) if each.at >= since]

    @cached_property
    def _cases(self) -> Sequence[Case]:
        channels = {
            each.id for each in self._configuration.channels if each.knowledge_base == self._base
        }
        since = self._at - DAYS * DAY_MS
        read = read_cases(self._store, self._outcomes, since, self._at + 1)
        return deque((each for each in read if each.channel_id in channels), MOST_CASES)

    @cached_property
    def _told(self) -> Mapping[str, list[Told]]:
        found: dict[str, list[Told]] = defaultdict(list)
        for each in told_in(self._cases):
            found[each.article_id].append(each)
        return found

    @cached_property
    def _events(self) -> Mapping[str, list[Event]]:
        found: dict[str, list[Event]] = defaultdict(list)
        for event in events_of(
            self._cases,
            at=self._at,
            quiet=self._configuration.rules.conversation_seconds * 1000,
            returns=self._configuration.reports.return_days * DAY_MS,
        ):
            found[event.article_id].append(event)
        return found
