"""An HTTP request is sent here as exact bytes, even bytes that no client library would send."""

import asyncio
import ssl
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

TIMEOUT_SECONDS = 35.0
_STATUS_LINE = 3

Headers = tuple[tuple[bytes, bytes], ...]


@dataclass(frozen=True, slots=True)
class Shot:
    """A request, to which Host, Connection and Content-Length are added."""

    path: str
    headers: Headers
    body: bytes
    method: str = "POST"


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer: the status, or 0 for a closed connection, and the whole text with its head."""

    status: int
    text: str


async def fire(url: str, shot: Shot) -> Answer:
    """Send the request on a connection of its own, and read whatever comes back."""
    parts = urlsplit(url)
    tls = ssl.create_default_context() if parts.scheme == "https" else None
    port = parts.port or (443 if tls else 80)
    reader, writer = await asyncio.open_connection(parts.hostname, port, ssl=tls)
    fixed: Headers = (
        (b"host", parts.netloc.encode()),
        (b"connection", b"close"),
        (b"content-length", str(len(shot.body)).encode()),
    )
    head = f"{shot.method} {shot.path} HTTP/1.1\r\n".encode("utf-8", "surrogateescape")
    head += b"".join(name + b": " + value + b"\r\n" for name, value in (*fixed, *shot.headers))
    raw = b""
    try:
        async with asyncio.timeout(TIMEOUT_SECONDS):
            with suppress(ConnectionError):  # refused before everything was sent
                writer.write(head + b"\r\n" + shot.body)
                await writer.drain()
            with suppress(ConnectionError):
                while more := await reader.read(65_536):
                    raw += more
    except TimeoutError:
        pass
    finally:
        writer.close()
        with suppress(ConnectionError, OSError):
            await writer.wait_closed()
    words = raw.split(b" ", 2)
    status = int(words[1]) if len(words) == _STATUS_LINE and words[1].isdigit() else 0
    return Answer(status, raw.decode("latin-1"))
