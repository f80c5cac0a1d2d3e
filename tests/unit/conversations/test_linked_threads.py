"""The threads of one customer are found by the links between them."""

from surgeline.application.conversations.arrivals import threads_of
from surgeline.application.ports.ledger import Entry
from surgeline.application.thread_log import links_of
from surgeline.domain.ids import thread_id

from tests.unit.memory_ledger import MemoryLedger

KEY = b"k" * 32


def test_i14_a_customers_threads_are_all_found() -> None:
    """An erasure and an export reach every chat that a link opened, however many there are."""
    ledger, own = MemoryLedger(), thread_id(KEY, "line", "c1")
    linked = [f"t{number:05}" for number in range(450)]
    for each in linked:
        ledger.write(Entry(links_of(own), each, "{}", 1, 0))
    assert threads_of(ledger, KEY, "line", "line", "c1") == [own, *linked]
