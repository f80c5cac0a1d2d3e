"""A removed pool's conversations are found page by page, within a bounded time."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from surgeline.application.pools.dismiss_pool import MOST_SECONDS, PAGE, DismissPool
from surgeline.application.ports.deliveries import DeliveryPlace, DeliveryQuery, LoggedDelivery
from surgeline.domain.events import Event
from surgeline.domain.ids import conversation_id
from surgeline.domain.thread import Conversation, Owner, Thread

from local.virtual.clock import VirtualClock

NOON = 1_772_366_400_000


@dataclass
class House:
    """The log of the pool `gone` and its threads; pages and events take time."""

    told: "list[tuple[int, str]]"
    page_seconds: float = 0
    event_seconds: float = 0
    clock: VirtualClock = field(default_factory=lambda: VirtualClock(NOON))
    emitted: "list[Event]" = field(default_factory=list)
    pages: int = 0

    def list(self, query: DeliveryQuery) -> "list[LoggedDelivery]":
        """As the log."""
        self.pages += 1
        self.clock.advance(self.page_seconds)
        fitting = [each for each in self.told if query.since <= each[0] < query.until]
        newest = sorted(fitting, reverse=True)[: query.limit]
        return [
            LoggedDelivery(
                DeliveryPlace("pool:gone", at, f"{thread}/{at}"),
                thread,
                conversation_id(thread, 1),
                "conversation.message",
                "delivered",
                (),
            )
            for at, thread in newest
        ]

    def threads(self, ids: Sequence[str]) -> dict[str, Thread]:
        """As the store, in which the pool has every conversation."""
        return {
            each: Thread(
                id=each,
                channel_id="shop",
                sender="s",
                conversation=Conversation(
                    conversation_id(each, 1), 1, NOON, 2, owner=Owner("pool", "gone")
                ),
            )
            for each in ids
        }

    def dismiss(self) -> int:
        dismiss = DismissPool(
            store=self,  # type: ignore[arg-type] # only threads are asked for
            offers=self,  # type: ignore[arg-type] # there are none
            log=self,  # type: ignore[arg-type] # only the list is asked for
            emit=self.emit,
            clock=self.clock,
        )
        return dismiss("gone")

    def emit(self, event: Event) -> None:
        self.clock.advance(self.event_seconds)
        self.emitted.append(event)


def told(count: int, at: int) -> "list[tuple[int, str]]":
    """Return deliveries of one moment, each to a thread of its own."""
    return [(at, f"t{at}-{number}") for number in range(count)]


def test_the_events_of_a_busy_pool_are_bounded_in_time() -> None:
    """I13: a removal takes no more conversations back once its time is over."""
    house = House(told(100, NOON - 1), event_seconds=1)
    assert house.dismiss() == len(house.emitted) == MOST_SECONDS + 1


def test_the_pages_of_a_slow_log_are_bounded_in_time() -> None:
    """I13: a removal asks for no more pages once its time is over."""
    house = House(
        [each for at in range(1, 6) for each in told(PAGE, NOON - at)], page_seconds=MOST_SECONDS
    )
    house.dismiss()
    assert house.pages == 2


def test_a_page_that_ends_within_a_moment_loses_none_of_it() -> None:
    """Deliveries of one moment on two pages are all found, and each thread is told once."""
    house = House(told(PAGE - 1, NOON - 1) + told(3, NOON - 2))
    assert house.dismiss() == PAGE + 2
    assert len({each.thread_id for each in house.emitted}) == len(house.emitted) == PAGE + 2
