"""Facts are told to `decide` besides the past: time, reading, pools and rules.

The application gathers the facts. Nothing here reads anything.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from surgeline.domain.events import AgentWrote, PoolResolved, PoolReturned, PoolTransferred
from surgeline.domain.pools import Pool
from surgeline.domain.reading import Reading
from surgeline.domain.routing import Policy


@dataclass(frozen=True, slots=True)
class Exchange:
    """The part of a conversation that an answer depends on.

    `rejected` articles are never answered or offered again. `choices` are the articles offered
    last, in order. A rejection rejects the `standing` articles, and then `alternatives` are
    offered.
    """

    language: str | None = None
    rejected: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    standing: tuple[str, ...] = ()
    alternatives: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rules:
    """The durations that a company sets, in seconds.

    `agent_silence_seconds` is for a pool's first word. `unanswered_seconds` is for every later word
    that a customer waits for.
    """

    reopen_seconds: int = 1_800
    conversation_seconds: int = 86_400
    agent_silence_seconds: int = 900
    unanswered_seconds: int = 1_800
    gap_seconds: int = 10


@dataclass(frozen=True, slots=True)
class UntoldMessage:
    """A message of the customer that the owning pool has not been told of, by its place."""

    message_id: str
    seq: int
    at: int


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that one decision may depend on. The same facts give the same decision.

    `reading`: the meaning of the customer's text, if the bot would answer it. `offer_status`,
    `offer_agent`: the state of the event's offer in its own record. `held`: the owner's events that
    came too early, as their records have them. `untold`: the oldest customer's messages that the
    owner must be told, at most `UNTOLD_LIMIT`. `texts`: the system texts of the thread's language,
    by key. `policy`, `backlog`: how to route, and how many conversations wait for a seat now.
    `thanks`: the customer's message only thanks or agrees, so that nobody owes an answer to it.
    `customer`: the channel's last attributes of the customer, by name, in an earlier message.
    """

    now: int
    rules: Rules = field(default_factory=Rules)
    reading: Reading | None = None
    pools: tuple[Pool, ...] = ()
    offer_status: str | None = None
    offer_agent: str | None = None
    held: tuple[AgentWrote | PoolResolved | PoolReturned | PoolTransferred, ...] = ()
    untold: tuple[UntoldMessage, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    policy: Policy = field(default_factory=Policy)
    backlog: int = 0
    thanks: bool = False
    customer: Mapping[str, str | int | float | bool] = field(default_factory=dict)
