"""One send past its guards: what counts for the breaker, and how long it may take."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from surgeline.adapters.codec import encode_delivery, encode_event
from surgeline.application.deliveries.deliver import Deliver, TryAgain
from surgeline.application.deliveries.guards.breaker import LEAST_CALLS, OPEN_SECONDS, PROBES
from surgeline.application.deliveries.guards.concurrency import EndpointBusy
from surgeline.application.deliveries.offer_answers import OfferAnswers
from surgeline.application.deliveries.targets import TargetParts, Targets
from surgeline.application.ports.deliveries import Delivery, DeliveryPlace
from surgeline.application.ports.refusals import Throttled
from surgeline.application.ports.targets import Delivered, Refused, SendResult
from surgeline.application.thread_events import ThreadEvents
from surgeline.errors import Unavailable
from surgeline.runtime.configuration import shelf_of, unheard

from local.home.backend import open_home
from local.virtual.clock import VirtualClock

NOON = 1_772_366_400_000
TIMEOUT = Refused(outcome="timeout", unhealthy=True)


class Bench:
    """The use case over an empty home; its one target does as `act` says."""

    def __init__(self, folder: Path) -> None:
        self.clock = VirtualClock(NOON)
        self.home = open_home(folder, clock=self.clock)
        self.act: Callable[[float], SendResult] = lambda _: Delivered(200)
        self.timeouts: list[float] = []
        self._sends = 0
        self.log_refusals = 0
        parts = TargetParts(
            configuration=shelf_of(self.home, unheard),
            webhooks=self.home.webhooks(),
            posts=self.home.posts(),
            sockets=self.home.sockets(),
            secrets=self.home.secrets(),
            clock=self.clock,
        )
        events = ThreadEvents(self.home.queue("events"), encode_event)
        self._deliver = Deliver(
            store=self.home.store(),
            log=self,  # type: ignore[arg-type] # the home's, but for one method
            targets=Targets(lambda _kind, _parts: self, parts),
            offers=OfferAnswers(self.home.offers(), events, self.clock),
            events=events,
            timers=self.home.queue("timers"),
            encode_delivery=encode_delivery,
            board=self.home.pool_board(),
            clock=self.clock,
            alarm=unheard,
        )

    def record_attempt(self, *attempt: Any) -> None:
        """As the log, which may refuse."""
        if self.log_refusals:
            self.log_refusals -= 1
            raise Throttled("log")
        self.home.delivery_log().record_attempt(*attempt)

    def attempts(self, place: DeliveryPlace) -> int:
        """As the log."""
        return self.home.delivery_log().attempts(place)

    def send(self, delivery: Delivery, *, timeout_seconds: float) -> SendResult:
        """As a target."""
        del delivery
        self.timeouts.append(timeout_seconds)
        return self.act(timeout_seconds)

    def deliver(self, **how: Any) -> str | None:
        """Deliver one message of a thread of its own for the first time."""
        self._sends += 1
        name = f"d{self._sends}"
        self.last = Delivery(name, name, "", "bell", "noon", "bell.rung", 0, self.clock.now(), {})
        return self._deliver(self.last, first=True, **how)

    def again(self) -> str | None:
        """Return the last delivery, which its queue hands out once more."""
        return self._deliver(self.last, first=False)

    def fail(self, result: SendResult = TIMEOUT) -> None:
        """Deliver as `deliver` does, where the send is refused and may be tried again."""
        self.act = lambda _: result
        with pytest.raises(TryAgain):
            self.deliver()

    def until_half_open(self) -> None:
        """Let the endpoint fail until it rests, and let the rest be over."""
        for _ in range(LEAST_CALLS):
            self.fail()
        self.clock.advance(OPEN_SECONDS)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path)
    yield made
    made.home.close()


def busy(_timeout: float) -> SendResult:
    raise EndpointBusy("slow")


def test_f33_a_busy_endpoint_uses_up_no_probe(bench: Bench) -> None:
    """Sends that another guard put off leave the probes of a half open breaker to others."""
    bench.until_half_open()
    bench.act = busy
    for _ in range(PROBES + 1):
        with pytest.raises(Unavailable, match="slow"):
            bench.deliver()
    bench.act = lambda _: Delivered(200)
    assert [bench.deliver() for _ in range(PROBES + 1)] == ["delivered"] * (PROBES + 1)


def test_f33_only_what_was_attempted_counts_for_the_breaker(bench: Bench) -> None:
    """A send that was refused unsent is no failed probe, so a healthy endpoint stays open."""
    bench.until_half_open()
    for _ in range(PROBES + 1):
        bench.fail(Refused(outcome="unreachable", unhealthy=True, attempted=False))
    bench.act = lambda _: Delivered(200)
    assert bench.deliver() == "delivered"


def test_a_refusal_of_one_delivery_says_nothing_of_its_endpoint(bench: Bench) -> None:
    """Replies that the endpoint finds wrong do not shut it for the others."""
    for _ in range(LEAST_CALLS):
        bench.fail(Refused(outcome="status 400", status=400))
    bench.act = lambda _: Delivered(200)
    assert bench.deliver() == "delivered"


def test_a_send_is_bounded_by_the_time_that_is_left(bench: Bench) -> None:
    """A send gets the four seconds that are left, and is put off untried with half a second."""
    assert bench.deliver(remaining_seconds=4.0) == "delivered"
    assert bench.deliver(remaining_seconds=40.0) == "delivered"
    with pytest.raises(TryAgain, match="no time"):
        bench.deliver(remaining_seconds=0.5)
    assert bench.timeouts == [4.0, 10.0]


def test_i6_a_log_that_refuses_repeats_no_reply(bench: Bench) -> None:
    """A send during the log's outage comes again, is recorded then, and is not sent again."""
    bench.log_refusals = 2
    with pytest.raises(Throttled):
        bench.deliver()
    with pytest.raises(Throttled):
        bench.again()
    assert bench.again() == "delivered"
    assert len(bench.timeouts) == 1
    [logged] = bench.home.delivery_log().find([bench.last.place])
    assert (logged.end, len(logged.attempts)) == ("delivered", 1)
