"""A service's vectors become an encoder here, within two seconds a message and a month's cap.

Whatever fails raises NotEncoded, and the tier below judges.
"""

import hashlib
import threading
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Final, Protocol

import numpy as np

from surgeline.application.answers.picks.ask_picker import asked
from surgeline.application.ports.clock import Clock
from surgeline.application.ports.embedding import Embedder, EmbeddingFailed
from surgeline.knowledge.arrays.floats import Floats
from surgeline.knowledge.encoders.encoder import MANAGED, NotEncoded

SECONDS: Final = 2.0
"""Nobody waits longer for the vectors of one message, however many sentences it has."""
REST_SECONDS: Final = 30
"""After a failure nobody waits for the service for so long."""
TOKENS_A_CHARACTER: Final = 2
TOKENS_BESIDE: Final = 4
"""No text has more tokens than these say. Most have an eighth of them."""
REMEMBERED: Final = 1024
NOTHING: Final = "-"
"""This stands for a text without a character, which a service would refuse."""


class Allows(Protocol):
    """Says whether tokens may still be given to the service."""

    def take(self, count: int) -> bool:
        """Return whether so many are allowed. They then count as given."""


class ManagedEncoder:
    """An encoder whose vectors a service gives. One text is a customer's, several are a build's.

    `alarm(message, **fields)` is told of a failure. It gets no text.
    """

    tier = MANAGED

    def __init__(
        self,
        embedder: Embedder,
        allowance: Allows,
        clock: Clock,
        alarm: Callable[..., None],
    ) -> None:
        self._embedder = embedder
        self._allowance = allowance
        self._clock = clock
        self._alarm = alarm
        self._rests_until = 0
        self._message = threading.local()
        self._one = lru_cache(REMEMBERED)(self._one_unknown)
        named = f"{embedder.model} {embedder.dimensions}"
        self.digest = hashlib.sha256(named.encode()).hexdigest()

    def begin(self) -> None:
        """Begin this thread's next message: all its vectors together may take two seconds."""
        self._message.left = SECONDS

    def encode(self, texts: Sequence[str]) -> Floats:
        """Return one row of length one for each text. Raises NotEncoded."""
        shown = [asked(text).strip() or NOTHING for text in texts]
        if len(shown) == 1:
            return self._one(shown[0])
        return self._asked(shown, None)

    def knows(self, _word: str) -> bool:
        """Return False, because nobody can ask a service for its words."""
        return False

    def comparing(self, _vectors: Floats) -> None:
        """Return None, because this encoder has nothing faster than numpy's product."""
        return

    def _one_unknown(self, text: str) -> Floats:
        """Return the vector of a text that is not remembered. What failed is not remembered."""
        began, left = self._clock.now(), getattr(self._message, "left", None)
        if began < self._rests_until or (left is not None and left <= 0.0):
            raise NotEncoded
        try:
            return self._asked([text], SECONDS if left is None else left)
        finally:
            if left is not None:
                self._message.left = left - max(0, self._clock.now() - began) / 1000

    def _asked(self, texts: Sequence[str], seconds: float | None) -> Floats:
        if not self._allowance.take(tokens_of(texts)):
            raise NotEncoded
        try:
            return _unit(self._embedder.embed(texts, seconds=seconds))
        except EmbeddingFailed as error:
            if seconds is not None:
                self._rests_until = self._clock.now() + REST_SECONDS * 1000
            told = {"model": self._embedder.model, "texts": len(texts), "error": str(error)}
            self._alarm("embedding_failed", **told)
            raise NotEncoded from error


def tokens_of(texts: Sequence[str]) -> int:
    """Return how many tokens texts may have at most."""
    return sum(TOKENS_A_CHARACTER * len(text) + TOKENS_BESIDE for text in texts)


def _unit(rows: Floats) -> Floats:
    found: Floats = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return found
