"""A person who works in a tool of their own does one of these things there.

A desk's adapter reads its tool's events as acts. `hear_desk` says them in the pool protocol.
"""

from dataclasses import dataclass
from typing import Literal

Unsendable = Literal["word", "edit", "taken_back", "long", "empty", "file"]
"""Why something can't reach the customer.

It is an unknown command, an edit of more than words, a deletion, too long, without words, or a
file.
"""


@dataclass(frozen=True, slots=True)
class Took:
    """The person takes the offered conversation."""


@dataclass(frozen=True, slots=True)
class Left:
    """The person does not want the offered conversation."""

    reason: str = "declined"


@dataclass(frozen=True, slots=True)
class Said:
    """The person writes to the customer. The first words also take an open offer."""

    text: str


@dataclass(frozen=True, slots=True)
class Corrected:
    """The person changed words of `at` (UTC epoch ms), which were the act of the id `of`.

    `changed_at` is when (UTC epoch ms), so that a change can't come behind a later one.
    """

    text: str
    of: str
    at: int
    changed_at: int


@dataclass(frozen=True, slots=True)
class Attached:
    """The person sends a file along. `ref` is the tool's address of it, or its name for it."""

    ref: str
    name: str


@dataclass(frozen=True, slots=True)
class Noted:
    """The person keeps a note, which the customer never sees."""

    text: str


@dataclass(frozen=True, slots=True)
class Closed:
    """The person closes the conversation."""

    outcome: str = "solved"


@dataclass(frozen=True, slots=True)
class GaveBack:
    """The person gives the conversation back to the assistant."""

    reason: str = ""


@dataclass(frozen=True, slots=True)
class PassedOn:
    """The person passes the conversation on, to the named pool or to the next one that can."""

    to: str | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Promised:
    """The person looks into the case, and promises word in so many seconds."""

    seconds: int
    text: str = ""


@dataclass(frozen=True, slots=True)
class Typed:
    """The person is typing."""


@dataclass(frozen=True, slots=True)
class Unsent:
    """The person did something that can't reach the customer, and must hear of that.

    `about` is the word or the name that was not understood, or the name of a file. `reason` says
    why a file does not go.
    """

    why: Unsendable
    about: str = ""
    reason: str = ""


Act = (
    Took
    | Left
    | Said
    | Corrected
    | Attached
    | Noted
    | Closed
    | GaveBack
    | PassedOn
    | Promised
    | Typed
    | Unsent
)


@dataclass(frozen=True, slots=True)
class DeskSaid:
    """The acts in one event of a tool, in the order in which they take effect.

    `ref` is the place in the tool (see ports.desk_links). `own_id` names the event, the same at
    every repeat. `person` is who acted, as the tool names them, and `agent` the name that the
    customer may see. A `quiet` event may be the echo of our own act, so a refusal is not told.
    `offer_id` is the offer that the place was made for, where the tool names it.
    """

    ref: str
    own_id: str
    acts: tuple[Act, ...]
    person: str
    agent: str | None = None
    quiet: bool = False
    offer_id: str = ""
