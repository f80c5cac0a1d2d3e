"""A customer who waits is told here how it goes: his place, the time, and each stage once.

At most one text is said at a look. What was said stands in the handoff, so that a repeat or a crash
says nothing twice.
"""

import re
from binascii import crc32
from collections.abc import Iterable
from typing import Final

from surgeline.domain.account import Quote
from surgeline.domain.company.stages import When
from surgeline.domain.estimates.estimate import HOUR, MINUTE, Desk, Interval, estimated
from surgeline.domain.events import CustomerWrote
from surgeline.domain.facts import Facts
from surgeline.domain.pools import Pool
from surgeline.domain.texts import Value, fill
from surgeline.domain.thread import Handoff, Thread, Told
from surgeline.domain.turn import Turn
from surgeline.domain.waiting.moments import moment

TOLD_KEPT: Final = 20
"""So many of the last texts about a wait are remembered."""
RECOUNT_MS: Final = 120_000
"""How often the place of a waiting customer is counted at most."""
CLOSING_MS: Final = 43_200_000
"""The end of the hours is told again after so long at the earliest."""
SHORT_MS: Final = 1_800_000
"""A channel on which we may write for less than this after a message has no time worth telling."""
MOST_RAISES: Final = 2
"""So often a customer is told that it takes longer. The next time no figure is given any more."""
SHARE: Final = 0.25
"""An estimate has moved if it moved by this share of itself, and by the company's step."""
_RAISE: Final = "later "
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
    _say(turn, stage, key, {**_quoted(turn, waits_for), **more}, also=_window_words(turn))


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
        _say(turn, "after", _after_key(last), _quoted(turn, pools), minutes=last, names=names)
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
    _say(
        turn,
        "hours_end",
        "kept_while_closed",
        {
            "opens": moment(facts.texts, opens_at, now=facts.now, zone=zone),
            "until": moment(facts.texts, turn.handoff.kept_until, now=facts.now, zone=zone),
        },
        also=_window_words(turn),
    )


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
    """Tell that a person has come."""
    _say(turn, "person", "person_joined", {"name": agent}, agent=agent)


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
    """Tell that the hours have ended, unless that was told within half a day."""
    last = [each.at for each in turn.handoff.told if each.stage == "hours_end"]
    if opens_at and turn.facts.now - max(last, default=0) >= CLOSING_MS:
        tell_closed(turn, opens_at)


# ---------------------------------------------------------------- the estimate


def _look_at_estimate(turn: Turn, pools: tuple[str, ...]) -> None:
    """Tell the estimate if the line was counted now and there is news. Else note the look."""
    last, desks = _open_quote(turn), _desks(turn, pools)
    if last is None or not desks:
        return
    new = estimated(desks)
    if new is None or not turn.facts.waiting.tells_estimates(turn.header.channel_id):
        _look_again(turn, last)
    elif not last.high:
        _say(turn, "estimate", "estimate_known", _quoted(turn, pools))
    else:
        _tell_moved(turn, pools, last, desks, new)


def _tell_moved(
    turn: Turn, pools: tuple[str, ...], last: Quote, desks: list[Desk], new: Interval
) -> None:
    """Tell a new estimate if it moved by a step, and say why if it takes longer."""
    moved = (turn.facts.now - last.at) // 1000 + new.high - last.high
    step = max(turn.facts.waiting.estimate_step_minutes * MINUTE, SHARE * last.high)
    if abs(moved) < step:
        _look_again(turn, last)
    elif moved < 0:
        _say(turn, "estimate", "estimate_sooner", _quoted(turn, pools))
    else:
        _tell_later(turn, pools, last, desks)


def _tell_later(turn: Turn, pools: tuple[str, ...], last: Quote, desks: list[Desk]) -> None:
    """Tell that it takes longer, and why. After two such words no figure is given any more."""
    raises = _raises(turn)
    names = (f"{_RAISE}{raises + 1}",)
    if raises < MOST_RAISES:
        why = turn.facts.texts.get(_why(last, desks), "")
        values = {**_quoted(turn, pools), "why": why}
        _say(turn, "estimate", "estimate_later", values, names=names)
        return
    _look_again(turn, last)
    if raises == MOST_RAISES:
        _say(turn, "estimate", "estimate_unknown", {}, names=names)


def _raises(turn: Turn) -> int:
    """Return how often the customer was told that it takes longer."""
    return sum(each.stage.startswith(_RAISE) for each in turn.handoff.told)


def _why(last: Quote, desks: list[Desk]) -> str:
    """Return the key of the reason why it takes longer."""
    if max(each.ahead for each in desks) + 1 > last.place:
        return "why_others_first"
    if sum(each.at_once for each in desks) < last.seats:
        return "why_fewer_people"
    return "why_longer"


def _open_quote(turn: Turn) -> Quote | None:
    account = turn.conversation.account
    return account.open_quote if account else None


def _look_again(turn: Turn, last: Quote) -> None:
    """Note that the line was counted now, and that the estimate stands."""
    now = turn.facts.now
    turn.account(lambda account: account.quoted_again(last._replace(looked=now)))


def _quoted(turn: Turn, waits_for: Iterable[str]) -> dict[str, Value]:
    """Keep the place and the interval that the customer is told now, and return them in words."""
    pools = tuple(waits_for)
    desks = _desks(turn, pools)
    if not desks:
        return {}
    ahead = max(each.ahead for each in desks)
    is_told = _raises(turn) <= MOST_RAISES
    found = estimated(desks) if is_told else None
    guess = estimated(desks, least_waits=0) if is_told and not found else None
    now = turn.facts.now
    low, high = (found.low, found.high) if found else (0, 0)
    seats = sum(each.at_once for each in desks)
    counted = all(not each.is_behind for each in desks)
    quote = Quote(
        now,
        pools[0],
        ahead + 1 if counted else 0,
        low,
        high,
        seats,
        now,
        guess=guess.high if guess else 0,
    )
    turn.account(lambda account: account.quoted(quote))
    place = str(quote.place or "")
    values: dict[str, Value] = {"place": place, "time": time_words(turn, found)}
    key = "line_known" if place and found else "line_place" if place else ""
    return values | {"line": fill(turn.facts.texts.get(key, ""), values)}


def time_words(turn: Turn, found: Interval | None) -> str:
    """Return the words for an interval, such as "about 4 to 9 minutes"."""
    if found is None:
        return ""
    hours = found.high % HOUR == 0 and found.high > 2 * HOUR
    unit = HOUR if hours else MINUTE
    low, high = found.low // unit, found.high // unit
    key = "time_hours" if hours else "time_minutes"
    if not low:
        key = "time_minute" if (high, hours) == (1, False) else f"{key}_at_most"
    return fill(turn.facts.texts.get(key, ""), {"low": low, "high": high})


def _desks(turn: Turn, pools: Iterable[str]) -> list[Desk]:
    """Return the pools whose line was counted, as an estimate sees them.

    The closed pools among those that the customer waits for count from their opening.
    """
    names, now = frozenset(pools), turn.facts.now
    if not names:
        return []
    soon = names.union(turn.handoff.waitlist)
    return [
        _desk(each, now)
        for each in turn.facts.pools
        if each.is_counted and (each.id in names or (each.id in soon and each.opens_at))
    ]


def _desk(pool: Pool, now: int) -> Desk:
    at_once = pool.limit or 0
    opens = pool.opens_at if pool.closed and pool.opens_at else None
    arrivals = ((opens, at_once), *pool.coming) if opens else pool.coming
    return Desk(
        ahead=pool.waits_ahead or 0,
        free=0 if opens else pool.free,
        at_once=0 if opens else at_once,
        pace=pool.pace,
        handle_seconds=pool.handle_seconds,
        coming=tuple((max(0, at - now) / 1000, more) for at, more in arrivals),
    )


# ---------------------------------------------------------------- saying it


def _say(
    turn: Turn,
    stage: When,
    key: str,
    values: dict[str, Value],
    *,
    minutes: int = 0,
    names: tuple[str, ...] = (),
    agent: str | None = None,
    also: str = "",
) -> None:
    """Say the words of a crisis, the company's for the stage, or Surgeline's, and `also`.

    The same words are not said again soon. A customer's own message is always answered.
    """
    facts, thread = turn.facts, turn.thread
    language = thread.language or "en"
    own = facts.tone.get(key) or facts.waiting.words(stage, minutes, thread.channel_id, language)
    text = own or facts.texts.get(key, key)
    mark, now = crc32(text.encode()), facts.now
    again = now - facts.waiting.same_again_minutes * 60_000
    answers = isinstance(turn.event, CustomerWrote) or stage == "person"
    is_said = any(each.text == mark and each.at > again for each in turn.handoff.told)
    if stage != "person":
        _remember(turn, names or (stage,), mark)
    if is_said and not answers:
        return
    said = f"{fill(text, {'first_name': first_name(turn), **values})} {also}"
    turn.say("system", _SPACES.sub(" ", said).strip(), agent=agent)


def _remember(turn: Turn, names: tuple[str, ...], text: int) -> None:
    """Note what was told now, in place of what was told before under the same names."""
    before = [each for each in turn.handoff.told if each.stage not in names]
    told = (*before, *(Told(each, turn.facts.now, text) for each in names))
    turn.change_handoff(told=told[-TOLD_KEPT:])


def first_name(turn: Turn) -> str:
    """Return the customer's first name, as the channel says it, or nothing."""
    own = turn.event.customer if isinstance(turn.event, CustomerWrote) else None
    found = (own or turn.facts.customer).get("first_name")
    return found.strip() if isinstance(found, str) else ""
