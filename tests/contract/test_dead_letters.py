"""Messages that were received too often become dead letters, and people send them back."""

from surgeline.application.ports.queues import Outgoing, Swept

from tests.contract.examples import fifo
from tests.contract.homes import ConsumedQueue, Home


def exhaust(home: Home, queue: ConsumedQueue, times: int) -> None:
    """Receive one message so often without deleting it."""
    for _ in range(times):
        queue.receive(1)
        home.clock.advance(30)


def test_a_message_received_too_often_is_dead_and_its_group_goes_on(home: Home) -> None:
    """The receive that would be one too many gives the group's next message instead."""
    queue = home.queue(max_receive_count=3)
    queue.send(fifo("g", "poison", "next"))
    exhaust(home, queue, 3)
    assert [message.body for message in queue.receive(10)] == ["next"]
    [letter] = home.dead_letters.list()
    assert (letter.body, letter.group, letter.receive_count) == ("poison", "g", 3)


def test_a_message_is_received_as_often_as_allowed(home: Home) -> None:
    """The last allowed receive still gives the message, and it can be deleted then."""
    queue = home.queue(max_receive_count=3)
    queue.send(fifo("g", "1"))
    exhaust(home, queue, 2)
    [last] = queue.receive(1)
    assert last.receive_count == 3
    queue.delete([last.receipt])
    home.clock.advance(30)
    assert queue.receive(1) == []
    assert home.dead_letters.list() == []


def test_a_whole_group_can_die(home: Home) -> None:
    """When every message of a group is received too often, all are kept, in order."""
    queue = home.queue(max_receive_count=2)
    queue.send(fifo("g", *"123"))
    for _ in range(2):
        queue.receive(10)
        home.clock.advance(30)
    assert queue.receive(10) == []
    assert [letter.body for letter in home.dead_letters.list()] == ["1", "2", "3"]


def test_a_poison_message_stops_only_its_own_group(home: Home) -> None:
    """I8: other groups are received as ever while one group struggles with its poison."""
    queue = home.queue(max_receive_count=3)
    queue.send([*fifo("bad", "poison"), *fifo("good", "1")])
    queue.delete([each.receipt for each in queue.receive(10) if each.group == "good"])
    for number in range(4):
        queue.send(fifo("good", f"more-{number}"))
        home.clock.advance(30)
        batch = queue.receive(10)
        assert f"more-{number}" in [message.body for message in batch]
        queue.delete([message.receipt for message in batch if message.group == "good"])
    assert [letter.body for letter in home.dead_letters.list()] == ["poison"]


def test_standard_messages_die_too(home: Home) -> None:
    """A standard queue has dead letters without a group."""
    queue = home.queue(fifo=False, max_receive_count=2)
    queue.send([Outgoing("a")])
    exhaust(home, queue, 2)
    assert queue.receive(1) == []
    [letter] = home.dead_letters.list()
    assert (letter.body, letter.group) == ("a", None)


def test_a_buried_message_is_dead_at_once(home: Home) -> None:
    """A worker that knows a message for poison sends it there itself; nobody receives it."""
    queue = home.queue()
    queue.bury(fifo("g", "poison"))
    assert queue.receive(10) == []
    [letter] = home.dead_letters.list()
    assert (letter.body, letter.group) == ("poison", "g")
    assert home.dead_letters.redrive([letter.id]) == 1
    assert [message.body for message in queue.receive(10)] == ["poison"]


def test_a_repeated_burial_is_one_dead_letter(home: Home) -> None:
    """A worker that died between burying and deleting buries again."""
    queue = home.queue()
    for _ in range(2):
        queue.bury(fifo("g", "poison"))
    assert [letter.body for letter in home.dead_letters.list()] == ["poison"]


def test_a_burial_is_no_send(home: Home) -> None:
    """A burial has a dedup id of its own, because the message itself was sent under its id."""
    queue = home.queue()
    queue.send(fifo("g", "poison"))
    [message] = queue.receive(1)
    queue.bury(fifo("g", "poison"))
    queue.delete([message.receipt])
    assert [letter.body for letter in home.dead_letters.list()] == ["poison"]
    queue.bury(fifo("g", "next"))
    queue.send(fifo("g", "next"))
    assert [message.body for message in queue.receive(10)] == ["next"]


def test_a_redriven_message_is_new_and_at_the_end(home: Home) -> None:
    """A redrive gives the same body under a new id, counted afresh, after what is there."""
    queue = home.queue(max_receive_count=2)
    queue.send(fifo("g", "1"))
    [first] = queue.receive(1)
    home.clock.advance(30)
    exhaust(home, queue, 1)
    assert queue.receive(10) == []
    queue.send(fifo("g", "2"))
    [letter] = home.dead_letters.list()
    assert home.dead_letters.redrive([letter.id]) == 1
    batch = queue.receive(10)
    assert [message.body for message in batch] == ["2", "1"]
    assert batch[1].id != first.id
    assert batch[1].receive_count == 1


def test_a_redrive_is_no_duplicate(home: Home) -> None:
    """A redriven message is taken even within the dedupe window."""
    queue = home.queue(max_receive_count=1, visibility_seconds=5)
    queue.send(fifo("g", "1"))
    queue.receive(1)
    home.clock.advance(5)
    queue.receive(1)
    assert home.dead_letters.redrive([home.dead_letters.list()[0].id]) == 1
    assert [message.body for message in queue.receive(1)] == ["1"]


def test_a_redrive_of_unknown_ids_does_nothing(home: Home) -> None:
    """Ids that are no dead letters are not counted; a repeated id goes once."""
    queue = home.queue(max_receive_count=1)
    queue.send(fifo("g", "1"))
    exhaust(home, queue, 2)
    [letter] = home.dead_letters.list()
    assert home.dead_letters.redrive(["no-such-id", letter.id, letter.id]) == 1
    assert home.dead_letters.redrive([letter.id]) == 0


def test_dead_letters_of_every_queue_are_listed_oldest_first(home: Home) -> None:
    """The list spans queues and stops at the limit."""
    queues = [home.queue(max_receive_count=1), home.queue(fifo=False, max_receive_count=1)]
    queues[0].send(fifo("g", "first"))
    home.clock.advance(1)
    queues[1].send([Outgoing("second")])
    home.clock.advance(1)
    queues[0].send(fifo("h", "third"))
    for _ in range(2):
        for queue in queues:
            queue.receive(10)
        home.clock.advance(30)
    assert [letter.body for letter in home.dead_letters.list()] == ["first", "second", "third"]
    assert [letter.body for letter in home.dead_letters.list(limit=2)] == ["first", "second"]


def test_counting_dead_letters_touches_none(home: Home) -> None:
    """A look at the status hides none from a redrive, and raises no letter's receive count."""
    queue, other = home.queue(), home.queue(fifo=False)
    queue.bury(fifo("g", "1", "2"))
    other.bury([Outgoing("3")])
    assert [home.dead_letters.count() for _ in range(3)] == [3, 3, 3]
    assert {letter.receive_count for letter in home.dead_letters.list()} == {0}


def test_a_sweep_sends_back_every_letter_of_a_group(home: Home) -> None:
    """A sweep sends back all letters of a group, even behind more than SQS shows at a time."""
    queue = home.queue()
    queue.bury(fifo("other", "a", "b"))
    queue.bury(fifo("ours", *map(str, range(12))))
    swept = home.dead_letters.redrive_groups(lambda group: group == "ours")
    assert swept == Swept(12, complete=True)
    assert {letter.body for letter in home.dead_letters.list()} == {"a", "b"}
    assert [message.group for message in queue.receive(10)] == ["ours"] * 10


def test_a_sweep_through_nothing_is_complete(home: Home) -> None:
    """Where there are no dead letters everything was looked at."""
    home.queue().send(fifo("ours", "1"))
    assert home.dead_letters.redrive_groups(lambda _: True) == Swept(0, complete=True)
