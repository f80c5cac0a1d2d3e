"""A waiting customer chooses here: to wait, another time, another place, or nobody any more.

A callback is the kept request with a time of its own. It is offered to the pools then. If nobody
comes in its time, the customer and the lead are told, and the request is kept on.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from surgeline.domain.account import CallbackChosen, CallbackEnd
from surgeline.domain.effects import Choice, EndLapse, ListLapse, SendText
from surgeline.domain.texts import fill
from surgeline.domain.thread import BOT, WAITING, Callback
from surgeline.domain.turn import Explanation, Turn
from surgeline.domain.waiting.asking import ask_all_anew, leave_waitlist, withdraw
from surgeline.domain.waiting.moments import clock, moment
from surgeline.domain.waiting.waits import end_wait
from surgeline.domain.wishes import Wish, shown_ways, takes_addresses

CALLBACK_MISSED: Final = "callback_missed"
KEPT_LOOK = "kept_look"


def offer_ways(turn: Turn) -> None:
    """Show the ways below the last text to a customer who has just begun to wait."""
    current = turn.current
    if not turn.facts.ways or current is None or current.handoff is None:
        return
    handoff = current.handoff
    waits = current.is_kept or (current.owner == WAITING and handoff.look_at > 0)
    if not waits or handoff.callback is not None or not current.is_open:
        return
    for place in range(len(turn.effects) - 1, -1, -1):
        said = turn.effects[place]
        if isinstance(said, SendText) and said.speaker == "system":
            ways = shown_ways(turn.facts.ways, holds_later=turn.facts.holds_later)
            choices = _choices(turn, ways)
            turn.effects[place] = replace(said, choices=choices)
            turn.change_handoff(callback=Callback(step="ways"))
            return


def hear_wish(turn: Turn) -> Explanation | None:
    """Do what the waiting customer wishes, or return None for any other message.

    Another message closes the question that was open. The times that were shown stay in mind, so
    that one of them may still be chosen by its words.
    """
    current = turn.current
    if current is None or current.handoff is None or current.handoff.callback is None:
        return None
    wish = turn.facts.wish
    if wish is None:
        _note(turn, step="")
        return None
    return _RULES[wish.kind](turn, wish)


def tell_time(turn: Turn) -> None:
    """Tell the customer when and where somebody answers, as it was chosen."""
    texts, callback = turn.facts.texts, _callback(turn)
    when = texts.get("callback_soon", "callback_soon")
    if callback.until:
        window = (callback.at, callback.until)
        when = window_label(texts, window, now=turn.facts.now, zone=_zone(turn))
    key = "callback_set_reach" if callback.address else "callback_set"
    turn.notice(key, when=when, address=callback.address)


def give_up_time(turn: Turn) -> None:
    """Have the customer reached as soon as somebody is free, whatever time was chosen."""
    was_timed = _callback(turn).until > 0
    _note(turn, at=0, until=0, step="")
    if was_timed:
        _keep_for_reports(turn)


def waits_after_all(turn: Turn) -> bool:
    """Return whether a customer who chose a time or a place would rather wait here. Give it up."""
    wish, current = turn.facts.wish, turn.current
    if wish is None or wish.kind != "wait" or current is None or not current.is_kept:
        return False
    if not _callback(turn).is_asked:
        return False
    _note(turn, at=0, until=0, by="channel", address="")
    _keep_for_reports(turn)
    return True


def missed(turn: Turn) -> None:
    """Tell the customer and the lead that nobody came in the chosen time, and keep the request."""
    callback, now = _callback(turn), turn.facts.now
    end_callback(turn, "missed")
    effect_id = turn.new_id("q", CALLBACK_MISSED)
    turn.effects.append(
        ListLapse(effect_id, turn.conversation.id, CALLBACK_MISSED, due_at=callback.until)
    )
    _note(turn, at=0, until=0, missed_at=now, step="", windows=())
    until = now + turn.facts.policy.keep_seconds * 1000
    ask_all_anew(turn)
    turn.change_handoff(kept_until=until, steps_from=now, told_to_wait=True)
    turn.notice("callback_missed")


def end_callback(turn: Turn, end: CallbackEnd) -> None:
    """Keep for reports what came of the time or the place that the customer chose, if any."""
    now = turn.facts.now
    turn.account(lambda account: account.callback_ended(now, end))


def go_on_with_callback(turn: Turn) -> None:
    """Have the chosen time count as open again if whoever came for it said nothing."""
    if turn.handoff.kept_until:
        turn.account(lambda account: account.callback_goes_on())


def make_up(turn: Turn) -> None:
    """Take a missed callback off the lead's list, because somebody came or it is over."""
    handoff = turn.conversation.handoff
    callback = handoff.callback if handoff else None
    if callback is not None and callback.missed_at:
        effect_id = turn.new_id("q", "end_lapse")
        turn.effects.append(EndLapse(effect_id, turn.conversation.id, CALLBACK_MISSED))
        _note(turn, missed_at=0)


# ---------------------------------------------------------------- the wishes


def _wait(turn: Turn, wish: Wish) -> Explanation:
    del wish
    _note(turn, step="ways")
    turn.notice("waits_here")
    return Explanation("callback", "the customer waits here")


def _withdraw(turn: Turn, wish: Wish) -> Explanation:
    """End the request kindly, also while pools are asked."""
    del wish
    make_up(turn)
    end_callback(turn, "withdrawn")
    _stop_asking(turn)
    turn.change_handoff(state="withdrawn", look_at=0, kept_until=0)
    turn.notice("request_withdrawn")
    return Explanation("request withdrawn", "the customer took the request back")


def _later(turn: Turn, wish: Wish) -> Explanation:
    del wish
    _note(turn, by="channel", address="")
    return _ask_when(turn)


def _reach(turn: Turn, wish: Wish) -> Explanation:
    del wish
    _note(turn, step="address")
    turn.notice("callback_address")
    return Explanation("callback", "the customer is asked for an address")


def _unclear(turn: Turn, wish: Wish) -> Explanation:
    del wish
    turn.notice("callback_unclear")
    return Explanation("callback", "the address could not be read")


def _address(turn: Turn, wish: Wish) -> Explanation:
    _note(turn, by=wish.by, address=wish.address)
    return _ask_when(turn)


def _ask_when(turn: Turn) -> Explanation:
    windows = turn.facts.windows
    if not windows and _callback(turn).by == "channel" and turn.facts.reply_until:
        until = _moment(turn, turn.facts.reply_until)
        elsewhere = takes_addresses(turn.facts.ways)
        _note(turn, step="address" if elsewhere else "")
        turn.notice("callback_no_window" if elsewhere else "callback_no_later", until=until)
        return Explanation("callback", "the channel's time to answer ends before any window")
    if not windows:
        return _schedule(turn, (0, 0))
    _note(turn, step="when", windows=windows)
    texts = turn.facts.texts
    labels = [
        window_label(turn.facts.texts, each, now=turn.facts.now, zone=_zone(turn))
        for each in windows
    ]
    soonest = texts.get("callback_soonest", "callback_soonest")
    choices = tuple(Choice(None, label) for label in (*labels, soonest))
    turn.say("system", texts.get("callback_when", "callback_when"), choices=choices)
    return Explanation("callback", "the customer is asked when")


def window_label(texts: Mapping[str, str], window: tuple[int, int], *, now: int, zone: str) -> str:
    """Return the words for a window: "Monday at 9:00 to 12:00"."""
    start, end = window
    words = {
        "from": moment(texts, start, now=now, zone=zone),
        "until": clock(texts, end, zone=zone),
    }
    return fill(texts.get("callback_window", "callback_window"), words)


def _window(turn: Turn, wish: Wish) -> Explanation:
    """Keep the request for the chosen time, or ask again where that time has begun."""
    window = _callback(turn).windows[wish.number]
    start, _ = window
    return _schedule(turn, window) if start > turn.facts.now else _ask_when(turn)


def _soon(turn: Turn, wish: Wish) -> Explanation:
    del wish
    return _schedule(turn, (0, 0))


def _schedule(turn: Turn, window: tuple[int, int]) -> Explanation:
    """Keep the request for its time, and look then. Nobody is asked before.

    The times that were shown may be chosen from again.
    """
    at, until = window
    now, keep = turn.facts.now, turn.facts.policy.keep_seconds * 1000
    _stop_asking(turn)
    ask_all_anew(turn)
    look_at = max(at, now)
    turn.change_handoff(
        state="kept",
        steps_from=0,
        look_at=look_at,
        kept_until=max(until, look_at) if until else max(turn.handoff.kept_until, now + keep),
        told_to_wait=True,
    )
    step = "when" if _callback(turn).windows else ""
    _note(turn, step=step, at=at, until=until)
    _keep_for_reports(turn)
    turn.start_timer(KEPT_LOOK, turn.conversation.id, look_at)
    tell_time(turn)
    return Explanation("callback", f"the request is kept for its time, by {_callback(turn).by}")


def _keep_for_reports(turn: Turn) -> None:
    """Keep what the customer chose now. It takes the place of what was chosen before."""
    callback, now = _callback(turn), turn.facts.now
    if callback.is_asked:
        chosen = CallbackChosen(now, callback.by, callback.at, callback.until)
        turn.account(lambda account: account.chose(chosen))
    else:
        end_callback(turn, "changed")


def _stop_asking(turn: Turn) -> None:
    """Withdraw the offers, give up the places, and give the conversation to the bot."""
    withdraw(turn, turn.handoff.offers, "customer_left")
    end_wait(turn, "withdrawn")
    turn.change_handoff(offers=())
    leave_waitlist(turn)
    turn.give_to(BOT)


def _choices(turn: Turn, keys: tuple[str, ...]) -> tuple[Choice, ...]:
    return tuple(Choice(None, turn.facts.texts.get(each, each)) for each in keys)


def _callback(turn: Turn) -> Callback:
    return turn.handoff.callback or Callback()


def _note(turn: Turn, **fields: object) -> None:
    callback = replace(_callback(turn), **fields)  # type: ignore[arg-type] # names are checked by every caller's test
    turn.change_handoff(callback=callback)


def _zone(turn: Turn) -> str:
    """Return the zone in which the customer reads times."""
    return turn.header.zone or turn.facts.zone


def _moment(turn: Turn, at: int) -> str:
    return moment(turn.facts.texts, at, now=turn.facts.now, zone=_zone(turn))


_RULES: Mapping[str, Callable[[Turn, Wish], Explanation]] = {
    "wait": _wait,
    "later": _later,
    "reach": _reach,
    "withdraw": _withdraw,
    "window": _window,
    "soon": _soon,
    "address": _address,
    "unclear": _unclear,
}
