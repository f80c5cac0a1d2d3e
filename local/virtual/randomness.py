"""The virtual home's randomness is a stream that its seed determines."""

import random


class SeededRandomness:
    """A stream of randomness (see ports.Randomness).

    The same seed gives the same bytes in the same order, on every machine.
    """

    def __init__(self, seed: int) -> None:
        self._stream = random.Random(seed)  # noqa: S311 - a simulation guards nothing

    def token(self, size_bytes: int) -> bytes:
        """Return the next bytes of the stream."""
        return self._stream.randbytes(size_bytes)
