"""The rules for rules of emergencies in the configuration live here."""

from collections.abc import Iterator

from surgeline.application.configuration import Configuration
from surgeline.domain.ids import NAME_FORM, is_name
from surgeline.domain.on_call.emergency import Emergency

MOST_EMERGENCIES = 20
MOST_CALLED = 20
MOST_WORDS = 50
LEAST_LETTERS = 2


def emergency_problems(configuration: Configuration) -> Iterator[str]:
    """Yield the problems of the rules of emergencies."""
    rules = configuration.routing.emergencies
    names = [each.id for each in rules]
    if len(names) > MOST_EMERGENCIES:
        yield f"routing.emergencies: give at most {MOST_EMERGENCIES}"
    for number, rule in enumerate(rules):
        place = f"routing.emergencies[{number}]"
        if not is_name(rule.id):
            yield f"{place}.id: use {NAME_FORM}"
        if names.index(rule.id) != number:
            yield f"{place}.id: {rule.id!r} stands twice"
        yield from _one_problems(place, rule, configuration)


def _one_problems(place: str, rule: Emergency, configuration: Configuration) -> Iterator[str]:
    if configuration.on_call.rota(rule.rota) is None:
        yield f"{place}.rota: there is no rota {rule.rota[:64]!r}; name one of on_call.rotas"
    if rule.asks_nothing:
        yield f"{place}: give words, topics, reasons, segments or priority_at_least"
    if not 1 <= rule.people <= MOST_CALLED:
        yield f"{place}.people: {rule.people}; use 1 to {MOST_CALLED}"
    if len(rule.words) > MOST_WORDS:
        yield f"{place}.words: give at most {MOST_WORDS}"
    for word in rule.words:
        if len(word.strip()) < LEAST_LETTERS:
            yield f"{place}.words: {word!r}: use at least {LEAST_LETTERS} letters"
    known = [each.name for each in configuration.routing.segments]
    for name in rule.segments:
        if name not in known:
            yield f"{place}.segments: there is no segment {name[:64]!r}"
