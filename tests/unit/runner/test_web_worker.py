"""A function of the front takes one event after the other and answers waiting ones together."""

import asyncio
import threading
from collections.abc import Mapping
from typing import Any

import pytest
from surgeline.application.ports.queues import Outgoing
from surgeline.errors import Unavailable

from local.engine import joint_sends
from local.home.plan import DEFAULT
from local.runner.front import web_worker
from local.runner.front.edge import Refusal
from local.runner.front.expected_wait import ExpectedWait
from local.runner.front.web_worker import Worker

FUNCTION = DEFAULT.function("channel_webhook")


class Endpoint:
    """A handler that sends one message an event; the first event waits until it may go on."""

    def __init__(self, *, fails: int = 0) -> None:
        self.sent: list[list[str]] = []
        self.handled: list[str] = []
        self.go_on = threading.Event()
        self.fails = fails

    def send(self, messages: Any) -> None:
        if self.fails:
            self.fails -= 1
            raise Unavailable("the disk is full")
        self.sent.append([each.body for each in messages])

    def __call__(self, event: Mapping[str, Any], _context: object) -> dict[str, Any]:
        name = event["name"]
        if name == "first":
            assert self.go_on.wait(5)
        self.handled.append(name)
        if name == "broken":
            raise KeyError(name)
        message = [Outgoing(name)]
        try:
            if not joint_sends.put_off(self.send, message):
                self.send(message)
        except Unavailable:
            return {"statusCode": 503}
        return {"statusCode": 202}


def answers(endpoint: Endpoint, *names: str) -> list[Any]:
    """Return what each event is answered; all of them wait while the first is handled."""

    async def main() -> list[Any]:
        worker = Worker(FUNCTION, endpoint)
        calls = [asyncio.create_task(worker.call({"name": name})) for name in names]
        await asyncio.sleep(0)
        endpoint.go_on.set()
        return [*await asyncio.gather(*calls, return_exceptions=True)]

    return asyncio.run(main())


def test_what_waits_is_sent_in_one_go() -> None:
    """Events that came while one was handled are each handled once, in order, and sent together."""
    endpoint = Endpoint()
    assert answers(endpoint, "first", "b", "c", "d") == [{"statusCode": 202}] * 4
    assert endpoint.handled == ["first", "b", "c", "d"]
    assert [each for sent in endpoint.sent for each in sent] == ["first", "b", "c", "d"]
    assert len(endpoint.sent) <= 2


def test_one_that_breaks_is_alone_with_it() -> None:
    """The others are answered and sent."""
    endpoint = Endpoint()
    first, broken, last = answers(endpoint, "first", "broken", "c")
    assert (first, last) == ({"statusCode": 202}, {"statusCode": 202})
    assert isinstance(broken, Refusal)
    assert broken.status == 500


@pytest.mark.parametrize("fails", [1, 2])
def test_what_could_not_be_sent_together_is_not_acknowledged_together(fails: int) -> None:
    """Each event of a joint send that fails is handled again and hears its own answer."""
    endpoint = Endpoint(fails=fails)
    statuses = [each["statusCode"] for each in answers(endpoint, "first", "b", "c")]
    assert statuses.count(202) == len([each for sent in endpoint.sent for each in sent])
    assert statuses.count(202) >= 2


class Loud:
    """Refuses whoever is loud, and holds the second event until it may go on."""

    def __init__(self) -> None:
        self.handled: list[str] = []
        self.taken, self.go_on = threading.Event(), threading.Event()

    def __call__(self, event: Mapping[str, Any], _context: object) -> dict[str, Any]:
        self.handled.append(event["body"])
        if len(self.handled) == 2:
            self.taken.set()
            assert self.go_on.wait(5)
        return {"statusCode": 429, "headers": {"retry-after": "1"}}

    def hears(self, loud: int) -> list[Any]:
        """Return what the others are answered that wait: so many of the loud one's, then
        another's.
        """

        async def main() -> list[Any]:
            worker = Worker(FUNCTION, self)
            one, other = ({"body": f'{{"sender": "{name}"}}'} for name in ("loud", "other"))
            await worker.call(one)
            held = asyncio.create_task(worker.call(one))
            assert await asyncio.to_thread(self.taken.wait, 5)
            calls = [asyncio.create_task(worker.call(each)) for each in [one] * loud + [other]]
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            self.go_on.set()
            await held
            return [*await asyncio.gather(*calls, return_exceptions=True)]

        return asyncio.run(main())


def test_a_loud_sender_holds_up_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another sender's event goes before the events of a sender that was told to slow down."""
    monkeypatch.setattr(web_worker, "MAX_TOGETHER", 8)
    loud = Loud()
    loud.hears(20)
    assert loud.handled.index('{"sender": "other"}') == 2


def test_nobody_is_refused_for_what_a_loud_sender_has_waiting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A flood that fills the line is told 503, and another sender's event is taken."""
    monkeypatch.setattr(web_worker, "MAX_WAITING", 4)
    *flood, other = Loud().hears(10)
    assert [getattr(each, "status", 429) for each in flood] == [429] * 3 + [503] * 7
    assert other["statusCode"] == 429


def test_who_would_wait_too_long_is_refused_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The newest of too many waiting events are told 503 unhandled, and the others are handled."""
    monkeypatch.setattr(web_worker, "LONGEST_WAIT_SECONDS", 0.01 / web_worker.MAX_TOGETHER)
    endpoint = Endpoint()
    *taken, refused = answers(endpoint, "first", "b", "c")
    assert taken == [{"statusCode": 202}] * 2
    assert isinstance(refused, Refusal)
    assert refused.status == 503
    assert endpoint.handled == ["first", "b"]


def test_a_wait_is_expected_by_what_full_rounds_took() -> None:
    """Many full rounds are believed, a single slow one hardly, a small one not at all."""
    expected = ExpectedWait(10, round_seconds=0.1)
    assert expected.behind(20) == pytest.approx(0.2)
    expected.observe(1, 50)
    assert expected.behind(20) == pytest.approx(0.2)
    expected.observe(10, 1.1)
    assert expected.behind(20) == pytest.approx(0.3)
    for _ in range(200):
        expected.observe(10, 0.02)
    assert expected.behind(20) == pytest.approx(0.04, rel=0.05)
