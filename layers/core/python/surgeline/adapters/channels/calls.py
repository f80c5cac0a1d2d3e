"""The calls of one send to a provider are made here. They share its time, and fail in one form.

The outcome of a refusal begins with its scope: the message, the recipient, the window, the account,
or later.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from surgeline.application.ports.deliveries import Delivery, Posts, Reply, SendFailed, Tried
from surgeline.application.ports.targets import Delivered, Refused, SendResult

THROTTLED, SERVER_ERRORS = 429, 500
LEAST_SECONDS = 0.5
ACCOUNT_WAIT_SECONDS = 300
"""A refused account is mended by people, so the next try is minutes away."""


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


_JSON = (b"", b"{", b"[")
"""How an answer begins that is JSON, or that is empty."""
Arrived = Callable[[int], "bool | Refused"]
"""Tells whether the part of that number arrived, or why that can't be told now."""


def _never(number: int) -> bool:
    del number
    return False


def in_parts(
    delivery: Delivery,
    calls: Sequence[Callable[[], SendResult]],
    *,
    arrived: Arrived = _never,
    is_look_up: bool = False,
) -> SendResult:
    """Make the calls of a delivery in order. A later try goes on where an earlier one stopped.

    If the answer to a part was lost, `arrived` is asked about it before it is sent again. One that
    looks for the part itself is also asked where an earlier process told nothing. A look for its
    words could take an older text for it.
    """
    before = delivery.tried or Tried()
    done = before.done
    try:
        while done < len(calls) and (before.lost or (before.unknown and is_look_up)):
            there = arrived(done)
            if isinstance(there, Refused):
                return replace(there, tried=Tried(done, lost=True))
            done += there
            if before.lost or not there:
                break
    except SendFailed as error:
        return replace(not_sent(error), tried=Tried(done, lost=True))
    result: SendResult = Delivered()
    if not calls:
        result = Refused(outcome="message: nothing to say", final=True, attempted=False)
    for number in range(done, len(calls)):
        result = _made(calls[number])
        if isinstance(result, Refused):
            return replace(result, tried=Tried(number, result.tried.lost))
    return result


def _made(call: Callable[[], SendResult]) -> SendResult:
    """Make one call. Its refusal tells whether it may have had its effect all the same."""
    try:
        result = call()
    except SendFailed as error:
        return replace(not_sent(error), tried=Tried(lost=error.sent))
    if isinstance(result, Refused) and (result.status or 0) >= SERVER_ERRORS:
        return replace(result, tried=Tried(lost=True))
    return result


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


def unanswered(reply: Reply) -> Refused | None:
    """Return the failure of a provider that can't answer now, which holds up the whole channel.

    A page in the place of JSON comes from something before the provider, such as a login. Nobody
    knows then whether the call had its effect. An answer that was cut off is no page.
    """
    if reply.status == THROTTLED or reply.status >= SERVER_ERRORS:
        return held(reply, f"later: status {reply.status}", wait_seconds=reply.retry_after_seconds)
    if reply.status < 300 and reply.body.strip()[:1] not in _JSON:  # noqa: PLR2004 # a success
        return replace(held(reply, "later: no JSON", wait_seconds=None), tried=Tried(lost=True))
    return None


def not_sent(error: SendFailed) -> Refused:
    """Return the failure of a call without an answer."""
    return Refused(
        outcome=error.reason,
        milliseconds=error.milliseconds,
        unhealthy=True,
        attempted=error.attempted,
    )
