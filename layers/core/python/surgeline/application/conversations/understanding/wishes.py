"""A waiting customer's message is read here for a wish about the wait itself.

Nothing is read for a customer who does not wait.
"""

from collections.abc import Mapping
from dataclasses import replace

from surgeline.application.configuration import Configuration
from surgeline.domain.events import CustomerWrote, Event
from surgeline.domain.facts import Facts
from surgeline.domain.thread import WAITING, Handoff, Thread
from surgeline.domain.waiting.callbacks import window_label
from surgeline.domain.waiting.windows import holds_window, windows
from surgeline.domain.wishes import Wish, address_in, shown_ways
from surgeline.knowledge.text.choices import picked
from surgeline.knowledge.text.reading import match_form, takes_back

SPOKEN = ("en", "fr", "ko")
"""The languages that have the texts of the ways."""
REPLY_SECONDS: Mapping[str, int] = {
    "whatsapp": 86_400,
    "messenger": 86_400,
    "instagram": 86_400,
    "kakao": 60,
}
"""How long after a customer's message these kinds of channel let a company write."""
_KINDS: Mapping[str, Wish] = {
    "way_wait": Wish("wait"),
    "way_later": Wish("later"),
    "way_reach": Wish("reach"),
    "way_withdraw": Wish("withdraw"),
}


def ways_offered(configuration: Configuration, language: str) -> tuple[str, ...]:
    """Return how a customer who waits may be answered later, as far as the language has words."""
    policy = configuration.routing
    return policy.callbacks if policy.keep_seconds > 0 and language in SPOKEN else ()


def holds_later(configuration: Configuration, channel_id: str) -> bool:
    """Return whether the channel lets us write for so long that a later time fits in."""
    seconds = reply_seconds(configuration, channel_id)
    return seconds is None or holds_window(seconds)


def with_wish(facts: Facts, thread: Thread, event: Event, configuration: Configuration) -> Facts:
    """Return the facts with the wish of a customer who waits, if the message is one."""
    handoff = _waiting(thread)
    if handoff is None or handoff.callback is None or not isinstance(event, CustomerWrote):
        return facts
    seconds = reply_seconds(configuration, thread.channel_id)
    wish = _wish(event.text, handoff, facts, thread.zone or facts.zone)
    if wish is None:
        return facts
    by_channel = wish.kind != "address" and (
        wish.kind != "window" or handoff.callback.by == "channel"
    )
    until = event.at + seconds * 1000 if seconds is not None and by_channel else None
    hours = [each.hours for each in configuration.pools if not each.paused]
    found = windows(hours, now=facts.now, zone=facts.zone, before=until)
    return replace(facts, wish=wish, windows=found, reply_until=until)


def reply_seconds(configuration: Configuration, channel_id: str) -> int | None:
    """Return how long the channel lets us write after a message, or None without such an end."""
    kinds = (each.kind for each in configuration.channels if each.id == channel_id)
    return REPLY_SECONDS.get(next(kinds, ""))


def has_template(configuration: Configuration, channel_id: str) -> bool:
    """Return whether the channel says a late text in a template that its provider approved."""
    settings = _settings(configuration, channel_id)
    return bool(getattr(settings, "template", "") or getattr(settings, "content_sid", ""))


def writes_until(configuration: Configuration, thread: Thread, event: Event) -> int | None:
    """Return until when people may write to a customer who says nothing more, or None.

    A template, and the tag of a person's late words, have no such end.
    """
    channel, current = thread.channel_id, thread.conversation
    seconds = reply_seconds(configuration, channel)
    before = current.last_customer_at if current else 0
    last = event.at if isinstance(event, CustomerWrote) else before
    if seconds is None or not last or has_template(configuration, channel):
        return None
    is_late = bool(getattr(_settings(configuration, channel), "after_window", ""))
    return None if is_late else last + seconds * 1000


def _settings(configuration: Configuration, channel_id: str) -> object:
    settings = (each.settings for each in configuration.channels if each.id == channel_id)
    return next(settings, None)


def _waiting(thread: Thread) -> Handoff | None:
    """Return the request of a customer who waits for a person, or None for any other."""
    current = thread.conversation
    if current is None or not current.is_open:
        return None
    return current.handoff if current.owner == WAITING or current.is_kept else None


def _wish(text: str, handoff: Handoff, facts: Facts, zone: str) -> Wish | None:
    callback = handoff.callback
    assert callback is not None
    if takes_back(text):
        return Wish("withdraw")
    shown = shown_ways(facts.ways, holds_later=facts.holds_later)
    labels = [facts.texts.get(each, each) for each in shown]
    forms = [match_form(each) for each in labels]
    if (said := match_form(text)) in forms:
        return _KINDS[shown[forms.index(said)]]
    if callback.step == "ways":
        place = picked(text, labels)
        return _KINDS[shown[place]] if isinstance(place, int) else None
    if callback.step == "address":
        return address_in(text, facts.ways)
    return _time(text, callback.windows, facts, zone) if callback.step == "when" else None


def _time(text: str, offered: tuple[tuple[int, int], ...], facts: Facts, zone: str) -> Wish | None:
    """Return which of the offered times is chosen. The last choice is as soon as possible."""
    labels = [window_label(facts.texts, each, now=facts.now, zone=zone) for each in offered]
    soonest = facts.texts.get("callback_soonest", "callback_soonest")
    place = picked(text, [*labels, soonest])
    if not isinstance(place, int):
        return None
    return Wish("soon") if place == len(offered) else Wish("window", place)
