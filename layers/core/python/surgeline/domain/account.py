"""The account of a conversation lives here: the numbers for reports, kept while it goes on.

Stays and offers are tuples, which are lists in JSON. So a thread's state stays small.
"""

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from surgeline.domain.rewriting import rewritten
from surgeline.records import quick

ARTICLES_KEPT = 10
"""How many articles of each kind an account names: the first ones."""
POOLS_KEPT = 10
"""How many pools an account names: the first ones."""
STAYS_KEPT = 5
"""How many stays an account names: the first ones."""
QUOTES_KEPT = 5
"""How many estimates of a wait an account names: the first ones and the last."""
INCIDENTS_KEPT = 10
"""How many incidents an account names: the first ones."""
LONGEST_PLACE = 200
"""How many characters of a page's address are kept."""

CALLBACKS_KEPT = 5
"""How many chosen times an account names: the first ones and the last."""

OfferResult = Literal["accepted", "declined", "timed_out"]
CallbackEnd = Literal["came", "missed", "changed", "withdrawn", "expired"]


class Stay(NamedTuple):
    """A pool had the conversation from `since` to `until`, or has it still.

    `agent` is the last name that the pool gave. `end` says how the pool lost the conversation:
    "returned", "transferred" (to the pool `to`), "taken_back", or who ended the conversation.
    `why` is a word that the pool gave for it, such as "escalation". `cost` is what the conversation
    cost the company then, in its currency, as far as the pool has a price.
    """

    pool_id: str
    since: int
    agent: str | None = None
    until: int | None = None
    end: str | None = None
    to: str | None = None
    why: str | None = None
    cost: float | None = None


class Quote(NamedTuple):
    """A waiting customer was told at `at` his `place` in line, and a wait of `low` to `high`.

    The interval is in seconds, or 0 and 0 if it was not known. `pool_id` is the first pool that was
    waited for, and `seats` are the conversations that could go on then. The estimate was looked at
    again at `looked`. The wait `ended` with `end`: "person", or how the customer or the time ended
    it. `guess` is an upper bound that was not told, because too little was known.
    """

    at: int
    pool_id: str
    place: int
    low: int = 0
    high: int = 0
    seats: int = 0
    looked: int = 0
    ended: int | None = None
    end: str | None = None
    guess: int = 0

    @property
    def held(self) -> bool | None:
        """Return whether a person came within the upper bound, or None if nobody can know."""
        return self._is_within(self.high)

    @property
    def taught(self) -> bool | None:
        """Return the same of the bound that the pool's factor learns from, told or not."""
        return self._is_within(self.high or self.guess)

    def _is_within(self, high: int) -> bool | None:
        if not high or self.ended is None:
            return None
        is_late = self.ended - self.at > high * 1000
        return not is_late if is_late or self.end == "person" else None


class CallbackChosen(NamedTuple):
    """A waiting customer chose at `chosen` to be reached `by` the channel, e-mail or phone.

    The time is from `at` until `until`, or as soon as somebody is free if they are 0. It `ended`
    with `end`, or not yet. The address is on no record.
    """

    chosen: int
    by: str
    at: int = 0
    until: int = 0
    ended: int | None = None
    end: CallbackEnd | None = None


class Asked(NamedTuple):
    """How often a pool was offered the conversation, by how the offers ended."""

    pool_id: str
    accepted: int = 0
    declined: int = 0
    timed_out: int = 0


@quick
@dataclass(frozen=True, slots=True)
class Account:
    """The first times of things in a conversation (epoch ms, None until then), and their counts.

    `first_reply_at` is the first text of the bot or a person. `asked_at` is when a person was first
    asked for. `joined_at` is when a pool first took the conversation. `first_person_at` is a
    person's first text. `answered` and `offered` are articles, and `rejections` counts the
    customer's rejections. `shadowed` are articles that would have answered, and only decide beside
    people. `handoffs`, `transfers` and `reopened` are counts. `pools` are the pools
    that had the conversation, in order, and `stays` are the times of each. `asked` are the pools
    that answered an offer or let it time out. `page` and `referrer` are where the customer came
    from, as far as the channel says it. `incidents` are those that the customer was told of, and
    `told_first` those of them that the customer was told of without asking.
    `quotes` are the estimates that a waiting customer was told. `arrived_at` is when the message
    that opened the conversation was taken in, if it waited before it was worked on. `callbacks` are
    the times and ways that a waiting customer chose, with their outcomes.
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
    stays: tuple[Stay, ...] = ()
    asked: tuple[Asked, ...] = ()
    page: str | None = None
    referrer: str | None = None
    incidents: tuple[str, ...] = ()
    quotes: tuple[Quote, ...] = ()
    shadowed: tuple[str, ...] = ()
    told_first: tuple[str, ...] = ()
    arrived_at: int | None = None
    callbacks: tuple[CallbackChosen, ...] = ()

    def came_from(self, page: str | None, referrer: str | None) -> "Account":
        """Return the account with the addresses that the customer came from, as plain places."""
        return rewritten(self, page=_place(page), referrer=_place(referrer))

    def replied(
        self,
        at: int,
        *,
        by_person: bool,
        answered: tuple[str, ...],
        offered: tuple[str, ...],
        agent: str | None = None,
    ) -> "Account":
        """Return the account after a text of the bot or of a person."""
        return rewritten(
            self,
            first_reply_at=_first(self.first_reply_at, at),
            first_person_at=_first(self.first_person_at, at) if by_person else self.first_person_at,
            answered=_with(self.answered, answered, ARTICLES_KEPT),
            offered=_with(self.offered, offered, ARTICLES_KEPT),
            stays=_last(self.stays, agent=agent) if by_person and agent else self.stays,
        )

    def told_of(self, incidents: tuple[str, ...]) -> "Account":
        """Return the account after the customer was told of incidents, by their ids."""
        return rewritten(self, incidents=_with(self.incidents, incidents, INCIDENTS_KEPT))

    def told_first_of(self, incident: str) -> "Account":
        """Return the account after the customer was told of an incident without asking."""
        first = _with(self.told_first, (incident,), INCIDENTS_KEPT)
        return rewritten(self.told_of((incident,)), told_first=first)

    def quoted(self, quote: Quote) -> "Account":
        """Return the account after a waiting customer was told an estimate."""
        return rewritten(self, quotes=(*self.quotes[: QUOTES_KEPT - 1], quote))

    def quoted_again(self, quote: Quote) -> "Account":
        """Return the account with another state of the last estimate."""
        return rewritten(self, quotes=(*self.quotes[:-1], quote))

    @property
    def open_quote(self) -> Quote | None:
        """Return what a customer who still waits was told last, or None."""
        last = self.quotes[-1] if self.quotes else None
        return last if last is not None and last.ended is None else None

    def wait_ended(self, at: int, end: str) -> "Account":
        """Return the account after a wait ended, whose estimates have their outcome now."""
        quotes = (
            each if each.ended is not None else each._replace(ended=at, end=end)
            for each in self.quotes
        )
        return rewritten(self, quotes=tuple(quotes))

    def chose(self, callback: CallbackChosen) -> "Account":
        """Return the account after a waiting customer chose a time or a place, or another one."""
        before = self.callback_ended(callback.chosen, "changed").callbacks
        return rewritten(self, callbacks=(*before[: CALLBACKS_KEPT - 1], callback))

    def callback_ended(self, at: int, end: CallbackEnd) -> "Account":
        """Return the account after the chosen time came to something, if one was open."""
        last = self.callbacks[-1] if self.callbacks else None
        if last is None or last.end is not None:
            return self
        return rewritten(self, callbacks=(*self.callbacks[:-1], last._replace(ended=at, end=end)))

    def callback_goes_on(self) -> "Account":
        """Return the account after somebody came for the chosen time, and said nothing."""
        last = self.callbacks[-1] if self.callbacks else None
        if last is None or last.end != "came":
            return self
        again = last._replace(ended=None, end=None)
        return rewritten(self, callbacks=(*self.callbacks[:-1], again))

    def would_say(self, article_id: str) -> "Account":
        """Return the account after an article decided beside people."""
        return rewritten(self, shadowed=_with(self.shadowed, (article_id,), ARTICLES_KEPT))

    def rejected(self) -> "Account":
        """Return the account after the customer rejected an answer or all choices."""
        return rewritten(self, rejections=self.rejections + 1)

    def asked_for(self, at: int) -> "Account":
        """Return the account after a person was asked for."""
        return rewritten(self, asked_at=_first(self.asked_at, at), handoffs=self.handoffs + 1)

    def offer_ended(self, pool_id: str, result: OfferResult) -> "Account":
        """Return the account after a pool answered an offer, or let it time out."""
        known = next((each for each in self.asked if each.pool_id == pool_id), Asked(pool_id))
        counted = known._replace(**{result: getattr(known, result) + 1})
        asked = [counted if each.pool_id == pool_id else each for each in self.asked]
        return rewritten(
            self, asked=tuple(asked if counted in asked else [*asked, counted])[:POOLS_KEPT]
        )

    def joined(
        self, pool_id: str, at: int, agent: str | None = None, cost: float | None = None
    ) -> "Account":
        """Return the account after a pool took the conversation, for that cost."""
        return rewritten(
            self,
            joined_at=_first(self.joined_at, at),
            pools=_with(self.pools, (pool_id,), POOLS_KEPT),
            stays=(*self.stays, Stay(pool_id, at, agent, cost=cost))[:STAYS_KEPT],
        )

    def left(
        self, pool_id: str, at: int, end: str, *, to: str | None = None, why: str | None = None
    ) -> "Account":
        """Return the account after a pool lost the conversation, or the conversation ended."""
        if not self.stays or (self.stays[-1].pool_id, self.stays[-1].until) != (pool_id, None):
            return self
        return rewritten(self, stays=_last(self.stays, until=at, end=end, to=to, why=why))

    def transferred(self) -> "Account":
        """Return the account after a pool passed the conversation on."""
        return rewritten(self, transfers=self.transfers + 1)

    def taken_up(self) -> "Account":
        """Return the account after the customer came back to a conversation that had ended."""
        return rewritten(self, reopened=self.reopened + 1)


def _first(known: int | None, at: int) -> int:
    return at if known is None else known


def _last(stays: tuple[Stay, ...], **fields: Any) -> tuple[Stay, ...]:  # noqa: ANN401 # a stay's own
    """Return the stays with these fields of the last one, if the pool has the conversation."""
    if not stays or stays[-1].until is not None:
        return stays
    return (*stays[:-1], stays[-1]._replace(**fields))


def _place(address: str | None) -> str | None:
    """Return an address without its query and fragment, which may name a person."""
    plain = (address or "").partition("?")[0].partition("#")[0].strip()
    return plain[:LONGEST_PLACE] or None


def _with(known: tuple[str, ...], more: tuple[str, ...], most: int) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*known, *more)))[:most]
