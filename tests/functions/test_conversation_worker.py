"""The conversation worker is one writer a thread, replays under the same ids and buries poison."""

import json
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from surgeline.adapters.codec import encode_event
from surgeline.application.answers.readers import Recogniser, Said
from surgeline.application.ports.queues import Outgoing
from surgeline.application.ports.refusals import Throttled
from surgeline.domain.events import CustomerWrote
from surgeline.domain.limits import SENDER_BURST
from surgeline.domain.reading import SmallTalk

from functions.conversation_worker import handler as conversation_worker
from local.home.lambda_events import sqs_event
from tests.functions.stage import Stage


def outgoing(stage: Stage) -> list[str]:
    """Return the bodies waiting in the delivery queue."""
    batch = stage.backend.queue("deliveries").receive(10, visibility_seconds=0)
    return [message.body for message in batch]


def test_f11_an_event_that_comes_again_sends_the_same_again(stage: Stage) -> None:
    """A redelivered event sends its stored effects once more under the same ids, and the thread
    does not change.
    """
    stage.write("When are you open?")
    batch = stage.backend.queue("events").receive(10)
    stage.call("conversation_worker", sqs_event("events", batch))
    first, thread = outgoing(stage), stage.thread()
    stage.clock.advance(301)
    stage.call("conversation_worker", sqs_event("events", batch))
    again = outgoing(stage)
    assert again[:1] == first
    assert set(again) == set(first)
    assert stage.thread() == thread


def test_f16_only_the_failed_messages_group_comes_back(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When a thread's event fails, the later ones of that thread are returned with it, in order;
    other threads go on.
    """
    for sender in ("a", "b", "a", "c", "a"):
        stage.write("When are you open?", sender=sender)
    store = type(stage.backend.store())
    load = store.load
    mine = stage.backend.queue("events").receive(1, visibility_seconds=0)[0].group

    def failing(self: Any, thread_id: str, event_id: str) -> Any:
        if thread_id == mine:
            raise Throttled("slow down")
        return load(self, thread_id, event_id)

    monkeypatch.setattr(store, "load", failing)
    answer = stage.step("events")
    assert answer is not None
    assert len(answer["batchItemFailures"]) == 3
    assert {who for who in ("b", "c") if stage.thread(who)} == {"b", "c"}
    monkeypatch.setattr(store, "load", load)
    stage.clock.advance(2)
    stage.drain("events")
    assert [who for who, _ in stage.said("a")] == ["customer", "bot"] * 3


def test_a_flood_costs_no_search(tmp_path: Path) -> None:
    """The messages of one sender beyond the cap are kept, and no reader looks at them."""
    read: list[str] = []
    greeting = SmallTalk(why="a greeting", language="en", courtesy="greeting")

    def greeted(said: Said) -> SmallTalk:
        read.append(said.text)
        return greeting

    build = partial(conversation_worker.build, recognisers=(Recogniser(greeted),))
    stage = Stage(tmp_path, builds={"conversation_worker": build})
    now, queue = stage.clock.now(), stage.backend.queue("events")
    for number in range(SENDER_BURST + 5):
        wrote = CustomerWrote(f"m{number}", "t-flood", "shop", "c1", now, "hello")
        queue.send([Outgoing(encode_event(wrote), group="t-flood", dedup_id=wrote.id)])
    stage.drain("events")
    assert len(stage.backend.store().records("t-flood", after_seq=0)) == SENDER_BURST + 5
    assert read == ["hello"] * (SENDER_BURST + 1)


def test_a_batch_has_one_line_of_log_that_names_each_event(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two messages in one batch share one line of log with their ids and decisions."""
    ids = [stage.write("When are you open?", sender=sender).json for sender in ("a", "b")]
    capsys.readouterr()
    stage.step("events")
    [line] = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (line["message"], line["count"]) == ("advanced", 2)
    assert [each["event_id"] for each in line["events"]] == [each["message_id"] for each in ids]
    assert {each["decision"] for each in line["events"]} == {"answer"}


def test_f15_poison_stops_only_its_own_thread_and_not_for_long(stage: Stage) -> None:
    """A message that is no event is buried at once; its thread goes on behind it."""
    stage.write("When are you open?")
    [message] = stage.backend.queue("events").receive(1, visibility_seconds=0)
    stage.backend.queue("events").send([Outgoing("{}", group=message.group, dedup_id="p")])
    stage.write("thanks")
    stage.drain("events")
    assert [who for who, _ in stage.said()] == ["customer", "bot"] * 2
    [letter] = stage.backend.dead_letters().list()
    assert letter.body == "{}"


def test_a_bug_is_tried_a_few_times_then_buried(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A message that always crashes is set aside after five receives; nothing behind it is lost."""
    from surgeline.application.conversations import advance_conversation

    decide = advance_conversation.decide
    stage.write("When are you open?")
    stage.write("I want to talk to a person")

    def broken(thread: Any, event: Any, facts: Any, *tables: Any) -> Any:
        if event.text == "When are you open?":
            raise RuntimeError("a bug")
        return decide(thread, event, facts, *tables)

    monkeypatch.setattr(advance_conversation, "decide", broken)
    for _ in range(10):
        stage.drain("events")
        stage.clock.advance(61)
    assert len(stage.backend.dead_letters().list()) == 1
    assert stage.said()[0] == ("customer", "I want to talk to a person")
    monkeypatch.undo()
    stage.backend.dead_letters().redrive([stage.backend.dead_letters().list()[0].id])
    stage.drain("events")
    assert ("customer", "When are you open?") in stage.said()


def test_f19_work_stops_before_the_time_is_over(stage: Stage) -> None:
    """Every message is returned untouched and in order when no time is left."""
    stage.write("When are you open?")
    batch = stage.backend.queue("events").receive(10)

    class Late:
        def get_remaining_time_in_millis(self) -> int:
            return 100

    answer = stage.handlers["conversation_worker"](sqs_event("events", batch), Late())
    assert [each["itemIdentifier"] for each in answer["batchItemFailures"]] == [batch[0].id]
    assert stage.thread() is None


def test_f50_without_an_index_a_person_is_asked(stage: Stage) -> None:
    """A missing or corrupt artifact means handoff, never an invented answer."""
    for key in stage.backend.blobs().keys("knowledge/"):
        if key.endswith(".index"):
            stage.backend.blobs().put(key, b"rubbish")
    stage.write("When are you open?")
    stage.drain("events")
    conversation = stage.thread().conversation
    assert conversation.owner.kind == "waiting"
    assert conversation.handoff.reason == "bot_failed"


@pytest.mark.parametrize("damaged", [b"", b"{", b"[]", b"{}", b"\xff"])
def test_f50_with_a_damaged_pointer_the_index_in_memory_answers_on(
    stage: Stage, capsys: pytest.CaptureFixture[str], damaged: bytes
) -> None:
    """The index in memory answers on with an alarm, because a damaged pointer is no reason for
    silence.
    """
    stage.write("When are you open?")
    stage.drain("events")
    stage.backend.blobs().put("knowledge/shop/current", damaged)
    stage.clock.advance(10)
    stage.write("When are you open?", sender="c2")
    stage.drain("events")
    assert stage.said("c2")[-1][1].startswith("We are open")
    assert "index_unusable" in capsys.readouterr().out


def test_choices_are_picked_by_number_and_by_words(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The customer picks from "did you mean" by a number, a title or the last choice, a person."""
    from surgeline.knowledge.answering.index import Index

    decide = Index.judge

    def unsure(self: Any, *args: Any, **how: Any) -> Any:
        return replace(decide(self, *args, **how), kind="suggest", article_id=None)

    monkeypatch.setattr(Index, "judge", unsure)
    for sender, pick in [("a", "1"), ("b", "opening HOURS"), ("c", "3")]:
        stage.write("When are you open?", sender=sender)
        stage.drain("events")
        stage.write(pick, sender=sender)
        stage.drain("events")
    assert stage.said("a")[-1][0] == "bot"
    assert stage.said("b")[-1] == ("bot", "We are open from Monday to Saturday, 9 to 18.")
    assert stage.thread("c").conversation.owner.kind == "waiting"
