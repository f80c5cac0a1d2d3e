"""An endpoint may occupy a whole process while it is quick, and little while it is slow or dead."""

import threading

import pytest
from surgeline.application.deliveries.guards.concurrency import (
    DEAD_AT_ONCE,
    SLOW_AT_ONCE,
    Concurrency,
    EndpointBusy,
)
from surgeline.application.ports.targets import Delivered, Refused, SendResult
from surgeline.errors import Unavailable


def unavailable() -> SendResult:
    """Raise as a send that found no time to begin."""
    raise Unavailable("not now")


TIMEOUT = Refused(outcome="timeout", unhealthy=True)


class Endpoint:
    """Sends that hang until told how to end; it is the clock as well."""

    def __init__(self) -> None:
        self.time = 0
        self.arrived = threading.Semaphore(0)
        self.go_on = threading.Event()
        self.result: SendResult = Delivered(200)
        self.hangs = True
        self.tries = 0
        self.guard = Concurrency(self)

    def now(self) -> int:
        return self.time

    def post(self) -> SendResult:
        self.tries += 1
        self.arrived.release()
        if self.hangs:
            assert self.go_on.wait(5)
        return self.result

    def send(self, endpoint: str = "channel:a") -> SendResult:
        return self.guard.send(endpoint, self.post)

    def hang(self, count: int) -> list[threading.Thread]:
        threads = [threading.Thread(target=self.send) for _ in range(count)]
        for thread in threads:
            thread.start()
            assert self.arrived.acquire(timeout=5)
        return threads

    def let_go(self, threads: list[threading.Thread]) -> None:
        self.go_on.set()
        for thread in threads:
            thread.join(5)
        self.hangs = False


def test_a_quick_endpoint_is_not_limited() -> None:
    """Any number of sends may be under way while none of them is old."""
    endpoint = Endpoint()
    endpoint.let_go(endpoint.hang(40))
    assert endpoint.send().status == 200


def test_f42_a_slow_endpoint_has_a_few_sends_and_others_go_on() -> None:
    """A slow endpoint gets a few sends, its other ones are put off untried, and others go on."""
    endpoint = Endpoint()
    threads = endpoint.hang(SLOW_AT_ONCE)
    endpoint.time = 2_000
    with pytest.raises(EndpointBusy):
        endpoint.send()
    endpoint.hangs = False
    assert endpoint.send("channel:b").status == 200
    endpoint.let_go(threads)
    endpoint.send()
    assert endpoint.send().status == 200


def test_a_dead_endpoint_is_tried_by_one_and_the_others_are_refused_at_once() -> None:
    """A dead endpoint gets one probe at a time, and its first answer ends that."""
    endpoint = Endpoint()
    endpoint.result = TIMEOUT
    endpoint.let_go(endpoint.hang(1))
    endpoint.hangs = True
    endpoint.go_on.clear()
    probe = endpoint.hang(DEAD_AT_ONCE)
    tries = endpoint.tries
    assert endpoint.send() == Refused(outcome="unreachable", attempted=False)
    assert endpoint.tries == tries
    endpoint.result = Delivered(200)
    endpoint.let_go(probe)
    assert [endpoint.send().status for _ in range(3)] == [200] * 3


@pytest.mark.parametrize(
    "result",
    [
        Refused(outcome="no_secret", unhealthy=True, attempted=False),
        Refused(outcome="status 500", unhealthy=True, status=500),
    ],
)
def test_only_a_send_without_an_answer_calls_an_endpoint_dead(result: Refused) -> None:
    """A target that refuses by itself, or a bad answer, leaves the endpoint as quick as it was."""
    endpoint = Endpoint()
    endpoint.hangs = False
    endpoint.result = result
    endpoint.send()
    endpoint.result, endpoint.hangs = Delivered(200), True
    endpoint.let_go(endpoint.hang(20))


def test_a_send_that_never_began_revives_no_dead_endpoint() -> None:
    """A target that raises says nothing of the endpoint, which still gets one send at a time."""
    endpoint = Endpoint()
    endpoint.hangs = False
    endpoint.result = TIMEOUT
    endpoint.send()
    with pytest.raises(Unavailable):
        endpoint.guard.send("channel:a", unavailable)
    endpoint.hangs = True
    probe = endpoint.hang(DEAD_AT_ONCE)
    assert endpoint.send() == Refused(outcome="unreachable", attempted=False)
    endpoint.let_go(probe)
