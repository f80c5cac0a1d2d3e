"""FIFO queues: order, locks, receipts, dedupe. Dead letters have a file of their own."""

from collections import Counter
from collections.abc import Iterable

import pytest
from surgeline.application.ports.queues import Outgoing
from surgeline.application.ports.refusals import TooLarge

from tests.contract.examples import fifo
from tests.contract.homes import ConsumedQueue, Home, InFlight


def bodies(messages: Iterable[InFlight]) -> list[str]:
    """Return what the messages say, in their order."""
    return [message.body for message in messages]


def finish(queue: ConsumedQueue, messages: Iterable[InFlight]) -> None:
    """Delete them, as a consumer does that is done."""
    queue.delete([message.receipt for message in messages])


def test_a_group_comes_in_the_order_it_was_sent(home: Home) -> None:
    """Messages of one group are received in the order of their sends and within each send."""
    queue = home.queue()
    queue.send(fifo("g", "1", "2"))
    queue.send(fifo("g", "3"))
    assert bodies(queue.receive(10)) == ["1", "2", "3"]


def test_a_group_comes_in_order_after_a_visibility_timeout(home: Home) -> None:
    """When nobody deletes a batch in time, it comes back whole and in order."""
    queue = home.queue(visibility_seconds=30)
    queue.send(fifo("g", *"12345"))
    assert bodies(queue.receive(3)) == ["1", "2", "3"]
    home.clock.advance(30)
    assert bodies(queue.receive(10)) == ["1", "2", "3", "4", "5"]


def test_a_group_is_locked_while_a_message_is_in_flight(home: Home) -> None:
    """Nobody receives a later message of a group before the earlier ones are gone."""
    queue = home.queue()
    queue.send(fifo("g", "1", "2"))
    first = queue.receive(1)
    assert queue.receive(10) == []
    finish(queue, first)
    assert bodies(queue.receive(10)) == ["2"]


def test_a_group_stays_locked_until_the_last_of_a_batch_is_gone(home: Home) -> None:
    """Deleting some of a batch does not open the group while the others are in flight."""
    queue = home.queue()
    queue.send(fifo("g", "1", "2", "3"))
    batch = queue.receive(2)
    finish(queue, batch[:1])
    assert queue.receive(10) == []
    finish(queue, batch[1:])
    assert bodies(queue.receive(10)) == ["3"]


def test_other_groups_go_on_while_one_is_locked(home: Home) -> None:
    """A locked group holds up nobody else."""
    queue = home.queue()
    queue.send(fifo("slow", "s1", "s2"))
    queue.receive(1)
    queue.send(fifo("quick", "q1", "q2"))
    assert bodies(queue.receive(10)) == ["q1", "q2"]


def test_a_batch_may_hold_several_groups(home: Home) -> None:
    """A receive fills up with other groups, each in its own order."""
    queue = home.queue()
    queue.send([*fifo("a", "a1"), *fifo("b", "b1"), *fifo("a", "a2"), *fifo("b", "b2")])
    batch = queue.receive(10)
    assert [each.body for each in batch if each.group == "a"] == ["a1", "a2"]
    assert [each.body for each in batch if each.group == "b"] == ["b1", "b2"]


def test_no_message_has_two_receipts_at_once(home: Home) -> None:
    """Two consumers never hold the same message."""
    queue = home.queue()
    queue.send([message for group in "abcdef" for message in fifo(group, f"{group}1")])
    batches = [queue.receive(2) for _ in range(4)]
    assert Counter(body for batch in batches for body in bodies(batch)) == Counter(
        f"{group}1" for group in "abcdef"
    )


def test_a_long_group_does_not_starve_the_others(home: Home) -> None:
    """Groups take turns, so a group of thousands is served as often as a group of one."""
    queue = home.queue()
    queue.send(fifo("noisy", *(f"n{number}" for number in range(50))))
    queue.send([message for group in "abcdefgh" for message in fifo(group, f"{group}1")])
    served = []
    for _ in range(4):
        batch = queue.receive(5)
        finish(queue, batch)
        served += bodies(batch)
    assert {f"{group}1" for group in "abcdefgh"} <= set(served)


def test_a_partial_batch_comes_back_in_order(home: Home) -> None:
    """Undeleted messages of a batch come back in order and before the messages that followed."""
    queue = home.queue(visibility_seconds=30)
    queue.send(fifo("g", *"12345"))
    batch = queue.receive(4)
    finish(queue, [batch[0], batch[2]])
    home.clock.advance(30)
    assert bodies(queue.receive(10)) == ["2", "4", "5"]


def test_hold_replaces_the_rest_of_the_visibility_timeout(home: Home) -> None:
    """A held message comes back after the hold, not before and not after the old timeout."""
    queue = home.queue(visibility_seconds=180)
    queue.send(fifo("g", "1", "2"))
    batch = queue.receive(2)
    queue.hold([message.receipt for message in batch], 5)
    home.clock.advance(4)
    assert queue.receive(10) == []
    home.clock.advance(1)
    assert bodies(queue.receive(10)) == ["1", "2"]


def test_hold_can_make_a_message_visible_at_once(home: Home) -> None:
    """Holding for no time gives the message back."""
    queue = home.queue()
    queue.send(fifo("g", "1"))
    queue.hold([queue.receive(1)[0].receipt], 0)
    assert bodies(queue.receive(1)) == ["1"]


def test_hold_of_one_message_locks_its_whole_group(home: Home) -> None:
    """While the failed message waits for its retry, the later ones of its group wait too."""
    queue = home.queue(visibility_seconds=30)
    queue.send(fifo("g", "1", "2"))
    first = queue.receive(1)
    queue.hold([first[0].receipt], 300)
    home.clock.advance(299)
    assert queue.receive(10) == []
    home.clock.advance(1)
    assert bodies(queue.receive(10)) == ["1", "2"]


def test_hold_of_one_message_outlasts_the_timeout_of_the_others(home: Home) -> None:
    """A group stays locked until the last of its messages in flight comes back."""
    queue = home.queue(visibility_seconds=30)
    queue.send(fifo("g", "1", "2"))
    batch = queue.receive(2)
    queue.hold([batch[0].receipt], 300)
    home.clock.advance(299)
    assert queue.receive(10) == []
    home.clock.advance(1)
    assert bodies(queue.receive(10)) == ["1", "2"]


def test_a_stale_receipt_neither_deletes_nor_holds(home: Home) -> None:
    """An old receipt has no power over its message after the visibility timeout."""
    queue = home.queue(visibility_seconds=30)
    queue.send(fifo("g", "1"))
    [old] = queue.receive(1)
    home.clock.advance(30)
    [new] = queue.receive(1)
    queue.delete([old.receipt])
    queue.hold([old.receipt], 0)
    assert queue.receive(1) == []
    home.clock.advance(30)
    [again] = queue.receive(1)
    assert (new.body, again.body, again.receive_count) == ("1", "1", 3)


def test_an_expired_receipt_is_no_good_even_if_nobody_received_since(home: Home) -> None:
    """A FIFO queue deletes nothing after the timeout, because the group may go on elsewhere."""
    queue = home.queue(visibility_seconds=30)
    queue.send(fifo("g", "1"))
    [old] = queue.receive(1)
    home.clock.advance(30)
    queue.delete([old.receipt])
    assert bodies(queue.receive(1)) == ["1"]


def test_deleting_twice_is_harmless(home: Home) -> None:
    """A repeated delete does nothing, also while a newer message waits."""
    queue = home.queue()
    queue.send(fifo("g", "1", "2"))
    batch = queue.receive(1)
    finish(queue, batch)
    finish(queue, batch)
    assert bodies(queue.receive(10)) == ["2"]


def test_a_received_message_tells_its_history(home: Home) -> None:
    """Attempts are counted; the first receive's time stays."""
    queue = home.queue(visibility_seconds=30)
    sent_at = home.clock.now()
    queue.send(fifo("g", "1"))
    home.clock.advance(2)
    [first] = queue.receive(1)
    home.clock.advance(30)
    [second] = queue.receive(1)
    home.clock.advance(30)
    [third] = queue.receive(1)
    assert [each.receive_count for each in (first, second, third)] == [1, 2, 3]
    assert {each.sent_at for each in (first, second, third)} == {sent_at}
    assert {each.first_received_at for each in (first, second, third)} == {sent_at + 2000}
    assert {(each.id, each.group) for each in (first, second, third)} == {(first.id, "g")}
    assert len({each.receipt for each in (first, second, third)}) == 3


def test_sequence_numbers_rise_within_a_group(home: Home) -> None:
    """A later message of a group has a greater sequence number of 20 digits."""
    queue = home.queue()
    queue.send(fifo("g", "1", "2", "3"))
    numbers = [message.sequence_number or "" for message in queue.receive(3)]
    assert numbers == sorted(set(numbers))
    assert {len(number) for number in numbers} == {20}


def test_a_dedup_id_is_taken_once_within_five_minutes(home: Home) -> None:
    """A repeat within the window is accepted and dropped, whatever its body."""
    queue = home.queue()
    queue.send([Outgoing("first", group="g", dedup_id="d")])
    home.clock.advance(299)
    queue.send([Outgoing("second", group="g", dedup_id="d")])
    assert bodies(queue.receive(10)) == ["first"]


def test_a_dedup_id_is_remembered_after_the_delete(home: Home) -> None:
    """Deleting a message does not make its repeat new."""
    queue = home.queue()
    queue.send(fifo("g", "1"))
    finish(queue, queue.receive(1))
    queue.send(fifo("g", "1"))
    assert queue.receive(10) == []


def test_a_dedup_id_is_free_again_after_five_minutes(home: Home) -> None:
    """The queue's dedupe ends with its window; the table's does not."""
    queue = home.queue()
    queue.send(fifo("g", "1"))
    finish(queue, queue.receive(1))
    home.clock.advance(300)
    queue.send(fifo("g", "1"))
    assert bodies(queue.receive(10)) == ["1"]


def test_a_dedup_id_that_is_taken_again_counts_again(home: Home) -> None:
    """The window begins anew with each message that was taken, not with each repeat."""
    queue = home.queue()
    taken = []
    for seconds in (299, 1, 299, 1):
        queue.send(fifo("g", "1"))
        batch = queue.receive(10)
        taken.append(len(batch))
        finish(queue, batch)
        home.clock.advance(seconds)
    assert taken == [1, 0, 1, 0]


def test_a_dedup_id_counts_within_its_group(home: Home) -> None:
    """Two groups may use the same dedup id."""
    queue = home.queue()
    queue.send([Outgoing("a", group="a", dedup_id="d"), Outgoing("b", group="b", dedup_id="d")])
    assert sorted(bodies(queue.receive(10))) == ["a", "b"]


def test_a_repeat_within_one_send_is_taken_once(home: Home) -> None:
    """Dedupe also looks at the messages of the same call."""
    queue = home.queue()
    queue.send(fifo("g", "1", "1", "2"))
    assert bodies(queue.receive(10)) == ["1", "2"]


def test_more_messages_than_a_batch_are_sent_in_order(home: Home) -> None:
    """A send of any length keeps its order."""
    queue = home.queue()
    sent = [f"{number:02}" for number in range(25)]
    queue.send(fifo("g", *sent))
    received: list[str] = []
    while batch := queue.receive(10):
        received += bodies(batch)
        finish(queue, batch)
    assert received == sent


def test_a_body_over_the_limit_is_too_large(home: Home) -> None:
    """A body of 256 KiB fits into a FIFO queue, and a byte more does not."""
    queue = home.queue()
    limit = 256 * 1024
    with pytest.raises(TooLarge):
        queue.send([Outgoing("x" * (limit + 1), group="g", dedup_id="d")])
    queue.send([Outgoing("x" * limit, group="g", dedup_id="d")])
    assert [len(message.body) for message in queue.receive(10)] == [limit]


@pytest.mark.parametrize(
    "message",
    [
        Outgoing("no group", dedup_id="d"),
        Outgoing("no dedup id", group="g"),
        Outgoing("delayed", group="g", dedup_id="d", delay_seconds=1),
    ],
    ids=lambda message: message.body,
)
def test_a_fifo_message_must_be_complete(home: Home, message: Outgoing) -> None:
    """A message without group or dedup id, or with a delay, is a bug of the caller."""
    with pytest.raises(ValueError):  # noqa: PT011 - the type is all that is promised
        home.queue().send([message])
