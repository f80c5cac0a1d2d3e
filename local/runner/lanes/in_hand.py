"""A lane notes the receipts of its current batch in a small file, in case the lane dies.

Lambda would let such a batch wait for its visibility timeout (minutes). Here the lane that takes
the place of the dead one gives the batch back at once.
"""

import os
from collections.abc import Sequence
from pathlib import Path

_SLOT_BYTES = 1_024  # written whole each time, so a full disk needs no more room


class InHand:
    """The receipts of a lane.

    They survive the death of the process, and need not survive a power cut.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._bytes = max(_SLOT_BYTES, os.fstat(self._fd).st_size)

    def unfinished(self) -> list[str]:
        """Return the receipts that the lane before left unfinished."""
        return os.pread(self._fd, 65_536, 0).decode("ascii", "replace").split()

    def hold(self, receipts: Sequence[str]) -> None:
        """Note that exactly these receipts are in hand now."""
        raw = " ".join(receipts).encode()
        self._bytes = max(self._bytes, len(raw))
        os.pwrite(self._fd, raw.ljust(self._bytes), 0)
