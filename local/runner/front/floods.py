"""Requests of a flood are taken last, so that a loud sender delays no other sender.

A flood is known by its own refusals (429), and only verified requests are refused so. Until the
wait of the refusal is over, requests that look like the same sender's go behind the others. None is
refused for that, and a few of them are in every round. One thread may note while another asks.
"""

import re
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Any, Final, Generic, TypeVar

REMEMBERED: Final = 1_000
_LEAST_SHARE: Final = 8
_LONGEST_SECONDS: Final = 60
_SENDER = re.compile(r'"sender"\s*:\s*"([^"\\]{1,256})"')

Event = Mapping[str, Any]
Item = TypeVar("Item")


class Floods:
    """Senders that were told to slow down, each until a time in the caller's seconds."""

    def __init__(self) -> None:
        self._until: OrderedDict[int, float] = OrderedDict()

    def observe(self, event: Event, answer: object, now: float) -> None:
        """Record the answer to the event."""
        if not isinstance(answer, dict) or answer.get("statusCode") != HTTPStatus.TOO_MANY_REQUESTS:
            return
        headers, source = answer.get("headers"), _source_of(event)
        wait = str(headers.get("retry-after", "")) if isinstance(headers, dict) else ""
        if source is None or not wait.isdecimal():
            return
        self._until[source] = now + min(int(wait), _LONGEST_SECONDS)
        self._until.move_to_end(source)
        if len(self._until) > REMEMBERED:
            self._until.popitem(last=False)

    def has(self, event: Event, now: float) -> bool:
        """Return whether the event looks like another event of a flood."""
        if not self._until:
            return False
        source = _source_of(event)
        return source is not None and self._until.get(source, now) > now


class Line(Generic[Item]):
    """Waiting requests in the order of their arrival.

    Requests of a flood stand behind all others.
    """

    def __init__(self, is_late: Callable[[Item], bool]) -> None:
        self._is_late = is_late
        self._first: deque[Item] = deque()
        self._last: deque[Item] = deque()

    def __len__(self) -> int:
        return len(self._first) + len(self._last)

    def extend(self, items: Iterable[Item]) -> None:
        """Add requests that came."""
        for item in items:
            (self._last if self._is_late(item) else self._first).append(item)

    def take(self, most: int) -> list[Item]:
        """Take the next requests. At least an eighth of them are a flood's, if it has as many."""
        late = min(len(self._last), max(most - len(self._first), most // _LEAST_SHARE))
        taken = [self._first.popleft() for _ in range(min(len(self._first), most - late))]
        return taken + [self._last.popleft() for _ in range(late)]


def _source_of(event: Event) -> int | None:
    """Return who sent the event, by its own claim. Nothing of that claim is verified yet."""
    token = event.get("headers", {}).get("authorization", "")
    said = _SENDER.search(event.get("body") or "")
    if not (token or said):
        return None
    return hash((event.get("rawPath"), token, said[1] if said else ""))
