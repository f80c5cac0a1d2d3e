"""The whole system is here as plain data: what each function is woken by and what it may touch.

CDK builds AWS from this, the embedded runner builds a laptop from it, the tests check both.
No construct, no client and no code of either home lives here.
"""

from dataclasses import dataclass
from typing import Literal

Access = Literal[
    # of a queue: `bury` sends to its dead letters, `redrive` lists those and sends them back
    "send",
    "hold",
    "bury",
    "redrive",
    # of the table: `commit` moves threads, `settle` and `withdraw` end offers, `seat` keeps pools'
    # seats and who waits for one, `look` reads many items at once, `enable` says whether a pool
    # is asked, `note` keeps how a delivery went, `join` keeps open sockets; of a bucket and of
    # secrets: `read` and `write`, of secrets `delete` too
    "read",
    "write",
    "delete",
    "look",
    "commit",
    "settle",
    "withdraw",
    "seat",
    "enable",
    "note",
    "join",
    # of the open sockets
    "push",
]
MINUTE_SECONDS = 60
MOST_RECEIVES = 1_000
"""SQS allows no more. Workers bury by themselves (docs/decisions/0003), because every receive of a
group's first message counts for those behind it, which SQS would then move away untried."""

MAX_BODY_BYTES = 262_144
MAX_ARTICLES_BYTES = 6_000_000


@dataclass(frozen=True)
class Queue:
    """A queue and its dead letters. `visibility_seconds` is at least six function timeouts.

    An alarm rings when a message has waited longer than `late_seconds`.
    """

    name: str
    fifo: bool
    visibility_seconds: int
    max_receive_count: int
    late_seconds: int = 300
    retention_days: int = 14


@dataclass(frozen=True)
class Route:
    """A route of the HTTP API; the path has `{name}` parameters.

    A request with a larger body than `max_body_bytes` is refused; one machine's front reads no more
    of it.
    """

    method: str
    path: str
    max_body_bytes: int = MAX_BODY_BYTES

    @property
    def key(self) -> str:
        """Return the route key as an HTTP API event carries it."""
        return f"{self.method} {self.path}"


@dataclass(frozen=True)
class Messages:
    """Batches of a queue."""

    queue: str
    batch: int = 10


@dataclass(frozen=True)
class Uploads:
    """Objects that are created below a prefix of the bucket."""

    prefix: str


@dataclass(frozen=True)
class WebSocket:
    """What clients of the WebSocket API do, by route key; each key leads to one function.

    Beside AWS's three keys a route is the `action` that a client's JSON message names.
    """

    routes: tuple[str, ...] = ("$connect", "$disconnect", "$default")


@dataclass(frozen=True)
class Schedule:
    """The clock wakes the function, each time that so many seconds have passed.

    EventBridge counts whole minutes, so any other number is refused with ValueError.
    """

    seconds: int

    def __post_init__(self) -> None:
        if self.seconds < MINUTE_SECONDS or self.seconds % MINUTE_SECONDS:
            raise ValueError(f"Schedule({self.seconds}): give whole minutes, as in Schedule(60)")


Wake = Route | Messages | Uploads | WebSocket | Schedule


@dataclass(frozen=True)
class Grant:
    """What a function may do to one resource; `prefix` narrows a bucket or the secrets."""

    resource: str
    access: tuple[Access, ...]
    prefix: str = ""


@dataclass(frozen=True)
class Function:
    """One folder below functions/; its settings model is in surgeline.runtime.settings.

    `own_settings` are the variables that do not follow from what it may touch, `pages` the folders
    of the repository that it serves. `layers` are those
    that it needs beyond what every function has; one that `encodes` gets the weights of the
    deployment's tier, and what runs them, as well, where that has any. A function that `loops` is
    part of a circle of queues on purpose, as timers are. Lambda would otherwise drop a message
    after about 16 rounds.
    """

    name: str
    purpose: str
    wakes: tuple[Wake, ...]
    grants: tuple[Grant, ...]
    timeout_seconds: int
    memory_mb: int
    own_settings: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()
    layers: tuple[str, ...] = ()
    encodes: bool = False
    loops: bool = False

    @property
    def settings(self) -> tuple[str, ...]:
        """Return the names of its variables, each once: they follow from what it may touch."""
        touched = [_setting_of(grant.resource) for grant in self.grants]
        touched += [
            _setting_of(wake.queue if isinstance(wake, Messages) else "sockets")
            for wake in self.wakes
            if isinstance(wake, Messages | WebSocket)
        ]
        weights = ["WEIGHTS"] if self.encodes else []
        return tuple(dict.fromkeys([*touched, *weights, *self.own_settings]))


@dataclass(frozen=True)
class Topology:
    """A system: its queues and its functions."""

    queues: tuple[Queue, ...]
    functions: tuple[Function, ...]

    def queue(self, name: str) -> Queue:
        """Return the queue of that name. Raises KeyError where there is none."""
        return {each.name: each for each in self.queues}[name]

    def function(self, name: str) -> Function:
        """Return the function of that name. Raises KeyError where there is none."""
        return {each.name: each for each in self.functions}[name]


TABLE = "conversations"
BUCKET = "artifacts"
_NOT_QUEUES = {TABLE: "TABLE", BUCKET: "BUCKET", "secrets": "SECRETS", "sockets": "SOCKETS"}


def _setting_of(resource: str) -> str:
    return _NOT_QUEUES.get(resource) or f"{resource.upper()}_QUEUE"


QUEUES = (
    Queue(
        "events",
        fifo=True,
        visibility_seconds=180,
        max_receive_count=MOST_RECEIVES,
        late_seconds=60,
    ),
    Queue(
        "deliveries",
        fifo=True,
        visibility_seconds=360,
        max_receive_count=MOST_RECEIVES,
        late_seconds=300,
    ),
    # SQS doesn't say whether a delay counts as age: a timer of 15 minutes is not late.
    Queue(
        "timers",
        fifo=False,
        visibility_seconds=60,
        max_receive_count=MOST_RECEIVES,
        late_seconds=1_200,
    ),
)

FUNCTIONS = (
    Function(
        "channel_webhook",
        "takes in signed messages of channels",
        wakes=(Route("POST", "/v1/channels/{channel_id}/messages"),),
        grants=(
            Grant("events", ("send",)),
            Grant("secrets", ("read",), "channels/"),
            Grant("secrets", ("read",), "ids"),
        ),
        timeout_seconds=10,
        memory_mb=512,
    ),
    Function(
        "web_chat",
        "serves the chat pages, their messages and sockets, and the published interfaces",
        wakes=(
            Route("GET", "/"),
            Route("GET", "/c/{channel_id}"),
            Route("GET", "/assets/{file}"),
            Route("GET", "/v1/openapi.json"),
            Route("GET", "/v1/schemas/{name}"),
            Route("POST", "/v1/web/{channel_id}/visitors"),
            Route("POST", "/v1/web/{channel_id}/messages"),
            Route("GET", "/v1/web/{channel_id}/messages"),
            Route("POST", "/v1/web/{channel_id}/leave"),
            Route("OPTIONS", "/v1/web/{channel_id}/visitors"),
            Route("OPTIONS", "/v1/web/{channel_id}/messages"),
            Route("OPTIONS", "/v1/web/{channel_id}/leave"),
            WebSocket(),
        ),
        grants=(
            Grant("events", ("send",)),
            Grant(TABLE, ("read", "join")),
            Grant(BUCKET, ("read",), "configuration/"),
            Grant("secrets", ("read",), "ids"),
        ),
        timeout_seconds=10,
        memory_mb=512,
        pages=("web/chat",),
    ),
    Function(
        "pool_callback",
        "takes in signed events of pools; decides acceptance at once",
        wakes=(
            Route("POST", "/v1/pools/{pool_id}/events"),
            Route("POST", "/v1/pools/{pool_id}/transcripts"),
        ),
        grants=(
            Grant("events", ("send",)),
            Grant(TABLE, ("read", "look", "settle")),
            Grant(BUCKET, ("read",), "configuration/"),
            Grant("secrets", ("read",), "pools/"),
            Grant("secrets", ("read",), "ids"),
            Grant("sockets", ("push",)),
        ),
        timeout_seconds=10,
        memory_mb=512,
    ),
    Function(
        "conversation_worker",
        "the one writer of every thread: load, decide, commit, send",
        wakes=(Messages("events"),),
        grants=(
            Grant("events", ("send", "hold", "bury")),
            Grant("deliveries", ("send",)),
            Grant("timers", ("send",)),
            Grant(TABLE, ("read", "look", "commit", "settle", "seat")),
            Grant(BUCKET, ("read",), "configuration/"),
            Grant(BUCKET, ("read",), "knowledge/"),
        ),
        timeout_seconds=30,
        memory_mb=1024,
        layers=("numpy",),
        encodes=True,
        loops=True,
    ),
    Function(
        "delivery_worker",
        "sends to channels and pools, with retries",
        wakes=(Messages("deliveries"),),
        grants=(
            Grant("deliveries", ("hold", "bury")),
            Grant("events", ("send",)),
            Grant("timers", ("send",)),
            Grant(TABLE, ("read", "settle", "note")),
            Grant(BUCKET, ("read",), "configuration/"),
            Grant("secrets", ("read",), "channels/"),
            Grant("secrets", ("read",), "pools/"),
            Grant("sockets", ("push",)),
        ),
        timeout_seconds=60,
        memory_mb=512,
        loops=True,
    ),
    Function(
        "timer_forwarder",
        "moves timers that came due to their threads, and later tries to the deliveries",
        wakes=(Messages("timers"),),
        grants=(
            Grant("timers", ("send", "hold", "bury")),
            Grant("events", ("send",)),
            Grant("deliveries", ("send",)),
        ),
        timeout_seconds=10,
        memory_mb=256,
        loops=True,
    ),
    Function(
        "knowledge_build",
        "builds a versioned index of uploaded articles and makes it current",
        wakes=(Uploads("knowledge-sources/"),),
        grants=(
            Grant(BUCKET, ("read",), "knowledge-sources/"),
            Grant(BUCKET, ("read", "write"), "knowledge/"),
        ),
        timeout_seconds=300,
        memory_mb=3008,
        own_settings=("TIER",),
        layers=("numpy",),
        encodes=True,
    ),
    Function(
        "admin_api",
        "publishes knowledge and configuration, shows conversations, redrives dead letters",
        wakes=(
            Route("GET", "/v1/admin/status"),
            Route("GET", "/v1/admin/configuration"),
            Route("PUT", "/v1/admin/configuration"),
            Route("PUT", "/v1/admin/channels/{channel_id}"),
            Route("PATCH", "/v1/admin/channels/{channel_id}"),
            Route("DELETE", "/v1/admin/channels/{channel_id}"),
            Route("POST", "/v1/admin/channels/{channel_id}/secret"),
            Route("PUT", "/v1/admin/pools/{pool_id}"),
            Route("PATCH", "/v1/admin/pools/{pool_id}"),
            Route("DELETE", "/v1/admin/pools/{pool_id}"),
            Route("POST", "/v1/admin/pools/{pool_id}/ping"),
            Route("POST", "/v1/admin/pools/{pool_id}/secret"),
            Route("GET", "/v1/admin/knowledge/{knowledge_base}"),
            Route("PUT", "/v1/admin/knowledge/{knowledge_base}", MAX_ARTICLES_BYTES),
            Route("GET", "/v1/admin/knowledge/{knowledge_base}/versions"),
            Route("POST", "/v1/admin/knowledge/{knowledge_base}/rollback"),
            Route("POST", "/v1/admin/knowledge/{knowledge_base}/explain"),
            Route("GET", "/v1/admin/knowledge/{knowledge_base}/reviews"),
            Route("PUT", "/v1/admin/knowledge/{knowledge_base}/reviews"),
            Route("GET", "/v1/admin/conversations/{conversation_id}"),
            Route("GET", "/v1/admin/deliveries"),
            Route("POST", "/v1/admin/deliveries/replay"),
            Route("POST", "/v1/admin/erasures"),
            Route("GET", "/v1/admin/dead-letters"),
            Route("POST", "/v1/admin/dead-letters/redrive"),
        ),
        grants=(
            Grant(TABLE, ("read", "look", "withdraw", "enable")),
            Grant(BUCKET, ("read", "write"), "configuration/"),
            Grant(BUCKET, ("write",), "knowledge-sources/"),
            Grant(BUCKET, ("read", "write"), "knowledge/"),
            Grant("events", ("send", "redrive")),
            Grant("deliveries", ("redrive",)),
            Grant("timers", ("redrive",)),
            Grant("secrets", ("read",), "admin"),
            Grant("secrets", ("read",), "ids"),
            Grant("secrets", ("read", "write", "delete"), "channels/"),
            Grant("secrets", ("read", "write", "delete"), "pools/"),
        ),
        timeout_seconds=29,
        memory_mb=512,
        layers=("numpy",),
        encodes=True,
    ),
)


SURGELINE = Topology(QUEUES, FUNCTIONS)


def function(name: str) -> Function:
    """Return the function of that name. Raises KeyError where there is none."""
    return SURGELINE.function(name)


def queue(name: str) -> Queue:
    """Return the queue of that name. Raises KeyError where there is none."""
    return SURGELINE.queue(name)
