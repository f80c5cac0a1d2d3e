"""A FIFO queue behaves like a model of lists of messages and times of being in flight."""

from collections.abc import Callable
from dataclasses import dataclass

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from surgeline.application.ports.queues import Outgoing

from tests.contract.homes import Home, InFlight

MAX_RECEIVE_COUNT = 3
VISIBILITY_SECONDS = 30
GROUPS = st.sampled_from("abc")


@dataclass
class Kept:
    """What the model knows of a message; `receipt` is the latest."""

    body: str
    received: int = 0
    visible_at: int = 0
    receipt: str = ""


class FifoQueue(RuleBasedStateMachine):
    """Sends, receives, deletes, holds, waits and redrives in any order."""

    def __init__(self, home: Home) -> None:
        super().__init__()
        self.home = home
        self.queue = home.queue(
            max_receive_count=MAX_RECEIVE_COUNT, visibility_seconds=VISIBILITY_SECONDS
        )
        self.groups: dict[str, list[Kept]] = {}
        self.dead: dict[str, list[str]] = {}
        self.seen: dict[tuple[str, str], int] = {}
        self.letters: set[str] = set()
        self.receipts: list[str] = ["0-0"]
        self.sent = 0

    @property
    def now(self) -> int:
        """The home's time."""
        return self.home.clock.now()

    @rule(groups=st.lists(GROUPS, min_size=1, max_size=12))
    def send(self, groups: list[str]) -> None:
        """Send new messages, which are taken in order."""
        messages = []
        for group in groups:
            self.sent += 1
            messages.append(Outgoing(f"{group}{self.sent}", group=group, dedup_id=f"{self.sent}"))
            self.groups.setdefault(group, []).append(Kept(f"{group}{self.sent}"))
            self.seen[group, f"{self.sent}"] = self.now + 300_000
        self.queue.send(messages)

    @precondition(lambda self: self.sent > 0)
    @rule(group=GROUPS, number=st.integers(0, 30))
    def send_again(self, group: str, number: int) -> None:
        """Send a used dedup id, which is taken only if its group has not seen it for five
        minutes.
        """
        key = (group, f"{number % self.sent + 1}")
        body = f"{group}{key[1]} again at {self.now}"
        self.queue.send([Outgoing(body, group=group, dedup_id=key[1])])
        if self.seen.get(key, 0) <= self.now:
            self.seen[key] = self.now + 300_000
            self.groups.setdefault(group, []).append(Kept(body))

    @rule(count=st.integers(1, 10))
    def receive(self, count: int) -> None:
        """Receive the first live messages of groups with nothing in flight, if any."""
        ready = {
            group: messages
            for group, messages in self.groups.items()
            if not any(message.visible_at > self.now for message in messages)
        }
        batch = self.queue.receive(count)
        assert len(batch) <= count
        self.bury(ready)
        for group, messages in ready.items():
            taken = [message for message in batch if message.group == group]
            first = messages[: len(taken)]
            assert [message.body for message in taken] == [message.body for message in first]
            for message, kept in zip(taken, first, strict=True):
                self.take(message, kept)
        assert {message.group for message in batch} <= set(ready)
        if len(batch) < count:
            assert all(
                message.visible_at > self.now for each in ready.values() for message in each[:1]
            )

    def bury(self, ready: dict[str, list[Kept]]) -> None:
        """Move what the receive declared dead; it was at the head of its group, and due."""
        for letter in self.home.dead_letters.list():
            if letter.id in self.letters:
                continue
            self.letters.add(letter.id)
            kept = next(each for each in ready[letter.group or ""] if each.body == letter.body)
            assert kept.received == letter.receive_count == MAX_RECEIVE_COUNT
            ready[letter.group or ""].remove(kept)
            self.dead.setdefault(letter.group or "", []).append(letter.id)

    def take(self, message: InFlight, kept: Kept) -> None:
        """Note that the message is in flight under a receipt that nobody had before."""
        kept.received += 1
        assert message.receive_count == kept.received
        kept.visible_at = self.now + VISIBILITY_SECONDS * 1000
        kept.receipt = message.receipt
        assert message.receipt not in self.receipts
        self.receipts.append(message.receipt)

    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        """Receipts that are still held delete; the others do nothing."""
        receipts = data.draw(st.lists(st.sampled_from(self.receipts[-6:]), max_size=4))
        self.queue.delete(receipts)
        for messages in self.groups.values():
            messages[:] = [each for each in messages if not self.holds(each, receipts)]

    @rule(data=st.data(), seconds=st.sampled_from([0, 1, 10, 100]))
    def hold(self, data: st.DataObject, seconds: int) -> None:
        """Receipts that are still held change when their message comes back."""
        receipts = data.draw(st.lists(st.sampled_from(self.receipts[-6:]), max_size=4))
        self.queue.hold(receipts, seconds)
        for messages in self.groups.values():
            for each in messages:
                if self.holds(each, receipts):
                    each.visible_at = self.now + seconds * 1000

    @rule(seconds=st.sampled_from([0.001, 1, 10, 29.999, 30, 150, 300]))
    def advance(self, seconds: float) -> None:
        """Time passes."""
        self.home.clock.advance(seconds)

    @rule(group=GROUPS)
    def redrive(self, group: str) -> None:
        """Send the group's dead letters back to its end, in order."""
        ids = self.dead.pop(group, [])
        letters = {letter.id: letter.body for letter in self.home.dead_letters.list()}
        assert self.home.dead_letters.redrive(ids) == len(ids)
        self.groups.setdefault(group, []).extend(Kept(letters[each]) for each in ids)

    def holds(self, kept: Kept, receipts: list[str]) -> bool:
        """Whether one of the receipts still has power over the message."""
        return kept.receipt in receipts and kept.visible_at > self.now

    @invariant()
    def nothing_is_listed_dead_that_lives(self) -> None:
        """Check that a message is in its queue or among the dead letters, never both."""
        known = {letter for letters in self.dead.values() for letter in letters}
        listed = {letter.id for letter in self.home.dead_letters.list()}
        assert known <= listed

    def teardown(self) -> None:
        """I1: whatever happened, the rest arrives, in order; then the queue is empty."""
        while any(self.groups.values()):
            self.receive(10)
            self.queue.delete(self.receipts)
            for messages in self.groups.values():
                messages[:] = [each for each in messages if not self.holds(each, self.receipts)]
            self.home.clock.advance(VISIBILITY_SECONDS)
        assert self.queue.receive(10) == []


def test_a_fifo_queue_behaves_like_its_model(home: Home, fresh_home: Callable[[], Home]) -> None:
    """I1, I3: no history of calls loses, doubles or overtakes a message of a group."""
    run_state_machine_as_test(
        lambda: FifoQueue(fresh_home()),  # type: ignore[arg-type] # it calls any factory
        settings=settings(
            max_examples=60,
            stateful_step_count=40,
            report_multiple_bugs=False,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
