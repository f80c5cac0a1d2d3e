"""The kinds of channels and of ways to reach a pool are registered here by module name.

A kind is a module with a `KIND`, which is imported when a configuration first names it. A new kind
is its module and one line in `CHANNELS` or `POOLS`. A way out that is neither a channel nor a pool
is a module with a `TARGET` and one line in `TARGETS`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from surgeline.adapters.configuration.providers import Provider
from surgeline.adapters.hooks import PROVIDERS
from surgeline.adapters.media.fetching import Fetch
from surgeline.adapters.media.target import MediaTarget
from surgeline.adapters.outbound.guard import check_url
from surgeline.adapters.profiles import ASKED, Ask, ProfileTarget
from surgeline.application.deliveries.targets import EndpointKind, TargetParts
from surgeline.application.ports.deliveries import DESK_FILE, MEDIA, PROFILE
from surgeline.application.ports.targets import Target
from surgeline.errors import Unprocessable

CHANNELS: Mapping[str, str] = {
    "web": "surgeline.adapters.channels.web",
    "signed": "surgeline.adapters.channels.signed",
    "email": "surgeline.adapters.channels.email.kind",
    "pagerduty": "surgeline.adapters.channels.pagerduty.kind",
    "sns": "surgeline.adapters.channels.sns.kind",
    "goalert": "surgeline.adapters.channels.goalert.kind",
    "jsm": "surgeline.adapters.channels.jsm.kind",
    **{name: f"surgeline.adapters.channels.{name}.kind" for name in PROVIDERS},
}
POOLS: Mapping[str, str] = {
    "webhook": "surgeline.adapters.pools.webhook",
    "console": "surgeline.adapters.pools.console",
    "email": "surgeline.adapters.desks.email.kind",
    "slack": "surgeline.adapters.desks.slack.kind",
    "chatwoot": "surgeline.adapters.desks.chatwoot.kind",
    "zendesk": "surgeline.adapters.desks.zendesk.kind",
    "zendesk-messaging": "surgeline.adapters.desks.zendesk_messaging.kind",
}
TARGETS: Mapping[str, str] = {
    "subscription": "surgeline.adapters.subscriptions.target",
    "customers": "surgeline.adapters.customers.target",
}
"""The ways out that are neither channels nor pools, by the `target` of their deliveries."""

SYSTEMS: Mapping[str, str] = {
    "own": "surgeline.adapters.customers.own",
    "shopify": "surgeline.adapters.customers.vendors.shopify",
    "woocommerce": "surgeline.adapters.customers.vendors.woocommerce",
    "hubspot": "surgeline.adapters.customers.vendors.hubspot",
    "zendesk": "surgeline.adapters.customers.vendors.zendesk",
    "salesforce": "surgeline.adapters.customers.vendors.salesforce",
}
"""The kinds of systems that know a company's customers."""

MakeTarget = Callable[[TargetParts], Target]
WrongPlace = Callable[[str], str]
"""Returns what is wrong with the name of a place, or nothing."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of channel, or one way to reach a pool.

    `settings` is the dataclass of the kind's own fields, which stand beside the common ones in the
    JSON. `problems(settings, allow_loopback)` yields each problem with them as "field: problem". A
    kind with a `secret` gets one when an item is added, and loses it when the item is removed.
    `target` makes the kind's target. One instance serves all endpoints of the kind. A channel or
    pool of a `provider` has the provider's fields for a secret. `fetch` gets a file that came with
    a message or that a pool's person sends, where the kind has files. `profile` asks who a customer
    is, where the provider tells. A kind with `wrong_place` can write unasked to a place that a
    person names. A pool's place has no name. A kind without it only answers.
    """

    settings: type[Any]
    problems: Callable[[Any, bool], Iterable[str]]
    secret: bool = True
    target: MakeTarget | None = None
    provider: Provider | None = None
    fetch: Fetch | None = None
    profile: Ask | None = None
    wrong_place: WrongPlace | None = None


@dataclass(frozen=True, slots=True)
class Kinds:
    """The kinds that a home knows, by name. The value is the module of each kind."""

    channels: Mapping[str, str] = field(default_factory=lambda: CHANNELS)
    pools: Mapping[str, str] = field(default_factory=lambda: POOLS)
    targets: Mapping[str, str] = field(default_factory=lambda: TARGETS)

    def channel(self, name: str) -> Kind:
        """Return the kind of channel of that name. Raises KeyError."""
        return _kind(self.channels[name])

    def pool(self, name: str) -> Kind:
        """Return the way to reach a pool of that name. Raises KeyError."""
        return _kind(self.pools[name])

    def open_target(self, kind: EndpointKind, parts: TargetParts) -> Target | None:
        """Return the target of a kind, or None for a kind that this release does not have."""
        if kind.of == MEDIA:
            fetch = self.channel(kind.name).fetch if kind.name in self.channels else None
            return MediaTarget(parts, kind.name, fetch) if fetch else None
        if kind.of == DESK_FILE:
            fetch = self.pool(kind.name).fetch if kind.name in self.pools else None
            return MediaTarget(parts, kind.name, fetch, item="pools") if fetch else None
        if kind.of == PROFILE:
            ask = self.channel(kind.name).profile if kind.name in self.channels else None
            return ProfileTarget(parts, kind.name, ask) if ask else None
        if kind.of in ("channel", "pool"):
            modules = self.channels if kind.of == "channel" else self.pools
            make = _kind(modules[kind.name]).target if kind.name in modules else None
        else:
            make = import_module(self.targets[kind.of]).TARGET if kind.of in self.targets else None
        return make(parts) if make else None


def system_kind(name: str) -> Any:  # noqa: ANN401 # a System, whose module imports this one
    """Return the kind of customer system of that name, or None."""
    return import_module(SYSTEMS[name]).SYSTEM if name in SYSTEMS else None


def no_problems(settings: object, allow_loopback: bool) -> Iterable[str]:  # as Kind has it
    """Find no problem, for settings whose types already say all."""
    del settings, allow_loopback
    return ()


def url_problems(name: str, url: str, allow_loopback: bool) -> Iterable[str]:  # as above
    """Yield the problems of the URL in that field, if it may not be called."""
    try:
        check_url(url, allow_loopback=allow_loopback)
    except Unprocessable as error:
        yield f"{name}: {error}"


def api_base_problems(settings: Any, allow_loopback: bool) -> Iterable[str]:  # noqa: ANN401 # of a kind
    """Yield the problems of a provider's settings, of which `api_base` can have any."""
    yield from url_problems("api_base", settings.api_base, allow_loopback)
    if settings.api_base.endswith("/"):
        yield "api_base: leave the slash at its end out"


def asking_problems(settings: Any, allow_loopback: bool) -> Iterable[str]:  # noqa: ANN401 # of a kind
    """Yield the problems of the settings of a kind that can ask for customers' profiles."""
    yield from api_base_problems(settings, allow_loopback)
    if settings.profiles not in (ASKED, "off"):
        yield f"profiles: give {ASKED} or off"


def _kind(module: str) -> Kind:
    found: Kind = import_module(module).KIND
    return found
