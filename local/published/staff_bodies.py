"""The bodies of the routes of the company's own people are models for the document only."""

from typing import Annotated, Literal

from pydantic import Field
from surgeline.domain.ids import NAME

from local.published.events import Described, Time

Role = Literal["agent", "lead", "admin"]
Scope = Literal["desk", "lead", "read", "write"]


class SignIn(Described):
    """The token of an invitation, which stands behind the number sign of its link."""

    token: Annotated[str, Field(min_length=1, max_length=200)]


class IssuerShown(Described):
    """Where people prove their accounts, and for which client; null where there is no issuer."""

    issuer: str | None
    client: str | None


class PasswordSignIn(Described):
    """The name of an invitation, and the password that its person has set."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    password: Annotated[str, Field(min_length=1, max_length=128)]


class NewPassword(Described):
    """A password to set. Later than ten minutes after a sign-in, `present` proves the person."""

    password: Annotated[str, Field(min_length=15, max_length=128)]
    present: Annotated[str, Field(min_length=1, max_length=128)] | None = None


class PasswordRemoved(Described):
    """Later than ten minutes after a sign-in, `present` proves the person."""

    present: Annotated[str, Field(min_length=1, max_length=128)] | None = None


class Me(Described):
    """The person of a session. `may` lists the scopes that the role has.

    `asks_password` says that a change of the password asks for the present one. `sets_password` is
    false for a session from the issuer, which sets none.
    """

    class Person(Described):
        """Somebody of the staff."""

        id: str
        name: str
        role: Role
        pools: list[str]
        may: list[Scope]

    person: Person
    page: str
    expires_at: Time
    has_password: bool
    asks_password: bool
    sets_password: bool


class SignedIn(Described):
    """A session has begun, in a cookie. `page` is where the person begins."""

    person: Me.Person
    page: str


class Colleague(Described):
    """Somebody who was invited."""

    id: str
    name: str
    role: Role
    pools: list[str]
    added_at: Time
    revoked: bool
    has_password: bool
    email: str


class Everybody(Described):
    """Everybody who was invited."""

    people: list[Colleague]


class Invite(Described):
    """A person to add or change. An agent works in at least one pool of the console.

    `email` lets in an account of the issuer that has proved this address.
    """

    name: Annotated[str, Field(min_length=1, max_length=100)]
    role: Role
    pools: list[str] = Field(default_factory=list)
    email: Annotated[str, Field(min_length=3, max_length=254)] | None = None


class Invitation(Described):
    """A link that signs in once: `path` behind the address of this instance."""

    person: Colleague
    path: str
    expires_at: Time


class Key(Described):
    """An admin key without anything that opens something. `scope` is the most that it may do."""

    name: str
    scope: Literal["read", "lead", "write"]


class NewKey(Key):
    """A key to make. `read` shows, `lead` also runs the day, and `write` changes everything."""

    name: Annotated[str, Field(pattern=f"^{NAME}$")]


class KeyMade(Key):
    """A key that was made. `key` is shown only here."""

    key: str


class Keys(Described):
    """All admin keys, in the order in which they were made."""

    keys: list[Key]


class Audit(Described):
    """The record of changes, with who made each, the newest first."""

    class Act(Described):
        """One change. `status` is the answer's, or none if the process ended before it."""

        id: str
        at: Time
        who: str
        act: str
        target: str
        reason: str
        status: int | None

    acts: list[Act]


class Desks(Described):
    """The desks of the person's pools, and the pools that a conversation may be passed on to.

    `incidents` are those that are running, with the texts that customers are told.
    """

    class Incident(Described):
        """An incident that is running, with its texts by language."""

        id: str
        texts: dict[str, str]

    class Desk(Described):
        """One pool of the console. A case holds no words of the customer.

        `waiting` customers wait for the pool, and `line` names the first of them by their places.
        """

        id: str
        chats_per_seat: int
        paused: bool
        sitting: list[dict[str, object]]
        cases: list[dict[str, object]]
        waiting: Annotated[int, Field(ge=0)]
        line: list[dict[str, object]]

    as_of: Time
    pools: list[Desk]
    transfer_to: list[str]
    escalates: bool
    incidents: list[Incident]


class Presence(Described):
    """The person takes new conversations, finishes their own, or is away."""

    state: Literal["here", "finishing", "away"]


class TicketAsked(Described):
    """The pool at whose desk a socket is opened."""

    pool_id: str


class Ticket(Described):
    """The address of a socket. The second of its subprotocols is good for a minute."""

    url: str
    protocols: list[str]


class Give(Described):
    """A conversation, and the colleague at the desk who goes on with it."""

    conversation_id: Annotated[str, Field(min_length=1, max_length=64)]
    epoch: int
    person_id: Annotated[str, Field(min_length=1, max_length=64)]


class Alert(Described):
    """One alert, from its raising to its clearing. `words` is in the company's language."""

    id: str
    key: str
    level: Literal["notice", "warning", "urgent"]
    words: str
    raised_at: Time
    cleared_at: Time | None
    acknowledged_at: Time | None
    acknowledged_by: str | None


class AlertRule(Described):
    """A rule in force: at which number an alert is raised and cleared, and after how long."""

    name: str
    unit: Literal["seconds", "count", "share"]
    raise_at: float
    clear_at: float
    for_seconds: int
    clear_seconds: int
    level: Literal["notice", "warning", "urgent"]
    is_on: bool
    of_each: Literal["", "pool", "queue", "topic", "rota"]


class Alerts(Described):
    """All alerts, the newest first, and the rules."""

    as_of: Time
    standing: list[Alert]
    cleared: list[Alert]
    rules: list[AlertRule]


class Acknowledged(Described):
    """An alert that somebody takes care of."""

    alert: Alert


class Subscribe(Described):
    """A subscription. A mail needs `to` and `channel`, a webhook `url`.

    A chat needs `channel` and `to`, or `pool`.
    """

    kind: Literal["email", "webhook", "chat"]
    subjects: Annotated[list[str], Field(min_length=1, max_length=20)]
    to: str = ""
    channel: str = ""
    url: str = ""
    every: Literal["day", "week"] = "day"
    at: Annotated[str, Field(pattern="^[0-9]{2}:[0-9]{2}$")] = "08:00"
    weekday: Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"] = "mon"
    level: Literal["notice", "warning", "urgent"] = "notice"
    texts: bool = False
    pool: str = ""


class TestSent(Described):
    """The delivery of a test, and the endpoint below which the log of deliveries has it."""

    delivery_id: str
    endpoint: str
