"""How workers reach the web sockets that the front process holds: lines through a pipe.

A push may be lost; the page polls as well. The sockets themselves are in `sockets`.
"""

import json
import os
from collections.abc import Callable, Mapping

from local.home import names

MAX_BYTES = 4_000  # below PIPE_BUF, so that a pipe takes a line whole


def line(connection_id: str, text: str) -> bytes:
    """Return one push as it goes through the pipe. Raises ValueError over the limit."""
    raw = json.dumps({"connection_id": connection_id, "data": text}, separators=(",", ":"))
    if len(raw) >= MAX_BYTES:
        raise ValueError(f"a push has {len(raw)} bytes; at most {MAX_BYTES} fit")
    return raw.encode() + b"\n"


def read(raw: bytes) -> tuple[str, str]:
    """Return the connection id and the text of a line without its end. Raises ValueError."""
    push = json.loads(raw)
    if not isinstance(push, dict):
        raise ValueError("a push is an object")  # noqa: TRY004 - one error for any bad line
    return str(push.get("connection_id")), str(push.get("data"))


def pusher(environ: Mapping[str, str]) -> Callable[[str, str], bool]:
    """Return what pushes into the pipe that the environment names."""
    fd = environ.get(names.PUSHES_FD)
    if fd is None:
        return lambda _connection_id, _text: False

    def push(connection_id: str, text: str) -> bool:
        raw = line(connection_id, text)
        try:
            os.write(int(fd), raw)
        except BlockingIOError:  # the front is busy: this one is lost, the connection is not
            pass
        except BrokenPipeError:
            return False
        return True

    return push
