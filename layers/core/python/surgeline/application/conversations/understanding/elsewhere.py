"""Facts are gathered here that lie beyond a message, such as the customer's other channels.

A customer whom another channel's conversation did not help, or whom it asked about that, is found
by a name that both channels prove. The name's key is keyed, so that nobody learns an address or a
number from it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from surgeline.application.configuration import Configuration
from surgeline.application.conversations.understanding.first_events import goes_on_in
from surgeline.application.conversations.understanding.notices import with_notices
from surgeline.application.deliveries.known_customer import kind_of
from surgeline.application.ports.conversations import ConversationStore
from surgeline.application.ports.ledger import Ledger
from surgeline.application.thread_log import links_of
from surgeline.domain.customers.events import CustomerMoved
from surgeline.domain.customers.identity import CROSSING, crossing
from surgeline.domain.customers.known import surveyed_key
from surgeline.domain.events import CustomerWrote, Event, PoolResolved, TimerFired
from surgeline.domain.facts import Facts
from surgeline.domain.ids import keyed_id
from surgeline.domain.reading import SmallTalk
from surgeline.domain.survey.after_quiet import SURVEY_QUIET
from surgeline.domain.thread import LetDown, Thread

MOST_THREADS = 8


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Adds these facts. `key` is the key of ids, which is read when one is needed."""

    store: ConversationStore
    ledger: Ledger
    key: Callable[[], bytes]

    def __call__(
        self, facts: Facts, thread: Thread, event: Event, configuration: Configuration
    ) -> Facts:
        """Return the facts with those of notices and of the customer's other channels."""
        if isinstance(event, CustomerMoved) and event.before:
            return replace(facts, goes_on_in=goes_on_in(self.store, event.before))
        facts = with_notices(facts, thread, event, configuration, self.key)
        if facts.survey is not None and thread.proven and _may_ask(facts, event):
            facts = replace(facts, surveyed=self._surveyed(thread, facts.now))
        if not isinstance(event, CustomerWrote) or not _may_cross(facts, thread, event):
            return facts
        kind = kind_of(configuration, event.channel_id)
        others = (each for each in configuration.channels if each.id != event.channel_id)
        if not kind or not any(each.kind in CROSSING for each in others):
            return facts
        names = crossing(kind, event.sender, event.customer or {})
        if not names:
            return facts
        proven = tuple(keyed_id("c", self.key(), "let down", *each) for each in names)
        return replace(
            facts, proven=proven, let_down=self._found(proven, thread, configuration, facts.now)
        )

    def _found(
        self, proven: tuple[str, ...], thread: Thread, configuration: Configuration, now: int
    ) -> LetDown | None:
        """Return the newest let-down in the customer's other threads, or None."""
        others = self._others(proven, thread, now)
        found = [_as_seen_from(thread, each, configuration) for each in others]
        return max((each for each in found if each), key=lambda each: each.at, default=None)

    def _surveyed(self, thread: Thread, now: int) -> int | None:
        """Return when another channel last asked whether it helped, or None if none may again."""
        others = self._others(map(surveyed_key, thread.proven), thread, now)
        if any(each.survey_off for each in others):
            return None
        return max((each.surveyed_at for each in others), default=0)

    def _others(self, keys: Iterable[str], thread: Thread, now: int) -> list[Thread]:
        """Return the customer's other threads that these keys find."""
        links = [e for key in keys for e in self.ledger.find(links_of(key), limit=MOST_THREADS)]
        names = {each.id for each in links if each.expires_at > now and each.id != thread.id}
        return [other for name in sorted(names) if (other := self.store.thread(name))]


def _may_ask(facts: Facts, event: Event) -> bool:
    """Return whether the customer may be asked now whether the conversation helped."""
    reading = facts.reading
    thanks = isinstance(reading, SmallTalk) and reading.courtesy == "thanks"
    is_quiet = isinstance(event, TimerFired) and event.kind == SURVEY_QUIET
    return thanks or is_quiet or isinstance(event, PoolResolved)


def _may_cross(facts: Facts, thread: Thread, event: CustomerWrote) -> bool:
    """Return whether the message may begin a conversation of a customer who comes back."""
    if event.automatic or event.brought or not (facts.policy.let_down_days or facts.survey):
        return False
    current = thread.conversation
    if current is None or not current.is_open:
        return True
    return facts.now - current.last_customer_at > facts.rules.conversation_seconds * 1000


def _as_seen_from(thread: Thread, other: Thread, configuration: Configuration) -> LetDown | None:
    """Return the other thread's let-down. Articles of another base say nothing of the matter."""
    found = other.let_down
    if found is None or _base(configuration, thread) == _base(configuration, other):
        return found
    return replace(found, articles=())


def _base(configuration: Configuration, thread: Thread) -> str:
    named = {each.id: each.knowledge_base for each in configuration.channels}
    return named.get(thread.channel_id, "")
