"""The account of a conversation lives here: the numbers for reports, kept while it goes on."""

from dataclasses import dataclass, replace

ARTICLES_KEPT = 10
"""How many articles of each kind an account names: the first ones."""
POOLS_KEPT = 10
"""How many pools an account names: the first ones."""


@dataclass(frozen=True, slots=True)
class Account:
    """The first times of things in a conversation (epoch ms, None until then), and their counts.

    `first_reply_at` is the first text of the bot or a person. `asked_at` is when a person was first
    asked for. `joined_at` is when a pool first took the conversation. `first_person_at` is a
    person's first text. `answered` and `offered` are articles, and `rejections` counts the
    customer's rejections. `handoffs`, `transfers` and `reopened` are counts. `pools` are the pools
    that had the conversation, in order.
    """

    first_reply_at: int | None = None
    asked_at: int | None = None
    joined_at: int | None = None
    first_person_at: int | None = None
    answered: tuple[str, ...] = ()
    offered: tuple[str, ...] = ()
    rejections: int = 0
    handoffs: int = 0
    transfers: int = 0
    reopened: int = 0
    pools: tuple[str, ...] = ()

    def replied(
        self, at: int, *, by_person: bool, answered: str | None, offered: tuple[str, ...]
    ) -> "Account":
        """Return the account after a text of the bot or of a person."""
        return replace(
            self,
            first_reply_at=_first(self.first_reply_at, at),
            first_person_at=_first(self.first_person_at, at) if by_person else self.first_person_at,
            answered=_with(self.answered, (answered,) if answered else (), ARTICLES_KEPT),
            offered=_with(self.offered, offered, ARTICLES_KEPT),
        )

    def rejected(self) -> "Account":
        """Return the account after the customer rejected an answer or all choices."""
        return replace(self, rejections=self.rejections + 1)

    def asked(self, at: int) -> "Account":
        """Return the account after a person was asked for."""
        return replace(self, asked_at=_first(self.asked_at, at), handoffs=self.handoffs + 1)

    def joined(self, pool_id: str, at: int) -> "Account":
        """Return the account after a pool took the conversation."""
        pools = _with(self.pools, (pool_id,), POOLS_KEPT)
        return replace(self, joined_at=_first(self.joined_at, at), pools=pools)

    def transferred(self) -> "Account":
        """Return the account after a pool passed the conversation on."""
        return replace(self, transfers=self.transfers + 1)

    def taken_up(self) -> "Account":
        """Return the account after the customer came back to a conversation that had ended."""
        return replace(self, reopened=self.reopened + 1)


def _first(known: int | None, at: int) -> int:
    return at if known is None else known


def _with(known: tuple[str, ...], more: tuple[str, ...], most: int) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*known, *more)))[:most]
