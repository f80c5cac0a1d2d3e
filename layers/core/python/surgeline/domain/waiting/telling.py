"""A customer who waits is told here how it goes: his place, the time, and each stage once.

At most one text is said at a look. What was said stands in the handoff, so that a repeat or a crash
says nothing twice.
"""

import re
from binascii import crc32
from collections.abc import Callable, Iterable
from functools import partial
from typing import Final

from surgeline.domain.account import Quote
from surgeline.domain.company.stages import When
from surgeline.domain.estimates.estimate import Desk, Interval, estimated
from surgeline.domain.events import CustomerWrote
from surgeline.domain.facts import Facts
from surgeline.domain.texts import Value, fill
from surgeline.domain.thread import Handoff, Thread, Told
from surgeline.domain.turn import Turn
from surgeline.domain.waiting.figures import (
    MOST_RAISES,
    RAISE,
    Words,
    desks_of,
    first_name,
    look_again,
    moved_by,
    open_quote,
    quoted,
    raises_of,
    told_now,
    why_later,
)
from surgeline.domain.waiting.moments import moment

TOLD_KEPT: Final = 20
"""So many of the last texts about a wait are remembered."""
UNSAID: Final = 0
"""The mark of a stage that is over and in which nothing was said."""
RECOUNT_MS: Final = 120_000
"""How often the place of a waiting customer is counted at most."""
CLOSING_MS: Final = 43_200_000
"""The end of the hours is told again after so long at the earliest."""
SHORT_MS: Final = 1_800_000
"""A channel on which we may write for less than this after a message has no time worth telling."""
_BACK: Final = "back"
"""The stage under whose name the opening is remembered that the customer was told of."""
_SOON_MINUTES: Final = 15
_LATER_MINUTES: Final = 60
_SPACES: Final = re.compile(r" {2,}")


def wants_place(thread: Thread, facts: Facts) -> bool:
    """Return whether the place of the thread's customer is to be counted now.

    It is counted for a new request, then every other minute, and when a stage is due.
    """
    conversation = thread.conversation
    if conversation is None or conversation.account is None or not conversation.is_open:
        return True
    last, handoff = conversation.account.open_quote, conversation.handoff
    if last is None or handoff is None or facts.now - last.looked >= RECOUNT_MS:
        return True
    return bool(_due_of(handoff, facts.waiting.after(thread.channel_id), facts.now))


def tell_at_once(turn: Turn, key: str, waits_for: Iterable[str], **more: str) -> None:
    """Tell a customer who asked for a person how it stands, with the place and the time."""
    stage: When = "at_once" if key == "still_waiting" else "kept"

    def words() -> Words:
        values, raised = told_now(turn, waits_for)
        return {**values, **more}, raised

    _say(turn, stage, key, words, also=_window_words(turn))


def tell_due(turn: Turn, waits_for: Iterable[str], opens_at: int | None) -> None:
    """Tell a waiting customer what is due now, if anything is.

    `waits_for` are the pools that are open and full. Without them the hours have ended, and people
    are back at `opens_at`.
    """
    pools = tuple(waits_for)
    if not pools:
        if turn.handoff.kept_until:
            _tell_closing(turn, opens_at)
    elif due := _due(turn):
        last, names = due[-1], tuple(_name(each) for each in due)
        words = partial(told_now, turn, pools)
        _say(turn, "after", _after_key(last), words, minutes=last, names=names)
    else:
        _look_at_estimate(turn, pools)


def next_due(turn: Turn) -> int | None:
    """Return when the next stage of an open wait is due, or None if no stage is left."""
    left = [each for each in _stages(turn) if _name(each) not in _told_since(turn.handoff)]
    return min((turn.handoff.since + each * 60_000 for each in left), default=None)


def tell_closed(turn: Turn, opens_at: int) -> None:
    """Tell that nobody is here any more, when people are back, and how long the request is kept."""
    facts = turn.facts
    zone = turn.header.zone or facts.zone
    values: dict[str, Value] = {
        "opens": moment(facts.texts, opens_at, now=facts.now, zone=zone),
        "until": moment(facts.texts, turn.handoff.kept_until, now=facts.now, zone=zone),
    }
    _say(
        turn,
        "hours_end",
        "kept_while_closed",
        lambda: (values, ()),
        also=_window_words(turn),
    )
    _remember(turn, (_BACK,), UNSAID, at=opens_at)


def _window_words(turn: Turn) -> str:
    """Return what is possible on a channel that lets us write for a time only, or nothing.

    That the request keeps its place is told only where requests are kept.
    """
    facts, end = turn.facts, turn.facts.writes_until
    longest = facts.now + facts.policy.longest_wait_seconds * 1000
    if end is None or end >= max(turn.handoff.kept_until, longest):
        return ""
    if end - facts.now < SHORT_MS:
        told = facts.texts.get("window_short", "window_short")
    else:
        zone = turn.header.zone or facts.zone
        until = moment(facts.texts, end, now=facts.now, zone=zone)
        told = fill(facts.texts.get("window_until", "window_until"), {"until": until})
    kept = facts.texts.get("window_kept", "window_kept") if facts.policy.keep_seconds else ""
    return f"{told} {kept}".strip()


def tell_person(turn: Turn, agent: str | None) -> None:
    """Tell that a person has come.

    Where one came a moment ago and said nothing, the person's own words tell it.
    """
    _say(turn, "person", "person_joined", lambda: ({"name": agent}, ()), agent=agent)


# ---------------------------------------------------------------- the stages


def _stages(turn: Turn) -> tuple[int, ...]:
    return turn.facts.waiting.after(turn.header.channel_id)


def _due(turn: Turn) -> list[int]:
    """Return the stages that are due and were not told in this wait, in order."""
    return _due_of(turn.handoff, _stages(turn), turn.facts.now)


def _due_of(handoff: Handoff, stages: Iterable[int], now: int) -> list[int]:
    waited, told = now - handoff.since, _told_since(handoff)
    return [m for m in stages if m * 60_000 <= waited and _name(m) not in told]


def _name(minutes: int) -> str:
    return f"after {minutes}"


def _after_key(minutes: int) -> str:
    if minutes < _SOON_MINUTES:
        return "waited_a_little"
    return "waited" if minutes < _LATER_MINUTES else "waited_long"


def _told_since(handoff: Handoff) -> set[str]:
    """Return the stages that were told since the person was asked for."""
    return {each.stage for each in handoff.told if each.at >= handoff.since}


def _tell_closing(turn: Turn, opens_at: int | None) -> None:
    """Tell that the hours have ended, unless that was told within half a day.

    It is told again only once the opening that was told of has passed.
    """
    now, told = turn.facts.now, turn.handoff.told
    last = max((each.at for each in told if each.stage == "hours_end"), default=0)
    back = max((each.at for each in told if each.stage == _BACK), default=0)
    if opens_at and now - last >= CLOSING_MS and now >= back:
        tell_closed(turn, opens_at)


# ---------------------------------------------------------------- the estimate


def _look_at_estimate(turn: Turn, pools: tuple[str, ...]) -> None:
    """Tell the estimate if the line was counted now and there is news. Else note the look."""
    last, desks = open_quote(turn), desks_of(turn, pools)
    if last is None or not desks:
        return
    new = estimated(desks)
    if new is None or not turn.facts.waiting.tells_estimates(turn.header.channel_id):
        look_again(turn, last)
    elif last.high:
        _tell_moved(turn, pools, last, desks, new)
    elif raises_of(turn) <= MOST_RAISES:
        _say(turn, "estimate", "estimate_known", lambda: (quoted(turn, pools), ()))
    else:
        look_again(turn, last)


def _tell_moved(
    turn: Turn, pools: tuple[str, ...], last: Quote, desks: list[Desk], new: Interval
) -> None:
    """Tell a new estimate if it moved by a step, and say why if it takes longer."""
    moved = moved_by(turn, last, new)
    if not moved:
        look_again(turn, last)
    elif moved < 0:
        _say(turn, "estimate", "estimate_sooner", lambda: (quoted(turn, pools), ()))
    else:
        _tell_later(turn, pools, last, desks)


def _tell_later(turn: Turn, pools: tuple[str, ...], last: Quote, desks: list[Desk]) -> None:
    """Tell that it takes longer, and why. After two such words no figure is given any more."""
    raises = raises_of(turn)
    names = (f"{RAISE}{raises + 1}",)
    if raises < MOST_RAISES:
        why = turn.facts.texts.get(why_later(last, desks), "")
        _say(
            turn,
            "estimate",
            "estimate_later",
            lambda: ({**quoted(turn, pools), "why": why}, ()),
            names=names,
        )
        return
    look_again(turn, last)
    if raises == MOST_RAISES:
        _say(turn, "estimate", "estimate_unknown", lambda: ({}, ()), names=names)


# ---------------------------------------------------------------- saying it


def _say(
    turn: Turn,
    stage: When,
    key: str,
    words: Callable[[], Words],
    *,
    minutes: int = 0,
    names: tuple[str, ...] = (),
    agent: str | None = None,
    also: str = "",
) -> None:
    """Say the words of a crisis, the company's for the stage, or Surgeline's, and `also`.

    The same words are not said again soon, unless a person was said to have come since. A
    customer's own message is always answered. The values come of `words`, which notes what is told,
    so that nothing is noted that is not said.
    """
    facts, thread = turn.facts, turn.thread
    language = thread.language or "en"
    own = facts.tone.get(key) or facts.waiting.words(stage, minutes, thread.channel_id, language)
    text = own or facts.texts.get(key, key)
    mark, now = crc32(f"{text}{agent or ''}".encode()), facts.now
    again = now - facts.waiting.same_again_minutes * 60_000
    answers = isinstance(turn.event, CustomerWrote)
    came = max((each.at for each in turn.handoff.told if each.stage == "person"), default=0)
    since = max(again + 1, came)
    is_said = any(each.text == mark and each.at >= since for each in turn.handoff.told)
    if is_said and not answers:
        _pass_over(turn, names if stage == "after" else ())
        return
    values, raised = words()
    _remember(turn, (*(names or (stage,)), *raised), mark)
    said = f"{fill(text, {'first_name': first_name(turn), **values})} {also}"
    turn.say("system", _SPACES.sub(" ", said).strip(), agent=agent)


def _pass_over(turn: Turn, names: tuple[str, ...]) -> None:
    """Leave a text unsaid. A stage that it was for is over, and the line was counted."""
    if names:
        _remember(turn, names, UNSAID)
    if last := open_quote(turn):
        look_again(turn, last)


def _remember(turn: Turn, names: tuple[str, ...], text: int, *, at: int | None = None) -> None:
    """Note what was told now, in place of what was told before under the same names."""
    at = turn.facts.now if at is None else at
    before = [each for each in turn.handoff.told if each.stage not in names]
    told = (*before, *(Told(each, at, text) for each in names))
    turn.change_handoff(told=told[-TOLD_KEPT:])
