"""A person's acts in a tool of their own become what a pool says in the pool protocol.

Tools know neither offers nor epochs. The link of a place has them, so a word in an old place is
stale as it would be from a vendor. Inside the pool an offer belongs to one person, by a conditional
write.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from surgeline.application.configuration import PoolSettings
from surgeline.application.deliveries.to_desks.desk_files import wanted_file
from surgeline.application.desks.acts import (
    Act,
    Attached,
    Closed,
    Corrected,
    DeskSaid,
    GaveBack,
    Left,
    Noted,
    PassedOn,
    Promised,
    Said,
    Took,
    Typed,
    Unsent,
)
from surgeline.application.desks.late_file import File, no_file
from surgeline.application.desks.tell_desk import FILE, TellDesk
from surgeline.application.pools.hear_pool import HearPool
from surgeline.application.pools.pool_says import (
    Accepts,
    Declines,
    Notes,
    Promises,
    Resolves,
    Returns,
    Transfers,
    Types,
    Writes,
)
from surgeline.application.pools.receive_pool_event import TooEarly
from surgeline.application.ports.clock import Clock
from surgeline.application.ports.desk_links import DeskLink, DeskLinks
from surgeline.application.ports.offers import Offers
from surgeline.application.ports.refusals import Absent
from surgeline.domain.times import rfc3339
from surgeline.errors import BadRequest, Disagrees, Unavailable

SETTLE_SECONDS = 3
"""What ends a conversation takes effect so much later, because a reply before it may come after."""
ON_ITS_WAY_MS = 60_000
"""How long words may be on their way before their change is told to come too early."""
NO_EPOCH = -1
"""The epoch in the link of a changed message, which is no place of an offer."""
TAKEN_BEFORE = "taken"
"""The state of an event that repeats another one's id with other words."""

OfferOf = Callable[[DeskSaid], str]
"""Returns the offer that an unknown place was made for, or an empty text for other talk."""


def named_offer(said: DeskSaid) -> str:
    """Return the offer that the event itself names."""
    return said.offer_id


class HearDesk:
    """The use case.

    `hear` hears a pool. `hear_end` does the same for what ends a conversation, after
    `SETTLE_SECONDS`.
    """

    def __init__(
        self,
        *,
        links: DeskLinks,
        offers: Offers,
        hear: HearPool,
        hear_end: HearPool,
        tell: TellDesk,
        clock: Clock,
        file: File = no_file,
    ) -> None:
        self._links = links
        self._offers = offers
        self._hear = hear
        self._hear_end = hear_end
        self._tell = tell
        self._file = file
        self._clock = clock
        self._rows: Mapping[type, Callable[[_Heard, Any], bool]] = {
            Took: self._took,
            Left: self._left,
            Said: self._said,
            Corrected: self._corrected,
            Attached: self._attached,
            Noted: self._noted,
            Closed: self._closed,
            GaveBack: self._gave_back,
            PassedOn: self._passed_on,
            Promised: self._promised,
            Typed: self._typed,
            Unsent: self._unsent,
        }

    def __call__(self, pool: PoolSettings, said: DeskSaid, offer_of: OfferOf = named_offer) -> str:
        """Hear the acts of one event. Return what became of them, for the log.

        An act that is refused is told to the place, and the acts behind it have no effect.
        `offer_of` is asked about a place that is not known. Raises Unavailable, and hearing the
        event again is harmless.
        """
        link = self._links.find(pool.id, said.ref) or self._found(pool, said, offer_of)
        if link is None:
            return "unknown place"
        for number, act in enumerate(said.acts):
            heard = _Heard(pool, link, said, f"{said.ref}/{said.own_id}/{number}")
            if not self._one(heard, act):
                return "refused"
        return "heard"

    def _found(self, pool: PoolSettings, said: DeskSaid, offer_of: OfferOf) -> DeskLink | None:
        """Tie the place of an offer to it, or return None for a place that is none of ours.

        The tool's own answer, which names the place, may be lost or still on its way here.
        """
        offer_id = offer_of(said)
        offer = self._offers.read(offer_id) if offer_id else None
        if offer is None or offer.pool_id != pool.id:
            return None
        offered_at = offer.expires_at - pool.ring_seconds * 1000
        link = DeskLink(
            pool_id=pool.id,
            ref=said.ref,
            conversation_id=offer.conversation_id,
            offer_id=offer.offer_id,
            epoch=offer.epoch,
            at=min(offered_at, self._clock.now()),
        )
        self._links.tie(link)
        return link

    def _one(self, heard: "_Heard", act: Act) -> bool:
        try:
            return self._rows[type(act)](heard, act)
        except TooEarly:
            return False  # people talk beside an offer that nobody has taken
        except BadRequest:
            named = act.to if isinstance(act, PassedOn) else ""
            why = "too_far" if isinstance(act, Promised) else "no_pool"
            self._tell(heard.link, heard.own_id, why, about=named)
        except (Disagrees, Absent) as error:
            state = error.state if isinstance(error, Disagrees) else ""
            if state == TAKEN_BEFORE:
                return True
            if not heard.said.quiet:
                self._tell(heard.link, heard.own_id, "late", about=state or "")
        return False

    # ------------------------------------------------------------ the offer

    def _took(self, heard: "_Heard", act: Took) -> bool:
        """Take the place for the person, and then the offer for the pool."""
        del act
        link, person = heard.link, heard.said.person
        holder = self._links.take(heard.pool.id, link.ref, person)
        if holder != person and heard.said.quiet:
            return False
        if holder != person:
            known = self._offers.read(link.offer_id)
            self._tell(link, heard.own_id, "colleague", agent=known.agent if known else None)
            return False
        accepts = Accepts(link.conversation_id, link.offer_id, heard.said.agent)
        self._hear(heard.pool, heard.own_id, accepts)
        self._tell(link, heard.own_id, "taken", agent=heard.said.agent)
        context = self._file(heard.pool, link)
        if context is not None:
            self._tell(link, heard.own_id, FILE, context=context)
        return True

    def _left(self, heard: "_Heard", act: Left) -> bool:
        link = heard.link
        declines = Declines(link.conversation_id, link.offer_id, act.reason)
        self._hear(heard.pool, heard.own_id, declines)
        self._tell(link, heard.own_id, "declined", agent=heard.said.agent)
        return True

    def _is_open(self, heard: "_Heard") -> bool:
        offer = self._offers.read(heard.link.offer_id)
        return offer is not None and offer.status == "open"

    def _taken(self, heard: "_Heard") -> bool:
        """Take an offer that is still open, because a person already works on it."""
        if not self._is_open(heard):
            return True
        return self._took(heard, Took())

    # ------------------------------------------------------------ the conversation

    def _said(self, heard: "_Heard", act: Said) -> bool:
        if not self._taken(heard):
            return False
        link = heard.link
        writes = Writes(link.conversation_id, link.epoch, act.text, heard.said.agent)
        self._hear(heard.pool, heard.own_id, writes)
        return True

    def _corrected(self, heard: "_Heard", act: Corrected) -> bool:
        """Say changed words once the customer has those before. Raises Unavailable until then."""
        pool, link, agent = heard.pool, heard.link, heard.said.agent
        reached = self._hear.took(pool, f"{link.ref}/{act.of}", link.conversation_id)
        if reached is None and self._clock.now() - act.at < ON_ITS_WAY_MS:
            raise Unavailable("the words before the change are on their way", retry_after_seconds=1)
        if not reached:
            self._tell(link, heard.own_id, "unsaid")
            return False
        if not self._is_newest(heard, act):
            return False
        writes = Writes(link.conversation_id, link.epoch, act.text, agent, corrects=True)
        self._hear(pool, heard.own_id, writes)
        self._tell(link, heard.own_id, "corrected")
        return True

    def _is_newest(self, heard: "_Heard", act: Corrected) -> bool:
        """Keep the time of a change in the link of its message, which a later one replaces."""
        link, ref = heard.link, f"{heard.link.ref}/{act.of}"
        change = replace(link, ref=ref, offer_id=heard.own_id, epoch=NO_EPOCH, at=act.changed_at)
        self._links.tie(change)
        newest = self._links.find(link.pool_id, ref)
        return newest is None or newest.at <= act.changed_at

    def _attached(self, heard: "_Heard", act: Attached) -> bool:
        """Have a file fetched for the customer."""
        if not self._taken(heard):
            return False
        link, now = heard.link, self._clock.now()
        self._hear.check(heard.pool, link.conversation_id, link.epoch)
        self._tell.send(
            wanted_file(
                link, heard.own_id, ref=act.ref, name=act.name, agent=heard.said.agent, now=now
            )
        )
        return True

    def _noted(self, heard: "_Heard", act: Noted) -> bool:
        link = heard.link
        self._hear(heard.pool, heard.own_id, Notes(link.conversation_id, link.epoch, act.text))
        return True

    def _promised(self, heard: "_Heard", act: Promised) -> bool:
        """Promise the customer word, and confirm the time to the place."""
        if not self._taken(heard):
            return False
        link, agent = heard.link, heard.said.agent
        until = self._clock.now() + act.seconds * 1000
        promises = Promises(link.conversation_id, link.epoch, until, act.text, agent)
        self._hear(heard.pool, heard.own_id, promises)
        self._tell(link, heard.own_id, "pending", agent=agent, about=rfc3339(until))
        return True

    def _closed(self, heard: "_Heard", act: Closed) -> bool:
        if not self._taken(heard):
            return False
        link = heard.link
        resolves = Resolves(link.conversation_id, link.epoch, act.outcome)
        return self._end(heard, resolves, "closed", about=act.outcome)

    def _gave_back(self, heard: "_Heard", act: GaveBack) -> bool:
        if self._is_open(heard):
            return self._left(heard, Left(act.reason or "returned"))
        link = heard.link
        returns = Returns(link.conversation_id, link.epoch, act.reason)
        return self._end(heard, returns, "returned")

    def _passed_on(self, heard: "_Heard", act: PassedOn) -> bool:
        if self._is_open(heard):
            return self._left(heard, Left(act.reason or "transferred"))
        link = heard.link
        transfers = Transfers(link.conversation_id, link.epoch, act.to, act.reason)
        return self._end(heard, transfers, "passed_on", about=act.to)

    def _end(
        self, heard: "_Heard", said: Resolves | Returns | Transfers, what: str, **about: str | None
    ) -> bool:
        self._hear_end(heard.pool, heard.own_id, said)
        self._tell(heard.link, heard.own_id, what, agent=heard.said.agent, **about)
        return True

    def _typed(self, heard: "_Heard", act: Typed) -> bool:
        """Show the typing. It is no loss where it comes too late."""
        del act
        link = heard.link
        types = Types(link.conversation_id, link.epoch, heard.said.agent)
        try:
            self._hear(heard.pool, heard.own_id, types)
        except (Disagrees, Absent):
            return False
        return True

    def _unsent(self, heard: "_Heard", act: Unsent) -> bool:
        about = {"about": act.about, **({"reason": act.reason} if act.reason else {})}
        self._tell(heard.link, heard.own_id, act.why, **about)
        return act.why == "file"  # the files beside it go


@dataclass(frozen=True, slots=True)
class _Heard:
    """The surroundings of one act: the pool, the place, the event and the act's own id."""

    pool: PoolSettings
    link: DeskLink
    said: DeskSaid
    own_id: str
