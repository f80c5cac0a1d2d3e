"""A lead gives a conversation to a pool, over the writer of its thread."""

from collections.abc import Callable, Iterable

from surgeline.application.configuration import ConfigurationShelf
from surgeline.application.drills import KEPT_APART
from surgeline.application.ports.clock import Clock
from surgeline.application.ports.conversations import ConversationStore
from surgeline.application.ports.refusals import Absent
from surgeline.application.reports.pool_stands import Stand
from surgeline.domain.events import ConversationAssigned, Event
from surgeline.domain.ids import derived_id, thread_of
from surgeline.domain.thread import Conversation
from surgeline.errors import BadRequest, Disagrees


class AssignConversation:
    """The use case. `stands` returns how each pool stands now."""

    def __init__(
        self,
        *,
        store: ConversationStore,
        shelf: ConfigurationShelf,
        stands: Callable[[], Iterable[Stand]],
        emit: Callable[[Event], None],
        clock: Clock,
    ) -> None:
        self._store = store
        self._shelf = shelf
        self._stands = stands
        self._emit = emit
        self._clock = clock

    def __call__(
        self, conversation_id: str, to: str, *, epoch: int, who: str, reason: str
    ) -> ConversationAssigned:
        """Have the pool asked first, if it can take the conversation now.

        `epoch` is the ownership that the lead has seen. Raises Absent, BadRequest and Disagrees.
        """
        current, drill = self._current(conversation_id)
        if not current.is_open:
            raise Disagrees("the conversation is over", state="closed")
        if current.epoch != epoch:
            raise Disagrees(
                "the conversation has changed hands meanwhile; look at it again",
                state=current.owner.kind,
            )
        if current.owner.pool_id == to:
            raise Disagrees(f"the pool {to!r} has the conversation already", state="pool")
        self._check_room(to, drill=drill)
        now = self._clock.now()
        event = ConversationAssigned(
            id=derived_id("e", conversation_id, f"assign/{now}/{to}"),
            thread_id=thread_of(conversation_id),
            at=now,
            conversation_id=conversation_id,
            epoch=epoch,
            to=to,
            reason=reason,
            by=who,
        )
        self._emit(event)
        return event

    def _current(self, conversation_id: str) -> tuple[Conversation, bool]:
        """Return the conversation, and whether it is one of a drill. Raises Absent."""
        thread = self._store.thread(thread_of(conversation_id))
        current = thread.conversation if thread else None
        if thread is None or current is None or current.id != conversation_id:
            raise Absent("there is no such conversation that goes on")
        return current, thread.drill

    def _check_room(self, to: str, *, drill: bool) -> None:
        """Refuse a pool that would not be asked, so that the lead is not told otherwise."""
        if (pool := self._shelf.pool(to)) is None:
            known = ", ".join(each.id for each in self._shelf.current().pools) or "none yet"
            raise BadRequest(f"there is no pool {to!r}; the pools are: {known}", field="to")
        if pool.drill != drill:
            raise BadRequest(KEPT_APART, field="to")
        stand = next(each for each in self._stands() if each.pool_id == to)
        if stand.state not in ("open", "draining"):
            raise Disagrees(f"the pool {to!r} can't take it now: {stand.why}", state=stand.state)
