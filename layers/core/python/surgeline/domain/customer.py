"""The customer's part of a conversation is here: to open one, go on, come back, or leave.

The bot's answers are in `bot`, and finding a person is in `handing_over`.
"""

from collections.abc import Mapping
from dataclasses import replace

from surgeline.domain.backlog.rules import bring_in
from surgeline.domain.bot import answer_message, settle_answer, small_talk
from surgeline.domain.customers.identity import site_customer
from surgeline.domain.elsewhere import is_answered_elsewhere
from surgeline.domain.erasure import end_for_customer
from surgeline.domain.events import CustomerLeft, CustomerWrote
from surgeline.domain.handing_over import emergency, hand_off
from surgeline.domain.hours import is_zone
from surgeline.domain.let_down import comes_back, note_elsewhere
from surgeline.domain.look_ups.profile import ask_profile
from surgeline.domain.media.files import fetch_media
from surgeline.domain.opening import open_conversation
from surgeline.domain.ownership import say_held
from surgeline.domain.pace import is_too_fast, paced
from surgeline.domain.reading import SmallTalk
from surgeline.domain.silence import expect_answer
from surgeline.domain.survey.ask import hear_answer
from surgeline.domain.thread import BOT, Conversation, Thread
from surgeline.domain.turn import Explanation, Rule, Turn
from surgeline.domain.untold import reach_again, tell_message
from surgeline.domain.waiting.callbacks import hear_wish, waits_after_all
from surgeline.domain.waiting.closed_channel import note_arrival, send_on
from surgeline.domain.waiting.notices import hear_stop
from surgeline.domain.wishes import is_scheduled


def bot_would_speak(thread: Thread | None) -> bool:
    """Return whether a customer's next message is the bot's to answer."""
    conversation = thread.conversation if thread else None
    return conversation is None or not conversation.is_open or conversation.owner == BOT


def customer_wrote(turn: Turn, event: CustomerWrote) -> Explanation:
    """Give the message to the present owner: the bot, a pool, or the next pool that will own it."""
    if event.brought:
        return bring_in(turn, event, event.brought)
    if event.automatic:
        return _hear_machine(turn, event)
    before = turn.current
    too_fast = is_too_fast(turn.header, event)
    _note_sender(turn, event, too_fast=too_fast)
    if before is not None:
        reach_again(turn)
    said = hear_answer(turn, event) or hear_stop(turn)
    heard = said or _go_on(turn, event, before, too_fast=too_fast)
    fetch_media(turn, event)
    ask_profile(turn, event)
    note_arrival(turn)
    if event.customer and not turn.header.customer and (mark := site_customer(event.customer)):
        turn.change_header(customer=mark)
    return heard


def _go_on(
    turn: Turn, event: CustomerWrote, before: Conversation | None, *, too_fast: bool
) -> Explanation:
    """Open a conversation, or go on with the one that is there."""
    if before is not None and before.pending is not None:
        settle_answer(turn)
    reading = turn.facts.reading
    closed = before is not None and not before.is_open and not turn.thread.is_erased
    if closed and isinstance(reading, SmallTalk):
        return small_talk(turn, event, reading)
    returning = open_conversation(turn, before)
    turn.revive("customer")
    note_elsewhere(turn)
    _note_place(turn, event)
    turn.change(last_customer_at=event.at)
    if turn.conversation.owner.kind == "pool":
        return _forward(turn, event)
    if heard := _before_bot(turn, returning=returning):
        return heard
    if why := _why_silent(turn.conversation):
        _tell_anew(turn)
        return Explanation("keep", why)
    return _slow_down(turn) if too_fast else answer_message(turn, event)


def _before_bot(turn: Turn, *, returning: bool) -> Explanation | None:
    """Ask for a person where the bot has no say, do a wish, or send on from a closed channel.

    A person is asked for in an emergency, for a customer who came back soon, and for one whom the
    last answers did not help. A wish about the wait goes before the last two.
    """
    heard = turn.facts.emergency
    if heard and not turn.conversation.emergency:
        return emergency(turn, heard)
    if waits_after_all(turn):
        return hand_off(turn, "customer_asked")
    if wished := hear_wish(turn) or send_on(turn):
        return wished
    if returning or _was_returning(turn):
        return hand_off(turn, "customer_returned", prefer=turn.conversation.last_pool)
    if why := comes_back(turn):
        return replace(hand_off(turn, "let_down"), why=why)
    return None


def _why_silent(conversation: Conversation) -> str:
    """Return why nobody says anything to a message, or nothing if the bot answers."""
    if conversation.owner.kind == "waiting":
        return "kept for the pool that takes the conversation"
    if is_answered_elsewhere(conversation):
        return "a person answers in the provider's app"
    return ""


def _tell_anew(turn: Turn) -> None:
    """Have a customer who wrote while pools were asked told anew if the request is kept on."""
    if turn.conversation.handoff and turn.handoff.kept_until:
        turn.change_handoff(told_to_wait=False)


def _hear_machine(turn: Turn, event: CustomerWrote) -> Explanation:
    """Keep the words of a customer's machine, and tell them to a pool that has the conversation.

    They open no conversation, and nobody owes them an answer.
    """
    conversation = turn.current
    if conversation is None or not conversation.is_open:
        return Explanation("ignore", "a machine wrote, and no conversation is open")
    if conversation.owner.kind == "pool":
        return _forward(turn, event)
    return Explanation("keep", "a machine wrote, which nobody answers")


def _note_sender(turn: Turn, event: CustomerWrote, *, too_fast: bool) -> None:
    """Keep the sender's address, language and pace, as the message tells them."""
    until = turn.header.paced_until if too_fast else paced(turn.header, event)
    turn.change_header(
        language=_language(turn, event),
        sender=event.sender,
        paced_until=until,
        told_too_fast=too_fast and turn.header.told_too_fast,
        zone=_zone(event) or turn.header.zone,
    )


def _language(turn: Turn, event: CustomerWrote) -> str | None:
    """Return the language of the words, else what the channel says of them, else the last one.

    How an app is set counts only until the customer's own words have told a language.
    """
    reading, known = turn.facts.reading, turn.header.language
    read = reading.language if reading else None
    if turn.facts.tells_app_language:
        return read or known or event.language
    return read or event.language or known


def _zone(event: CustomerWrote) -> str:
    """Return the customer's time zone as the channel says it, if it is one."""
    said = (event.customer or {}).get("time_zone")
    return said if isinstance(said, str) and is_zone(said) else ""


def _slow_down(turn: Turn) -> Explanation:
    """Tell the sender of a flood once that it is not read. The messages stay on record."""
    if not turn.header.told_too_fast:
        turn.change_header(told_too_fast=True)
        turn.notice("too_fast")
    return Explanation("too fast", "more messages at once than one sender may send")


def _note_place(turn: Turn, event: CustomerWrote) -> None:
    """Keep where the customer came from, as the channel says it with the first message."""
    page, referrer = (event.customer or {}).get("page"), (event.customer or {}).get("referrer")
    if turn.conversation.first_seq == turn.event_seq and (page or referrer):
        turn.account(
            lambda account: account.came_from(
                page if isinstance(page, str) else None,
                referrer if isinstance(referrer, str) else None,
            )
        )


def _was_returning(turn: Turn) -> bool:
    """Return whether a returning customer still has nobody.

    The bot then stays off that issue, unless the customer chose a time that has not come. Nobody
    was free, or a closed channel sent the customer on before the pool was asked.
    """
    conversation = turn.conversation
    handoff = conversation.handoff
    if handoff is None:
        return conversation.last_pool is not None and not is_answered_elsewhere(conversation)
    return (
        conversation.owner == BOT
        and handoff.state in ("failed", "kept", "expired")
        and handoff.reason == "customer_returned"
        and not is_scheduled(handoff.callback, turn.facts.now)
    )


def _forward(turn: Turn, event: CustomerWrote) -> Explanation:
    pool_id = turn.conversation.owner.pool_id
    assert pool_id is not None
    if not turn.facts.thanks and not event.automatic:
        expect_answer(turn)
    if turn.handoff.behind:
        return Explanation("keep", f"{pool_id} is told of earlier messages first")
    tell_message(turn, pool_id, event.id, turn.event_seq, event.at)
    turn.change_handoff(told_seq=turn.event_seq)
    return Explanation("forward", f"{pool_id} owns the conversation")


def customer_left(turn: Turn, event: CustomerLeft) -> Explanation:
    """End the conversation.

    Held messages of the pool are said first. A customer who blocked us is told nothing any more.
    """
    conversation = turn.current
    if conversation is not None and not conversation.is_open and event.blocked:
        reach_again(turn, say=False)
    if conversation is None or not conversation.is_open:
        return Explanation("ignore", "no conversation is open")
    turn.change_header(left_seq=turn.event_seq)
    if not event.blocked:
        say_held(turn)
    if turn.conversation.is_open:
        end_for_customer(turn, "customer")
        if not event.blocked:
            turn.notice("left")
    return Explanation("close", "the customer blocked us" if event.blocked else "the customer left")


RULES: Mapping[type, Rule] = {CustomerWrote: customer_wrote, CustomerLeft: customer_left}
