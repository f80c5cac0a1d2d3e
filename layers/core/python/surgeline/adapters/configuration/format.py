"""The configuration's JSON is read and written here.

A person's document is checked strictly, and every problem is reported with its place. A stored
document is read tolerantly. Newer fields are ignored, and an unreadable channel or pool is kept
unchanged (decision 0070).
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from surgeline.adapters.configuration.closure_rules import channel_problems, mixing_problems
from surgeline.adapters.configuration.crisis_rules import profile_problems
from surgeline.adapters.configuration.customer_rules import customer_problems
from surgeline.adapters.configuration.fields import unknown_fields
from surgeline.adapters.configuration.kinds import Kind, Kinds
from surgeline.adapters.configuration.look_rules import all_look_problems
from surgeline.adapters.configuration.models import (
    COMMON,
    TAGS,
    Present,
    Rest,
    adapter,
    flat,
    joined,
    split,
)
from surgeline.adapters.configuration.on_call_rules import on_call_problems
from surgeline.adapters.configuration.rules import (
    alert_problems,
    id_problems,
    pool_problems,
    report_problems,
    routing_problems,
    rule_problems,
    step_problems,
)
from surgeline.adapters.configuration.subscriptions import subscription_problems
from surgeline.adapters.configuration.surge_rules import surge_problems
from surgeline.adapters.configuration.survey_rules import survey_problems
from surgeline.adapters.configuration.waiting_rules import waiting_problems
from surgeline.adapters.wrong_values import wrong_values
from surgeline.application.configuration import Configuration, Item, Unknown
from surgeline.domain.routing import Step
from surgeline.errors import Unprocessable, Unreadable

SCHEMA = 1
ITEMS: tuple[Item, ...] = ("channels", "pools")
_LEFT_OVER: Mapping[str, object] = {"reply_url": None, "origins": ["*"]}
"""Fields that release 0.1.0 showed for every channel, whatever its kind."""
_NOBODY = ("a step of a newer release",)
"""The pools of a step that can't be read. No pool can have such an id."""


class ConfigurationFormat:
    """Reads and writes configurations with the kinds that a home knows."""

    def __init__(self, kinds: Kinds | None = None) -> None:
        self._kinds = kinds or Kinds()

    def kind(self, item: Item, name: object) -> Kind | None:
        """Return a kind by its name, or None for a kind that this release does not know."""
        known = self._kinds.channels if item == "channels" else self._kinds.pools
        if not isinstance(name, str) or name not in known:
            return None
        return self._kinds.channel(name) if item == "channels" else self._kinds.pool(name)

    def way(self, item: Item, shown: Mapping[str, object]) -> str:
        """Return the name of the kind that an item's own fields belong to."""
        return str(_kind_name(item, shown))

    def has_secret(self, item: Item, shown: Mapping[str, object]) -> bool:
        """Return whether an item of that kind is verified with a secret."""
        kind = self.kind(item, _kind_name(item, shown))
        return kind is not None and kind.secret

    # ------------------------------------------------------------ stored documents

    def decode(self, raw: bytes) -> Configuration:
        """Return a stored configuration. Raises Unreadable."""
        document = _stored(raw)
        found: dict[Item, list[Any]] = {"channels": [], "pools": []}
        unknown: list[Unknown] = []
        for item in ITEMS:
            for position, stored in enumerate(_list(document, item)):
                try:
                    found[item].append(self._read(item, stored))
                except (ValidationError, _UnknownKind):
                    unknown.append(_unknown(item, position, stored))
        try:
            rest: Rest = adapter(Rest).validate_python(_readable_steps(document))
            present: Present = adapter(Present).validate_python(_present(document))
        except ValidationError as error:
            places = "; ".join(_told(error)[:3])
            raise Unreadable(f"the configuration can't be read: {places}") from None
        return Configuration(
            channels=tuple(found["channels"]),
            pools=tuple(found["pools"]),
            rules=rest.rules,
            schema=rest.schema,
            routing=rest.routing,
            unknown=tuple(unknown),
            reports=rest.reports,
            knowledge=rest.knowledge,
            company=rest.company,
            brands=rest.brands,
            alerts=rest.alerts,
            subscriptions=rest.subscriptions,
            survey=rest.survey,
            crisis_profiles=rest.crisis_profiles,
            customers=rest.customers,
            waiting=rest.waiting,
            incidents=present.incidents,
            crisis=present.crisis,
            surge=rest.surge,
            on_call=rest.on_call,
        )

    def remains(self, raw: bytes) -> dict[tuple[Item, str], str]:
        """Return the kinds of the channels and pools that an unreadable document still names."""
        try:
            document = json.loads(raw)
        except ValueError:
            return {}
        found = document if isinstance(document, dict) else {}
        return {
            (item, str(each["id"])): self.way(item, each)
            for item in ITEMS
            for each in _objects(found.get(item))
            if "id" in each
        }

    def _read(self, item: Item, value: Mapping[str, object]) -> Any:  # noqa: ANN401 # of the item
        name = _kind_name(item, value)
        kind = self.kind(item, name)
        if kind is None:
            raise _UnknownKind
        model = flat(item, str(name), kind)
        return split(item, kind, adapter(model).validate_python(dict(value)))

    def encode(self, configuration: Configuration) -> bytes:
        """Return the bytes as they are stored: the document, and what has acts of its own."""
        present = Present(**{name: getattr(configuration, name) for name in _PRESENT})
        stored = self.shown(configuration) | adapter(Present).dump_python(present, mode="json")
        return json.dumps(stored).encode()

    def shown(self, configuration: Configuration) -> dict[str, Any]:
        """Return the JSON document as people see it and write it."""
        items: dict[str, list[Any]] = {
            "channels": [self.item("channels", each) for each in configuration.channels],
            "pools": [self.item("pools", each) for each in configuration.pools],
        }
        for each in configuration.unknown:  # in the order of their places
            items[each.item].insert(each.position, dict(each.stored))
        rest = Rest(**{name: getattr(configuration, name) for name in _REST})
        return {**items, **adapter(Rest).dump_python(rest, mode="json")}

    def item(self, item: Item, settings: Any) -> dict[str, Any]:  # noqa: ANN401 # of the item
        """Return the JSON of one channel or pool."""
        name = getattr(settings, TAGS[item])
        kind = self.kind(item, name)
        if kind is None:
            raise Unreadable(f"{settings.id!r} is of the unknown kind {name!r}")
        model = flat(item, name, kind)
        shown: dict[str, Any] = adapter(model).dump_python(
            joined(item, model, settings), mode="json"
        )
        return shown

    # ------------------------------------------------------------ documents of people

    def parse(
        self,
        value: object,
        *,
        allow_loopback: bool,
        stored: Configuration | None = None,
        written: tuple[Item, str] | None = None,
    ) -> Configuration:
        """Return a configuration that a person wrote. Raises Unprocessable with every problem.

        An unreadable channel or pool is accepted only exactly as it stands in `stored`. A person
        may have written only one channel or pool: then `written` says which, and its problems are
        told by its own fields. The running incidents and the crisis stay those of `stored`.
        """
        if not isinstance(value, Mapping):
            raise Unprocessable(
                "the configuration is not valid",
                problems=(f"document: give a JSON object with {_NAMES}",),
            )
        problems = [
            f"{name}: there is no such field" for name in value if name not in {*ITEMS, *_REST}
        ]
        kept = stored.unknown if stored else ()
        found: dict[Item, list[Any]] = {"channels": [], "pools": []}
        unknown: list[Unknown] = []
        for item in ITEMS:
            for position, one in enumerate(_listed(item, value, problems)):
                if any(each.item == item and each.stored == one for each in kept):
                    unknown.append(_unknown(item, position, one))
                    continue
                place = f"{item}[{position}]"
                wrong = list(self._item_problems(item, place, one, allow_loopback))
                alone = written == (item, one.get("id") if isinstance(one, Mapping) else None)
                problems += [each.removeprefix(f"{place}.") for each in wrong] if alone else wrong
                if not wrong:
                    found[item].append(self._read(item, one))
        rest, wrong = _rest(value)
        problems += wrong
        configuration = Configuration(
            channels=tuple(found["channels"]),
            pools=tuple(found["pools"]),
            rules=rest.rules,
            routing=rest.routing,
            unknown=tuple(unknown),
            reports=rest.reports,
            knowledge=rest.knowledge,
            company=rest.company,
            brands=rest.brands,
            alerts=rest.alerts,
            subscriptions=rest.subscriptions,
            survey=rest.survey,
            crisis_profiles=rest.crisis_profiles,
            customers=rest.customers,
            waiting=rest.waiting,
            **{name: getattr(stored or _EMPTY, name) for name in _PRESENT},
            surge=rest.surge,
            on_call=rest.on_call,
        )
        problems += _whole_problems(configuration, value, allow_loopback, self._kinds)
        if problems:
            raise Unprocessable("the configuration is not valid", problems=tuple(problems))
        return configuration

    def _item_problems(
        self,
        item: Item,
        place: str,
        written: object,
        allow_loopback: bool,  # as Kind has it
    ) -> Iterator[str]:
        if not isinstance(written, Mapping):
            yield f"{place}: give a JSON object"
            return
        name = _kind_name(item, written)
        kind = self.kind(item, name)
        if kind is None:
            known = self._kinds.channels if item == "channels" else self._kinds.pools
            said = "nothing" if name is None else repr(name)[:64]
            yield f"{place}.{TAGS[item]}: {said} is none of {', '.join(known)}"
            return
        model = flat(item, str(name), kind)
        given = {key: each for key, each in written.items() if not _is_left_over(key, each, model)}
        yield from unknown_fields(model, given, place)
        try:
            read = adapter(model).validate_python(given)
        except ValidationError as error:
            yield from _told(error, place)
            return
        settings = split(item, kind, read)
        yield from id_problems(place, settings.id)
        if item == "pools":
            yield from pool_problems(place, settings)
        else:
            yield from channel_problems(place, settings)
        own = kind.problems(settings.settings, allow_loopback)
        yield from (f"{place}.{each}" for each in own)


class _UnknownKind(Exception):
    """Says that an item has a kind which this release does not know."""


_REST = tuple(Rest.__dataclass_fields__)
_NAMES = ", ".join((*ITEMS, *(name for name in _REST if name != "schema")))
_PRESENT = tuple(Present.__dataclass_fields__)
_EMPTY = Configuration()


def _stored(raw: bytes) -> dict[str, Any]:
    try:
        document = json.loads(raw)
    except ValueError as error:
        raise Unreadable("the configuration that is stored is no JSON; publish it again") from error
    if not isinstance(document, dict):
        raise Unreadable("the configuration that is stored is no JSON object; publish it again")
    schema = document.get("schema", SCHEMA)
    if not isinstance(schema, int) or schema > SCHEMA:
        raise Unreadable(f"schema {schema} of the configuration is newer than {SCHEMA}")
    return document


def _list(document: Mapping[str, Any], item: Item) -> list[dict[str, Any]]:
    found = document.get(item, [])
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise Unreadable(f"{item} of the configuration are no list of objects; publish it again")
    return found


def _unknown(item: Item, position: int, stored: Mapping[str, object]) -> Unknown:
    kind = str(_kind_name(item, stored))
    return Unknown(item, position, str(stored.get("id", "")), kind, stored)


def _kind_name(item: Item, value: Mapping[str, object]) -> object:
    default = COMMON[item].__dataclass_fields__[TAGS[item]].default
    return value.get(TAGS[item], default if isinstance(default, str) else None)


def _present(document: Mapping[str, Any]) -> dict[str, Any]:
    return {name: document[name] for name in _PRESENT if name in document}


def _readable_steps(document: Mapping[str, Any]) -> dict[str, Any]:
    """Replace each unreadable step of the routing by a step of nobody, in the same place."""
    rest = {name: document[name] for name in _REST if name in document}
    routing = rest.get("routing")
    if not isinstance(routing, dict) or not isinstance(routing.get("steps"), list):
        return rest
    steps = routing["steps"]
    return rest | {"routing": {**routing, "steps": [_readable(each) for each in steps]}}


def _readable(step: object) -> object:
    try:
        adapter(Step).validate_python(step)
    except ValidationError:
        seconds = step.get("seconds") if isinstance(step, dict) else None
        return {"pools": _NOBODY, "seconds": seconds if isinstance(seconds, int) else None}
    return step


def _listed(item: Item, value: Mapping[str, Any], problems: list[str]) -> list[Any]:
    found = value.get(item, [])
    if isinstance(found, list):
        return found
    problems.append(f"{item}: give a list")
    return []


def _is_left_over(name: str, value: object, model: type[Any]) -> bool:
    return (
        name in _LEFT_OVER and _LEFT_OVER[name] == value and name not in model.__dataclass_fields__
    )


def _rest(value: Mapping[str, Any]) -> tuple[Rest, list[str]]:
    given = {name: value[name] for name in _REST if name in value}
    problems = list(unknown_fields(Rest, given))
    try:
        return adapter(Rest).validate_python(given), problems
    except ValidationError as error:
        return Rest(), [*problems, *_told(error)]


def _whole_problems(
    configuration: Configuration, value: Mapping[str, Any], allow_loopback: bool, kinds: Kinds
) -> Iterator[str]:
    """Yield problems between the parts: ids that stand twice, rules, routing."""
    for item in ITEMS:
        ids = [each.get("id") for each in _objects(value.get(item))]
        for repeated in sorted({str(each) for each in ids if ids.count(each) > 1}):
            yield f"{item}: the id {repeated!r} stands twice"
    yield from rule_problems(configuration.rules)
    yield from report_problems(configuration.reports)
    yield from step_problems(configuration.knowledge.steps)
    channels = {str(each.get("id")) for each in _objects(value.get("channels"))}
    yield from all_look_problems(configuration, channels)
    yield from alert_problems(configuration.alerts)
    yield from subscription_problems(configuration, allow_loopback, kinds)
    yield from survey_problems(configuration.survey, configuration.ids("channels"))
    yield from waiting_problems(configuration.waiting, configuration.ids("channels"))
    yield from profile_problems(configuration.crisis_profiles)
    pools = {str(each.get("id")) for each in _objects(value.get("pools"))}
    yield from routing_problems(configuration.routing, pools)
    yield from surge_problems(configuration)
    yield from customer_problems(configuration.customers, allow_loopback)
    yield from on_call_problems(configuration)
    yield from mixing_problems(configuration)


def _objects(value: object) -> list[Mapping[str, Any]]:
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []


def _told(error: ValidationError, place: str = "") -> list[str]:
    """Return the problems that pydantic found, each as `place: problem`."""
    return [f"{_place(place, steps)}: {words}" for steps, words in wrong_values(error)]


def _place(place: str, steps: tuple[int | str, ...]) -> str:
    for step in steps:
        place += f"[{step}]" if isinstance(step, int) else f".{step}" if place else step
    return place or "document"
