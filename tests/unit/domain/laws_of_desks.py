"""What holds of desks at which nobody sat, after every event of a thread."""

from surgeline.domain.decide import Decision
from surgeline.domain.events import Event
from surgeline.domain.thread import Thread


def an_empty_desk_is_waited_for(before: Thread, event: Event, decision: Decision) -> None:
    """An empty desk was asked in vain, is named once, and has a kept request in its line."""
    del before, event
    conversation = decision.thread.conversation
    handoff = conversation.handoff if conversation else None
    if conversation is None or handoff is None:
        return
    assert len(set(handoff.unmanned)) == len(handoff.unmanned)
    assert set(handoff.unmanned) <= set(handoff.tried), "it would be asked at once, and say no"
    assert not conversation.is_kept or set(handoff.unmanned) <= set(handoff.waitlist)
