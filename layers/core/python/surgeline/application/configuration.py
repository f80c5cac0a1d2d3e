"""What a company sets: channels, pools and rules, as one versioned artifact with a current pointer.

The data and its consistency live here; reading its JSON is the edge's work.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal

from surgeline.application.ports.blobs import Blobs
from surgeline.application.ports.clock import Clock
from surgeline.application.ports.refusals import Absent
from surgeline.domain.facts import Rules
from surgeline.domain.hours import Hours
from surgeline.domain.pools import PoolKind
from surgeline.domain.redaction import Redaction
from surgeline.domain.routing import Policy

POINTER = "configuration/current"
REREAD_SECONDS = 5
FRESH_SECONDS = 1


@dataclass(frozen=True, slots=True)
class ChannelSettings:
    """Where customers come from. `web` is the chat page; `signed` is the generic signed webhook.

    `reply_url` is where a signed channel's replies go; `origins` limits which sites may show the
    chat page's API ("*" for any).
    """

    id: str
    kind: Literal["web", "signed"]
    knowledge_base: str = "shop"
    reply_url: str | None = None
    origins: tuple[str, ...] = ("*",)


@dataclass(frozen=True, slots=True)
class PoolSettings:
    """A pool that may take conversations, reached over signed webhooks.

    `languages` and `hours` absent: all of them, always. `seats` times `chats_per_seat` bound the
    conversations it has at once (None: it bounds itself). An elastic pool has `minimum_seats`, and
    says how many more it has brought when it is asked for them, `maximum_seats` at most.
    Costs and `daily_cap` are in one currency, the company's; `handle_minutes` is the average handle
    time that turns a cost per hour of one person into that of a conversation. `paused` takes
    nothing; `draining` finishes what it has and takes its own customers back. `redaction` is what
    its people must not see.
    """

    id: str
    kind: PoolKind
    url: str
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

    @property
    def elastic(self) -> bool:
        """Whether it can be asked for more seats than are always there."""
        return self.maximum_seats is not None

    @property
    def daily_limit(self) -> int | None:
        """How many conversations a day its daily cap pays for."""
        cost = self.conversation_cost
        return None if self.daily_cap is None or not cost else int(self.daily_cap / cost + 1e-9)

    @property
    def conversation_cost(self) -> float | None:
        """What one conversation costs; at an hourly rate, its share of one person's time."""
        if self.cost_per_hour is None or self.handle_minutes is None:
            return self.cost_per_conversation
        return self.cost_per_hour * self.handle_minutes / 60 / self.chats_per_seat


@dataclass(frozen=True, slots=True)
class Configuration:
    """All of it. Pools are tried in the order given, unless the routing policy says otherwise."""

    channels: tuple[ChannelSettings, ...] = ()
    pools: tuple[PoolSettings, ...] = ()
    rules: Rules = field(default_factory=Rules)
    schema: int = 1
    routing: Policy = field(default_factory=Policy)

    def channel(self, channel_id: str) -> ChannelSettings | None:
        """The channel of that id."""
        return next((each for each in self.channels if each.id == channel_id), None)

    def pool(self, pool_id: str) -> PoolSettings | None:
        """The pool of that id."""
        return next((each for each in self.pools if each.id == pool_id), None)

    def with_channel(self, channel: ChannelSettings) -> "Configuration":
        """The same with this channel added or replaced."""
        others = [each for each in self.channels if each.id != channel.id]
        return replace(self, channels=(*others, channel))

    def with_pool(self, pool: PoolSettings) -> "Configuration":
        """The same with this pool added or replaced, its place in the order kept."""
        pools = [pool if each.id == pool.id else each for each in self.pools]
        if self.pool(pool.id) is None:
            pools.append(pool)
        return replace(self, pools=tuple(pools))


class ConfigurationShelf:
    """Reads the current configuration (again every few seconds) and publishes new versions."""

    def __init__(
        self,
        blobs: Blobs,
        clock: Clock,
        decode: Callable[[bytes], Configuration],
        encode: Callable[[Configuration], bytes],
        *,
        fresh_seconds: int = FRESH_SECONDS,
    ) -> None:
        self._blobs = blobs
        self._clock = clock
        self._decode = decode
        self._encode = encode
        self._fresh_seconds = fresh_seconds
        self._read_at = -1
        self._version = ""
        self._current = Configuration()

    def current(self) -> Configuration:
        """The configuration in force; an empty one before the first is published."""
        now = self._clock.now()
        if self._read_at < 0 or now - self._read_at > REREAD_SECONDS * 1000:
            self._reread()
            self._read_at = now
        return self._current

    def channel(self, channel_id: str) -> ChannelSettings | None:
        """The channel of that id; one that was just added is looked for at once."""
        return self.current().channel(channel_id) or self._fresh().channel(channel_id)

    def pool(self, pool_id: str) -> PoolSettings | None:
        """The pool of that id, as `channel`."""
        return self.current().pool(pool_id) or self._fresh().pool(pool_id)

    def _fresh(self) -> Configuration:
        """The configuration as it is now; unknown ids make it read again at most once a second.

        Workers, whose ids come from who was known at intake, read it at once (`fresh_seconds=0`).
        """
        if self._clock.now() - self._read_at >= self._fresh_seconds * 1000:
            self._read_at = -1
        return self.current()

    @property
    def version(self) -> str:
        """The version that `current` last read; empty before the first."""
        return self._version

    def latest(self) -> Configuration:
        """The configuration in force at this moment, to change it."""
        self._read_at = -1
        return self.current()

    def publish(
        self, configuration: Configuration, version: str, *, after: str | None = None
    ) -> None:
        """Write a version, then point at it.

        `after` is the version that it was made from, empty for none: if another one is in force by
        now, nothing is changed. Raises Changed.
        """
        self._read_at = -1
        self._blobs.put(f"configuration/{version}.json", self._encode(configuration))
        if after is None:
            self._blobs.put(POINTER, _pointer(version))
        else:
            self._blobs.swap(POINTER, _pointer(version), was=_pointer(after) if after else None)

    def _reread(self) -> None:
        try:
            version = json.loads(self._blobs.get(POINTER))["version"]
        except Absent:
            return
        if version != self._version:
            self._current = self._decode(self._blobs.get(f"configuration/{version}.json"))
            self._version = version


def _pointer(version: str) -> bytes:
    return json.dumps({"version": version}).encode()
