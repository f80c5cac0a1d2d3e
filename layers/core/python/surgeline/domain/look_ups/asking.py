"""The company's own system is asked here for a customer, and is told of cases and ends.

Nothing waits for a look-up but an answer that names a value. Offers go out without it.
"""

from surgeline.domain.customers.known import CustomerData, Known, customer_key, surveyed_key
from surgeline.domain.effects import LinkThread, LookUpCustomer, LookUpPurpose, TellCompany
from surgeline.domain.events import CustomerWrote, PoolResolved
from surgeline.domain.turn import Turn

HANDOFF_MILLISECONDS = 10_000
"""A look-up for people that was not begun within this time is given up."""
LINKED_DAYS = 90
"""So long a customer's other threads find this one, from the last look-up on."""
MOST_LINKS = 5
"""A thread is linked to so many customers at most, and keeps the newest links."""
DAY_MILLISECONDS = 86_400_000
ANSWER_MILLISECONDS = 900
"""The longest that an answer waits for a value before it is said with its fallback."""


def ask_for_people(turn: Turn, *, first: bool) -> None:
    """Look the customer up for the people who are asked, and open a case for the `first` request.

    Nothing is asked where no system is connected, or where the conversation knows already.
    """
    data = turn.facts.customer_data
    if data is None or not isinstance(turn.event, CustomerWrote):
        return
    look_up(turn, data, "handoff", turn.facts.now + HANDOFF_MILLISECONDS)
    if first and data.cases:
        turn.effects.append(
            TellCompany(
                turn.new_id("n", "case"),
                turn.conversation.id,
                "customer.case",
                customer_id=data.id_in(turn.conversation.known),
                identities=data.identities,
                reason=turn.handoff.reason,
                priority=turn.handoff.priority,
                about_seq=turn.event_seq,
            )
        )


def look_up(turn: Turn, data: CustomerData, purpose: LookUpPurpose, expires_at: int) -> bool:
    """Ask for the customer, unless the conversation knows or nothing is proven. Return whether."""
    known, now = turn.conversation.known, turn.facts.now
    if known is not None and known.system == data.system and known.stands(now):
        return False
    if not data.identities:
        why = "the channel does not prove who writes"
        turn.change(known=Known("unproven", now, why=why, system=data.system))
        return False
    turn.change(known=Known("asked", now, system=data.system))
    turn.effects.append(
        LookUpCustomer(
            turn.new_id("n", "look_up"),
            turn.conversation.id,
            purpose,
            data.identities,
            expires_at,
        )
    )
    return True


def link_thread(turn: Turn) -> None:
    """Have the thread found by its customer's other threads.

    The thread keeps the links' keys, and drops the oldest link where there are too many.
    """
    current = turn.current
    known = current.known if current else None
    if known is None or not known.customer_id:
        return
    key = customer_key(known.customer_id, known.system)
    links = (*(each for each in turn.header.links if each != key), key)
    turn.change_header(links=links[-MOST_LINKS:])
    for each in links[:-MOST_LINKS]:
        _link(turn, each, turn.facts.now)
    _link(turn, key, turn.facts.now + LINKED_DAYS * DAY_MILLISECONDS)


def unlink_thread(turn: Turn) -> None:
    """Have the thread found no more by other threads of any customer that it was linked to."""
    current = turn.current
    known = current.known if current else None
    keys = {*turn.header.links, *turn.header.proven, *map(surveyed_key, turn.header.proven)}
    if known is not None and known.customer_id:
        keys.add(customer_key(known.customer_id, known.system))  # an earlier release kept no keys
    for each in sorted(keys):
        _link(turn, each, turn.facts.now)


def _link(turn: Turn, key: str, expires_at: int) -> None:
    turn.effects.append(LinkThread(turn.new_id("n", "link"), key, expires_at))


def note_end(turn: Turn, event: PoolResolved) -> None:
    """Have a pool's summary of the end kept with the customer, if the company wants that."""
    data = turn.facts.customer_data
    if data is None or not data.notes or not event.summary.strip():
        return
    customer_id = data.id_in(turn.conversation.known)
    if not customer_id:
        return
    turn.effects.append(
        TellCompany(
            turn.new_id("n", "note"),
            turn.conversation.id,
            "customer.note",
            customer_id=customer_id,
            reason=event.outcome,
            text=event.summary,
        )
    )
