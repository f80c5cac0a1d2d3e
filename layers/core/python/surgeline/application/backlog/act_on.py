"""A person has a part of a backlog read anew, answered, offered, called back, or taken out here.

Nothing is sent without such a word. Each conversation is judged again by its own writer.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from surgeline.application.backlog.look_through import Standing, State, look_through
from surgeline.application.backlog.shelf import BacklogShelf
from surgeline.application.configuration import ConfigurationShelf
from surgeline.application.conversations.forget_message import brought_in
from surgeline.application.conversations.take_mail import forget_mail
from surgeline.application.drills import KEPT_APART, is_drill
from surgeline.application.ports.blobs import Blobs
from surgeline.application.ports.clock import Clock
from surgeline.application.ports.conversations import ConversationStore
from surgeline.application.reports.pool_stands import Stand
from surgeline.domain.brought.events import BacklogAct, BacklogActed
from surgeline.domain.events import Event
from surgeline.domain.ids import derived_id
from surgeline.errors import BadRequest, Disagrees

MOST_LOOKED: Final = 1_000
"""How many tickets one call looks at. The next call goes on behind them."""
_MEANT: Final[Mapping[BacklogAct, tuple[State, ...]]] = {
    "recall": ("offered",),
    "withdraw": ("silent", "offered"),
}
"""The states of the tickets that an act means, where it is not the silent ones alone."""


@dataclass(frozen=True, slots=True)
class Wish:
    """The part of a backlog that is meant, and what is wanted with it.

    `articles` are the nearest articles, and `findings` what the promise allows. Without any, all
    are meant. `until` is when the customer wrote last, at the latest. At most `limit` conversations
    are meant. A recall means the open offers, of the pool if one is named.
    """

    act: BacklogAct
    pool_id: str = ""
    articles: tuple[str, ...] = ()
    until: int | None = None
    limit: int = 20
    after: str = ""

    def means(self, each: Standing) -> bool:
        """Return whether a ticket is meant."""
        if each.state not in _MEANT.get(self.act, ("silent",)):
            return False
        if self.act == "answer" and each.finding != "answer":
            return False
        if self.act == "recall" and self.pool_id and each.pool_id != self.pool_id:
            return False
        return not self.articles or (each.article_id or "none") in self.articles


@dataclass(frozen=True, slots=True)
class Done:
    """How many conversations were meant, and where the next call goes on, None at the end."""

    asked: int
    next_after: str | None


class ActOn:
    """The use case. `stands` returns how each pool stands now."""

    def __init__(
        self,
        *,
        shelf: BacklogShelf,
        configuration: ConfigurationShelf,
        store: ConversationStore,
        blobs: Blobs,
        stands: Callable[[], Iterable[Stand]],
        send: Callable[[Sequence[Event]], None],
        clock: Clock,
    ) -> None:
        self._shelf = shelf
        self._configuration = configuration
        self._store = store
        self._blobs = blobs
        self._stands = stands
        self._send = send
        self._clock = clock

    def __call__(self, backlog_id: str, wish: Wish, *, by: str) -> Done:
        """Have the meant conversations acted on. Raises Absent, BadRequest and Disagrees."""
        room = self._room(backlog_id, wish)
        meant: dict[str, Standing] = {}
        after, looked = wish.after, 0
        while True:
            page = look_through(self._shelf, self._store, backlog_id, after=after, until=wish.until)
            looked += len(page.standings)
            for each in page.standings:
                if len(meant) >= room:
                    break
                after = each.entry
                if each.conversation_id is not None and wish.means(each):
                    meant.setdefault(each.conversation_id, each)
            is_over = page.next_after is None or len(meant) >= room
            if is_over or looked >= MOST_LOOKED:
                break
        acts = [self._event(each, wish, by) for each in meant.values()]
        if wish.act == "withdraw":
            self._forget_mails(acts)
        self._send(acts)
        ended = page.next_after is None and len(meant) < room
        return Done(len(meant), None if ended else after)

    def _forget_mails(self, acts: Iterable[BacklogActed]) -> None:
        """Delete the subjects that were kept for answers. The threads' writer forgets the words.

        This comes first: once a conversation is taken out, a repeat would not mean it.
        """
        for acted in acts:
            for record in brought_in(self._store, acted):
                forget_mail(self._blobs, acted.thread_id, record.event.id)

    def _room(self, backlog_id: str, wish: Wish) -> int:
        """Return how many may be meant: for an offer no more than the pool can take now."""
        if wish.pool_id and self._configuration.pool(wish.pool_id) is None:
            known = ", ".join(each.id for each in self._configuration.current().pools) or "none yet"
            message = f"there is no pool {wish.pool_id!r}; the pools are: {known}"
            raise BadRequest(message, field="pool")
        if wish.act != "offer":
            return wish.limit
        self._check_apart(backlog_id, wish.pool_id)
        stand = next(each for each in self._stands() if each.pool_id == wish.pool_id)
        if stand.state != "open":
            raise Disagrees(
                f"the pool {wish.pool_id!r} can't take any now: {stand.why}", state=stand.state
            )
        rooms = [wish.limit]
        if stand.free is not None:
            rooms.append(stand.free)
        if stand.daily_limit is not None:
            rooms.append(stand.daily_limit - stand.used_today)
        return max(0, min(rooms))

    def _check_apart(self, backlog_id: str, pool_id: str) -> None:
        """Refuse a drill pool for real customers, and a real pool for those of a drill."""
        pool, kept = self._configuration.pool(pool_id), self._shelf.backlogs().read(backlog_id)
        if pool is None or kept is None:
            return
        if pool.drill != is_drill(self._configuration.current(), kept.document.channel_id):
            raise BadRequest(KEPT_APART, field="pool")

    def _event(self, each: Standing, wish: Wish, by: str) -> BacklogActed:
        now = self._clock.now()
        conversation_id = each.conversation_id or ""
        return BacklogActed(
            id=derived_id("e", conversation_id, f"backlog/{wish.act}/{wish.pool_id}/{now}"),
            thread_id=each.ticket.thread_id,
            at=now,
            conversation_id=conversation_id,
            act=wish.act,
            pool_id=wish.pool_id,
            by=by,
        )
