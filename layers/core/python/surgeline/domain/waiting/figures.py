"""The place and the time that a waiting customer is told are worked out here, and kept.

A figure that is higher than the last one says why. After two of them no figure is given any more.
"""

from collections.abc import Iterable
from typing import Final

from surgeline.domain.account import Quote
from surgeline.domain.estimates.estimate import HOUR, MINUTE, Desk, Interval, estimated
from surgeline.domain.events import CustomerWrote
from surgeline.domain.pools import Pool
from surgeline.domain.texts import Value, fill
from surgeline.domain.turn import Turn

MOST_RAISES: Final = 2
"""So often a customer is told that it takes longer. The next time no figure is given any more."""
SHARE: Final = 0.25
"""An estimate has moved if it moved by this share of itself, and by the company's step."""
RAISE: Final = "later "
"""The name of a told raise begins so, among the stages that were told."""
Words = tuple[dict[str, Value], tuple[str, ...]]
"""The values of a text, and the names under which the raise in it is remembered."""


def told_now(turn: Turn, waits_for: Iterable[str]) -> Words:
    """Return the words for the place and the time at a stage, and the name of a raise in them.

    A figure that is higher than the last one says why. It counts as a raise if it moved by a step.
    After two of them the place alone is told.
    """
    pools, last = tuple(waits_for), _last_figure(turn)
    desks = desks_of(turn, pools)
    new = estimated(desks) if desks else None
    moved = moved_by(turn, last, new) if last and new else 0
    is_higher = moved > 0 or bool(last and new and new.high > last.high)
    raises = raises_of(turn)
    if last is None or not is_higher or raises > MOST_RAISES:
        return quoted(turn, pools), ()
    raised = (f"{RAISE}{raises + 1}",) if moved > 0 else ()
    if raised and raises == MOST_RAISES:
        return quoted(turn, pools, figure=False), raised
    return _with_why(turn, quoted(turn, pools), why_later(last, desks)), raised


def _with_why(turn: Turn, values: dict[str, Value], reason: str) -> dict[str, Value]:
    """Return the values with the reason in the sentence. The time does not stand without it."""
    texts, tone = turn.facts.texts, turn.facts.tone
    why = texts.get(reason, "")
    text = tone.get("estimate_later") or texts.get("estimate_later", "{line}")
    said = fill(text, {"first_name": first_name(turn), **values, "why": why})
    return {**values, "line": said, "time": ""}


def _last_figure(turn: Turn) -> Quote | None:
    """Return the last estimate with a figure that the customer was told in this wait."""
    account = turn.conversation.account
    told = account.quotes if account else ()
    return next((each for each in reversed(told) if each.high and each.ended is None), None)


def raises_of(turn: Turn) -> int:
    """Return how often the customer was told that it takes longer."""
    return sum(each.stage.startswith(RAISE) for each in turn.handoff.told)


def why_later(last: Quote, desks: list[Desk]) -> str:
    """Return the key of the reason why it takes longer."""
    if max(each.ahead for each in desks) + 1 > last.place:
        return "why_others_first"
    if sum(each.at_once for each in desks) < last.seats:
        return "why_fewer_people"
    return "why_longer"


def open_quote(turn: Turn) -> Quote | None:
    """Return what the customer who waits was told last, or None."""
    account = turn.conversation.account
    return account.open_quote if account else None


def look_again(turn: Turn, last: Quote) -> None:
    """Note that the line was counted now, and that the estimate stands."""
    now = turn.facts.now
    turn.account(lambda account: account.quoted_again(last._replace(looked=now)))


def quoted(turn: Turn, waits_for: Iterable[str], *, figure: bool = True) -> dict[str, Value]:
    """Keep the place and the interval that the customer is told now, and return them in words.

    Without `figure` the place alone is told.
    """
    pools = tuple(waits_for)
    desks = desks_of(turn, pools)
    if not desks:
        return {}
    ahead = max(each.ahead for each in desks)
    is_told = figure and raises_of(turn) <= MOST_RAISES
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


def desks_of(turn: Turn, pools: Iterable[str]) -> list[Desk]:
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


def moved_by(turn: Turn, last: Quote, new: Interval) -> int:
    """Return by how many seconds a person comes later than was told, or 0 for less than a step."""
    moved = (turn.facts.now - last.at) // 1000 + new.high - last.high
    step = max(turn.facts.waiting.estimate_step_minutes * MINUTE, SHARE * last.high)
    return moved if abs(moved) >= step else 0


def first_name(turn: Turn) -> str:
    """Return the customer's first name, as the channel says it, or nothing."""
    own = turn.event.customer if isinstance(turn.event, CustomerWrote) else None
    found = (own or turn.facts.customer).get("first_name")
    return found.strip() if isinstance(found, str) else ""
