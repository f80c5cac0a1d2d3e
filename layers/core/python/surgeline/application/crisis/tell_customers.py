"""Customers who asked about a topic before its incident was published are looked for here.

Each minute goes on where the one before stopped, so that a large number is told little by little.
The thread of each customer decides whether anything is said.

    incidents/told: how far the conversations were looked through, by the incident's id
"""

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from surgeline.application.configuration import Configuration
from surgeline.application.ports.clock import Clock
from surgeline.application.ports.conversations import ConversationStore
from surgeline.application.ports.notebook import Notebook
from surgeline.application.ports.outcomes import Outcomes, Place
from surgeline.application.ports.refusals import Changed
from surgeline.application.reports.read_cases import cases_of
from surgeline.domain.crisis.events import IncidentBegan
from surgeline.domain.crisis.incident import Incident
from surgeline.domain.events import Event
from surgeline.domain.ids import derived_id
from surgeline.reports.case import Case

PAGE: Final = "incidents/told"
AT_ONCE: Final = 500
"""So many conversations are looked at in a minute, so that news never crowds out answers."""
SETTLED_MS: Final = 10_000
"""After this time every worker knows the incident, so that nobody falls between the two."""
BEFORE_MS: Final = 86_400_000
"""A customer may have asked in a conversation that began so long before."""

_Done = dict[str, tuple[int, str] | None]
"""The place of the last conversation that was looked at, or None where all were."""


@dataclass(frozen=True, slots=True)
class TellCustomers:
    """The use case. A repeat tells nobody twice, because each thread knows the event's id."""

    notebook: Notebook
    store: ConversationStore
    outcomes: Outcomes
    send: Callable[[Sequence[Event]], None]
    clock: Clock
    _finished: set[str] = field(default_factory=set)

    def __call__(self, configuration: Configuration) -> int:
        """Look at the next conversations, and return how many customers were found.

        Without an incident that tells customers unasked nothing is read. Raises Unavailable.
        """
        now = self.clock.now()
        due = [each for each in configuration.incidents if self._is_due(each, now)]
        if not due:
            return 0
        page = self.notebook.read(PAGE)
        done = _decoded(page.body)
        incident = next((each for each in due if done.get(each.id, ()) is not None), None)
        self._finished.update(each.id for each in due if done.get(each.id, ()) is None)
        if incident is None:
            return 0
        events, after = self._found(incident, done.get(incident.id), now)
        if events:
            self.send(events)
        listed = {each.id for each in configuration.incidents}
        kept = {name: place for name, place in done.items() if name in listed}
        with suppress(Changed):  # another minute has looked at the same conversations
            body = json.dumps({**kept, incident.id: after}).encode()
            self.notebook.write(PAGE, body, after=page)
        return len(events)

    def _is_due(self, incident: Incident, now: int) -> bool:
        settled = now >= incident.starts_at + SETTLED_MS
        tells = incident.tells_since > 0 and incident.id not in self._finished
        return tells and settled and incident.state(now) == "running"

    def _found(
        self, incident: Incident, after: Place | None, now: int
    ) -> tuple[list[Event], Place | None]:
        """Return the events of the next customers, and how far that is, or None at the end."""
        since, until = incident.tells_since - BEFORE_MS, incident.starts_at + SETTLED_MS
        page = self.outcomes.find(since, until, after=after, limit=AT_ONCE)
        cases = (case for _, case in cases_of(self.store, page))
        events: list[Event] = [
            IncidentBegan(
                derived_id("e", incident.id, case.customer),
                case.customer,
                now,
                case.conversation_id,
                incident.id,
            )
            for case in cases
            if _asked(case, incident, now)
        ]
        return events, page[-1].place if len(page) == AT_ONCE else None


def _asked(case: Case, incident: Incident, now: int) -> bool:
    """Return whether the customer asked about the topic lately, and was not told since."""
    account = case.account
    if account is None or not case.is_open or case.last_customer_at < incident.tells_since:
        return False
    about = incident.is_general or incident.concerns(case.articles)
    return about and incident.holds(case.channel_id, now) and incident.id not in account.incidents


def _decoded(body: bytes) -> _Done:
    stored = json.loads(body) if body else {}
    return {name: (place[0], place[1]) if place else None for name, place in stored.items()}
