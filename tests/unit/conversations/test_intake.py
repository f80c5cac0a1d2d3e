"""Intake sends several messages in one send and lets none past the cap and the gate."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pytest
from surgeline.adapters import codec
from surgeline.application.conversations.intake import Inbound, Intake, Left
from surgeline.application.ports.queues import Outgoing
from surgeline.domain.events import CustomerLeft, CustomerWrote
from surgeline.errors import TooMany, Unavailable

NOW = 1_772_366_400_000


@dataclass
class Around:
    """Everything that an intake stands on: a queue, a clock, a cap, a gate."""

    sends: list[list[Outgoing]] = field(default_factory=list)
    capped: set[str] = field(default_factory=set)
    shut: bool = False
    at: int = NOW

    def send(self, messages: Sequence[Outgoing]) -> None:
        self.sends.append(list(messages))

    def bury(self, messages: Sequence[Outgoing]) -> None:
        raise NotImplementedError

    def hold(self, receipts: Sequence[str], seconds: int) -> None:
        raise NotImplementedError

    def now(self) -> int:
        return self.at

    def take(self, thread_id: str, now: int) -> None:
        assert now == self.at
        if thread_id in self.capped:
            raise TooMany("slower")

    def admit(self, thread_id: str) -> None:
        if self.shut:
            raise Unavailable(f"too much waits for {thread_id}")


def intake(around: Around) -> Intake:
    return Intake(around, around, around, around, lambda: b"k" * 32)


def message(number: int, sender: str = "c1") -> Inbound:
    return Inbound("app", sender, f"e{number}", f"text {number}", "en", 1, {"name": "Kim"})


def test_several_messages_go_out_in_one_send() -> None:
    """A channel that brings a batch has it acknowledged as a whole, in its order."""
    around = Around()
    accepted = intake(around).receive([message(1), message(2), message(1, "c2")])
    [sent] = around.sends
    assert [each.group for each in sent] == [each.thread_id for each in accepted]
    events = [codec.decode_event(each.body) for each in sent]
    assert [each.id for each in events] == [each.message_id for each in accepted]
    assert len({each.message_id for each in accepted}) == 3
    first = events[0]
    assert isinstance(first, CustomerWrote)
    assert (first.sender, first.text, first.language) == ("c1", "text 1", "en")
    assert (first.attachments, first.customer, first.at) == (1, {"name": "Kim"}, NOW)


def test_a_repeat_is_one_to_the_queue_whenever_it_comes() -> None:
    """A repeat has the same queue id at any time, and another text under its message id has
    another.
    """
    around = Around()
    intake(around).receive([message(1)])
    around.at += 60_000
    intake(around).receive([message(1)])
    intake(around).receive([Inbound("app", "c1", "e1", "another")])
    first, repeat, other = [sent[0].dedup_id for sent in around.sends]
    assert first == repeat != other


def test_leaving_is_an_event_of_the_same_thread() -> None:
    """The codec reads it as what it is."""
    around = Around()
    [written] = intake(around).receive([message(1)])
    assert intake(around).leave("app", "c1") == written.thread_id
    [left] = around.sends[1]
    assert json.loads(left.body)["type"] == "customer_left"
    event = codec.decode_event(left.body)
    assert isinstance(event, CustomerLeft)
    assert (event.thread_id, event.channel_id, event.at) == (written.thread_id, "app", NOW)
    assert left.group == written.thread_id


@pytest.mark.parametrize("what", ["message", "leave", "batch"])
@pytest.mark.parametrize(("capped", "refusal"), [(True, TooMany), (False, Unavailable)])
def test_nothing_passes_the_cap_and_the_gate(
    what: str, capped: bool, refusal: type[Exception]
) -> None:
    """A message over the sender's cap, or during a full backlog, is refused whole."""
    around = Around()
    [known] = intake(around).receive([message(0)])
    around.sends.clear()
    around.capped, around.shut = ({known.thread_id}, False) if capped else (set(), True)
    asked = intake(around)
    ask: dict[str, Callable[[], object]] = {
        "leave": lambda: asked.leave("app", "c1"),
        "message": lambda: asked.receive([message(1)]),
        "batch": lambda: asked.receive([message(1), message(2)]),
    }
    with pytest.raises(refusal):
        ask[what]()
    assert around.sends == []


def test_who_writes_too_fast_holds_up_nobody_else_of_the_batch() -> None:
    """The other senders' messages are queued, and the refusal makes the provider send again."""
    around = Around()
    [known] = intake(around).receive([message(0)])
    around.capped = {known.thread_id}
    with pytest.raises(TooMany):
        intake(around).receive([message(1), message(1, "c2"), message(2)])
    [event] = [codec.decode_event(each.body) for each in around.sends[1]]
    assert isinstance(event, CustomerWrote)
    assert event.sender == "c2"


def test_a_reply_token_is_kept_and_makes_no_other_message() -> None:
    """A repeat with another reply token has the same queue id, and the codec reads the token."""
    around = Around()
    for token in ("rt-1", "rt-2"):
        intake(around).receive([Inbound("app", "c1", "e1", "hello", reply_token=token)])
    first, repeat = (sent[0] for sent in around.sends)
    event = codec.decode_event(first.body)
    assert isinstance(event, CustomerWrote)
    assert event.reply_token == "rt-1"
    assert first.dedup_id == repeat.dedup_id


def test_that_a_customer_blocked_us_is_kept() -> None:
    """The codec reads who blocked us apart from who left."""
    around = Around()
    intake(around).receive([Left("app", "c1", "e1"), Left("app", "c2", "e1", blocked=True)])
    events = [codec.decode_event(each.body) for each in around.sends[0]]
    assert [each.blocked for each in events if isinstance(each, CustomerLeft)] == [False, True]
