"""What a lane had in its hands when it died: the receipts of its current batch, in a small file.

Lambda would let such a batch wait for its visibility timeout (minutes). Here the lane that takes
the place gives it back at once.
"""

import os
from collections.abc import Sequence
from pathlib import Path

_SLOT_BYTES = 1_024  # written whole each time: once made, it needs no more room on a full disk


class InHand:
    """One lane's receipts; survives the death of the process, not a power cut (nor need it)."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._bytes = max(_SLOT_BYTES, os.fstat(self._fd).st_size)

    def unfinished(self) -> list[str]:
        """Return the receipts that the lane before did not finish with."""
        return os.pread(self._fd, 65_536, 0).decode("ascii", "replace").split()

    def note(self, receipts: Sequence[str]) -> None:
        """Note that these are in hand now, and no others."""
        raw = " ".join(receipts).encode()
        self._bytes = max(self._bytes, len(raw))
        os.pwrite(self._fd, raw.ljust(self._bytes), 0)
