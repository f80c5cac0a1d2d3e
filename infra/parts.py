"""A topology is made of these parts: queues, functions, what wakes them and what is granted."""

from dataclasses import dataclass
from typing import Literal

Access = Literal[
    # of a queue: `bury` sends to its dead letters, `redrive` lists those and sends them back,
    # `count` tells how many wait there and how many dead letters there are
    "send",
    "hold",
    "bury",
    "redrive",
    "count",
    # of the table: `commit` moves threads, `settle` and `withdraw` end offers, `seat` keeps pools'
    # seats and who waits for one, `list` reads items, or a bucket's names, in their order, `look`
    # reads many at once, `enable` says whether a pool is asked, `note` keeps how a delivery went,
    # `join` keeps open sockets, `admit` keeps people, their invitations and their acts, `sign`
    # keeps and ends sessions, `find` reads single items, `desk` keeps what lies on pools' desks,
    # `jot` replaces small documents, `ask` notes which seats a pool is asked for; of a bucket and
    # of secrets: `read`, `write` and `delete`
    "read",
    "write",
    "delete",
    "list",
    "look",
    "commit",
    "settle",
    "withdraw",
    "seat",
    "enable",
    "note",
    "join",
    "admit",
    "sign",
    "find",
    "desk",
    "jot",
    "ask",
    # of the open sockets
    "push",
    # of the service that sends mails, where `send` is of a queue too
    "check",
]
MINUTE_SECONDS = 60

MAX_BODY_BYTES = 262_144


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
    """A route of the HTTP API. The path has `{name}` parameters.

    A request with a larger body than `max_body_bytes` is refused. One machine's front reads no more
    of such a body. Where it is `issued`, API Gateway lets only tokens of the issuer through. Where
    there is no issuer, as on one machine, the function refuses everybody.
    """

    method: str
    path: str
    max_body_bytes: int = MAX_BODY_BYTES
    issued: bool = False

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
    """Clients' acts on the WebSocket API by route key. Each key leads to one function.

    Beside AWS's three keys, a route is the `action` that a client's JSON message names.
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
    """The permission of a function on one resource. `prefix` narrows a bucket or the secrets."""

    resource: str
    access: tuple[Access, ...]
    prefix: str = ""


@dataclass(frozen=True)
class Function:
    """A folder below functions/. The function's settings model is in surgeline.runtime.settings.

    `own_settings` are the variables that do not follow from the grants. `pages` are the folders of
    the repository that the function serves. `layers` are those beyond the layers of every function.
    A function that `encodes` also gets the weights of the deployment's tier, and the libraries that
    run them.

    A function that `picks` may ask a model of Amazon Bedrock, where a deployment has turned one on.

    A function that `loops` is part of a circle of queues on purpose, as timers are. Lambda would
    otherwise drop a message after about 16 rounds.
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
    picks: bool = False
    loops: bool = False

    @property
    def settings(self) -> tuple[str, ...]:
        """Return the names of the function's variables, each once. They follow from its grants."""
        touched = [_setting_of(each.resource) for each in self.grants if each.resource != MAILS]
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
MAILS = "mails"
_NOT_QUEUES = {TABLE: "TABLE", BUCKET: "BUCKET", "secrets": "SECRETS", "sockets": "SOCKETS"}


def _setting_of(resource: str) -> str:
    return _NOT_QUEUES.get(resource) or f"{resource.upper()}_QUEUE"
