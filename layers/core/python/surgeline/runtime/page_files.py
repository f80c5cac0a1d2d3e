"""Files of web pages are served from here, read and compressed once and tagged by a hash.

A browser that already has a file gets 304. No file outside the folder can be asked for. Scripts and
styles travel without the comments that are for us. Their lines keep their numbers.
"""

import gzip
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from surgeline.application.ports.refusals import Absent
from surgeline.runtime.http import Request, Response

TYPES = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".json": "application/json",
    ".svg": "image/svg+xml",
}
COMMENTED = (".css", ".js")
_REMARKS = re.compile(r"^[ \t]*(?:/\*(?:(?!\*/).)*\*/|//[^\n]*)[ \t]*$", re.MULTILINE | re.DOTALL)
_INDENTS = re.compile(r"^[ \t]+", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Page:
    """One file, plain and compressed."""

    kind: str
    etag: str
    body: bytes
    compressed: bytes

    def answer(self, request: Request, more: Mapping[str, str]) -> Response:
        """Return the file in the encoding that the browser accepts."""
        headers = {
            "content-type": f"{self.kind}; charset=utf-8",
            "cache-control": "no-cache",
            "etag": self.etag,
            "vary": "Accept-Encoding",
            **more,
        }
        if request.headers.get("if-none-match") == self.etag:
            return Response(304, "", headers)
        if "gzip" in request.headers.get("accept-encoding", ""):
            return Response(200, self.compressed, headers | {"content-encoding": "gzip"})
        return Response(200, self.body.decode(), headers)


class PageFiles:
    """The files of one folder, by their exact names."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def answer(self, request: Request, name: str, more: Mapping[str, str]) -> Response:
        """Return the file in the encoding that the browser accepts. Raises Absent."""
        return self._file(name).answer(request, more)

    def changed(self, name: str, changes: Mapping[str, str]) -> Page:
        """Return the file with some of its text replaced. Raises Absent."""
        file = self._file(name)
        text = file.body.decode()
        for old, new in changes.items():
            text = text.replace(old, new)
        return page_of(file.kind, text.encode())

    def _file(self, name: str) -> Page:
        file = self._files.get(name)
        if file is None:
            raise Absent("no such file")
        return file

    @cached_property
    def _files(self) -> Mapping[str, Page]:
        return {
            path.name: page_of(TYPES[path.suffix], travelling(path))
            for path in self._folder.iterdir()
            if path.suffix in TYPES
        }


def travelling(path: Path) -> bytes:
    """Return a file as it is served.

    What is left out are comments on lines of their own, and the indents. A test holds that no text
    of ours has a line that looks like a comment.
    """
    if path.suffix not in COMMENTED:
        return path.read_bytes()
    text = path.read_text(encoding="utf-8")
    bare = _REMARKS.sub(lambda found: "\n" * found[0].count("\n"), text)
    return _INDENTS.sub("", bare).encode()


def page_of(kind: str, body: bytes) -> Page:
    """Return a file that is made as it is asked for."""
    etag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
    return Page(kind, etag, body, gzip.compress(body, 9, mtime=0))
