"""A conversation of a backlog keeps here where it came from, and whether it is silent still."""

from dataclasses import dataclass
from typing import Literal

Finding = Literal["", "answer", "courtesy", "person"]
"""What the promise allows for the customer's last words: an answer, or only a person."""
End = Literal["", "answered", "person", "customer"]
"""The first who spoke: the bot, a person, or the customer, who wrote again."""


@dataclass(frozen=True, slots=True)
class Backlog:
    """The part of a conversation that only a conversation of a backlog has.

    `name` names the backlog, and `tickets` counts its tickets of this customer. `unanswered` counts
    the customer's messages since the team's last word. `since` is when the
    customer wrote last there, and `last_id` the event of those words. While the conversation is
    `quiet` nobody is told anything. `end` says who broke the silence. `finding` is how the words
    were read last, with the nearest article and the reason.
    """

    name: str
    since: int
    last_id: str = ""
    tickets: int = 1
    unanswered: int = 0
    quiet: bool = True
    end: End = ""
    finding: Finding = ""
    article_id: str | None = None
    confidence: float | None = None
    why: str = ""
