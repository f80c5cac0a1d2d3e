"""Gates before the ports of a process: they count its calls, and fail those that they should."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Literal

from surgeline.adapters.outbound.sender import NoReply
from surgeline.application.ports.refusals import Throttled

Fault = Literal["before", "after", "refused", "lost", "overtaken"]
"""Die before or after the call; refuse it; do it but say it failed; let another worker in first."""


class Crash(BaseException):
    """The process dies at this call; nothing in it may run on."""


@dataclass
class Gate:
    """Counts the calls of one process to its ports, and fails the ones that it was told to.

    `orders` are by number; what is named in `closed` is refused every time. `choose` may name a
    fault for any other call, by the call's name.
    """

    count: int = 0
    orders: dict[int, Fault] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)
    down: bool = False
    trail: list[str] = field(default_factory=list)
    overtake: Callable[[], None] = lambda: None
    choose: Callable[[str], Fault | None] = lambda _: None

    def order(self, fault: Fault, *, at_call: int) -> None:
        """Let the call with that number from now on (the next one is 1) fail."""
        self.orders[self.count + at_call] = fault

    def call(self, name: str, method: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        """Make one call of a port's method."""
        if self.down:
            raise Crash(name)
        self.count += 1
        self.trail.append(name)
        fault = self.orders.pop(self.count, "refused" if name in self.closed else None)
        fault = fault or self.choose(name)
        if fault == "overtaken":
            self.overtake()
        elif fault in ("before", "refused"):
            raise self._failure(name, fault)
        result = method(*args, **kwargs)
        if fault in ("after", "lost"):
            raise self._failure(name, fault)
        return result

    def _failure(self, name: str, fault: Fault) -> BaseException:
        if fault in ("before", "after"):
            self.down = True
            return Crash(name)
        return NoReply("timeout") if name.startswith("post.") else Throttled(name)


class Gated:
    """A port behind the gate."""

    def __init__(self, port: object, name: str, gate: Gate) -> None:
        self._port = port
        self._name = name
        self._gate = gate

    def __getattr__(self, method: str) -> Callable[..., Any]:
        return partial(self._gate.call, f"{self._name}.{method}", getattr(self._port, method))
