"""A file that a page of ours uploads is kept here, if its bytes say that it may be."""

from dataclasses import dataclass

from surgeline.application.media.kept import FOLDER, key_of, type_of
from surgeline.application.ports.blobs import Blobs, bytes_of
from surgeline.application.ports.refusals import Changed
from surgeline.domain.media.files import MediaPlace
from surgeline.domain.sent_files.events import MediaKind
from surgeline.errors import BadRequest, Disagrees, Forbidden, PayloadTooLarge, UnsupportedMedia

MOST_UPLOADED_BYTES = 4_000_000
"""The most bytes of an upload. A larger body does not fit into an event of Lambda."""
LEAST_FREE_BYTES = 1_000_000_000
"""No upload is kept below so much free disk, so that messages, which need far less, go on."""
_KINDS: dict[str, MediaKind] = {"image": "image", "video": "video", "audio": "audio"}


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was kept: its id, and what its bytes say."""

    id: str
    kind: MediaKind
    media_type: str
    size: int


def keep_upload(blobs: Blobs, place: MediaPlace, body: bytes, *, folder: str = FOLDER) -> Upload:
    """Keep a file in its place. The same bytes again change nothing.

    Raises BadRequest, PayloadTooLarge and UnsupportedMedia for a file that is not kept, Disagrees
    where other bytes have the place, and Forbidden while the disk is nearly full.
    """
    if not body:
        raise BadRequest("the file is empty; choose another one")
    if len(body) > MOST_UPLOADED_BYTES:
        raise PayloadTooLarge(f"a file may have at most {MOST_UPLOADED_BYTES} bytes")
    kind = type_of(body)
    if kind is None:
        raise UnsupportedMedia(
            "this kind of file is not taken; send a picture, a recording, a video, a PDF, an "
            "office document, plain text or a zip archive"
        )
    room = blobs.room()
    if room is not None and room < LEAST_FREE_BYTES:
        raise Forbidden(
            "no files are taken now, because the server's disk is nearly full; say in words what "
            "the file shows, or send it later"
        )
    key = key_of(place, folder)
    try:
        blobs.swap(key, body, was=None)
    except Changed:
        if bytes_of(blobs, key) != body:
            raise Disagrees("another file was uploaded under this id", state="taken") from None
    family = kind.media_type.partition("/")[0]
    return Upload(place.media_id, _KINDS.get(family, "file"), kind.media_type, len(body))
