"""Threads and their records: conditional commits, dedupe, paging."""

from dataclasses import replace

import pytest
from surgeline.application.ports.conversations import Loaded
from surgeline.application.ports.refusals import AlreadyDone, Stale, Throttled, TooLarge

from tests.contract.examples import THREAD, customer_wrote, record, thread
from tests.contract.homes import Home


def commit(home: Home, *, seq: int, event_id: str) -> None:
    """Commit the event as number `seq` of the thread, with its answer as the number after it."""
    home.store.commit(record(seq, customer_wrote(event_id)), thread(seq + 1), expected_seq=seq - 1)


def test_an_unknown_thread_is_empty(home: Home) -> None:
    """Loading a thread that nobody wrote in gives neither state nor record."""
    assert home.store.load(THREAD, "m1") == Loaded(thread=None, done=None)
    assert home.store.thread(THREAD) is None
    assert home.store.records(THREAD) == []


def test_a_commit_keeps_the_record_and_the_thread(home: Home) -> None:
    """A thread loaded after a commit equals the committed one, field by field."""
    home.store.commit(record(), thread(), expected_seq=0)
    assert home.store.load(THREAD, "m1") == Loaded(thread=thread(), done=record())
    assert home.store.load(THREAD, "m2") == Loaded(thread=thread(), done=None)
    assert home.store.thread(THREAD) == thread()


def test_a_stale_commit_is_refused(home: Home) -> None:
    """I4: a commit that was decided on an older state keeps nothing."""
    commit(home, seq=1, event_id="m1")
    with pytest.raises(Stale):
        commit(home, seq=1, event_id="m2")
    with pytest.raises(Stale):
        commit(home, seq=5, event_id="m2")
    assert home.store.load(THREAD, "m2") == Loaded(thread=thread(), done=None)
    assert home.store.records(THREAD) == [record()]


def test_a_new_thread_that_exists_is_stale(home: Home) -> None:
    """Only one of two first events finds the thread new."""
    commit(home, seq=1, event_id="m1")
    with pytest.raises(Stale):
        home.store.commit(record(1, customer_wrote("m2")), thread(), expected_seq=0)


def test_a_thread_that_should_exist_is_stale(home: Home) -> None:
    """A commit on a state that was never there is refused."""
    with pytest.raises(Stale):
        commit(home, seq=3, event_id="m1")
    assert home.store.thread(THREAD) is None


def test_an_event_is_committed_once(home: Home) -> None:
    """I2: a redelivered event is reported as done, whatever was decided this time."""
    commit(home, seq=1, event_id="m1")
    with pytest.raises(AlreadyDone):
        commit(home, seq=3, event_id="m1")
    assert home.store.thread(THREAD) == thread()


def test_already_done_wins_over_stale(home: Home) -> None:
    """A redelivery on an old state is told that it is done, not to try again."""
    commit(home, seq=1, event_id="m1")
    commit(home, seq=3, event_id="m2")
    with pytest.raises(AlreadyDone):
        commit(home, seq=1, event_id="m1")


def test_an_event_is_known_after_eight_days(home: Home) -> None:
    """Dedupe outlives every queue's retention and redrive."""
    commit(home, seq=1, event_id="m1")
    home.clock.advance(8 * 86_400)
    with pytest.raises(AlreadyDone):
        commit(home, seq=3, event_id="m1")
    assert home.store.load(THREAD, "m1").done == record()


def test_dedupe_is_within_the_thread(home: Home) -> None:
    """The same event id in another thread is another event."""
    other = "t" + "b" * 26
    commit(home, seq=1, event_id="m1")
    event = customer_wrote("m1", thread_id=other)
    home.store.commit(record(1, event), thread(thread_id=other), expected_seq=0)
    assert home.store.load(other, "m1").done == record(1, event)
    assert home.store.load(THREAD, "m1").done == record()


@pytest.mark.parametrize("size", [100_000, 300_000])
def test_a_large_record_is_kept(home: Home, size: int) -> None:
    """Up to hundreds of kilobytes a record goes through unharmed."""
    large = record(1, customer_wrote("m1", text="x" * size))
    home.store.commit(large, thread(), expected_seq=0)
    assert home.store.load(THREAD, "m1").done == large


def test_a_record_over_the_limit_is_too_large(home: Home) -> None:
    """A record over 400 kB is refused whole, so that the thread can go on with a smaller one."""
    with pytest.raises(TooLarge):
        home.store.commit(
            record(1, customer_wrote("m1", text="x" * 420_000)), thread(), expected_seq=0
        )
    assert home.store.load(THREAD, "m1") == Loaded(thread=None, done=None)
    commit(home, seq=1, event_id="m1")


def test_a_throttled_commit_keeps_nothing(home: Home) -> None:
    """When the store refuses writes for now, the same commit works later."""
    with home.throttled(), pytest.raises(Throttled):
        commit(home, seq=1, event_id="m1")
    assert home.store.load(THREAD, "m1") == Loaded(thread=None, done=None)
    commit(home, seq=1, event_id="m1")
    assert home.store.load(THREAD, "m1").done == record()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "안녕하세요 👋🏽",
        "a\x00b",
        "\ufffe\uffff",
        "'; DROP TABLE threads;--",
        '{"a":1}',
        "\u2028",
    ],
)
def test_any_text_survives(home: Home, text: str) -> None:
    """A customer's text is read back as it was written, character by character."""
    home.store.commit(record(1, customer_wrote("m1", text=text)), thread(), expected_seq=0)
    done = home.store.load(THREAD, "m1").done
    assert done is not None
    assert done.event == customer_wrote("m1", text=text)


def test_half_a_surrogate_pair_is_replaced(home: Home) -> None:
    """A text that no encoding can carry is kept as far as it is text."""
    home.store.commit(record(1, customer_wrote("m1", text="a\ud83db")), thread(), expected_seq=0)
    done = home.store.load(THREAD, "m1").done
    assert done is not None
    assert done.event == customer_wrote("m1", text="a\ufffdb")


def test_records_come_in_pages(home: Home) -> None:
    """Pages of records follow each other by the last seq seen, in either direction."""
    for number in range(5):
        commit(home, seq=2 * number + 1, event_id=f"m{number}")
    first = home.store.records(THREAD, limit=2)
    assert [each.seq for each in first] == [1, 3]
    rest = home.store.records(THREAD, after_seq=first[-1].seq)
    assert [each.seq for each in rest] == [5, 7, 9]
    assert home.store.records(THREAD, after_seq=9) == []
    newest = home.store.records(THREAD, limit=2, newest_first=True)
    assert [each.seq for each in newest] == [9, 7]
    newest = home.store.records(THREAD, after_seq=5, newest_first=True)
    assert [each.seq for each in newest] == [9, 7]


def test_records_are_read_whole(home: Home) -> None:
    """A page has the same records as a load."""
    commit(home, seq=1, event_id="m1")
    assert home.store.records(THREAD) == [record()]


def test_a_thread_without_conversation_is_kept(home: Home) -> None:
    """The smallest state goes through as well."""
    small = replace(thread(), conversation=None, language=None)
    home.store.commit(record(), small, expected_seq=0)
    assert home.store.thread(THREAD) == small


def test_what_is_forgotten_is_gone(home: Home) -> None:
    """I14: records below a number are deleted with their dedupe items, and the rest and the
    state stay.
    """
    for number in range(30):
        commit(home, seq=2 * number + 1, event_id=f"m{number}")
    home.store.forget(THREAD, before_seq=57)
    home.store.forget(THREAD, before_seq=57)
    assert [each.seq for each in home.store.records(THREAD)] == [57, 59]
    assert home.store.load(THREAD, "m3").done is None
    assert home.store.load(THREAD, "m28").done is not None
    assert home.store.thread(THREAD) == thread(60)


def test_a_record_is_rewritten(home: Home) -> None:
    """A record of the log is replaced by one of the same event, and its event stays known."""
    commit(home, seq=1, event_id="m1")
    commit(home, seq=3, event_id="m2")
    without = replace(record(), event=replace(customer_wrote("m1"), text="[deleted]"))
    for _ in range(2):
        home.store.rewrite(without)
    assert home.store.records(THREAD, limit=1) == [without]
    assert home.store.load(THREAD, "m1").done == without
    with pytest.raises(AlreadyDone):
        commit(home, seq=5, event_id="m1")


def test_forgetting_keeps_to_its_thread(home: Home) -> None:
    """A thread that nobody wrote in has nothing to forget, and another's records stay."""
    commit(home, seq=1, event_id="m1")
    commit(home, seq=3, event_id="m2")
    home.store.forget("t" + "b" * 26, before_seq=100)
    assert len(home.store.records(THREAD)) == 2


def test_threads_are_read_together(home: Home) -> None:
    """Those that exist are given by their ids; nothing is asked where no id is given."""
    home.store.load(THREAD, "m1")
    home.store.commit(record(), thread(), expected_seq=0)
    found = home.store.threads([THREAD, "t-unknown", THREAD])
    assert found == {THREAD: home.store.thread(THREAD)}
    assert home.store.threads([]) == {}
