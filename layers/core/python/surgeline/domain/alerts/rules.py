"""The rules of alerts are data: at which value one is raised, at which it is cleared, and when.

A number that moves around one level would raise an alert again and again. So the level that clears
is lower than the level that raises, and both must hold for a while.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

AlertLevel = Literal["notice", "warning", "urgent"]
LEVELS: Final[tuple[AlertLevel, ...]] = ("notice", "warning", "urgent")
Unit = Literal["seconds", "count", "share"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRule:
    """One rule over one number, of which more is worse.

    The alert is raised once the number was `raise_at` or more for `for_seconds`. It is cleared once
    the number was `clear_at` or less for `clear_seconds`. `of_each` names the kind of thing that
    has a number and an alert of its own.
    """

    name: str
    unit: Unit
    raise_at: float
    clear_at: float
    for_seconds: int = 0
    clear_seconds: int = 0
    level: AlertLevel = "warning"
    is_on: bool = True
    of_each: Literal["", "pool", "queue", "topic", "rota"] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertChange:
    """A company's change of a shipped rule, by the rule's name. None keeps what is shipped."""

    rule: str
    raise_at: float | None = None
    clear_at: float | None = None
    for_seconds: int | None = None
    clear_seconds: int | None = None
    level: AlertLevel | None = None
    is_on: bool | None = None


SHIPPED: Final[tuple[AlertRule, ...]] = (
    AlertRule(
        name="oldest_waiting", unit="seconds", raise_at=600, clear_at=300, for_seconds=60,
        clear_seconds=120,
    ),
    AlertRule(
        name="queue_length", unit="count", raise_at=50, clear_at=20, for_seconds=120,
        clear_seconds=120,
    ),
    AlertRule(
        name="nobody_open", unit="count", raise_at=1, clear_at=0, for_seconds=300, level="urgent"
    ),
    AlertRule(
        name="endpoint_resting", unit="count", raise_at=1, clear_at=0, clear_seconds=300,
        of_each="pool",
    ),
    AlertRule(
        name="pool_disabled", unit="count", raise_at=1, clear_at=0, level="urgent", of_each="pool"
    ),
    AlertRule(name="undelivered", unit="count", raise_at=1, clear_at=0),
    AlertRule(name="cap_near", unit="share", raise_at=0.9, clear_at=0.5, of_each="pool"),
    AlertRule(name="budget", unit="share", raise_at=0.9, clear_at=0.5),
    AlertRule(
        name="budget_spent", unit="count", raise_at=1, clear_at=0, for_seconds=120, level="urgent"
    ),
    AlertRule(
        name="worker_lag", unit="seconds", raise_at=60, clear_at=10, for_seconds=60,
        clear_seconds=60, level="urgent", of_each="queue",
    ),
    AlertRule(name="kept_mails", unit="count", raise_at=1, clear_at=0),
    AlertRule(name="promise_broken", unit="count", raise_at=1, clear_at=0, level="urgent"),
    AlertRule(name="callback_missed", unit="count", raise_at=1, clear_at=0, level="urgent"),
    AlertRule(name="reply_undelivered", unit="count", raise_at=1, clear_at=0),
    AlertRule(
        name="first_reply", unit="seconds", raise_at=60, clear_at=30, for_seconds=120,
        clear_seconds=300,
    ),
    AlertRule(
        name="not_accepted", unit="share", raise_at=0.5, clear_at=0.3, for_seconds=120,
        clear_seconds=300, of_each="pool",
    ),
    AlertRule(
        name="timed_out", unit="share", raise_at=0.3, clear_at=0.1, for_seconds=120,
        clear_seconds=300, of_each="pool",
    ),
    AlertRule(
        name="not_helped", unit="share", raise_at=0.5, clear_at=0.35, for_seconds=300,
        clear_seconds=300,
    ),
    AlertRule(name="not_confirmed", unit="share", raise_at=0.4, clear_at=0.3, of_each="pool"),
    AlertRule(name="promise_at_risk", unit="count", raise_at=1, clear_at=0, of_each="pool"),
    AlertRule(
        name="waiting_for_closed", unit="count", raise_at=1, clear_at=0, for_seconds=300,
        level="notice", of_each="pool",
    ),
    AlertRule(
        name="topic_spike", unit="count", raise_at=1, clear_at=0, level="urgent", of_each="topic"
    ),
    AlertRule(
        name="test_page", unit="count", raise_at=1, clear_at=0, level="urgent", of_each="rota"
    ),
    AlertRule(
        name="test_page_unasked", unit="count", raise_at=1, clear_at=0, level="notice",
        of_each="rota",
    ),
)  # fmt: skip
BY_NAME: Final[Mapping[str, AlertRule]] = {each.name: each for each in SHIPPED}


def changed(rule: AlertRule, change: AlertChange) -> AlertRule:
    """Return the rule with what the company has changed."""
    names = ("raise_at", "clear_at", "for_seconds", "clear_seconds", "level", "is_on")
    given = {name: getattr(change, name) for name in names}
    return replace(rule, **{name: each for name, each in given.items() if each is not None})


def rules_of(changes: Iterable[AlertChange]) -> tuple[AlertRule, ...]:
    """Return the rules in force. A change of a rule that this release does not know is nothing."""
    by_name = dict(BY_NAME)
    for change in changes:
        if change.rule in by_name:
            by_name[change.rule] = changed(by_name[change.rule], change)
    return tuple(by_name.values())
