"""A customer's other channels are read only for a proven name, at the begin of a conversation."""

from dataclasses import replace
from typing import Any

import pytest
from surgeline.application.configuration import ChannelSettings, Configuration
from surgeline.application.conversations.understanding.elsewhere import Elsewhere
from surgeline.application.ports.ledger import Entry
from surgeline.domain.events import CustomerWrote
from surgeline.domain.facts import Facts
from surgeline.domain.routing import Policy
from surgeline.domain.thread import Conversation, LetDown, Thread

NOW = 1_772_366_400_000
APP = ChannelSettings("app", "signed", knowledge_base="shop")
SMS = ChannelSettings("sms", "twilio", knowledge_base="shop")
OTHER_BASE = replace(SMS, knowledge_base="spares")
BOTH = Configuration(channels=(APP, SMS))
THREAD = Thread("t1", "app", "kim")
GOES_ON = replace(THREAD, conversation=Conversation("t1-1", 1, NOW, 1, last_customer_at=NOW))
WRITES = CustomerWrote("m1", "t1", "app", "kim", NOW, "hello", customer={"phone": "+33612345678"})
LET_DOWN = LetDown(NOW - 60_000, "rejected", ("returns",))


class Books:
    """A ledger and a store of one other thread, which count what is read."""

    def __init__(self) -> None:
        self.read: list[str] = []

    def find(self, book: str, *, limit: int) -> list[Entry]:
        """Return the other thread's link, and one that has ended."""
        del limit
        self.read.append(book)
        return [Entry(book, "t2", "", 1, NOW + 1), Entry(book, "t3", "", 1, NOW)]

    def thread(self, name: str) -> Thread:
        """Return the other thread, on which the customer was let down."""
        self.read.append(name)
        return Thread(name, "sms", "+33612345678", let_down=LET_DOWN)


def facts_of(
    books: Books,
    configuration: Configuration = BOTH,
    *,
    event: CustomerWrote = WRITES,
    thread: Thread = THREAD,
    policy: Policy | None = None,
) -> Facts:
    elsewhere = Elsewhere(books, books, lambda: b"k" * 32)  # type: ignore[arg-type] # the parts that are used
    return elsewhere(Facts(NOW, policy=policy or Policy()), thread, event, configuration)


def test_a_let_down_of_the_same_number_is_found() -> None:
    """The number is in no book's name, and a link that has ended is not followed."""
    books = Books()
    found = facts_of(books)
    assert found.let_down == LET_DOWN
    [book, name] = books.read
    assert name == "t2"
    assert "612345678" not in book
    assert len(found.proven) == 1


def test_articles_of_another_base_say_nothing_of_the_matter() -> None:
    """The same name may be another article there, so every question counts."""
    found = facts_of(Books(), Configuration(channels=(APP, OTHER_BASE)))
    assert found.let_down == replace(LET_DOWN, articles=())


@pytest.mark.parametrize(
    "how",
    [
        {"event": replace(WRITES, customer={})},
        {"event": replace(WRITES, automatic=True)},
        {"configuration": Configuration(channels=(APP,))},
        {"policy": Policy(let_down_days=0)},
        {"thread": GOES_ON},
    ],
)  # fmt: skip
def test_else_nothing_is_read(how: dict[str, Any]) -> None:
    """Nobody proven, a machine, no other channel, switched off, and a conversation that goes on."""
    books = Books()
    found = facts_of(books, **how)
    assert (books.read, found.proven, found.let_down) == ([], (), None)
