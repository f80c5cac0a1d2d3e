"""A company's settings live here: channels, pools and rules, as one versioned artifact.

The data and its consistency stand here. `adapters.configuration` reads its JSON, and a pointer
names the version in force.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, TypeVar

from surgeline.application.configuration_pointer import NOBODY, Author, Pointer, version_of
from surgeline.application.knowledge_settings import KnowledgeSettings
from surgeline.application.ports.blobs import Blobs, bytes_of
from surgeline.application.ports.clock import Clock
from surgeline.application.ports.refusals import Absent
from surgeline.domain.alerts.rules import AlertChange
from surgeline.domain.alerts.subscription import Subscription
from surgeline.domain.company.closure import Closure
from surgeline.domain.company.look import Look
from surgeline.domain.company.stages import WaitingSettings
from surgeline.domain.crisis.incident import Incident
from surgeline.domain.crisis.profile import Crisis, Profile
from surgeline.domain.customers.settings import CustomerSettings
from surgeline.domain.facts import Rules, SurveySettings
from surgeline.domain.hours import Hours
from surgeline.domain.on_call.settings import OnCall
from surgeline.domain.pools import PoolKind
from surgeline.domain.redaction import Redaction
from surgeline.domain.routing import Policy
from surgeline.domain.surge.policy import SurgePolicy
from surgeline.errors import Unavailable, Unreadable

POINTER = "configuration/current"
CONSOLE = "console"
"""How a pool is reached whose people work at a desk of the console."""
REREAD_SECONDS = 5
FRESH_SECONDS = 1
TOLD_SECONDS = 60
"""How often an alarm repeats that the configuration can't be read."""

Item = Literal["channels", "pools"]
_Own = TypeVar("_Own")


@dataclass(frozen=True, slots=True)
class ChannelSettings:
    """A place where customers write.

    `settings` holds the fields that only this kind of channel has. `adapters.channels` has their
    classes. A closed channel has a `closure`, which sends its customers on. The customers of a
    `drill` are no real ones, and meet drill pools only.
    """

    id: str
    kind: str
    knowledge_base: str = "shop"
    settings: object = None
    closure: Closure | None = None
    drill: bool = False

    def own(self, model: type[_Own]) -> _Own:
        """Return the kind's own settings. Raises Unreadable for another kind's."""
        return _own(self.settings, model, f"channel {self.id!r}")


@dataclass(frozen=True, slots=True)
class PoolSettings:
    """A pool that may take conversations.

    `kind` says whose people they are, and `reached_by` says how they are reached. `settings` holds
    the fields that only that way needs (`adapters.pools` has their classes). Without `languages` a
    pool takes all languages, and without `hours` it is always open. `seats` times `chats_per_seat`
    bound the conversations that the pool has at once. With None the pool bounds itself. An elastic
    pool has `minimum_seats`. It is asked for more seats, up to `maximum_seats`, and reports how
    many more it has. Costs and `daily_cap` are in the company's one currency. `handle_minutes` is
    the average handle time. It turns a cost per hour of one person into that of a conversation. A
    `paused` pool takes nothing. A `draining` pool finishes its conversations and takes its own
    customers back. `redaction` is the level of text that its people must not see. A `drill` pool
    takes the customers of drill channels, and no real ones.
    """

    id: str
    kind: PoolKind
    settings: object = None
    reached_by: str = "webhook"
    ring_seconds: int = 30
    languages: tuple[str, ...] = ()
    paused: bool = False
    draining: bool = False
    skills: tuple[str, ...] = ()
    hours: Hours | None = None
    seats: int | None = None
    chats_per_seat: int = 1
    minimum_seats: int = 0
    maximum_seats: int | None = None
    priority: int = 0
    weight: int = 1
    cost_per_conversation: float | None = None
    cost_per_hour: float | None = None
    handle_minutes: float | None = None
    daily_cap: float | None = None
    redaction: Redaction = "payment"
    drill: bool = False

    def own(self, model: type[_Own]) -> _Own:
        """Return the settings of how the pool is reached. Raises Unreadable for another way's."""
        return _own(self.settings, model, f"pool {self.id!r}")

    @property
    def elastic(self) -> bool:
        """Return whether the pool can be asked for more seats than are always there."""
        return self.maximum_seats is not None

    @property
    def daily_limit(self) -> int | None:
        """Return how many conversations a day the daily cap pays for."""
        cost = self.conversation_cost
        return None if self.daily_cap is None or not cost else int(self.daily_cap / cost + 1e-9)

    @property
    def conversation_cost(self) -> float | None:
        """Return the cost of one conversation.

        An hourly rate counts by the share of one person's time.
        """
        if self.cost_per_hour is None or self.handle_minutes is None:
            return self.cost_per_conversation
        return self.cost_per_hour * self.handle_minutes / 60 / self.chats_per_seat


@dataclass(frozen=True, slots=True)
class ReportSettings:
    """How reports look at conversations.

    `zone` is the company's time zone by IANA name: whose days they count. A customer who comes back
    within `return_days` was not helped at first contact. Alerts and digests speak `language`. Once
    pools have cost `daily_budget` on a day, those that cost something are offered nothing more that
    day. It is in the company's own currency, of which a US dollar costs `usd_rate`.
    """

    zone: str = "UTC"
    return_days: int = 7
    language: str = "en"
    daily_budget: float | None = None
    usd_rate: float = 1.0


@dataclass(frozen=True, slots=True)
class Unknown:
    """A stored channel or pool that this release can't read.

    It stops only itself. It is kept as it was stored, in its place, and nothing is sent to it.
    """

    item: Item
    position: int
    id: str
    kind: str
    stored: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Configuration:
    """The whole configuration.

    Pools are tried in the given order, unless the routing policy says otherwise. `crisis` and
    `incidents` have acts of their own. A document that is published leaves them as they are.
    """

    channels: tuple[ChannelSettings, ...] = ()
    pools: tuple[PoolSettings, ...] = ()
    rules: Rules = field(default_factory=Rules)
    schema: int = 1
    routing: Policy = field(default_factory=Policy)
    unknown: tuple[Unknown, ...] = ()
    reports: ReportSettings = field(default_factory=ReportSettings)
    knowledge: KnowledgeSettings = field(default_factory=KnowledgeSettings)
    alerts: tuple[AlertChange, ...] = ()
    subscriptions: tuple[Subscription, ...] = ()
    surge: SurgePolicy = field(default_factory=SurgePolicy)
    on_call: OnCall = field(default_factory=OnCall)
    company: Look = field(default_factory=Look)
    brands: Mapping[str, Look] = field(default_factory=dict)
    survey: SurveySettings = field(default_factory=SurveySettings)
    incidents: tuple[Incident, ...] = ()
    crisis: Crisis | None = None
    crisis_profiles: tuple[Profile, ...] = ()
    customers: CustomerSettings | None = None
    waiting: WaitingSettings = field(default_factory=WaitingSettings)

    def look_of(self, channel_id: str) -> Look:
        """Return the look of a channel: its own, over the company's."""
        own = self.brands.get(channel_id)
        return own.over(self.company) if own else self.company

    def channel(self, channel_id: str) -> ChannelSettings | None:
        """Return the channel of that id. Raises Unreadable for one of a newer release."""
        self._refuse_unknown("channels", channel_id)
        return next((each for each in self.channels if each.id == channel_id), None)

    def pool(self, pool_id: str) -> PoolSettings | None:
        """Return the pool of that id. Raises Unreadable for one of a newer release."""
        self._refuse_unknown("pools", pool_id)
        return next((each for each in self.pools if each.id == pool_id), None)

    def subscription(self, subscription_id: str) -> Subscription | None:
        """Return the subscription of that id, or None."""
        return next((each for each in self.subscriptions if each.id == subscription_id), None)

    def ids(self, item: Item) -> list[str]:
        """Return the ids of all channels or pools, the unreadable ones included."""
        known = self.channels if item == "channels" else self.pools
        return [each.id for each in (*known, *(u for u in self.unknown if u.item == item))]

    def with_channel(self, channel: ChannelSettings) -> "Configuration":
        """Return the configuration with this channel added or replaced."""
        others = [each for each in self.channels if each.id != channel.id]
        return replace(self, channels=(*others, channel))

    def with_pool(self, pool: PoolSettings) -> "Configuration":
        """Return the configuration with this pool added, or replaced in its place."""
        pools = [pool if each.id == pool.id else each for each in self.pools]
        if pool not in pools:
            pools.append(pool)
        return replace(self, pools=tuple(pools))

    @property
    def costs(self) -> dict[str, float]:
        """Return what a conversation costs with each pool that has a price."""
        return {each.id: cost for each in self.pools if (cost := each.conversation_cost)}

    def _refuse_unknown(self, item: Item, item_id: str) -> None:
        for each in self.unknown:
            if (each.item, each.id) == (item, item_id):
                raise Unreadable(f"this release can't read the settings of {item_id!r} in {item}")


class ConfigurationShelf:
    """Reads the current configuration again every few seconds, and publishes new versions.

    A version that can't be read leaves the last good one in force. `alarm(message, **fields)` is
    told of that, and of channels and pools that this release can't read.
    """

    def __init__(
        self,
        blobs: Blobs,
        clock: Clock,
        decode: Callable[[bytes], Configuration],
        encode: Callable[[Configuration], bytes],
        *,
        alarm: Callable[..., None],
        fresh_seconds: int = FRESH_SECONDS,
    ) -> None:
        self._blobs = blobs
        self._clock = clock
        self._decode = decode
        self._encode = encode
        self._alarm = alarm
        self._fresh_seconds = fresh_seconds
        self._read_at: int | None = None
        self._told_at: int | None = None
        self._failure: Unavailable | None = None
        self._version = ""
        self._pointer = Pointer()
        self._current: Configuration | None = None

    def current(self) -> Configuration:
        """Return the configuration in force, or an empty one before the first is published.

        Raises Unavailable only if no version was ever read.
        """
        if not _within(self._read_at, self._clock.now(), REREAD_SECONDS):
            try:
                return self.latest()
            except Unavailable as error:
                self._keep(error)
        return self._current or Configuration()

    def channel(self, channel_id: str) -> ChannelSettings | None:
        """Return the channel of that id. An unknown id is looked up again, since it may be new.

        Raises Unavailable if nobody can say whether the channel exists.
        """
        return self.current().channel(channel_id) or self._fresh().channel(channel_id)

    def pool(self, pool_id: str) -> PoolSettings | None:
        """Return the pool of that id. See `channel`."""
        return self.current().pool(pool_id) or self._fresh().pool(pool_id)

    def subscription(self, subscription_id: str) -> Subscription | None:
        """Return the subscription of that id. See `channel`."""
        return self.current().subscription(subscription_id) or self._fresh().subscription(
            subscription_id
        )

    def _fresh(self) -> Configuration:
        """Return the configuration as it is now. Unknown ids read it again once a second at most.

        Workers read it at once (`fresh_seconds=0`), because their ids were known at intake.
        """
        waits = self._fresh_seconds and _within(
            self._read_at, self._clock.now(), self._fresh_seconds
        )
        return self.current() if waits and not self._failure else self.latest()

    @property
    def version(self) -> str:
        """Return the version that was read last, or an empty text before the first."""
        return self._version

    @property
    def pointer(self) -> "Pointer":
        """Return the pointer as it was read last, also if its version can't be read."""
        return self._pointer

    def document(self, version: str) -> bytes:
        """Return the stored document of the version in force or of a former one. Raises Absent."""
        known = {self._pointer.version, *(each.version for each in self._pointer.former)}
        if version not in known:
            raise Absent(f"no version {version[:32]!r} of the configuration is kept")
        return self._blobs.get(f"configuration/{version}.json")

    def unread(self) -> bytes:
        """Return the document in force as it is stored, or nothing if it is not there."""
        try:
            return self._blobs.get(f"configuration/{self._pointer.version}.json")
        except Absent:
            return b""

    def latest(self) -> Configuration:
        """Return the configuration in force at this moment, for a change. Raises Unavailable."""
        now = self._clock.now()
        self._reread()
        self._read_at, self._failure = now, None
        return self._current or Configuration()

    def publish(
        self,
        configuration: Configuration,
        version: str,
        *,
        after: "Pointer | None" = None,
        author: Author = NOBODY,
    ) -> None:
        """Write a version, then point at it.

        `after` is the pointer that it was made from. Raises Changed if another is in force by now.
        """
        self._read_at = None
        self._blobs.put(f"configuration/{version}.json", self._encode(configuration))
        before = after or self._stored_pointer()
        pointer = before.followed_by(version, now=self._clock.now(), author=author)
        if after is None:
            self._blobs.put(POINTER, pointer)
        else:
            self._blobs.swap(POINTER, pointer, was=after.stored)

    def _stored_pointer(self) -> Pointer:
        return Pointer(bytes_of(self._blobs, POINTER))

    def _reread(self) -> None:
        """Read the version in force. On Unavailable, which is raised, the last good one stays."""
        self._pointer = self._stored_pointer()
        if self._pointer.stored is None:
            self._current = self._current or Configuration()
            return
        version = version_of(self._pointer.stored)
        if version == self._version:
            return
        try:
            raw = self._blobs.get(f"configuration/{version}.json")
        except Absent as error:
            raise Unreadable(f"version {version} of the configuration is not there") from error
        self._current, self._version = self._decode(raw), version
        for each in self._current.unknown:
            self._alarm("settings_unreadable", item=each.item, id=each.id, kind=each.kind[:64])

    def _keep(self, error: Unavailable) -> None:
        """Stay with the last good configuration, and raise an alarm about it once a minute."""
        now = self._clock.now()
        self._failure = error
        if not _within(self._told_at, now, TOLD_SECONDS):
            self._told_at = now
            kept = self._version if self._current else None
            self._alarm("configuration_unreadable", error=str(error)[:200], in_force=kept)
        if self._current is None:
            raise error
        self._read_at = now


def _within(since: int | None, now: int, seconds: int) -> bool:
    """Return whether at most so much time has passed. A clock that went back counts as more."""
    return since is not None and 0 <= now - since <= seconds * 1000


def _own(settings: object, model: type[_Own], whose: str) -> _Own:
    if not isinstance(settings, model):
        raise Unreadable(f"the settings of {whose} are not those of a {model.__name__}")
    return settings
