"""The deliveries to subscribers are composed here: an alert that changed, or a report.

A delivery's id follows from what it tells and whom, so that a repeat is the same delivery.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from surgeline.application.ports.deliveries import SUBSCRIPTION, Delivery
from surgeline.domain.alerts.book import Alert, Change
from surgeline.domain.alerts.subscription import Subscription
from surgeline.domain.ids import derived_id
from surgeline.domain.texts import Words
from surgeline.domain.times import rfc3339
from surgeline.reports.words import days_of, title_of, topic

SUBSCRIPTIONS: Final = "subscriptions"
"""The group of these deliveries, in place of a thread. A subscriber gets all in one order."""
TEAM_TOLD: Final = "team.told"
"""The event of what the people of a pool are told in their tool, beside all conversations."""
PING: Final = "subscription.ping"
CHAT: Final = "chat"
LONGEST_SUBJECT: Final = 150
MOST_BYTES: Final = 180_000
"""A larger report than a queue's message holds is told by its finding alone."""


def of_alert(
    subscription: Subscription, alert: Alert, change: Change, words: Words, *, at: int
) -> Delivery:
    """Return the delivery that tells a subscriber that an alert was raised or cleared."""
    subject = words(f"subject_{change}", words=alert.words)
    payload = {
        "subject": subject[:LONGEST_SUBJECT],
        "text": subject
        if subscription.kind == CHAT
        else _closed(words(f"text_{change}", words=alert.words), subscription, words),
        "alert": {
            "id": alert.id,
            "key": alert.key,
            "level": alert.level,
            "words": alert.words,
            "raised_at": rfc3339(alert.raised_at),
            "cleared_at": None if alert.cleared_at is None else rfc3339(alert.cleared_at),
        },
    }
    return _delivery(subscription, f"alert.{change}", f"{alert.id}/{change}", payload, at)


def of_report(
    subscription: Subscription, found: Mapping[str, Any], words: Words, *, due: int, at: int
) -> Delivery:
    """Return the delivery that sends a subscriber a report that was due."""
    name = str(found["report"])
    key = f"subject_{name}" if f"subject_{name}" in words.texts else "subject_report"
    subject = words(key, title=title_of(words, found), days=days_of(words, found))
    lines = _lines(found, words)
    payload = {
        "subject": subject[:LONGEST_SUBJECT],
        "text": "\n".join((subject, "", *lines))
        if subscription.kind == CHAT
        else _closed("\n".join(lines), subscription, words),
        "report": dict(found) if _fits(found) else _cut(found),
    }
    return _delivery(subscription, "report.ready", f"{name}/{due}", payload, at)


def of_test(subscription: Subscription, words: Words, *, test_id: str, at: int) -> Delivery:
    """Return the delivery that a person sends a subscriber to see whether it arrives."""
    text = words("text_test", id=subscription.id)
    place = {name: getattr(subscription, name) for name in ("kind", "to", "channel", "pool")}
    subject = words("subject_test", id=subscription.id)
    payload = {"subject": subject, "text": text, "place": place}
    return _delivery(subscription, PING, test_id, payload, at)


def in_test(subscription: Subscription, delivery: Delivery) -> Subscription:
    """Return the subscription as it was when the test was asked for.

    A process may know an older one for some seconds.
    """
    place = delivery.payload.get("place") if delivery.event == PING else None
    return replace(subscription, **place) if isinstance(place, dict) else subscription


def _lines(found: Mapping[str, Any], words: Words) -> list[str]:
    """Return what a mail says of a report: its finding, and all sentences of a digest."""
    if "to_do" not in found:
        return [str(found["finding"])]
    to_do = [f"- {each}" for each in found["to_do"]]
    changed = [f"- {each}" for each in found["changed"]]
    samples = [
        f"- {topic(words, each['topic'])}: “{said}”"
        for each in found.get("topics", ())
        for said in each.get("samples", ())
    ]
    return [
        str(found["first"]),
        "",
        words("digest_to_do"),
        *to_do,
        *(["", words("digest_changed"), *changed] if changed else []),
        *(["", words("digest_samples"), *samples] if samples else []),
    ]


def _closed(text: str, subscription: Subscription, words: Words) -> str:
    return f"{text}\n\n{words('text_why', id=subscription.id)}"


def _fits(found: Mapping[str, Any]) -> bool:
    return len(json.dumps(found)) <= MOST_BYTES


def _cut(found: Mapping[str, Any]) -> dict[str, Any]:
    names = ("report", "from", "to", "zone", "as_of", "language", "finding")
    return {**{name: found[name] for name in names}, "cut": True}


def _delivery(
    subscription: Subscription, event: str, name: str, payload: Mapping[str, object], at: int
) -> Delivery:
    return Delivery(
        id=derived_id("n", subscription.id, name),
        thread_id=SUBSCRIPTIONS,
        conversation_id="",
        target=SUBSCRIPTION,
        target_id=subscription.id,
        event=event,
        epoch=0,
        at=at,
        payload={"subscription": subscription.id, **payload},
    )
