"""How long the pool that owns a conversation may leave its customer without a word.

Only the reckoning lives here; what a pool that said nothing loses is `ownership`'s. One timer at
most is in the air for an ownership: when it fires it is started anew if something is owed by then,
so that words going to and fro start none. A timer other than that one is stale.
"""

from surgeline.domain.turn import Turn


def owe_a_word(turn: Turn) -> None:
    """The customer waits for the owner from now on, if not already."""
    if not turn.handoff.quiet_since:
        turn.change_handoff(quiet_since=turn.facts.now)
    overdue = overdue_at(turn)
    if not turn.handoff.watch_at or (overdue is not None and overdue < turn.handoff.watch_at):
        watch(turn)


def settle(turn: Turn) -> None:
    """The owner has spoken: it owes nothing."""
    turn.change_handoff(agent_spoke=True, quiet_since=0)


def show_life(turn: Turn) -> None:
    """A note, typing, a message held back: no answer yet, but somebody is there."""
    if turn.handoff.quiet_since:
        turn.change_handoff(quiet_since=turn.facts.now)


def watch(turn: Turn) -> None:
    """Start the timer for when the word that is owed is overdue."""
    due_at = overdue_at(turn)
    if due_at is not None:
        turn.change_handoff(watch_at=due_at)
        turn.start_timer("agent_silence", turn.conversation.id, due_at)


def overdue_at(turn: Turn) -> int | None:
    """When the owner loses the conversation unless it speaks; None while it owes nothing."""
    handoff, rules = turn.handoff, turn.facts.rules
    if handoff.quiet_since:
        spoke = handoff.agent_spoke
        seconds = rules.unanswered_seconds if spoke else rules.agent_silence_seconds
        return handoff.quiet_since + seconds * 1000
    # Accepted under the release before this one, which kept no such time: its timer ends it.
    return None if handoff.agent_spoke else turn.facts.now
