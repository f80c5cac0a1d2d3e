"""The book of alerts says which stand, since when, who has seen them, and which came before.

Every function here returns a new book. A rule's alert is raised once and cleared once, in turn,
however the number behind it moves.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from surgeline.domain.alerts.rules import AlertLevel, AlertRule
from surgeline.domain.ids import derived_id

MOST_PAST: Final = 100
MOST_UNTOLD: Final = 200
Change = Literal["raised", "cleared"]
MOST_STANDING: Final = 200
"""More alerts than these at once tell nobody anything, so no more are raised."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One alert from its raising to its clearing. `key` says what it is about.

    `words` is a sentence for people that holds no customer's text. `acknowledged_by` is the person
    who has taken care of it.
    """

    id: str
    key: str
    level: AlertLevel
    words: str
    raised_at: int
    cleared_at: int | None = None
    acknowledged_at: int | None = None
    acknowledged_by: str = ""

    @property
    def stands(self) -> bool:
        """Return whether the alert was not cleared yet."""
        return self.cleared_at is None


@dataclass(frozen=True, slots=True)
class News:
    """A change of an alert that subscribers have to be told of."""

    alert_id: str
    change: Change


@dataclass(frozen=True, slots=True)
class Book:
    """All alerts, the newest first.

    `turning` has the keys whose number asks for a change, and since when it does. `untold` are the
    newest changes that no subscriber was told of yet, in order.
    """

    alerts: tuple[Alert, ...] = ()
    turning: Mapping[str, int] = field(default_factory=dict)
    untold: tuple[News, ...] = ()

    @property
    def standing(self) -> Mapping[str, Alert]:
        """Return the alerts that stand, by their keys."""
        return {each.key: each for each in self.alerts if each.stands}


@dataclass(frozen=True, slots=True)
class Reading:
    """The number that a rule looks at. `about` names the pool or queue that it is of.

    A number that could not be read is None, and changes nothing.
    """

    rule: str
    value: float | None
    about: str = ""

    @property
    def key(self) -> str:
        """Return the key of the alert that the number can raise."""
        return key_of(self.rule, self.about)


Words = Callable[[AlertRule, Reading], str]
"""Makes the sentence of an alert that is raised."""


def key_of(rule: str, about: str = "") -> str:
    """Return the key of a rule's alert about something."""
    return f"{rule}:{about}" if about else rule


def raised(book: Book, key: str, words: str, level: AlertLevel, *, at: int) -> Book:
    """Raise the alert of a key, unless it stands already."""
    standing = book.standing
    if key in standing or len(standing) >= MOST_STANDING:
        return book
    new = Alert(id=derived_id("a", key, str(at)), key=key, level=level, words=words, raised_at=at)
    return _noted(replace(book, alerts=(new, *book.alerts)), new.id, "raised")


def cleared(book: Book, key: str, *, at: int) -> Book:
    """Clear the alert of a key, if it stands. The newest of the cleared ones are kept."""
    standing = book.standing.get(key)
    if standing is None:
        return book
    alerts = [
        replace(each, cleared_at=max(at, each.raised_at))
        if each.key == key and each.stands
        else each
        for each in book.alerts
    ]
    past = [each for each in alerts if not each.stands][:MOST_PAST]
    kept = tuple(each for each in alerts if each.stands or each in past)
    return _noted(replace(book, alerts=kept), standing.id, "cleared")


def without_told(book: Book, news: Iterable[News]) -> Book:
    """Forget the changes that subscribers were told of."""
    done = set(news)
    return replace(book, untold=tuple(each for each in book.untold if each not in done))


def _noted(book: Book, alert_id: str, change: Change) -> Book:
    untold = (*book.untold, News(alert_id, change))
    return replace(book, untold=untold[-MOST_UNTOLD:])


def acknowledged(book: Book, alert_id: str, who: str, *, at: int) -> Book:
    """Note that a person takes care of an alert. The first person's name stays."""
    return replace(
        book,
        alerts=tuple(
            replace(each, acknowledged_at=at, acknowledged_by=who)
            if each.id == alert_id and each.acknowledged_at is None
            else each
            for each in book.alerts
        ),
    )


def judged(
    book: Book, rules: Iterable[AlertRule], readings: Iterable[Reading], words: Words, *, at: int
) -> Book:
    """Raise and clear the alerts of all rules by what was read now.

    What a rule has raised and nothing is read of any more, such as a pool that was removed, counts
    as nothing. Where the rule's numbers could not be read, what it raised stays. A rule that is off
    clears what it raised at once.
    """
    by_rule: dict[str, dict[str, Reading]] = {}
    for each in readings:
        by_rule.setdefault(each.rule, {})[each.key] = each
    for rule in rules:
        found = by_rule.get(rule.name, {}) if rule.is_on else {}
        whole = found.get(rule.name)
        is_unread = whole is not None and whole.value is None
        for key in [*found, *(() if is_unread else _forgotten(book, rule, found))]:
            reading = found.get(key, Reading(rule.name, 0))
            book = _judged(book, rule, key, reading, words, at=at)
    return book


def _forgotten(book: Book, rule: AlertRule, found: Mapping[str, Reading]) -> list[str]:
    known = [*book.standing, *book.turning]
    own = [key for key in known if key.partition(":")[0] == rule.name]
    return [key for key in dict.fromkeys(own) if key not in found]


def _judged(
    book: Book, rule: AlertRule, key: str, reading: Reading, words: Words, *, at: int
) -> Book:
    if reading.value is None:
        return book
    stands = key in book.standing
    turns = reading.value <= rule.clear_at if stands else reading.value >= rule.raise_at
    if not rule.is_on:
        turns = stands
    if not turns:
        return _turning(book, key, None)
    since = min(book.turning.get(key, at), at)
    held = rule.clear_seconds if stands else rule.for_seconds
    if rule.is_on and at - since < held * 1000:
        return _turning(book, key, since)
    book = _turning(book, key, None)
    if stands:
        return cleared(book, key, at=at)
    return raised(book, key, words(rule, reading), rule.level, at=at)


def _turning(book: Book, key: str, since: int | None) -> Book:
    if book.turning.get(key) == since:
        return book
    others = {name: each for name, each in book.turning.items() if name != key}
    return replace(book, turning=others if since is None else {**others, key: since})
