"""The flat models of the configuration's JSON live here, for pydantic and for the schema.

The common fields of a channel or pool and the fields of its kind stand side by side in the JSON. So
each kind has a model with all of them, made from the two dataclasses.
"""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields, make_dataclass
from functools import cache, reduce
from operator import or_
from typing import Any, Literal, cast, get_type_hints

from pydantic import TypeAdapter

from surgeline.adapters.configuration.kinds import Kind, Kinds
from surgeline.application.configuration import (
    ChannelSettings,
    Item,
    PoolSettings,
    ReportSettings,
)
from surgeline.application.knowledge_settings import KnowledgeSettings
from surgeline.domain.alerts.rules import AlertChange
from surgeline.domain.alerts.subscription import Subscription
from surgeline.domain.company.look import Look
from surgeline.domain.company.stages import WaitingSettings
from surgeline.domain.crisis.incident import Incident
from surgeline.domain.crisis.profile import Crisis, Profile
from surgeline.domain.customers.settings import CustomerSettings
from surgeline.domain.facts import Rules, SurveySettings
from surgeline.domain.on_call.settings import OnCall
from surgeline.domain.routing import Policy
from surgeline.domain.surge.policy import SurgePolicy

OWN = "settings"
"""The attribute of the common part that holds the kind's own settings.

It is no field of the JSON.
"""
TAGS: Mapping[Item, str] = {"channels": "kind", "pools": "reached_by"}
"""The field that says which kind's fields stand beside the common ones."""
COMMON: Mapping[Item, type[Any]] = {"channels": ChannelSettings, "pools": PoolSettings}


@dataclass(frozen=True, slots=True)
class Rest:
    """The parts of the configuration beside its channels and pools."""

    rules: Rules = field(default_factory=Rules)
    schema: int = 1
    routing: Policy = field(default_factory=Policy)
    reports: ReportSettings = field(default_factory=ReportSettings)
    knowledge: KnowledgeSettings = field(default_factory=KnowledgeSettings)
    company: Look = field(default_factory=Look)
    brands: Mapping[str, Look] = field(default_factory=dict)
    alerts: tuple[AlertChange, ...] = ()
    subscriptions: tuple[Subscription, ...] = ()
    survey: SurveySettings = field(default_factory=SurveySettings)
    surge: SurgePolicy = field(default_factory=SurgePolicy)
    on_call: OnCall = field(default_factory=OnCall)
    crisis_profiles: tuple[Profile, ...] = ()
    customers: CustomerSettings | None = None
    waiting: WaitingSettings = field(default_factory=WaitingSettings)


@dataclass(frozen=True, slots=True)
class Present:
    """The parts that are stored with the configuration and have acts of their own.

    They are no part of the document that people write.
    """

    incidents: tuple[Incident, ...] = ()
    crisis: Crisis | None = None


def adapter(model: type[Any]) -> TypeAdapter[Any]:
    """Return the adapter that reads and writes a model. It is made once."""
    return _adapter(cast("Hashable", model))


@cache
def _adapter(model: Hashable) -> TypeAdapter[Any]:
    return TypeAdapter(cast("Any", model))


@cache
def flat(item: Item, name: str, kind: Kind) -> type[Any]:
    """Return the model of a kind, with the common fields and its own.

    Raises TypeError on a clash.
    """
    common = [each for each in _fields(COMMON[item]) if each[0] != OWN]
    own = _fields(kind.settings)
    clash = {each[0] for each in common} & {each[0] for each in own}
    if clash:
        raise TypeError(f"{kind.settings.__name__} has common fields: {sorted(clash)}")
    tag = TAGS[item]
    tagged = [(n, Literal[name] if n == tag else hint, how) for n, hint, how in common]
    made: type[Any] = make_dataclass(
        kind.settings.__name__, [*tagged, *own], frozen=True, kw_only=True
    )
    made.__doc__ = f"{COMMON[item].__doc__}\n{kind.settings.__doc__}"
    return made


def document(kinds: Kinds) -> type[Any]:
    """Return the model of the whole document, for its JSON Schema."""
    lists = [
        (item, tuple[reduce(or_, models), ...], field(default=()))  # type: ignore[misc] # made at run time
        for item, models in (
            ("channels", [flat("channels", name, kinds.channel(name)) for name in kinds.channels]),
            ("pools", [flat("pools", name, kinds.pool(name)) for name in kinds.pools]),
        )
    ]
    return make_dataclass("Configuration", [*lists, *_fields(Rest)], frozen=True, kw_only=True)


def split(item: Item, kind: Kind, read: object) -> Any:  # noqa: ANN401 # of the item's common class
    """Return the settings in two parts, from an instance of the kind's flat model."""
    own = kind.settings(**_values(kind.settings, read))
    common = COMMON[item]
    return common(**_values(common, read), **{OWN: own})


def joined(item: Item, model: type[Any], settings: Any) -> Any:  # noqa: ANN401 # see split
    """Return an instance of a kind's flat model with the given settings."""
    own = settings.settings
    return model(**_values(COMMON[item], settings), **_values(type(own), own))


def _values(model: type[Any], source: object) -> dict[str, Any]:
    return {each.name: getattr(source, each.name) for each in fields(model) if each.name != OWN}


def _fields(model: type[Any]) -> list[tuple[str, Any, Any]]:
    hints = get_type_hints(model, include_extras=True)
    return [(each.name, hints[each.name], _copied(each)) for each in fields(model)]


def _copied(each: Field[Any]) -> Any:  # noqa: ANN401 # what make_dataclass takes
    factory: Callable[[], Any] | Any = each.default_factory
    if factory is not MISSING:
        return field(default_factory=factory)
    return field() if each.default is MISSING else field(default=each.default)
