"""The end of a wait is noted here, for the pool's pace and for the estimates that were told."""

from surgeline.domain.effects import NoteWait
from surgeline.domain.turn import Turn

CAME = "person"
_SAYS_NOTHING = frozenset({"taken"})
"""Ends that say nothing of the pool: somebody else answered."""


def end_wait(turn: Turn, end: str) -> None:
    """Note how the wait ended, if the customer stood in line for a seat.

    The first pool counts that was waited for, also where another one came: its pace gave the time
    that was told, and so its factor has to learn from it.
    """
    account, now = turn.conversation.account, turn.facts.now
    if account is None or not any(each.ended is None for each in account.quotes):
        return
    began = turn.handoff.since
    turn.account(lambda account: account.wait_ended(now, end))
    ended = turn.conversation.account
    assert ended is not None
    told = [each for each in ended.quotes if each.ended == now]
    came = end == CAME
    if end not in _SAYS_NOTHING:
        turn.effects.append(
            NoteWait(
                turn.new_id("v", "wait"),
                told[0].pool_id,
                waited_seconds=max(0, now - began) // 1000,
                came=came,
                kept=sum(each.taught is True for each in told),
                missed=sum(each.taught is False for each in told),
            )
        )


def handled_seconds(turn: Turn) -> int:
    """Return how long the owner has had the conversation, or 0 if that is not known."""
    account = turn.conversation.account
    last = account.stays[-1] if account and account.stays else None
    if last is None or last.until not in (None, turn.facts.now):
        return 0
    return max(1, (turn.facts.now - last.since) // 1000)
