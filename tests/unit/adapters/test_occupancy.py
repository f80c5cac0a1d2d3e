"""What one endpoint may occupy of a process: all of it while quick, little while slow or dead."""

import threading
from contextlib import suppress

import pytest
from surgeline.adapters.occupancy import DEAD_AT_ONCE, SLOW_AT_ONCE, BoundedWebhooks, EndpointBusy
from surgeline.application.ports.deliveries import Reply, SendFailed


class Endpoint:
    """Webhooks that hang until told how to end; `now` is the time."""

    def __init__(self) -> None:
        self.time = 0
        self.arrived = threading.Semaphore(0)
        self.go_on = threading.Event()
        self.fails = False
        self.hangs = True
        self.tries = 0
        self.webhooks = BoundedWebhooks(self, self)  # type: ignore[arg-type] # called the same

    def now(self) -> int:
        return self.time

    def post(self, _url: str, **_how: object) -> Reply:
        self.tries += 1
        self.arrived.release()
        if self.hangs:
            assert self.go_on.wait(5)
        if self.fails:
            raise SendFailed("timeout")
        return Reply(200, b"", None, 1)

    def send(self, endpoint: str = "channels/a") -> Reply:
        return self.webhooks.post("", secret=endpoint, webhook_id="m", body=b"", timeout_seconds=1)

    def hang(self, count: int) -> list[threading.Thread]:
        threads = [threading.Thread(target=self._quietly) for _ in range(count)]
        for thread in threads:
            thread.start()
            assert self.arrived.acquire(timeout=5)
        return threads

    def _quietly(self) -> None:
        with suppress(SendFailed):
            self.send()

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
    """Once a send is old, more than a few are put off untried; another endpoint is not touched."""
    endpoint = Endpoint()
    threads = endpoint.hang(SLOW_AT_ONCE)
    endpoint.time = 2_000
    with pytest.raises(EndpointBusy):
        endpoint.send()
    endpoint.hangs = False
    assert endpoint.send("channels/b").status == 200
    endpoint.let_go(threads)
    endpoint.send()
    assert endpoint.send().status == 200


def test_a_dead_endpoint_is_tried_by_one_and_the_others_fail_at_once() -> None:
    """After no answer one probe at a time; what fails then is an attempt; an answer ends it."""
    endpoint = Endpoint()
    endpoint.fails = True
    endpoint.let_go(endpoint.hang(1))
    endpoint.hangs = True
    endpoint.go_on.clear()
    probe = endpoint.hang(DEAD_AT_ONCE)
    tries = endpoint.tries
    with pytest.raises(SendFailed, match="unreachable"):
        endpoint.send()
    assert endpoint.tries == tries
    endpoint.fails = False
    endpoint.let_go(probe)
    assert [endpoint.send().status for _ in range(3)] == [200] * 3
