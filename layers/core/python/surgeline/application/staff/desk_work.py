"""A person at a desk says the same things as a vendor's system: the pool protocol's events.

Inside the pool a case belongs to one person. So an acceptance first takes the case from the desk,
by a conditional write, and then the offer for the pool, by another.
"""

from dataclasses import replace

from surgeline.application.configuration import CONSOLE, PoolSettings
from surgeline.application.pools.hear_pool import Heard, HearPool
from surgeline.application.pools.pool_says import (
    Accepts,
    Declines,
    Notes,
    PoolSays,
    Promises,
    ReadsNotice,
    Reports,
    Resolves,
    Returns,
    Sees,
    Transfers,
    Types,
    Writes,
)
from surgeline.application.ports.clock import Clock
from surgeline.application.ports.conversations import ConversationStore
from surgeline.application.ports.desk import Case, Desk, Presence, PresenceState
from surgeline.application.ports.refusals import Absent
from surgeline.application.ports.sockets import Sockets
from surgeline.application.ports.staff import Person
from surgeline.application.staff.tickets import room_of
from surgeline.domain.ids import thread_of
from surgeline.domain.pools import PRESENT_SECONDS
from surgeline.errors import BadRequest, Disagrees, Rejected

AWAY_SECONDS = 3_600
"""An empty desk is told to routing for so long. After that, offers are declined one by one."""

ENDS = Resolves | Returns | Transfers


class DeskWork:
    """The use cases of people at the desks of the console's pools."""

    def __init__(
        self,
        desk: Desk,
        hear: HearPool,
        store: ConversationStore,
        sockets: Sockets,
        clock: Clock,
    ) -> None:
        self._desk = desk
        self._hear = hear
        self._store = store
        self._sockets = sockets
        self._clock = clock

    def say(self, person: Person, pool: PoolSettings, own_id: str, said: PoolSays) -> Heard:
        """Hear one thing of a person. `own_id` is the page's id of it, the same for every repeat.

        Raises as HearPool does, and Disagrees where a colleague has the case.
        """
        if isinstance(said, Reports):
            raise BadRequest("people are counted by their presence", field="type")
        if isinstance(said, ReadsNotice):
            raise BadRequest(
                "each person reads for themselves; use /v1/staff/notices/read", field="type"
            )
        event_id = f"{person.id}/{own_id}"
        if isinstance(said, Accepts):
            return self._accept(person, pool, event_id, replace(said, agent=person.name))
        if isinstance(said, Declines):
            return self._decline(pool, event_id, said)
        self._own(person, pool, said.conversation_id)
        named: PoolSays = said
        if isinstance(said, Writes | Types | Sees | Promises):
            named = replace(said, agent=person.name)
        heard = self._hear(pool, event_id, named)
        if isinstance(said, ENDS):
            self._desk.clear(pool.id, said.conversation_id, epoch=said.epoch)
            self._tell(pool.id, "closed", said.conversation_id, person.id)
        elif isinstance(said, Writes | Notes | Promises):
            self._tell(pool.id, "said", said.conversation_id, person.id)
        return heard

    def give(
        self, person: Person, pool: PoolSettings, conversation_id: str, *, epoch: int, to: Person
    ) -> None:
        """Give a case to a colleague who is at the desk. The pool stays the owner."""
        self._own(person, pool, conversation_id)
        sitting = self._desk.sitting(pool.id, now=self._clock.now())
        if to.id not in {each.person_id for each in sitting}:
            raise Disagrees(f"{to.name} is not at the desk now", state="away")
        if not self._desk.give(pool.id, conversation_id, epoch=epoch, person_id=to.id):
            raise Disagrees("the conversation is over, or was passed on", state="closed")
        self._tell(pool.id, "given", conversation_id, to.id)

    def sit(self, person: Person, pool: PoolSettings, state: PresenceState) -> int:
        """Note whether the person is at the desk, and tell routing how many people are.

        Return the seats that count from now. A person who is finishing takes nothing new, and
        counts with the conversations that they still have.
        """
        now = self._clock.now()
        until = now + PRESENT_SECONDS * 1000
        before = {each.person_id: each.state for each in self._sitting(pool.id)}
        self._desk.sit(Presence(pool.id, person.id, state, until))
        sitting = self._sitting(pool.id)
        here = sum(each.state == "here" for each in sitting)
        finishing = {each.person_id for each in sitting if each.state == "finishing"}
        busy = sum(each.person_id in finishing for each in self._desk.cases(pool.id))
        seats = here + -(-busy // pool.chats_per_seat)
        report = Reports(seats=seats, valid_seconds=PRESENT_SECONDS if seats else AWAY_SECONDS)
        self._hear(pool, f"presence/{person.id}/{now}", report)
        if before.get(person.id, "away") != state:
            self._tell(pool.id, "presence", "", person.id)
        return seats

    def _sitting(self, pool_id: str) -> list[Presence]:
        return self._desk.sitting(pool_id, now=self._clock.now())

    def _accept(self, person: Person, pool: PoolSettings, event_id: str, said: Accepts) -> Heard:
        mine = [each for each in self._desk.cases(pool.id) if each.person_id == person.id]
        held = [each for each in mine if each.conversation_id != said.conversation_id]
        if len(held) >= pool.chats_per_seat:
            held = [each for each in held if not self._is_promised(each)]
        if len(held) >= pool.chats_per_seat:
            raise Disagrees(
                f"you have {len(held)} conversations, and a seat of {pool.id!r} has at most "
                f"{pool.chats_per_seat}",
                state="full",
            )
        place = (pool.id, said.conversation_id)
        if not self._desk.take(*place, offer_id=said.offer_id, person_id=person.id):
            raise Disagrees("a colleague was quicker, or the offer is over", state="taken")
        try:
            heard = self._hear(pool, event_id, said)
        except Rejected:
            self._forget(pool.id, said.conversation_id, said.offer_id)
            raise
        self._tell(pool.id, "taken", said.conversation_id, person.id)
        return heard

    def _is_promised(self, case: Case) -> bool:
        """Return whether the case is looked into until a promised time, and needs no seat."""
        thread = self._store.thread(thread_of(case.conversation_id))
        conversation = thread.conversation if thread else None
        promise = conversation.promise if conversation else None
        return promise is not None and not promise.broken_at

    def _decline(self, pool: PoolSettings, event_id: str, said: Declines) -> Heard:
        """Send the offer on to the next pool, for the whole desk."""
        heard = self._hear(pool, event_id, said)
        self._forget(pool.id, said.conversation_id, said.offer_id)
        return heard

    def _forget(self, pool_id: str, conversation_id: str, offer_id: str) -> None:
        """Take an offer that is over off the desk."""
        case = self._desk.case(pool_id, conversation_id)
        if case is not None:
            self._desk.clear(pool_id, conversation_id, epoch=case.epoch, offer_id=offer_id)
        self._tell(pool_id, "withdrawn", conversation_id, "")

    def _own(self, person: Person, pool: PoolSettings, conversation_id: str) -> None:
        """Refuse a person who does not have the case, unless they lead.

        A case that has just left the desk is judged by the pool protocol.
        """
        case = self._desk.case(pool.id, conversation_id)
        if case is not None and not may_act(person, case):
            raise Disagrees("a colleague has this conversation", state="colleague")

    def _tell(self, pool_id: str, change: str, conversation_id: str, person_id: str) -> None:
        said = {
            "type": "desk",
            "change": change,
            "conversation_id": conversation_id,
            "person_id": person_id,
        }
        self._sockets.push(room_of(pool_id), said)


def check_desk(person: Person, pool: PoolSettings | None) -> PoolSettings:
    """Return the pool if it works in the console and the person may work in it.

    A pool of others looks like an unknown one. Raises Absent.
    """
    if pool is None or pool.reached_by != CONSOLE or not _works_in(person, pool.id):
        raise Absent("there is no such pool of yours in the console")
    return pool


def _works_in(person: Person, pool_id: str) -> bool:
    return pool_id in person.pools or person.role != "agent"


def may_act(person: Person, case: Case) -> bool:
    """Return whether the person has the case, or leads and may act in it."""
    return case.person_id == person.id or (case.state == "taken" and person.role != "agent")
