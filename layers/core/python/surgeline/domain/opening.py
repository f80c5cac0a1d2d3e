"""A conversation opens here: with the first word, after a long rest, or once more after its end."""

from surgeline.domain.account import Account
from surgeline.domain.ids import conversation_id
from surgeline.domain.ownership import close
from surgeline.domain.thread import BOT, Conversation
from surgeline.domain.turn import Turn


def open_conversation(turn: Turn, before: Conversation | None) -> bool:
    """Make sure that a conversation is open. Return whether one of a pool was opened again."""
    now, rules = turn.facts.now, turn.facts.rules
    if before is None:
        _new_conversation(turn, number=1, epoch=1)
        return False
    if before.closed_at is None:
        idle = now - before.last_customer_at > rules.conversation_seconds * 1000
        promised = before.promise and not before.promise.broken_at
        waits = before.is_kept or promised or before.is_quiet
        if idle and before.owner == BOT and not waits:
            close(turn, "superseded")
            _new_conversation(turn, number=before.number + 1, epoch=before.epoch + 1)
        return False
    if before.last_pool and now - before.closed_at <= rules.reopen_seconds * 1000:
        turn.change(
            closed_at=None, ended_by=None, resolution=None, epoch=before.epoch + 1, handoff=None
        )
        turn.account(Account.taken_up)
        turn.record_opened()
        return True
    _new_conversation(turn, number=before.number + 1, epoch=before.epoch + 1)
    return False


def _new_conversation(turn: Turn, *, number: int, epoch: int) -> None:
    waited = turn.event.at < turn.facts.now
    turn.conversation = Conversation(
        id=conversation_id(turn.header.id, number),
        number=number,
        opened_at=turn.facts.now,
        epoch=epoch,
        first_seq=turn.event_seq,
        account=Account(arrived_at=turn.event.at if waited else None),
    )
    turn.record_opened()
