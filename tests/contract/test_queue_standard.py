"""Standard queues: delay and visibility; no order is promised."""

import pytest
from surgeline.application.ports.queues import Outgoing
from surgeline.application.ports.refusals import TooLarge

from tests.contract.homes import Home


def test_messages_arrive_once_each(home: Home) -> None:
    """Every message is received, and none while another consumer holds it."""
    queue = home.queue(fifo=False)
    queue.send([Outgoing(str(number)) for number in range(25)])
    received = [message.body for _ in range(4) for message in queue.receive(10)]
    assert sorted(received, key=int) == [str(number) for number in range(25)]


def test_a_delayed_message_waits(home: Home) -> None:
    """A delay counts per message, from its send."""
    queue = home.queue(fifo=False)
    queue.send([Outgoing("later", delay_seconds=900), Outgoing("now")])
    assert [message.body for message in queue.receive(10)] == ["now"]
    home.clock.advance(899)
    assert "later" not in [message.body for message in queue.receive(10)]
    home.clock.advance(1)
    assert "later" in [message.body for message in queue.receive(10)]


def test_a_message_in_flight_holds_up_no_other(home: Home) -> None:
    """A message in flight holds up no other message, because a standard queue has no groups."""
    queue = home.queue(fifo=False)
    queue.send([Outgoing("a"), Outgoing("b")])
    first = queue.receive(1)
    second = queue.receive(1)
    assert sorted([first[0].body, second[0].body]) == ["a", "b"]


def test_an_undeleted_message_comes_back(home: Home) -> None:
    """An undeleted message is received again after its visibility timeout, and the receive is
    counted.
    """
    queue = home.queue(fifo=False, visibility_seconds=60)
    queue.send([Outgoing("a")])
    queue.receive(1)
    home.clock.advance(59)
    assert queue.receive(1) == []
    home.clock.advance(1)
    assert [(each.body, each.receive_count) for each in queue.receive(1)] == [("a", 2)]


def test_a_deleted_message_is_gone(home: Home) -> None:
    """A delete ends the message for good."""
    queue = home.queue(fifo=False, visibility_seconds=60)
    queue.send([Outgoing("a")])
    queue.delete([queue.receive(1)[0].receipt])
    home.clock.advance(3600)
    assert queue.receive(1) == []


def test_a_late_delete_counts(home: Home) -> None:
    """A standard queue deletes after the timeout as well, if nobody received since."""
    queue = home.queue(fifo=False, visibility_seconds=60)
    queue.send([Outgoing("a")])
    [late] = queue.receive(1)
    home.clock.advance(60)
    queue.delete([late.receipt])
    assert queue.receive(1) == []


def test_a_standard_message_is_not_deleted_under_somebodys_hands(home: Home) -> None:
    """An older receipt has no power over a message that somebody else has received."""
    queue = home.queue(fifo=False, visibility_seconds=60)
    queue.send([Outgoing("a")])
    [late] = queue.receive(1)
    home.clock.advance(60)
    queue.receive(1)
    queue.delete([late.receipt])
    home.clock.advance(60)
    assert [message.body for message in queue.receive(1)] == ["a"]


def test_hold_sets_when_a_standard_message_comes_back(home: Home) -> None:
    """Standard messages are held like FIFO ones."""
    queue = home.queue(fifo=False, visibility_seconds=60)
    queue.send([Outgoing("a")])
    queue.hold([queue.receive(1)[0].receipt], 600)
    home.clock.advance(599)
    assert queue.receive(1) == []
    home.clock.advance(1)
    assert [message.body for message in queue.receive(1)] == ["a"]


def test_the_same_body_may_be_sent_twice(home: Home) -> None:
    """A standard queue does not dedupe."""
    queue = home.queue(fifo=False)
    queue.send([Outgoing("a"), Outgoing("a")])
    assert [message.body for message in queue.receive(10)] == ["a", "a"]


def test_a_standard_body_over_the_limit_is_too_large(home: Home) -> None:
    """A body of 256 KiB fits into a standard queue too, and a byte more does not."""
    with pytest.raises(TooLarge):
        home.queue(fifo=False).send([Outgoing("x" * (256 * 1024 + 1))])


def test_the_longest_delay_is_fifteen_minutes(home: Home) -> None:
    """Longer timers live elsewhere; asking the queue for one is a bug of the caller."""
    with pytest.raises(ValueError):  # noqa: PT011 - the type is all that is promised
        home.queue(fifo=False).send([Outgoing("a", delay_seconds=901)])
