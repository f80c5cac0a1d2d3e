"""A child process logs to a bounded file of JSON lines, and shows its worries on the console.

Handlers print JSON lines as they do on AWS. A traceback is kept as frames and the exception's type.
The exception's message may quote a customer, so it is written only where SURGELINE_DEBUG is set.
"""

import io
import json
import logging
import os
import sys
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

MAX_BYTES = 4_000_000
_CONSOLE_LINES = 20
_CONSOLE_SECONDS = 10.0
_WORRIES = ('"level":"WARNING"', '"level":"ERROR"', '"level":"CRITICAL"')


class RotatingLog(io.TextIOBase):
    """A log file that is set aside when full.

    One older file is kept, so both have 2 x MAX_BYTES at most. `aliases` are file descriptors that
    follow the file, so that the output of C code goes there as well.
    """

    def __init__(
        self,
        path: Path,
        *,
        console: Callable[[str], None],
        max_bytes: int = MAX_BYTES,
        aliases: tuple[int, ...] = (),
    ) -> None:
        super().__init__()
        self._path = path
        self._aliases = aliases
        self._max_bytes = max_bytes
        self._console = console
        self._lock = threading.Lock()  # the front has a thread for each function
        self._fd = self._open()
        self._size = os.fstat(self._fd).st_size
        self._follow()

    def fileno(self) -> int:
        """Return the descriptor of the current file."""
        return self._fd

    def writable(self) -> bool:
        """Return True, always."""
        return True

    def write(self, text: str) -> int:
        """Append at once. A full disk loses log lines, but never work."""
        raw = text.encode("utf-8", "backslashreplace")
        with self._lock:
            try:
                if self._size and self._size + len(raw) > self._max_bytes:
                    self._set_aside()
                self._size += os.write(self._fd, raw)
            except OSError as error:
                self._console(_line("ERROR", f"the log cannot be written: {error.strerror}"))
        if any(worry in text for worry in _WORRIES):
            self._console(text)
        return len(text)

    def _open(self) -> int:
        return os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def _set_aside(self) -> None:
        """Set the file aside, and keep the descriptor, so that no other file gets its number."""
        self._path.replace(self._path.with_suffix(".log.1"))
        fresh = self._open()
        os.dup2(fresh, self._fd, inheritable=False)
        os.close(fresh)
        self._size = 0
        self._follow()

    def _follow(self) -> None:
        for alias in self._aliases:
            os.dup2(self._fd, alias)


class Console:
    """The console shows worries in a short form, a few lines at a time. The file has the rest."""

    def __init__(self, name: str, fd: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._name = name
        self._fd = fd
        self._clock = clock
        self._since = clock()
        self._lines = 0

    def __call__(self, text: str) -> None:
        """Show each JSON line that is a warning or worse."""
        for line in text.splitlines():
            if (short := short_form(self._name, line)) is not None:
                self._show(short)

    def _show(self, short: str) -> None:
        now = self._clock()
        if now - self._since > _CONSOLE_SECONDS:
            self._since, self._lines = now, 0
        self._lines += 1
        if self._lines > _CONSOLE_LINES:
            return
        if self._lines == _CONSOLE_LINES:
            short = f"{self._name}: more of these are in its log file only"
        try:
            os.write(self._fd, (short + "\n").encode())
        except OSError:
            self._lines = _CONSOLE_LINES


def short_form(name: str, line: str) -> str | None:
    """Return `12:03:04 warning name: message` in printable characters, or None for any other."""
    try:
        entry = json.loads(line)
    except ValueError:
        return None
    level = entry.get("level") if isinstance(entry, dict) else None
    if not isinstance(level, str) or level not in {"WARNING", "ERROR", "CRITICAL"}:
        return None
    exception = entry.get("exception_name")
    words = f"{entry.get('message', '')}" + (f" ({exception})" if exception else "")
    plain = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in words)
    return f"{time.strftime('%H:%M:%S')} {level.lower()} {name}: {plain[:300]}"


class JsonFormatter(logging.Formatter):
    """The runner's own log lines have the shape of the handlers' lines."""

    def format(self, record: logging.LogRecord) -> str:
        """Return one JSON line."""
        fields: dict[str, Any] = {"logger": record.name}
        if record.exc_info and (error := record.exc_info[1]) is not None:
            fields |= exception_fields(error)
        return _line(record.levelname, record.getMessage(), **fields)


def exception_fields(error: BaseException) -> dict[str, Any]:
    """Return the type and the frames, and the message only when debugging."""
    frames = [
        f"{frame.filename}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)
    ]
    fields: dict[str, Any] = {"exception_name": type(error).__name__, "frames": frames}
    if os.environ.get("SURGELINE_DEBUG"):
        fields["exception"] = "".join(traceback.format_exception(error))
    return fields


def _line(level: str, message: str, **fields: object) -> str:
    entry = {"level": level, "timestamp": int(time.time() * 1000), "message": message, **fields}
    return json.dumps(entry, ensure_ascii=True, separators=(",", ":"))


def install(name: str, directory: Path) -> None:
    """Send this process's standard output, standard error and logging to its own log file."""
    console = Console(name, os.dup(sys.stderr.fileno()))
    stream = RotatingLog(directory / f"{name}.log", console=console, aliases=(1, 2))
    sys.stdout = sys.stderr = stream
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("local").setLevel(logging.INFO)
