"""One fixed day of a thread, played the same way whatever crashes meanwhile."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from surgeline.domain.ids import thread_id

from tests.scenarios.actors import Outside, Request
from tests.scenarios.world import CHANNEL, KEY, World

PATIENCE_SECONDS = 400
"""Longer than any visibility timeout: what a crash left in flight has come back by then."""
RAM = Path("/dev/shm")  # noqa: S108 - only where it is faster; any folder does


@contextmanager
def outside(**settings: Any) -> Iterator[Outside]:  # World's own
    """Yield a world of its own with everybody outside of it."""
    directory = tempfile.mkdtemp(prefix="surgeline-", dir=RAM if RAM.is_dir() else None)
    world = World(Path(directory), **settings)
    try:
        yield Outside(world)
    finally:
        world.close()
        shutil.rmtree(directory, ignore_errors=True)


class Day:
    """A question, a handoff with words on both sides, a resolution, a return, another handoff."""

    def __init__(self, out: Outside) -> None:
        self.out = out
        self.thread_id = thread_id(KEY, CHANNEL, "ann")

    def play(self) -> list[str]:
        """Play the whole script, and return the customer's texts, each once, as they arrived."""
        self.writes("where is my parcel")
        self.writes("person please")
        self.writes("it is urgent", "really")
        self.accepts()
        self.says("I am looking")
        self.writes("fine")
        self.says("Found it", "It arrives tomorrow")
        self.does("conversation.resolved", outcome="solved")
        self.out.pools["north"].mood = "accept"
        self.writes("it did not arrive")
        self.says("Sorry, I will ask again")
        self.does("conversation.returned")
        self.writes("and what about the other one")
        self.out.world.drain(self.out.retry)
        return self.read()

    def read(self) -> list[str]:
        """Return what stands on the customer's screen."""
        lines = {
            seen.delivery_id: seen.data["message"]["text"]
            for seen in self.out.screens.get(self.thread_id, [])
        }
        return list(lines.values())

    def writes(self, *texts: str) -> None:
        """Write as the customer, again and again until the message is acknowledged."""
        for text in texts:
            self._insist(self.out.write("ann", text))
        self._settle()

    def accepts(self) -> None:
        """Accept as the pool with the newest offer."""
        if self.out.offers():  # after several faults it may be late
            self._insist(self.out.accept(*self.out.offers()[0]))
        self._settle()

    def says(self, *texts: str) -> None:
        """Write as the agent under the newest offer's epoch."""
        for text in texts:
            self.does("message.sent", text=text, agent={"name": "Kim"})

    def does(self, kind: str, **data: object) -> None:
        """Call back about the conversation as the pool with the newest offer."""
        if self.out.offers():
            pool, offer = self.out.offers()[0]
            about = {"conversation_id": offer["conversation_id"], "epoch": offer["epoch"]}
            self._insist(self.out.callback(pool, kind, about | data))
        self._settle()

    def _insist(self, request: Request) -> None:
        for _ in range(10):
            if not request.pending:
                return
            self.out.world.clock.at += 1_000
            self.out.ask(request)

    def _settle(self) -> None:
        self.out.world.clock.at += 1_000
        self.out.world.settle(patience_seconds=PATIENCE_SECONDS)
