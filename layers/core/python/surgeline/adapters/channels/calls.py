"""The calls of one send to a provider are made here. They share its time, and fail in one form.

The outcome of a refusal begins with its scope: the message, the recipient, the window, the account,
or later.
"""

import json
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from threading import Lock
from typing import Any

from surgeline.application.ports.deliveries import Posts, Reply, SendFailed
from surgeline.application.ports.targets import Delivered, Refused, SendResult

THROTTLED, SERVER_ERRORS = 429, 500
LEAST_SECONDS = 0.5
ACCOUNT_WAIT_SECONDS = 300
"""A refused account is mended by people, so the next try is minutes away."""
MOST_REMEMBERED = 1_000


class Calls:
    """Makes the calls of one send, which share its time."""

    def __init__(self, posts: Posts, timeout_seconds: float) -> None:
        self._posts = posts
        self._left = timeout_seconds

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """Call once. Raises SendFailed, also when no time is left."""
        reply = self._posts.post(url, headers, body, timeout_seconds=self._time())
        self._left -= reply.milliseconds / 1000
        return reply

    def put(self, url: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """Change once what is there. Raises as `post` does."""
        reply = self._posts.put(url, headers, body, timeout_seconds=self._time())
        self._left -= reply.milliseconds / 1000
        return reply

    def get(self, url: str, headers: Mapping[str, str]) -> Reply:
        """Ask once. Raises as `post` does."""
        reply = self._posts.get(url, headers, timeout_seconds=self._time())
        self._left -= reply.milliseconds / 1000
        return reply

    def _time(self) -> float:
        if self._left < LEAST_SECONDS:
            raise SendFailed("timeout")
        return self._left


Arrived = Callable[[int], "bool | Refused"]
"""Tells whether the part of that number arrived, or why that can't be told now."""


def _never(number: int) -> bool:
    del number
    return False


class Parts:
    """Sends a delivery of several calls. A later try goes on where an earlier one stopped.

    A process remembers its newest deliveries only. Many threads may send at once.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._begun: OrderedDict[str, tuple[int, bool]] = OrderedDict()

    def send(
        self,
        delivery_id: str,
        calls: Sequence[Callable[[], SendResult]],
        *,
        arrived: Arrived = _never,
    ) -> SendResult:
        """Make the calls that are left, in their order.

        If the answer to a part was lost, `arrived` is asked about it before it is sent again.
        """
        with self._lock:
            done, lost = self._begun.get(delivery_id, (0, False))
        try:
            if lost:
                there = arrived(done)
                if isinstance(there, Refused):
                    return there
                done += there
            return self._go_on(delivery_id, calls, done)
        except SendFailed as error:
            return not_sent(error)

    def _go_on(
        self, delivery_id: str, calls: Sequence[Callable[[], SendResult]], done: int
    ) -> SendResult:
        result: SendResult = Delivered()
        if not calls:
            result = Refused(outcome="message: nothing to say", final=True, attempted=False)
        for number in range(done, len(calls)):
            try:
                result = calls[number]()
            except SendFailed as error:
                self._remember(delivery_id, number, lost=error.sent)
                raise
            if isinstance(result, Refused):
                self._remember(delivery_id, number, lost=(result.status or 0) >= SERVER_ERRORS)
                return result
        with self._lock:
            self._begun.pop(delivery_id, None)
        return result

    def _remember(self, delivery_id: str, number: int, *, lost: bool) -> None:
        with self._lock:
            self._begun[delivery_id] = (number, lost)
            if len(self._begun) > MOST_REMEMBERED:
                self._begun.popitem(last=False)


def said(reply: Reply) -> dict[str, Any]:
    """Return the JSON object of an answer, or an empty one."""
    try:
        found = json.loads(reply.body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def delivered(reply: Reply) -> Delivered:
    """Return that the provider took it."""
    return Delivered(reply.status, reply.milliseconds)


def failed(reply: Reply, outcome: str) -> Refused:
    """Return a failure that no later try can mend."""
    return Refused(
        outcome=outcome, status=reply.status, milliseconds=reply.milliseconds, final=True
    )


def held(reply: Reply, outcome: str, *, wait_seconds: int | None) -> Refused:
    """Return a failure of the account or the provider, which holds up the whole channel."""
    return Refused(
        outcome=outcome,
        status=reply.status,
        milliseconds=reply.milliseconds,
        wait_seconds=wait_seconds,
        unhealthy=True,
    )


def not_sent(error: SendFailed) -> Refused:
    """Return the failure of a call without an answer."""
    return Refused(
        outcome=error.reason,
        milliseconds=error.milliseconds,
        unhealthy=True,
        attempted=error.attempted,
    )
