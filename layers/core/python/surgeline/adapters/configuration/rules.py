"""The rules for a configuration's numbers and names live here, beyond those of their types.

Each problem is reported with its place.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date

from surgeline.adapters.configuration.customer_rules import segment_problems
from surgeline.application.configuration import ChannelSettings, PoolSettings, ReportSettings
from surgeline.application.knowledge_settings import StepRules
from surgeline.domain.alerts.rules import BY_NAME, AlertChange, changed
from surgeline.domain.facts import Rules
from surgeline.domain.hours import WEEKDAYS, Hours, span, zone_of
from surgeline.domain.ids import NAME, NAME_FORM, is_name
from surgeline.domain.routing import Policy, Step, Trigger

LANGUAGE = re.compile(r"[a-z]{2,3}")
WORD = re.compile(NAME)
MOST_STEPS = 20
REPORT_LANGUAGES = ("en", "ko", "fr")
MOST_DATES = 1_000
DAY_SECONDS = 86_400

_POOL_BOUNDS: dict[str, tuple[float, float]] = {
    "ring_seconds": (5, DAY_SECONDS),
    "seats": (1, 100_000),
    "chats_per_seat": (1, 100),
    "minimum_seats": (0, 100_000),
    "maximum_seats": (1, 100_000),
    "priority": (-1_000, 1_000),
    "weight": (1, 1_000),
    "cost_per_conversation": (0, 1e9),
    "cost_per_hour": (0, 1e9),
    "handle_minutes": (0.1, 1_440),
    "daily_cap": (0, 1e12),
}


_RULE_BOUNDS: dict[str, tuple[float, float]] = {
    "reopen_seconds": (0, 7 * DAY_SECONDS),
    "conversation_seconds": (60, 30 * DAY_SECONDS),
    "agent_silence_seconds": (5, DAY_SECONDS),
    "unanswered_seconds": (30, DAY_SECONDS),
    "gap_seconds": (1, 300),
}


_ROUTING_BOUNDS: dict[str, tuple[float, float]] = {
    "longest_wait_seconds": (0, DAY_SECONDS),
    "keep_seconds": (0, 30 * DAY_SECONDS),
    "let_down_days": (0, 90),
}


_REPORT_BOUNDS: dict[str, tuple[float, float]] = {
    "return_days": (1, 30),
    "daily_budget": (0, 1e12),
    "usd_rate": (1e-6, 1e6),
}
_STEP_BOUNDS: dict[str, tuple[float, float]] = {
    "uses": (5, 1_000),
    "closes": (0.3, 0.99),
    "follow_ups": (0.01, 0.9),
    "precise": (0.5, 0.99),
    "flags": (1, 100),
}
_ALERT_BOUNDS: dict[str, tuple[float, float]] = {
    "raise_at": (0, 1e9),
    "clear_at": (0, 1e9),
    "for_seconds": (0, DAY_SECONDS),
    "clear_seconds": (0, DAY_SECONDS),
}


def id_problems(place: str, item_id: str) -> Iterator[str]:
    """Yield the problems of the id of a channel or pool."""
    if not is_name(item_id):
        yield f"{place}.id: use {NAME_FORM}"


def knowledge_base_problems(place: str, channel: ChannelSettings) -> Iterator[str]:
    """Yield the problems of the name of a channel's knowledge base."""
    if not is_name(channel.knowledge_base):
        yield f"{place}.knowledge_base: use {NAME_FORM}"


def rule_problems(rules: Rules) -> Iterator[str]:
    """Yield the problems of the durations of the rules."""
    return out_of_bounds("rules", rules, _RULE_BOUNDS)


def report_problems(reports: ReportSettings) -> Iterator[str]:
    """Yield the problems of how reports look at conversations."""
    try:
        zone_of(reports.zone)
    except (ValueError, KeyError, OSError):
        yield f"reports.zone: {reports.zone[:64]!r} is no IANA time zone such as Europe/Paris"
    yield from out_of_bounds("reports", reports, _REPORT_BOUNDS)
    if reports.language not in REPORT_LANGUAGES:
        known = ", ".join(REPORT_LANGUAGES)
        yield f"reports.language: {reports.language[:64]!r} is none of {known}"


def step_problems(rules: StepRules) -> Iterator[str]:
    """Yield the problems of the rules by which articles rise and fall."""
    return out_of_bounds("knowledge.steps", rules, _STEP_BOUNDS)


def alert_problems(changes: Iterable[AlertChange]) -> Iterator[str]:
    """Yield the problems of the changed rules of alerts."""
    seen: set[str] = set()
    for number, change in enumerate(changes):
        place = f"alerts[{number}]"
        if change.rule not in BY_NAME:
            yield f"{place}.rule: {change.rule[:64]!r} is none of {', '.join(BY_NAME)}"
            continue
        if change.rule in seen:
            yield f"{place}.rule: {change.rule!r} stands twice"
        seen.add(change.rule)
        yield from out_of_bounds(place, change, _ALERT_BOUNDS)
        rule = changed(BY_NAME[change.rule], change)
        if rule.clear_at >= rule.raise_at:
            yield (
                f"{place}.clear_at: {_number(rule.clear_at)} is not below raise_at, which is"
                f" {_number(rule.raise_at)}; between them the alert stays as it is"
            )


def pool_problems(place: str, pool: PoolSettings) -> list[str]:
    """Return every problem of the common fields of one pool but its id."""
    problems = list(out_of_bounds(place, pool, _POOL_BOUNDS))
    problems += _not_matching(f"{place}.languages", pool.languages, LANGUAGE, "a code such as en")
    problems += _not_matching(f"{place}.skills", pool.skills, WORD, NAME_FORM)
    problems += _elastic_problems(place, pool)
    problems += _cost_problems(place, pool)
    if pool.hours is not None:
        problems += list(hours_problems(f"{place}.hours", pool.hours)) or _never_open(
            f"{place}.hours", pool.hours
        )
    return problems


def _cost_problems(place: str, pool: PoolSettings) -> Iterator[str]:
    if (pool.cost_per_hour is None) != (pool.handle_minutes is None):
        pair = ("handle_minutes", "cost_per_hour")
        given, missing = pair if pool.cost_per_hour is None else reversed(pair)
        yield f"{place}.{given}: give {missing} as well: an hour's cost is counted by conversation"
    elif pool.cost_per_hour is not None and pool.cost_per_conversation is not None:
        yield f"{place}.cost_per_hour: give a cost per conversation or per hour, not both"
    elif pool.daily_cap is not None and not pool.conversation_cost:
        yield f"{place}.daily_cap: needs cost_per_conversation, or cost_per_hour, to be counted by"


def _elastic_problems(place: str, pool: PoolSettings) -> Iterator[str]:
    if pool.maximum_seats is None:
        if pool.minimum_seats:
            yield f"{place}.minimum_seats: give maximum_seats as well, or seats instead of both"
    elif pool.seats is not None:
        yield f"{place}.seats: give seats, or minimum_seats and maximum_seats, not both"
    elif pool.minimum_seats > pool.maximum_seats:
        yield f"{place}.minimum_seats: more than maximum_seats"


def routing_problems(policy: Policy, known: set[str]) -> list[str]:
    """Return every problem of the routing policy over the pools of these ids."""
    problems = list(
        out_of_bounds("routing", policy, _ROUTING_BOUNDS),
    )
    if not 1 <= len(policy.steps) <= MOST_STEPS:
        problems.append(f"routing.steps: give 1 to {MOST_STEPS} steps")
    for number, step in enumerate(policy.steps):
        problems += _step_problems(f"routing.steps[{number}]", step, known)
    problems += [
        f"routing.supervisors: there is no pool {pool[:64]!r}"
        for pool in policy.supervisors
        if pool not in known
    ]
    return [*problems, *segment_problems(policy)]


def _step_problems(place: str, step: Step, known: set[str]) -> Iterator[str]:
    bounds: dict[str, tuple[float, float]] = {
        "seconds": (5, DAY_SECONDS),
        "at_once": (1, 10),
        "relax_after_seconds": (0, DAY_SECONDS),
    }
    yield from out_of_bounds(place, step, bounds)
    for pool in step.pools:
        if pool not in known:
            yield f"{place}.pools: there is no pool {pool!r}"
    if step.pools and step.kind:
        yield f"{place}.kind: name pools or a kind, not both"
    yield from _not_matching(f"{place}.languages", step.languages, LANGUAGE, "a code such as en")
    yield from _not_matching(f"{place}.skills", step.skills, WORD, NAME_FORM)
    for name, trigger in (("only_if", step.only_if), ("skip_if", step.skip_if)):
        if trigger is not None:
            yield from _trigger_problems(f"{place}.{name}", trigger)


def _trigger_problems(place: str, trigger: Trigger) -> Iterator[str]:
    bounds: dict[str, tuple[float, float]] = {
        "waited_seconds": (0, DAY_SECONDS),
        "backlog_over": (0, 1_000_000),
    }
    yield from out_of_bounds(place, trigger, bounds)
    if trigger == Trigger():
        yield f"{place}: names no trigger, so it never holds"


def hours_problems(place: str, hours: Hours) -> Iterator[str]:
    """Yield the problems of opening hours."""
    try:
        zone_of(hours.zone)
    except (ValueError, KeyError, OSError):
        yield f"{place}.zone: {hours.zone[:64]!r} is no IANA time zone such as Europe/Paris"
    for name, spans in hours.week.items():
        if name not in WEEKDAYS:
            yield f"{place}.week.{name}: use {', '.join(WEEKDAYS)}"
        yield from _span_problems(f"{place}.week.{name}", spans)
    for name, spans in hours.special.items():
        yield from _date_problems(f"{place}.special", (name,))
        yield from _span_problems(f"{place}.special.{name}", spans)
    yield from _date_problems(f"{place}.holidays", hours.holidays)
    if len(hours.holidays) > MOST_DATES or len(hours.special) > MOST_DATES:
        yield f"{place}: more than {MOST_DATES} dates"


def _never_open(place: str, hours: Hours) -> list[str]:
    """Refuse hours without a span. A person who wants such hours should pause the pool instead."""
    if any(hours.week.values()) or any(hours.special.values()):
        return []
    return [f"{place}: no span is given, so it would never be open; give week, or pause the pool"]


def _span_problems(place: str, spans: Iterable[str]) -> Iterator[str]:
    for number, text in enumerate(spans):
        try:
            span(text)
        except ValueError as error:
            yield f"{place}[{number}]: {error}"


def _date_problems(place: str, texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        try:
            if date.fromisoformat(text).isoformat() == text:
                continue
        except ValueError:
            pass
        yield f"{place}: {text[:32]!r} is not a date such as 2026-12-25"


def out_of_bounds(
    place: str, item: object, bounds: dict[str, tuple[float, float]]
) -> Iterator[str]:
    """Yield each number of an item that lies outside its bounds. None is no number."""
    for name, (low, high) in bounds.items():
        value = getattr(item, name)
        if value is not None and not low <= value <= high:
            yield f"{place}.{name}: {value} is not between {_number(low)} and {_number(high)}"


def _number(bound: float) -> str:
    return f"{int(bound) if bound == int(bound) else bound:,}"


def _not_matching(
    place: str, values: Iterable[str], pattern: re.Pattern[str], what: str
) -> Iterator[str]:
    for number, each in enumerate(values):
        if not pattern.fullmatch(each):
            yield f"{place}[{number}]: {each[:64]!r} is not {what}"
