"""Looking at a client's calls one by one: counting them, and stopping the world at one of them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Literal

Moment = Literal["before", "after"]


class Crash(BaseException):
    """The process dies here; nothing in the product may catch it."""


@contextmanager
def counted(client: Any) -> Iterator[list[str]]:
    """Yield the operations called meanwhile, in order."""
    operations: list[str] = []

    def note(model: Any, **_: Any) -> None:
        operations.append(model.name)

    client.meta.events.register("before-call", note)
    try:
        yield operations
    finally:
        client.meta.events.unregister("before-call", note)


@contextmanager
def interrupted(
    client: Any, number: int, moment: Moment, act: Callable[[], object]
) -> Iterator[None]:
    """Do something once, before or after the call of that number (from 1), in the same thread."""
    calls = 0

    def step(**_: Any) -> None:
        nonlocal calls
        calls += 1
        if calls == number:
            act()

    event = f"{moment}-call"
    client.meta.events.register_last(event, step) if moment == "after" else (
        client.meta.events.register_first(event, step)
    )
    try:
        yield
    finally:
        client.meta.events.unregister(event, step)


def crash() -> None:
    """End the process as `interrupted` asks."""
    raise Crash
