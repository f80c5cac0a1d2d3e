"""The rules for subscriptions live here: where they go, and when. Each problem has its place."""

import re
from collections.abc import Iterator

from surgeline.adapters.configuration.kinds import Kind, Kinds, url_problems
from surgeline.application.configuration import Configuration
from surgeline.domain.alerts.subscription import ALERTS, EVENTS, Subscription, clock_time
from surgeline.domain.hours import WEEKDAYS
from surgeline.domain.ids import NAME_FORM, is_name
from surgeline.reports.registry import REPORTS

MOST: int = 100
ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]\\]{1,64}@[A-Za-z0-9.-]{1,189}")
"""One plain address. A domain of other scripts is written in ASCII (xn--…)."""
MAIL = "email"
SUBJECTS = (ALERTS, *EVENTS, *REPORTS)


def subscription_problems(
    configuration: Configuration,
    allow_loopback: bool,  # as Kind has it
    kinds: Kinds,
) -> Iterator[str]:
    """Yield the problems of all subscriptions. `kinds` says which ways can write unasked."""
    found = configuration.subscriptions
    if len(found) > MOST:
        yield f"subscriptions: give at most {MOST}"
    ids = [each.id for each in found]
    for repeated in sorted({each for each in ids if ids.count(each) > 1}):
        yield f"subscriptions: the id {repeated!r} stands twice"
    mail = [each.id for each in configuration.channels if each.kind == MAIL]
    for number, each in enumerate(found):
        place = f"subscriptions[{number}]"
        if not is_name(each.id):
            yield f"{place}.id: use {NAME_FORM}"
        yield from _subject_problems(place, each)
        yield from _time_problems(place, each)
        if each.kind == "webhook":
            yield from url_problems(f"{place}.url", each.url, allow_loopback)
        elif each.kind == "email":
            yield from _mail_problems(place, each, mail)
        else:
            yield from _chat_problems(place, each, configuration, kinds)


def _subject_problems(place: str, found: Subscription) -> Iterator[str]:
    if not found.subjects:
        yield f"{place}.subjects: give at least one of {', '.join(SUBJECTS)}"
    for each in found.subjects:
        if each not in SUBJECTS:
            yield f"{place}.subjects: {each[:64]!r} is none of {', '.join(SUBJECTS)}"
    if found.kind != "webhook" and found.hears_conversations:
        yield f"{place}.subjects: events of conversations go to webhooks only; use kind webhook"


def _time_problems(place: str, found: Subscription) -> Iterator[str]:
    try:
        clock_time(found.at)
    except ValueError:
        yield f"{place}.at: {found.at[:32]!r} is no time of a day such as 08:00"
    if found.weekday not in WEEKDAYS:
        yield f"{place}.weekday: use {', '.join(WEEKDAYS)}"


def _mail_problems(place: str, found: Subscription, mail: list[str]) -> Iterator[str]:
    if not ADDRESS.fullmatch(found.to):
        yield f"{place}.to: give one mail address such as ann@shop.example"
    if found.channel not in mail:
        known = ", ".join(mail) or "none yet: add one with `surgeline channel add`"
        yield f"{place}.channel: {found.channel[:64]!r} is no e-mail channel; those are: {known}"


def _chat_problems(
    place: str, found: Subscription, configuration: Configuration, kinds: Kinds
) -> Iterator[str]:
    ways = _ways(configuration, kinds)
    named = [(item, name) for item in ("channel", "pool") if (name := getattr(found, item))]
    if len(named) != 1:
        yield f"{place}.channel: give the channel or the pool of the chat, and not both"
        return
    [(item, name)] = named
    kind = ways.get((item, name))
    if kind is None or kind.wrong_place is None:
        can = [known for (of, known), each in ways.items() if of == item and each.wrong_place]
        known = ", ".join(can) or f"none yet: add one with `surgeline {item} add`"
        what = f"{name[:64]!r} is no {item} that writes into a chat"
        yield f"{place}.{item}: {what}; those are: {known}"
    elif wrong := kind.wrong_place(found.to):
        yield f"{place}.to: {wrong}"


def _ways(configuration: Configuration, kinds: Kinds) -> dict[tuple[str, str], Kind]:
    """Return the kinds of all channels and pools, by what they are and their ids."""
    channels = {("channel", each.id): kinds.channel(each.kind) for each in configuration.channels}
    return channels | {
        ("pool", each.id): kinds.pool(each.reached_by) for each in configuration.pools
    }
