"""Files are kept here below their thread, so that they go with it, whoever deletes it.

A file is what its first bytes say. Nothing that a browser could run is kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from surgeline.application.ports.blobs import Blobs, bytes_of
from surgeline.domain.media.files import MediaPlace

FOLDER = "media/"
UPLOADS = "uploads/"
"""Files of visitors wait in this folder for their message, which has them kept."""
UPLOAD_DAYS = 1
"""A file is deleted after so many days if no message named it, because anybody may upload."""
MOST_BYTES = 20 * 1024 * 1024
"""The most bytes of a file. Telegram gives no larger ones, and people send hardly any."""
SAFE_HEADERS: Mapping[str, str] = {
    "content-security-policy": "default-src 'none'; sandbox",
    "cross-origin-resource-policy": "cross-origin",
    "referrer-policy": "no-referrer",
    "cache-control": "private, max-age=3600",
}
"""A file that is opened runs nothing, loads nothing and tells no other site where it came from."""


@dataclass(frozen=True, slots=True)
class FileType:
    """The type of a file by its bytes. An `inline` one is shown, and any other downloaded."""

    media_type: str
    extension: str
    inline: bool = False


_STARTS: tuple[tuple[bytes, FileType], ...] = (
    (b"\xff\xd8\xff", FileType("image/jpeg", "jpg", inline=True)),
    (b"\x89PNG\r\n\x1a\n", FileType("image/png", "png", inline=True)),
    (b"GIF87a", FileType("image/gif", "gif", inline=True)),
    (b"GIF89a", FileType("image/gif", "gif", inline=True)),
    (b"%PDF-", FileType("application/pdf", "pdf")),
    (b"OggS", FileType("audio/ogg", "ogg")),
    (b"ID3", FileType("audio/mpeg", "mp3")),
    (b"\xff\xfb", FileType("audio/mpeg", "mp3")),
    (b"\xff\xf3", FileType("audio/mpeg", "mp3")),
    (b"\xff\xf1", FileType("audio/aac", "aac")),
    (b"\xff\xf9", FileType("audio/aac", "aac")),
    (b"#!AMR", FileType("audio/amr", "amr")),
    (b"fLaC", FileType("audio/flac", "flac")),
    (b"\x1aE\xdf\xa3", FileType("video/webm", "webm")),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", FileType("application/x-ole-storage", "doc")),
    (b"II*\x00", FileType("image/tiff", "tif")),
    (b"MM\x00*", FileType("image/tiff", "tif")),
    (b"{\\rtf", FileType("application/rtf", "rtf")),
)
_RIFF: Mapping[bytes, FileType] = {
    b"WEBP": FileType("image/webp", "webp", inline=True),
    b"WAVE": FileType("audio/wav", "wav"),
    b"AVI ": FileType("video/x-msvideo", "avi"),
}
_OFFICE = "application/vnd.openxmlformats-officedocument."
_ZIPPED: tuple[tuple[bytes, FileType], ...] = (
    (b"word/", FileType(f"{_OFFICE}wordprocessingml.document", "docx")),
    (b"xl/", FileType(f"{_OFFICE}spreadsheetml.sheet", "xlsx")),
    (b"ppt/", FileType(f"{_OFFICE}presentationml.presentation", "pptx")),
    (b"opendocument.text", FileType("application/vnd.oasis.opendocument.text", "odt")),
)
_SNIFFED = 4_096
_ACTIVE = (b"<", b"#!", b"%!")
"""The beginnings of texts that some program runs: markup of any kind, scripts, PostScript."""


def type_of(body: bytes) -> FileType | None:
    """Return the type that a file's bytes say, or None for one that is not kept."""
    if found := next((kind for start, kind in _STARTS if body.startswith(start)), None):
        return found
    if body.startswith(b"RIFF"):
        return _RIFF.get(body[8:12])
    if body[4:8] == b"ftyp":
        return _of_brand(body[8:12])
    if body.startswith(b"PK\x03\x04"):
        head = body[:_SNIFFED]
        known = next((kind for word, kind in _ZIPPED if word in head), None)
        return known or FileType("application/zip", "zip")
    return _text(body)


def _of_brand(brand: bytes) -> FileType:
    """Return the type of a file in the container of MP4, by its brand."""
    if brand[:3] in (b"hei", b"hev") or brand in (b"mif1", b"msf1"):
        return FileType("image/heic", "heic")
    if brand == b"avif":
        return FileType("image/avif", "avif", inline=True)
    if brand[:3] == b"M4A":
        return FileType("audio/mp4", "m4a")
    return FileType("video/quicktime", "mov") if brand == b"qt  " else FileType("video/mp4", "mp4")


def _text(body: bytes) -> FileType | None:
    """Return that a file is plain text, unless something in it could be run."""
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    begins = text.lstrip().encode()[:2]
    if (
        not begins
        or begins.startswith(_ACTIVE)
        or any(c < " " and c not in "\t\n\r\f" for c in text)
    ):
        return None
    return FileType("text/plain; charset=utf-8", "txt")


def key_of(place: MediaPlace, folder: str = FOLDER) -> str:
    """Return the name under which a file is kept, or waits for its message."""
    return f"{folder}{place.thread_id}/{place.media_id}"


def headers_of(place: MediaPlace, kind: FileType) -> dict[str, str]:
    """Return the headers with which a file is given out. Its name is ours, never a stranger's."""
    how = "inline" if kind.inline else "attachment"
    name = f"{place.media_id[:9]}.{kind.extension}"
    return {
        **SAFE_HEADERS,
        "content-type": kind.media_type,
        "content-disposition": f'{how}; filename="{name}"',
    }


def forget_media(blobs: Blobs, thread: str) -> int:
    """Delete every file of a thread, and return how many there were."""
    kept = [each for folder in (FOLDER, UPLOADS) for each in blobs.keys(f"{folder}{thread}/")]
    for each in kept:
        blobs.delete(each)
    return len(kept)


def read_media(blobs: Blobs, place: MediaPlace) -> bytes | None:
    """Return a file's bytes, or None where it is not, or not yet, here. Raises Unavailable."""
    kept = bytes_of(blobs, key_of(place))
    return bytes_of(blobs, key_of(place, UPLOADS)) if kept is None else kept
