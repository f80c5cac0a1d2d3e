"""The pool that owns a conversation is told here of each message that its customer wrote.

A text that its customer was never told is noted here too, for the lead and for whoever has the
conversation. A person's words are said again once the customer can be reached.
"""

from collections.abc import Mapping
from typing import Final

from surgeline.domain.effects import Again, EndLapse, ListLapse
from surgeline.domain.events import TextUndelivered, TimerFired
from surgeline.domain.limits import UNTOLD_LIMIT
from surgeline.domain.thread import EndedBy
from surgeline.domain.turn import STALE_TIMER, Explanation, Rule, Turn

UNDELIVERED: Final = "reply_undelivered"
MOST_UNHEARD = 3
"""So many of the newest lost texts are said again."""
UNTOLD_MESSAGES = "untold_messages"
"""The kind of the timer that goes on with the messages that an owner is owed."""


def untold_messages(turn: Turn, event: TimerFired) -> Explanation:
    """Go on telling the owner what the customer wrote before it took the conversation."""
    pool_id = turn.owner_since(event)
    if pool_id is None or not turn.handoff.behind:
        return STALE_TIMER
    tell_untold(turn, pool_id)
    return Explanation("forward", f"{pool_id} owns the conversation")


def tell_untold(turn: Turn, pool_id: str) -> None:
    """Tell the owner what the customer wrote since its offer. A timer goes on if there is more."""
    for message in turn.facts.untold:
        tell_message(turn, pool_id, message.message_id, message.seq, message.at)
        turn.change_handoff(told_seq=message.seq)
    behind = len(turn.facts.untold) == UNTOLD_LIMIT
    turn.change_handoff(behind=behind)
    if behind:
        turn.start_timer(UNTOLD_MESSAGES, turn.conversation.id, turn.facts.now)


def tell_message(turn: Turn, pool_id: str, message_id: str, seq: int, at: int) -> None:
    """Forward a customer's message to the pool that owns the conversation."""
    data: dict[str, str | int | None] = {"message_id": message_id, "seq": seq, "at": at}
    turn.tell_pool(pool_id, "conversation.message", data=data)


TIMERS: Mapping[str, Rule] = {UNTOLD_MESSAGES: untold_messages}


def text_undelivered(turn: Turn, event: TextUndelivered) -> Explanation:
    """Keep on record that a text reached nobody, and list the conversation for the lead.

    Transcripts and the console say it too. A customer who can't be reached at all is not listed.
    After a pool's end only a person's words count.
    """
    current = turn.thread.conversation
    why = f"a text reached nobody: {event.reason}"
    if current is None or current.id != event.conversation_id:
        return Explanation("note", why)
    if not (current.is_open or (current.ended_by == "pool" and event.by_person)):
        return Explanation("note", why)
    if event.reason.startswith("recipient"):
        return Explanation("note", why)
    if _say_again(turn, event):
        return Explanation("say again", why)
    if not current.unheard_at:
        effect_id = turn.new_id("q", "list_lapse")
        turn.effects.append(ListLapse(effect_id, current.id, UNDELIVERED, due_at=turn.facts.now))
    is_new = event.by_person and event.text_seq not in current.unheard
    said = (event.text_seq,) if is_new else ()
    turn.change(unheard_at=turn.facts.now, unheard=(*current.unheard, *said)[-MOST_UNHEARD:])
    return Explanation("note", why)


def _say_again(turn: Turn, event: TextUndelivered) -> bool:
    """Say a text once more that the provider took and then could not deliver. Return whether.

    Trouble of the provider's may be over by now. Once the window is closed a template goes out,
    where the channel has one.
    """
    lost = next(iter(turn.facts.unheard), None)
    if lost is None or lost.again or not turn.conversation.is_open:
        return False
    again: Again = ""
    if event.reason.startswith("later"):
        again = "as before"
    elif event.reason.startswith("window") and turn.facts.has_template:
        again = "template"
    if again:
        turn.say(
            lost.speaker,
            lost.text,
            choices=lost.choices,
            pool_id=lost.pool_id,
            agent=lost.agent,
            reply_to=lost.in_reply_to,
            media=lost.media,
            arrival=lost.arrival,
            again=again,
        )
    return bool(again)


def settle_unheard(turn: Turn, ended_by: EndedBy) -> None:
    """Take a conversation that ends off the lead's list.

    A person's lost words outlive a pool's end, and are said once the customer writes again.
    """
    if ended_by != "pool" or not turn.conversation.unheard:
        reach_again(turn, say=False)


def reach_again(turn: Turn, *, say: bool = True) -> None:
    """Take the conversation off the lead's list, and say a person's lost words once more.

    The customer has just written, so that the channel lets us write. Some channels take one text
    only, so all words are one. With `say` False nobody can be told them any more.
    """
    if not turn.conversation.unheard_at:
        return
    effect_id = turn.new_id("q", "end_lapse")
    turn.effects.append(EndLapse(effect_id, turn.conversation.id, UNDELIVERED))
    turn.change(unheard_at=0, unheard=())
    lost = turn.facts.unheard if say else ()
    if lost:
        turn.say(
            "person",
            "\n\n".join(each.text for each in lost),
            pool_id=lost[-1].pool_id,
            agent=lost[-1].agent,
            media=tuple(media for each in lost for media in each.media),
        )


RULES: Mapping[type, Rule] = {TextUndelivered: text_undelivered}
