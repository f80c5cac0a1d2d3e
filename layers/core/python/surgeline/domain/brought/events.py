"""Events tell here what an older queue brought in, and what a person wants done with it."""

from dataclasses import dataclass
from typing import Literal

BacklogAct = Literal["read", "answer", "offer", "recall", "withdraw"]


@dataclass(frozen=True, slots=True)
class Brought:
    """The place of a message in the backlog that it came with.

    `written_at` is when it was written, as the older queue says. `is_first` and `is_last` say that
    it begins or ends its ticket.
    """

    backlog: str
    written_at: int
    is_first: bool = False
    is_last: bool = False


@dataclass(frozen=True, slots=True)
class TeamWrote:
    """The team wrote this to the customer in the older queue, before it was brought in."""

    id: str
    thread_id: str
    channel_id: str
    sender: str
    at: int
    text: str
    brought: Brought
    type: Literal["team_wrote"] = "team_wrote"
    schema: int = 1


@dataclass(frozen=True, slots=True)
class BacklogActed:
    """A person wants something done with a conversation of a backlog.

    Its words are read anew, it is answered if the promise allows, the pool is asked for it, its
    offer is taken back, or it is taken out again. `by` is the person.
    """

    id: str
    thread_id: str
    at: int
    conversation_id: str
    act: BacklogAct
    pool_id: str = ""
    by: str = ""
    type: Literal["backlog_acted"] = "backlog_acted"
    schema: int = 1


BacklogEvent = TeamWrote | BacklogActed
