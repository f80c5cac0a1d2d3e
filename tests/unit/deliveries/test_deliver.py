"""One send past its guards: what counts for the breaker, and how long it may take."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from surgeline.adapters.channels.web import WebChannel
from surgeline.adapters.codec import encode_delivery, encode_event
from surgeline.adapters.pools.webhook import Webhook
from surgeline.application.configuration import ChannelSettings, Configuration, PoolSettings
from surgeline.application.deliveries.deliver import (
    MOST_UNRECORDED,
    PATIENCE_SECONDS,
    TIMEOUT_SECONDS,
    Deliver,
    TryAgain,
)
from surgeline.application.deliveries.guards.breaker import (
    LEAST_CALLS,
    OPEN_SECONDS,
    PROBES,
    RETRIES_AT_ONCE,
)
from surgeline.application.deliveries.guards.concurrency import EndpointBusy
from surgeline.application.deliveries.offer_answers import OfferAnswers
from surgeline.application.deliveries.targets import TargetParts, Targets
from surgeline.application.ports.deliveries import (
    Attempt,
    Delivery,
    DeliveryPlace,
    LoneRetry,
    Tried,
)
from surgeline.application.ports.refusals import Throttled
from surgeline.application.ports.targets import Delivered, Refused, SendResult
from surgeline.application.thread_events import ThreadEvents
from surgeline.errors import Unavailable
from surgeline.runtime.configuration import shelf_of, unheard

from local.home.backend import open_home
from local.virtual.clock import VirtualClock

NOON = 1_772_366_400_000
TIMEOUT = Refused(outcome="timeout", unhealthy=True)
WRONG = Refused(outcome="status 400", status=400)
GONE = Refused(outcome="status 410", status=410, final=True, gone=True)


class Bench:
    """The use case over an empty home; its one target does as `act` says."""

    def __init__(self, folder: Path) -> None:
        self.clock = VirtualClock(NOON)
        self.home = open_home(folder, clock=self.clock)
        self.act: Callable[[float], SendResult] = lambda _: Delivered(200)
        self.timeouts: list[float] = []
        self.tried: list[Tried | None] = []
        self._sends = 0
        self.log_refusals = 0
        self.shelf = shelf_of(self.home, unheard)
        parts = TargetParts(
            configuration=self.shelf,
            webhooks=self.home.webhooks(),
            posts=self.home.posts(),
            mails=self.home.mails(),
            blobs=self.home.blobs(),
            sockets=self.home.sockets(),
            secrets=self.home.secrets(),
            clock=self.clock,
            desk=self.home.desk(),
            desk_links=self.home.desk_links(),
            open_target=lambda _kind, _parts: self,
        )
        events = ThreadEvents(self.home.queue("events"), encode_event)
        self._deliver = Deliver(
            store=self.home.store(),
            log=self,  # type: ignore[arg-type] # the home's, but for one method
            targets=Targets(parts),
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

    def last(self, place: DeliveryPlace) -> Attempt | None:
        """As the log."""
        return self.home.delivery_log().last(place)

    def send(self, delivery: Delivery, *, timeout_seconds: float) -> SendResult:
        """As a target."""
        self.tried.append(delivery.tried)
        self.timeouts.append(timeout_seconds)
        return self.act(timeout_seconds)

    def deliver(self, *, remaining_seconds: float = TIMEOUT_SECONDS, **fields: Any) -> str | None:
        """Deliver one message of a thread of its own for the first time."""
        self._sends += 1
        name = f"d{self._sends}"
        plain = Delivery(name, name, "", "bell", "noon", "bell.rung", 0, self.clock.now(), {})
        self.sent = replace(plain, **fields)
        return self._deliver(self.sent, first=True, remaining_seconds=remaining_seconds)

    def again(self) -> str | None:
        """Return the last delivery, which its queue hands out once more."""
        return self._deliver(self.sent, first=False)

    def alone(self) -> str | None:
        """Try the last delivery as the timers hand it out after its first try."""
        alone = replace(self.sent, later=LoneRetry(1, self.clock.now()))
        return self._deliver(alone, first=True)

    def tries(self) -> int:
        """Return how many tries of the last delivery are in the log."""
        last = self.last(self.sent.place)
        return last.number if last else 0

    def fail(self, result: SendResult = TIMEOUT, **fields: Any) -> None:
        """Deliver as `deliver` does, where the send is refused and may be tried again."""
        self.act = lambda _: result
        with pytest.raises(TryAgain):
            self.deliver(**fields)

    def until_half_open(self) -> None:
        """Let the endpoint fail until it rests, and let the rest be over."""
        self.until_it_rests()
        self.clock.advance(OPEN_SECONDS)

    def until_it_rests(self) -> None:
        """Let the endpoint fail so often that nothing is sent to it."""
        for _ in range(LEAST_CALLS):
            self.fail()
        self.act = lambda _: Delivered(200)

    def until_crowded(self) -> None:
        """Let as many deliveries be tried again as may be at one moment, and one more wait."""
        for _ in range(RETRIES_AT_ONCE):
            self.fail(WRONG)
            self.act = lambda _: Delivered(200)
            assert self.again() == "delivered"


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
        bench.fail(WRONG)
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
    [logged] = bench.home.delivery_log().find([bench.sent.place])
    assert (logged.end, len(logged.attempts)) == ("delivered", 1)


def test_i6_a_later_try_knows_how_far_the_one_before_came(bench: Bench) -> None:
    """Any process learns from the log which parts arrived, also past a try that sent nothing."""
    came = Tried(2, lost=True)
    bench.fail(replace(TIMEOUT, tried=came))
    for each in (Refused(outcome="no_secret", attempted=False), WRONG):
        bench.act = lambda _, each=each: each
        with pytest.raises(TryAgain):
            bench.again()
    bench.act = lambda _: Delivered(200)
    assert bench.again() == "delivered"
    assert bench.tried == [Tried(), came, came, Tried()]


def test_i13_a_worker_remembers_a_thousand_sends_that_the_log_refused(bench: Bench) -> None:
    """Beyond a thousand of them nothing is remembered, and a send may be repeated."""
    bench.log_refusals = MOST_UNRECORDED + 1
    for _ in range(MOST_UNRECORDED + 1):
        with pytest.raises(Throttled):
            bench.deliver()
    assert bench.again() == "delivered"
    assert len(bench.timeouts) == MOST_UNRECORDED + 2


def test_an_offer_waits_for_its_answer_three_seconds_at_most(bench: Bench) -> None:
    """An offer's send ends with its deadline, and is never too short for any answer."""
    for seconds in (30.0, 2.0, 0.05):
        assert bench.deliver(expires_at=NOON + round(seconds * 1000)) == "delivered"
    assert bench.timeouts == [3.0, 2.0, 0.1]


def test_f55_only_retries_wait_for_retries(bench: Bench) -> None:
    """A new delivery goes out at once, however many others are tried again."""
    bench.until_crowded()
    bench.fail(WRONG)
    with pytest.raises(TryAgain, match="others try again"):
        bench.again()
    bench.act = lambda _: Delivered(200)
    assert bench.deliver() == "delivered"


def test_f55_an_offers_retry_waits_a_second_for_others(bench: Bench) -> None:
    """A crowded endpoint costs an offer one second of its deadline, not half a minute."""
    bench.until_crowded()
    for _ in range(3):
        bench.fail(WRONG, expires_at=NOON + 30_000)
        with pytest.raises(TryAgain, match="others try again") as refusal:
            bench.again()
        assert refusal.value.retry_after_seconds == 1


@pytest.mark.parametrize(("age", "tries"), [(PATIENCE_SECONDS - 1, 0), (PATIENCE_SECONDS, 1)])
def test_a_resting_endpoint_is_waited_for_ten_minutes(bench: Bench, age: int, tries: int) -> None:
    """The wait of an older delivery counts as a try, so that its schedule comes to an end."""
    bench.until_it_rests()
    with pytest.raises(TryAgain, match="the endpoint rests"):
        bench.deliver(at=NOON - age * 1000)
    assert bench.tries() == tries


def test_an_offer_to_a_resting_endpoint_is_over_at_once(bench: Bench) -> None:
    """An offer does not wait for the endpoint, so that another pool is asked."""
    bench.until_it_rests()
    assert bench.deliver(expires_at=NOON + 30_000) == "failed"


def test_an_end_notice_to_a_resting_endpoint_leaves_its_group(bench: Bench) -> None:
    """An end notice goes to the timers, and nothing waits behind the notice."""
    bench.until_it_rests()
    assert bench.deliver(event="conversation.abandoned") is None
    assert bench.tries() == 1
    assert bench.home.queue("timers").depth().delayed == 1


def test_an_end_notice_that_the_timers_hold_twice_is_sent_once(bench: Bench) -> None:
    """Of two copies that wait for one try the first is sent and the second ends."""
    bench.act = lambda _: TIMEOUT
    assert bench.deliver(event="conversation.abandoned") is None
    bench.act = lambda _: Delivered(200)
    assert [bench.alone(), bench.alone()] == ["delivered", None]
    assert (bench.tries(), len(bench.timeouts)) == (2, 2)


@pytest.mark.parametrize(
    ("target", "reason"), [("channel", None), ("pool", "its endpoint is gone")]
)
def test_only_a_pool_is_disabled_with_its_endpoint(
    bench: Bench, target: str, reason: str | None
) -> None:
    """A channel's endpoint that is gone disables no pool of the same id."""
    north = Configuration(
        channels=(ChannelSettings("north", "web", settings=WebChannel()),),
        pools=(PoolSettings("north", "outsourced", Webhook("https://north.test/")),),
    )
    bench.shelf.publish(north, "v1")
    bench.act = lambda _: GONE
    assert bench.deliver(target=target, target_id="north") == "failed"
    disabled = bench.home.pool_board().loads({"north": "2026-03-01"})["north"].disabled
    assert (disabled and disabled.partition(" (")[0]) == reason
