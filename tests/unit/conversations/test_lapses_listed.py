"""A promise that was not kept is listed as long as the thread has it."""

from dataclasses import replace
from types import SimpleNamespace
from typing import cast

import pytest
from surgeline.application.conversations.effects.carrier import Means, Post
from surgeline.application.conversations.effects.lapses import LapseCarrier
from surgeline.application.ports.conversations import Record
from surgeline.application.watch.lapses import Lapses
from surgeline.domain.effects import EndLapse, ListLapse
from surgeline.domain.thread import Callback, Conversation, Handoff, Promise, Thread

from tests.unit.alerts.test_told_once import Notebook

MISSED = Handoff("kept", "customer_asked", 1, callback=Callback(until=2, missed_at=3))
BROKEN = Promise(2, 1, "north", broken_at=3)
RECORD = cast(Record, SimpleNamespace(at=3))


STATES = {
    "callback_missed": {"handoff": MISSED},
    "promise_broken": {"promise": BROKEN},
    "reply_undelivered": {"unheard_at": 2},
}


@pytest.mark.parametrize("what", STATES)
def test_a_repeat_lists_nothing_that_was_made_up_for(what: str) -> None:
    """The event of the timer may come again after a person has spoken."""
    book = Notebook()
    carrier = LapseCarrier(cast(Means, SimpleNamespace(notebook=book)), cast(Post, None))
    current = Conversation("c-1", 1, 1, 1, **STATES[what])  # type: ignore[arg-type] # of any field
    thread = Thread("t", "web", "v", conversation=current)
    effect = ListLapse("q1", "c-1", what, due_at=2)  # type: ignore[arg-type] # a parameter
    carrier.put(thread, RECORD, effect)
    carrier.put(thread, RECORD, effect)
    assert [each.what for each in Lapses(book).all()] == [what]

    carrier.end(thread, RECORD, EndLapse("q2", "c-1", what))  # type: ignore[arg-type] # as above
    spoken = replace(current, promise=None, handoff=replace(MISSED, callback=None), unheard_at=0)
    for later in (spoken, replace(current, id="c-2"), None):
        carrier.put(replace(thread, conversation=later), RECORD, effect)
    assert Lapses(book).all() == []
