"""The time for an owning pool to answer its customer is kept here.

Each ownership has at most one running timer. When it fires and the pool still owes an answer, the
timer is started again. Otherwise the timer ends. Messages going back and forth start no timers. Any
other timer is stale. `ownership` takes the conversation back from a silent pool.
"""

from surgeline.domain.turn import Turn


def expect_answer(turn: Turn) -> None:
    """Note that the customer waits for the owner from now on, if not already."""
    if not turn.handoff.quiet_since:
        turn.change_handoff(quiet_since=turn.facts.now)
    overdue = overdue_at(turn)
    if not turn.handoff.watch_at or (overdue is not None and overdue < turn.handoff.watch_at):
        start_silence_timer(turn)


def answer_given(turn: Turn) -> None:
    """Note that the owner has spoken, so that it owes no answer. A request has found its person.

    What was told of the wait is over with that, and not with a pool that only said that it comes.
    """
    turn.change_handoff(agent_spoke=True, quiet_since=0, kept_until=0, retries=0, told=())


def note_activity(turn: Turn) -> None:
    """Begin the time anew for a note, typing or a held message, because somebody is there."""
    if turn.handoff.quiet_since:
        turn.change_handoff(quiet_since=turn.facts.now)


def start_silence_timer(turn: Turn) -> None:
    """Start the timer for when the owed answer is overdue."""
    due_at = overdue_at(turn)
    if due_at is not None:
        turn.change_handoff(watch_at=due_at)
        turn.start_timer("agent_silence", turn.conversation.id, due_at)


def overdue_at(turn: Turn) -> int | None:
    """Return when the silent owner loses the conversation, or None while it owes no answer.

    An owner who has promised word by a time may be silent until then. The promise of an earlier
    owner gives the next one no time. Whoever calls or mails the customer says nothing here, and has
    the chosen time for it.
    """
    handoff, rules = turn.handoff, turn.facts.rules
    promise = turn.conversation.promise
    if promise and (promise.broken_at or promise.pool_id != turn.conversation.owner.pool_id):
        promise = None
    if handoff.quiet_since and promise:
        return max(handoff.quiet_since, promise.until) + rules.unanswered_seconds * 1000
    if handoff.quiet_since and _is_reached_elsewhere(turn):
        until = handoff.callback.until if handoff.callback else 0
        begins = max(handoff.quiet_since + rules.agent_silence_seconds * 1000, until)
        return begins + rules.unanswered_seconds * 1000
    if handoff.quiet_since:
        spoke = handoff.agent_spoke
        seconds = rules.unanswered_seconds if spoke else rules.agent_silence_seconds
        return handoff.quiet_since + seconds * 1000
    # Release 0.1.0 or an earlier one kept no such time. The timer ends the conversation.
    return None if handoff.agent_spoke else turn.facts.now


def _is_reached_elsewhere(turn: Turn) -> bool:
    """Return whether the owner has not written here, because the customer chose another place."""
    callback = turn.handoff.callback
    return callback is not None and bool(callback.address) and not turn.handoff.agent_spoke
