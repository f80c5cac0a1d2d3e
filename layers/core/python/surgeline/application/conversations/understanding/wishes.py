"""A waiting customer's message is read here for a wish about the wait itself.

Nothing is read for a customer who does not wait.
"""

from collections.abc import Mapping
from dataclasses import replace

from surgeline.application.configuration import Configuration, PoolSettings
from surgeline.domain.customers.segment import Traits
from surgeline.domain.events import CustomerWrote, Event
from surgeline.domain.facts import Facts
from surgeline.domain.routing import Policy, Step
from surgeline.domain.thread import ESCALATION, WAITING, Callback, Handoff, Thread
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
_DAY_MS = 86_400_000
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
    return seconds is None or _says_late_words(configuration, channel_id) or holds_window(seconds)


def with_wish(facts: Facts, thread: Thread, event: Event, configuration: Configuration) -> Facts:
    """Return the facts with the wish of a customer who waits, if the message is one."""
    handoff = _waiting(thread)
    if handoff is None or handoff.callback is None or not isinstance(event, CustomerWrote):
        return facts
    wish = _wish(event.text, handoff, facts, thread.zone or facts.zone)
    if wish is None:
        return facts
    by_channel = wish.kind != "address" and (
        wish.kind != "window" or handoff.callback.by == "channel"
    )
    until = writes_until(configuration, thread, event) if by_channel else None
    known = thread.conversation.known if thread.conversation else None
    customer = event.customer or facts.customer
    traits = Traits(thread.language, customer, known, facts.vouched)
    hours = [
        each.hours
        for each in configuration.pools
        if _may_take(each, configuration.routing, handoff, traits)
    ]
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
    if seconds is None or _says_late_words(configuration, channel):
        return None
    before = current.last_customer_at if current else 0
    last = event.at if isinstance(event, CustomerWrote) else before
    return last + seconds * 1000 if last else None


def _says_late_words(configuration: Configuration, channel_id: str) -> bool:
    """Return whether people's words reach a customer of the channel after its time to answer."""
    tagged = bool(getattr(_settings(configuration, channel_id), "after_window", ""))
    return tagged or has_template(configuration, channel_id)


def _settings(configuration: Configuration, channel_id: str) -> object:
    settings = (each.settings for each in configuration.channels if each.id == channel_id)
    return next(settings, None)


def _waiting(thread: Thread) -> Handoff | None:
    """Return the request of a customer who waits for a person, or None for any other."""
    current = thread.conversation
    if current is None or not current.is_open:
        return None
    return current.handoff if current.owner == WAITING or current.is_kept else None


def _may_take(pool: PoolSettings, policy: Policy, handoff: Handoff, traits: Traits) -> bool:
    """Return whether a step of the routing may bring the request to the pool once it is open."""
    if pool.paused or pool.draining:
        return False
    return any(_brings(each, pool, policy, handoff, traits) for each in policy.steps)


def _brings(
    step: Step, pool: PoolSettings, policy: Policy, handoff: Handoff, traits: Traits
) -> bool:
    reasons = {handoff.reason, ESCALATION} if handoff.escalated else {handoff.reason}
    named = pool.id in step.pools if step.pools else pool.id not in policy.supervisors
    wanted = (not step.reasons or reasons.intersection(step.reasons)) and (
        not step.languages or traits.language in step.languages
    )
    if not named or not wanted or step.kind not in (None, pool.kind):
        return False
    theirs = [each for each in policy.segments if each.name in step.segments]
    if step.segments and all(traits.missing(each) for each in theirs):
        return False
    speaks = not pool.languages or traits.language is None or traits.language in pool.languages
    fits = speaks and set(step.skills) <= set(pool.skills)
    return fits or step.relax_after_seconds is not None


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
    if callback.step == "address":
        return _time_named(said, callback, facts, zone) or address_in(text, facts.ways)
    titles = {"ways": labels, "when": _labels(callback, facts, facts.now, zone)}
    place = picked(text, titles[callback.step]) if callback.step in titles else None
    if not isinstance(place, int):
        return _time_named(said, callback, facts, zone)
    return _KINDS[shown[place]] if callback.step == "ways" else _time_at(place, callback)


def _time_named(said: str, callback: Callback, facts: Facts, zone: str) -> Wish | None:
    """Return which of the times that were shown the words are of, today's or those of yesterday.

    A day is named otherwise after midnight than it was before.
    """
    for now in (facts.now, facts.now - _DAY_MS):
        forms = [match_form(each) for each in _labels(callback, facts, now, zone)]
        if callback.windows and said in forms:
            return _time_at(forms.index(said), callback)
    return None


def _labels(callback: Callback, facts: Facts, now: int, zone: str) -> list[str]:
    """Return the words for the times to choose from. The last choice is as soon as possible."""
    labels = [window_label(facts.texts, each, now=now, zone=zone) for each in callback.windows]
    return [*labels, facts.texts.get("callback_soonest", "callback_soonest")]


def _time_at(place: int, callback: Callback) -> Wish:
    return Wish("soon") if place == len(callback.windows) else Wish("window", place)
