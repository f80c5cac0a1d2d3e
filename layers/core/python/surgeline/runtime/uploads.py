"""Requests that carry a file are read here, and answered."""

from surgeline.application.media.keep_upload import Upload
from surgeline.domain.media.files import MOST_FILES
from surgeline.errors import BadRequest, UnsupportedMedia
from surgeline.runtime.http import Request, Response

BYTES = "application/octet-stream"


def uploaded(request: Request) -> tuple[int, bytes]:
    """Return the file's number in its message, and its bytes. Raises BadRequest, UnsupportedMedia.

    One content type alone is taken, because an HTTP API passes that on byte by byte.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != BYTES:
        raise UnsupportedMedia(f"send the file's bytes with Content-Type: {BYTES}")
    number = request.query.get("number", "")
    if not (len(number) == 1 and number.isascii() and number.isdigit()):
        raise BadRequest(f"use a number from 0 to {MOST_FILES - 1}", field="number")
    return int(number), request.body


def upload_answer(upload: Upload) -> Response:
    """Return the answer to an upload."""
    body = {
        "id": upload.id,
        "kind": upload.kind,
        "type": upload.media_type,
        "bytes": upload.size,
    }
    return Response(201, body)
