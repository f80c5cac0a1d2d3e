"""The month is counted and told here: each week, each goal, and the finding in words."""

from collections.abc import Iterable, Sequence
from typing import Any

from surgeline.domain.shares import bounds
from surgeline.domain.times import milliseconds

from benchmarks.month.people import Contact
from benchmarks.month.play import BEGINS, DAY, LAST_DAYS, WRONG_DAY, Played

PROMISE = 0.95
GOAL = 0.5
MOST_USES, MOST_DAYS = 50, 2
WEEK = 7


def as_json(played: Played, days: int) -> dict[str, Any]:
    """Return the numbers of a month."""
    contacts = played.contacts
    weeks = [
        _span(contacts, first, min(first + WEEK, days))
        for first in range(0, days - days % WEEK, WEEK)
    ]
    if days % WEEK and weeks:
        weeks.append(_span(contacts, days - days % WEEK, days))
    return {
        "weeks": weeks,
        "last_day": _span(contacts, days - 1, days),
        "last_days_new_words": _span([c for c in contacts if c.is_new], days - LAST_DAYS, days),
        "articles": _states(played),
        "by_hand": played.people.by_hand,
        "used": played.people.used,
        "turned_wrong": _fall(played),
        "explained": _explained(played),
        "lead": {
            "new": sum(each.new for each in played.work),
            "mended": sum(each.mended for each in played.work),
            "phrasings": sum(each.phrasings for each in played.work),
            "put_aside": sum(each.put_aside for each in played.work),
            "refused": sum(each.refused for each in played.work),
        },
        "seconds": round(played.seconds),
    }


def _span(contacts: Iterable[Contact], first: int, last: int) -> dict[str, Any]:
    """Return the numbers of the days from `first` until before `last`."""
    mine = [each for each in contacts if first <= each.day < last]
    inside = [each for each in mine if each.topic is not None]
    answered = [each for each in mine if each.answered_by is not None]
    right = sum(bool(each.right) for each in answered)
    served = sum(each.answered_by is not None for each in inside)
    low, high = bounds(right, len(answered))
    return {
        "days": f"{first + 1} to {last}",
        "in_scope": len(inside),
        "answered": served,
        "share": round(served / len(inside), 4) if inside else 0.0,
        "picked": sum(each.picked for each in inside),
        "beyond": len(mine) - len(inside),
        "beyond_answered": len(answered) - served,
        "right": right,
        "of": len(answered),
        "precision": round(right / len(answered), 4) if answered else None,
        "low": low,
        "high": high,
    }


def _states(played: Played) -> dict[str, int]:
    found = [each["state"] for each in played.states]
    return {name: found.count(name) for name in sorted(set(found))}


def _fall(played: Played) -> dict[str, Any] | None:
    """Return when and why the article that turned wrong fell, and after how many uses."""
    since = BEGINS + WRONG_DAY * DAY
    mine = next((each for each in played.states if each["article"] == played.turned), None)
    if mine is None:
        return None
    falls = [
        each
        for each in reversed(mine["changes"])
        if each["after"] == "paused" and milliseconds(each["at"]) >= since
    ]
    found: dict[str, Any] = {"article": mine["article"], "fell": bool(falls)}
    if falls:
        at = milliseconds(falls[0]["at"])
        days = range(WRONG_DAY, (at - BEGINS) // DAY + 1)
        uses = [
            each
            for each in played.contacts
            if each.answered_by == played.turned and each.day in days and each.broken
        ]
        found |= {
            "after_days": round((at - since) / DAY, 2),
            "after_uses": len(uses),
            "why": falls[0]["reason"],
            "state_at_the_end": mine["state"],
        }
    return found


def _explained(played: Played) -> dict[str, int]:
    """Return how many steps there were of each kind, and how many lack their reason."""
    changes = [change for each in played.states for change in each["changes"]]
    moves = played.traffic.get("changes", [])
    return {
        "state_changes": len(changes),
        "state_changes_without_reason": sum(not each["reason"] for each in changes),
        "drafts": len(played.drafts),
        "drafts_without_reason": sum(not each["reason"] for each in played.drafts),
        "threshold_changes": len(moves),
        "threshold_changes_without_reason": sum(not each.get("why") for each in moves),
    }


def goals(result: dict[str, Any]) -> list[tuple[str, bool, str]]:
    """Return each goal, whether it was reached, and its number."""
    last, fell, explained = result["last_day"], result["turned_wrong"], result["explained"]
    weeks = [each for each in result["weeks"] if each["of"]]
    worst = min(weeks, key=lambda each: each["high"], default=None)
    soon = bool(fell and fell["fell"]) and (
        fell["after_uses"] <= MOST_USES or fell["after_days"] <= MOST_DAYS
    )
    lacking = sum(number for name, number in explained.items() if name.endswith("_reason"))
    return [
        (f"{GOAL:.0%} answered on the last day", last["share"] >= GOAL, f"{last['share']:.0%}"),
        (
            "no week's precision below the promise",
            all(each["high"] >= PROMISE for each in weeks),
            f"{worst['low']:.1%} to {worst['high']:.1%} at worst" if worst else "no answers",
        ),
        (
            "the article that turned wrong fell",
            soon,
            f"after {fell['after_uses']} uses, {fell['after_days']} days"
            if fell and fell["fell"]
            else "it did not",
        ),
        ("every step has its reason", lacking == 0, f"{lacking} steps lack it"),
    ]


def lines(result: dict[str, Any]) -> list[str]:
    """Return the month as a table, with the finding in words."""
    rows = [
        f"{'days':<10}{'in scope':>9}{'answered':>10}{'picked':>8}{'right':>13}{'Wilson, 95 %':>18}"
    ]
    rows += [_row(each) for each in result["weeks"]]
    rows += ["", "the last day, and questions in new words on the last days:"]
    rows += [_row(result["last_day"]), _row(result["last_days_new_words"]), ""]
    made = goals(result)
    rows += [f"{'ok  ' if is_met else 'MISS'} {name}: {number}" for name, is_met, number in made]
    return [*rows, "", *_words(result)]


def _row(each: dict[str, Any]) -> str:
    right = f"{each['right']} of {each['of']}"
    return (
        f"{each['days']:<10}{each['in_scope']:>9}{each['share']:>10.0%}{each['picked']:>8}"
        f"{right:>13}{each['low']:>10.1%} to {each['high']:.1%}"
    )


def _words(result: dict[str, Any]) -> Sequence[str]:
    lead, last, states = result["lead"], result["last_day"], result["articles"]
    named = ", ".join(f"{number} {name}" for name, number in states.items())
    return [
        (
            f"From no article at all the bot came to answer {last['share']:.0%} of the questions "
            "in scope on the last day."
        ),
        (
            f"The lead wrote {lead['new']} articles from candidates, added to {lead['mended']}, "
            f"took {lead['phrasings']} phrasings, and put {lead['put_aside']} groups aside."
        ),
        f"At the end the articles were: {named}. It took {result['seconds']} seconds.",
    ]
