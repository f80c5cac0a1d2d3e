"""Another system's ids are other people's, so nothing that one system knew is told to the next."""

from typing import Any, cast

import pytest
from surgeline.domain.customers.events import CustomerLookedUp
from surgeline.domain.customers.file import CustomerFile, Found, Profile
from surgeline.domain.customers.identity import Identity
from surgeline.domain.customers.known import CustomerData, Known
from surgeline.domain.customers.settings import CustomerSettings
from surgeline.domain.decide import decide
from surgeline.domain.effects import LinkThread, TellCompany
from surgeline.domain.events import PoolResolved
from surgeline.domain.facts import Facts
from surgeline.domain.look_ups.asking import look_up, note_end
from surgeline.domain.thread import Conversation, Thread
from surgeline.domain.turn import Turn

NOW = 1_772_366_400_000
OLD = CustomerSettings(kind="shopify", url="https://old.example").system
NEW = CustomerSettings(kind="shopify", url="https://new.example").system
KIM = (Identity("email", "kim@example.com", "email"),)
RESOLVED = PoolResolved("e1", "t1", NOW, "c1", "north", 1, "resolved", "A refund")


def turn(event: Any, asks: str, knows: str) -> Turn:
    """Return a turn that asks one system, of a conversation whose customer another one knows."""
    known = Known("found", NOW, customer_id="17", system=knows)
    thread = Thread("t1", "web", "v", conversation=Conversation("c1", 1, NOW, 1, known=known))
    data = CustomerData(KIM, notes=True, system=asks)
    return Turn(thread, event, Facts(now=NOW, customer_data=data), cast(Any, None))


def link(system: str) -> str:
    """Return the key by which a customer's other threads are found."""
    found = Found("found", CustomerFile(Profile("17")))
    thread = Thread("t1", "web", "v", conversation=Conversation("c1", 1, NOW, 1))
    event = CustomerLookedUp("e1", thread.id, NOW, "c1", found)
    done = decide(thread, event, Facts(now=NOW, customer_data=CustomerData(system=system)))
    [linked] = [each for each in done.effects if isinstance(each, LinkThread)]
    return linked.customer_key


def test_the_same_id_in_another_system_is_another_customer() -> None:
    """Threads are linked by the system and the id."""
    assert link(OLD) == link(OLD)
    assert link(OLD) != link(NEW)


@pytest.mark.parametrize(("knows", "notes"), [(NEW, ["17"]), (OLD, []), ("", [])])
def test_a_note_goes_only_to_the_system_that_knows_the_customer(
    knows: str, notes: list[str]
) -> None:
    """An end after a change of systems is not written into a stranger's file."""
    now = turn(RESOLVED, NEW, knows)
    note_end(now, RESOLVED)
    assert [each.customer_id for each in now.effects if isinstance(each, TellCompany)] == notes


@pytest.mark.parametrize(("knows", "asked"), [(NEW, False), (OLD, True)])
def test_a_new_system_is_asked_for_the_customer(knows: str, asked: bool) -> None:
    """A fresh look-up in another system does not stand for this one."""
    now = turn(RESOLVED, NEW, knows)
    assert look_up(now, CustomerData(KIM, system=NEW), "handoff", NOW + 1) is asked
