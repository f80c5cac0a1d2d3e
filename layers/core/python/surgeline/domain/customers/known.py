"""The small part of a look-up that a conversation keeps. The log of the thread has the rest."""

from dataclasses import dataclass
from typing import Literal

from surgeline.domain.customers.file import CustomerFile, Found
from surgeline.domain.customers.identity import Identity
from surgeline.domain.ids import derived_id
from surgeline.domain.sent_files.attached import Attached

FRESH_SECONDS = 600
"""So long a conversation keeps the end of a look-up before it asks again."""
FAILED_SECONDS = 60
"""So long a system that could not answer is not asked again by the same conversation."""

State = Literal["asked", "found", "unknown", "many", "unavailable", "unproven"]


@dataclass(frozen=True, slots=True)
class Known:
    """How the look-up of a conversation's customer stands, since `at` (epoch ms).

    `seq` is where the thread's log has the file. `order` is the state of the newest order.
    `system` names the system that was asked, which alone knows the id.
    """

    state: State
    at: int
    seq: int = 0
    customer_id: str = ""
    vip: bool = False
    language: str = ""
    value: float | None = None
    order: str = ""
    tags: tuple[str, ...] = ()
    why: str = ""
    system: str = ""

    def stands(self, now: int) -> bool:
        """Return whether the customer need not be looked up again yet."""
        lasts = FAILED_SECONDS if self.state in ("asked", "unavailable") else FRESH_SECONDS
        return now - self.at < lasts * 1000


@dataclass(frozen=True, slots=True)
class PendingAnswer:
    """An answer that waits for a value of the customer's file, at most until `due_at`.

    `reply_to` is the message that it answers. `media` goes with it.
    """

    article_id: str
    text: str
    due_at: int
    reply_to: str
    media: tuple[Attached, ...] = ()


@dataclass(frozen=True, slots=True)
class CustomerData:
    """The customer's data that one decision may know, where the company has connected a system.

    `identities` are those that the channel proves. `file` is the file that the conversation has, if
    the decision may need it. `cases` and `notes` say what the company's system is told. `system`
    names that system.
    """

    identities: tuple[Identity, ...] = ()
    file: CustomerFile | None = None
    cases: bool = False
    notes: bool = False
    system: str = ""

    def id_in(self, known: Known | None) -> str:
        """Return the customer's id in this system, or an empty one if another system found it."""
        return known.customer_id if known and known.system == self.system else ""


def known_of(found: Found, *, at: int, seq: int, system: str = "") -> Known:
    """Return what the conversation keeps of a look-up's end, which is record `seq` of the log."""
    if found.file is None:
        return Known(found.answer, at, why=found.why, system=system)
    profile, orders = found.file.profile, found.file.orders
    return Known(
        found.answer,
        at,
        seq=seq,
        customer_id=profile.id,
        vip=profile.vip,
        language=profile.language,
        value=profile.value,
        order=orders[0].status if orders else "",
        tags=profile.tags[:MOST_TAGS],
        system=system,
    )


def customer_key(customer_id: str, system: str = "") -> str:
    """Return the key of a system's customer among links. It does not tell the company's own id."""
    return derived_id("c", f"{system} {customer_id}" if system else customer_id, "customer")


MOST_TAGS = 5
"""A conversation keeps so many of the customer's tags, because its item is small."""


def surveyed_key(proven: str) -> str:
    """Return the key of a proven name under which threads are found that asked if it helped."""
    return derived_id("c", proven, "surveyed")
