"""The chat page's own files, and those published: read and compressed once, tagged by a hash.

A browser that has a file is told so (304); nothing outside the folder can be asked for.
"""

import gzip
import hashlib
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


@dataclass(frozen=True, slots=True)
class _File:
    kind: str
    etag: str
    body: bytes
    compressed: bytes


class PageFiles:
    """The files of one folder, by their exact names."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def answer(self, request: Request, name: str, more: Mapping[str, str]) -> Response:
        """The file as the browser wants it. Raises Absent."""
        file = self._files.get(name)
        if file is None:
            raise Absent("no such file")
        headers = {
            "content-type": f"{file.kind}; charset=utf-8",
            "cache-control": "no-cache",
            "etag": file.etag,
            "vary": "Accept-Encoding",
            **more,
        }
        if request.headers.get("if-none-match") == file.etag:
            return Response(304, "", headers)
        if "gzip" in request.headers.get("accept-encoding", ""):
            return Response(200, file.compressed, headers | {"content-encoding": "gzip"})
        return Response(200, file.body.decode(), headers)

    @cached_property
    def _files(self) -> Mapping[str, _File]:
        return {path.name: _read(path) for path in self._folder.iterdir() if path.suffix in TYPES}


def _read(path: Path) -> _File:
    body = path.read_bytes()
    etag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
    return _File(TYPES[path.suffix], etag, body, gzip.compress(body, 9, mtime=0))
