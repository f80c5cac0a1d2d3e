"""A stage for the real handlers: a shop in a virtual home, and one thing at a time.

`request` goes through the real routes and event shapes; `drain` plays the event source mappings.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from surgeline.adapters.outbound.sender import Sender
from surgeline.domain.thread import Thread

from infra import topology
from local.home.lambda_events import s3_event
from local.virtual.databases import rows_of
from local.virtual.home import VirtualHome
from local.virtual.shop import Home, Shop

NOWHERE = "http://127.0.0.1:9/"


class AnyStage(Shop):
    """The shop in any home, with the verbs that tests are written in."""

    home: Home

    def call(self, function: str, event: Mapping[str, Any]) -> dict[str, Any]:
        """Invoke a function once."""
        raise NotImplementedError

    def step(self, queue: str) -> dict[str, Any] | None:
        """Handle one batch of a queue; return the answer, or None when there was no message."""
        raise NotImplementedError

    def drain(self, *queues: str) -> None:
        """Step the queues until none has anything to give now."""
        names = queues or tuple(queue.name for queue in topology.QUEUES)
        while any([self.step(name) is not None for name in names]):  # noqa: C419 # a turn for each
            pass

    def upload(self, key: str, body: bytes, *, at: int | None = None) -> dict[str, Any]:
        """Play the bucket's event for an object that was put there at a time (default: now)."""
        at = self.home.clock.now() if at is None else at
        return self.call("knowledge_build", s3_event("artifacts", key, body, at=at, sequencer=1))

    def thread(self, sender: str = "c1") -> Any:
        """Return the state of a thread; tests know that it is there."""
        found: Thread | None = super().thread(sender)
        return found


class Stage(AnyStage):
    """The shop in a virtual home; `settings` change the functions' environment.

    Posts go out to real servers on this machine where the virtual network has none.
    """

    def __init__(
        self,
        folder: Path,
        *,
        pool_url: str = NOWHERE,
        reply_url: str = NOWHERE,
        settings: Mapping[str, str] | None = None,
        **how: Any,
    ) -> None:
        self.folder = folder
        self.settings = {"WEIGHTS": "/nowhere"} | dict(settings or {})
        self.home: VirtualHome = VirtualHome(
            folder,
            variables=self.settings,
            beyond=Sender(allow_loopback=True),
            **how,
        )
        self.backend = self.home.backend
        self.clock = self.home.clock
        self.pushed = self.home.pushed
        self.handlers = self.home.handlers
        super().__init__(self.home, pool_url=pool_url, reply_url=reply_url)

    def call(self, function: str, event: Mapping[str, Any]) -> dict[str, Any]:
        """Invoke a function once."""
        return self.home.call(function, event)

    def step(self, queue: str) -> dict[str, Any] | None:
        """Handle one batch of a queue."""
        return self.home.step(queue)

    def work(self, seconds: int) -> None:
        """Let time pass, and do what falls due, uploads apart."""
        for _ in range(seconds):
            self.drain()
            self.clock.advance(1)
        self.drain()

    def everything_kept(self) -> str:
        """Return every row of every database of the home: state, queues, dead letters."""
        return "\n".join(rows_of(self.folder))
