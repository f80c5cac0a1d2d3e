"""Workers reach the web sockets of the front process by lines through a pipe.

A push may be lost, because the page polls as well. The sockets themselves are in `sockets`.
"""

import json
import os
from collections.abc import Callable, Mapping

from local.home import names

MAX_BYTES = 4_000  # below PIPE_BUF, so that a pipe takes a line whole


def line(connection_id: str, text: str) -> bytes:
    """Return one push as a line of the pipe. Raises ValueError for a push over the limit."""
    raw = json.dumps({"connection_id": connection_id, "data": text}, separators=(",", ":"))
    if len(raw) >= MAX_BYTES:
        raise ValueError(f"the push has {len(raw)} bytes, and at most {MAX_BYTES} fit")
    return raw.encode() + b"\n"


def read(raw: bytes) -> tuple[str, str]:
    """Return the connection id and the text of a line without its end. Raises ValueError."""
    push = json.loads(raw)
    if not isinstance(push, dict):
        raise ValueError("a push must be a JSON object")  # noqa: TRY004 - one error for any bad line
    return str(push.get("connection_id")), str(push.get("data"))


def pusher(environ: Mapping[str, str]) -> Callable[[str, str], bool]:
    """Return the function that pushes into the pipe that the environment names."""
    fd = environ.get(names.PUSHES_FD)
    if fd is None:
        return lambda _connection_id, _text: False

    def push(connection_id: str, text: str) -> bool:
        raw = line(connection_id, text)
        try:
            os.write(int(fd), raw)
        except BlockingIOError:  # the front is busy, so this push is lost
            pass
        except BrokenPipeError:
            return False
        return True

    return push
