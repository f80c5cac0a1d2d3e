"""The rules for the people and rotas in the configuration live here."""

from collections.abc import Iterator
from dataclasses import fields
from datetime import date
from urllib.parse import urlsplit

from surgeline.adapters.configuration.emergency_rules import emergency_problems
from surgeline.adapters.configuration.rules import hours_problems, out_of_bounds
from surgeline.application.configuration import Configuration
from surgeline.domain.hours import span, zone_of
from surgeline.domain.ids import NAME_FORM, is_name
from surgeline.domain.on_call.rota import handover_of
from surgeline.domain.on_call.settings import Layer, OnCall, OnCallPerson, Owed, Rota

MOST_NAME = 100
MOST_SENDER = 256
_PERSON_BOUNDS: dict[str, tuple[float, float]] = {"hours_a_week": (0, 168)}
_ROTA_BOUNDS: dict[str, tuple[float, float]] = {
    "answer_minutes": (1, 240),
    "rounds": (1, 3),
    "arrives_minutes": (0, 1_440),
    "stays_minutes": (10, 1_440),
}
_OWED_BOUNDS: dict[str, tuple[float, float]] = {each.name: (0, 24) for each in fields(Owed)}
_LAYER_BOUNDS: dict[str, tuple[float, float]] = {"weeks": (1, 52)}


def on_call_problems(configuration: Configuration) -> Iterator[str]:
    """Yield the problems of the people who can be called, and of their rotas."""
    settings = configuration.on_call
    channels = set(configuration.ids("channels"))
    yield from _twice("on_call.people", [each.id for each in settings.people])
    yield from _twice("on_call.rotas", [each.id for each in settings.rotas])
    for number, person in enumerate(settings.people):
        yield from _person_problems(f"on_call.people[{number}]", person, channels)
    for number, rota in enumerate(settings.rotas):
        yield from _rota_problems(f"on_call.rotas[{number}]", rota, configuration)
    yield from out_of_bounds("on_call.owed", settings.owed, _OWED_BOUNDS)
    yield from _test_problems(settings)
    yield from _address_problems(settings)
    yield from emergency_problems(configuration)


def _test_problems(settings: OnCall) -> Iterator[str]:
    if settings.weekly_test:
        try:
            handover_of(settings.weekly_test)
        except ValueError as error:
            yield f"on_call.weekly_test: {error}"


def _address_problems(settings: OnCall) -> Iterator[str]:
    if not settings.address:
        if settings.people:
            yield "on_call.address: give the instance's own address, for the links in calls"
        return
    try:
        parts = urlsplit(settings.address)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("https", "http") or not parts.netloc or parts.query or parts.fragment:
        yield "on_call.address: use an address such as https://chat.example.com"


def _person_problems(place: str, person: OnCallPerson, channels: set[str]) -> Iterator[str]:
    if not is_name(person.id):
        yield f"{place}.id: use {NAME_FORM}"
    if not 0 < len(person.name) <= MOST_NAME:
        yield f"{place}.name: use 1 to {MOST_NAME} characters"
    yield from _zone_problems(place, person.zone)
    yield from out_of_bounds(place, person, _PERSON_BOUNDS)
    if person.quiet is not None:
        try:
            span(person.quiet)
        except ValueError as error:
            yield f"{place}.quiet: {error}"
    for number, reach in enumerate(person.reach):
        if reach.channel not in channels:
            yield f"{place}.reach[{number}].channel: there is no channel {reach.channel!r}"
        if not 0 < len(reach.sender) <= MOST_SENDER:
            yield f"{place}.reach[{number}].sender: use 1 to {MOST_SENDER} characters"


def _rota_problems(place: str, rota: Rota, configuration: Configuration) -> Iterator[str]:
    if not is_name(rota.id):
        yield f"{place}.id: use {NAME_FORM}"
    yield from _zone_problems(place, rota.zone)
    yield from out_of_bounds(place, rota, _ROTA_BOUNDS)
    if not rota.layers:
        yield f"{place}.layers: give at least one layer"
    for number, layer in enumerate(rota.layers):
        yield from _layer_problems(f"{place}.layers[{number}]", layer, configuration.on_call)
    if rota.pool and rota.pool not in configuration.ids("pools"):
        yield f"{place}.pool: there is no pool {rota.pool!r}"


def _layer_problems(place: str, layer: Layer, settings: OnCall) -> Iterator[str]:
    yield from out_of_bounds(place, layer, _LAYER_BOUNDS)
    if not layer.people:
        yield f"{place}.people: give at least one person"
    for number, person in enumerate(layer.people):
        if settings.person(person) is None:
            yield f"{place}.people[{number}]: there is no person {person!r} in on_call.people"
    try:
        handover_of(layer.hands_over)
    except ValueError as error:
        yield f"{place}.hands_over: {error}"
    try:
        date.fromisoformat(layer.begins)
    except ValueError:
        yield f"{place}.begins: {layer.begins[:32]!r} is not a date such as 2026-12-25"
    if layer.only is not None:
        yield from hours_problems(f"{place}.only", layer.only)


def _zone_problems(place: str, zone: str) -> Iterator[str]:
    try:
        zone_of(zone)
    except (ValueError, KeyError, OSError):
        yield f"{place}.zone: {zone[:64]!r} is no IANA time zone such as Europe/Paris"


def _twice(place: str, ids: list[str]) -> Iterator[str]:
    for repeated in sorted({each for each in ids if ids.count(each) > 1}):
        yield f"{place}: the id {repeated!r} stands twice"
