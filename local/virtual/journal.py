"""The journal logs one run: everything that crossed a border of the home, in order."""

import hashlib
import json
from typing import Final

_LINE: Final = json.JSONEncoder(separators=(",", ":"), sort_keys=True)


class Journal:
    """The lines of one run, and their hash. Two runs are the same when their hashes are equal.

    The lines themselves are kept only with `keeps_lines`, to find where two runs part.
    """

    def __init__(self, *, keeps_lines: bool = False) -> None:
        self._hash = hashlib.sha256()
        self._keeps_lines = keeps_lines
        self.lines: list[str] = []
        self.count = 0

    def note(self, kind: str, at: int, *what: object) -> None:
        """Add one line: its kind, its moment, and the facts as JSON."""
        line = _LINE.encode([kind, at, *what])
        self._hash.update(line.encode() + b"\n")
        self.count += 1
        if self._keeps_lines:
            self.lines.append(line)

    def digest(self) -> str:
        """Return the hash of every line so far."""
        return self._hash.hexdigest()
