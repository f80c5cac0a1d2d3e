"""A subscription says who is told of what, over which way, and when."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, Literal, get_args
from zoneinfo import ZoneInfo

from surgeline.domain.alerts.rules import LEVELS, AlertLevel
from surgeline.domain.hours import WEEKDAYS

ALERTS: Final = "alerts"
"""The subject of all alerts: whoever subscribes to it is told of each at once."""
AlertEvent = Literal["alert.raised", "alert.cleared"]
ConversationEvent = Literal[
    "conversation.opened",
    "conversation.answered",
    "conversation.handed_off",
    "conversation.closed",
    "conversation.reopened",
]
ALERT_EVENTS: Final[tuple[str, ...]] = get_args(AlertEvent)
CONVERSATION_EVENTS: Final[tuple[str, ...]] = get_args(ConversationEvent)
EVENTS: Final = (*ALERT_EVENTS, *CONVERSATION_EVENTS)
"""The subjects that are types of events. Each is told at once."""
Every = Literal["day", "week"]
DAYS_BACK: Final = 8
"""A moment of each weekday lies within so many days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """An address, a chat or a signed webhook that is told of `subjects`: events, and reports.

    A mail goes to the address `to`, from the e-mail channel `channel`. A chat is the place `to` of
    a messenger's channel `channel`, or the place in which the pool `pool` works. Reports are sent
    each `every` at the time `at` in the company's time zone, on `weekday` if that is a week.
    `level` is the least level of alerts that are told. Events of conversations and digests have no
    texts of people unless `texts` says so.
    """

    id: str
    kind: Literal["email", "webhook", "chat"]
    subjects: tuple[str, ...]
    to: str = ""
    channel: str = ""
    url: str = ""
    every: Every = "day"
    at: str = "08:00"
    weekday: str = "mon"
    level: AlertLevel = "notice"
    texts: bool = False
    pool: str = ""

    @property
    def reports(self) -> tuple[str, ...]:
        """Return the names of the reports that are sent."""
        return tuple(each for each in self.subjects if each != ALERTS and each not in EVENTS)

    @property
    def hears_conversations(self) -> bool:
        """Return whether any event of a conversation is told."""
        return any(each in CONVERSATION_EVENTS for each in self.subjects)

    def is_told_of(self, event: str, level: AlertLevel) -> bool:
        """Return whether that change of an alert of that level is told."""
        wants = ALERTS in self.subjects or event in self.subjects
        return wants and LEVELS.index(level) >= LEVELS.index(self.level)


def clock_time(text: str) -> time:
    """Return the time of a text such as 08:00. Raises ValueError."""
    hour, mark, minute = text.partition(":")
    if not (mark and len(hour) == len(minute) == 2 and (hour + minute).isascii()):  # noqa: PLR2004 - as on a clock
        raise ValueError(text)
    return time(int(hour), int(minute))


def last_due(subscription: Subscription, zone: ZoneInfo, now: int) -> int:
    """Return the newest moment at which its reports were due (epoch ms), at `now` or before.

    A time that the clocks leave out is the moment of the change. One that comes twice is the first.
    """
    today = datetime.fromtimestamp(now / 1000, UTC).astimezone(zone).date()
    for back in range(DAYS_BACK + 1):
        day = today - timedelta(days=back)
        if subscription.every == "week" and WEEKDAYS[day.weekday()] != subscription.weekday:
            continue
        moment = datetime.combine(day, clock_time(subscription.at), tzinfo=zone)
        at = round(moment.timestamp()) * 1000
        if at <= now:
            return at
    raise AssertionError("some day of the last nine is a day of each weekday")


def days_of(subscription: Subscription, zone: ZoneInfo, due: int) -> tuple[date, date]:
    """Return the first and the last day that a report covers: those before it is due."""
    last = datetime.fromtimestamp(due / 1000, UTC).astimezone(zone).date() - timedelta(days=1)
    return last - timedelta(days=6 if subscription.every == "week" else 0), last
