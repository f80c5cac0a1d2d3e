"""The records that reports read live here: a conversation's opening, its ends, and its survey.

The records never change. Conclusions from them are drawn when they are read. Nobody records that a
customer was helped, and no timer ends a conversation that just stops.
"""

from dataclasses import dataclass, replace
from typing import Literal

from surgeline.domain.account import Account
from surgeline.domain.events import UsedSuggestion
from surgeline.domain.ids import derived_id, thread_of
from surgeline.domain.thread import Conversation, EndedBy, HandoffReason, Resolution
from surgeline.records import quick


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A conversation began at `at`, or was taken up again after it had ended.

    `part` is 0 for its first opening, and counts the times that it was taken up again.
    """

    conversation_id: str
    channel_id: str
    language: str | None
    opened_at: int
    at: int
    part: int = 0
    type: Literal["opened"] = "opened"
    schema: int = 1

    @property
    def customer(self) -> str:
        """Return the customer's key: the thread's id, which is a keyed hash of the sender."""
        return thread_of(self.conversation_id)

    def forgotten(self) -> "Opened":
        """Return the tombstone that an erasure leaves: a conversation of that time and channel."""
        return replace(self, conversation_id="", language=None)


ValueKind = Literal["made", "saved"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolReport:
    """A pool reported this with the end of a conversation.

    `code` is its own word for the resolution, as "refund_sent". `value` is what was sold, or kept
    from being lost (`saved`), in the company's currency. `suggestions` says what a person made of
    each article that they were shown as an answer.
    """

    code: str | None = None
    has_summary: bool = False
    suggests_article: bool = False
    value: float | None = None
    value_kind: ValueKind = "made"
    suggestions: tuple[UsedSuggestion, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A conversation ended at `at`. `part` is the part of the opening that this end belongs to.

    `outcome` is the code that the pool gave, and `pool` what else it reported. `reason` is why a
    person was last asked for. `account` is None in the tombstone of an erased conversation.
    """

    conversation_id: str
    channel_id: str
    language: str | None
    opened_at: int
    at: int
    ended_by: EndedBy
    part: int = 0
    outcome: str | None = None
    resolution: Resolution | None = None
    reason: HandoffReason | None = None
    last_customer_at: int = 0
    rejected: tuple[str, ...] = ()
    account: Account | None = None
    pool: PoolReport | None = None
    type: Literal["outcome"] = "outcome"
    schema: int = 1

    @property
    def customer(self) -> str:
        """Return the customer's key: the thread's id, which is a keyed hash of the sender."""
        return thread_of(self.conversation_id)

    def forgotten(self) -> "Outcome":
        """Return the tombstone that an erasure leaves: an end of that time and channel."""
        return Outcome(
            conversation_id="",
            channel_id=self.channel_id,
            language=None,
            opened_at=self.opened_at,
            at=self.at,
            ended_by="erased",
            part=self.part,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Surveyed:
    """The customer was asked at `at` whether a conversation helped, or answered that.

    `helped` is None in the record of the question. `part` is as in Outcome.
    """

    conversation_id: str
    channel_id: str
    language: str | None
    opened_at: int
    at: int
    part: int = 0
    helped: bool | None = None
    pool_id: str | None = None
    agent: str | None = None
    article_id: str | None = None
    type: Literal["survey_asked", "survey_answered"] = "survey_asked"
    schema: int = 1

    @property
    def customer(self) -> str:
        """Return the customer's key: the thread's id, which is a keyed hash of the sender."""
        return thread_of(self.conversation_id)

    def forgotten(self) -> "Surveyed":
        """Return the tombstone that an erasure leaves: a question of that time and channel."""
        return replace(
            self,
            conversation_id="",
            language=None,
            helped=None,
            pool_id=None,
            agent=None,
            article_id=None,
        )


Kept = Opened | Outcome | Surveyed
"""The records that reports read."""


def opened_of(
    conversation: Conversation, *, channel_id: str, language: str | None, at: int
) -> Opened | None:
    """Return the record of an opening, or None for one of release 0.1.0, which kept no account."""
    if conversation.account is None:
        return None
    return Opened(
        conversation_id=conversation.id,
        channel_id=channel_id,
        language=language,
        opened_at=conversation.opened_at,
        at=at,
        part=conversation.account.reopened,
    )


def outcome_of(
    conversation: Conversation,
    *,
    channel_id: str,
    language: str | None,
    code: str | None,
    told: PoolReport | None = None,
) -> Outcome | None:
    """Return the record of a closed conversation's end, or None as `opened_of` does.

    The end of an erased conversation names only the conversation, because its place is found by
    that.
    """
    ended_by, closed_at = conversation.ended_by, conversation.closed_at
    if conversation.account is None or ended_by is None or closed_at is None:
        return None
    handoff = conversation.handoff
    outcome = Outcome(
        conversation_id=conversation.id,
        channel_id=channel_id,
        language=language,
        opened_at=conversation.opened_at,
        at=closed_at,
        ended_by=ended_by,
        part=conversation.account.reopened,
        outcome=code,
        resolution=conversation.resolution,
        reason=handoff.reason if handoff else None,
        last_customer_at=conversation.last_customer_at,
        rejected=conversation.rejected,
        account=conversation.account,
        pool=told,
    )
    if ended_by != "erased":
        return outcome
    return replace(outcome.forgotten(), conversation_id=conversation.id)


def outcome_key(conversation_id: str) -> str:
    """Return the key that a conversation's records are kept under. The key does not show the id."""
    return derived_id("x", conversation_id, "outcome")
