"""The times of uploads are kept here, so that an older upload never replaces a newer one.

Announcements of uploads promise no order, and may come twice or hours later. So an uploader notes
the time first (`knowledge/{base}/uploads/{version}`), and a builder compares it.
"""

import json

from surgeline.application.ports.blobs import Blobs, bytes_of


def note_upload(blobs: Blobs, knowledge_base: str, version: str, *, at: int) -> None:
    """Note that a version is uploaded at a time (ms), also if it was uploaded before."""
    blobs.put(_key(knowledge_base, version), json.dumps({"at": at}).encode())


def uploaded_at(blobs: Blobs, knowledge_base: str, version: str, *, announced_at: int) -> int:
    """Return when a version was last uploaded (ms).

    This is the noted time or, for a file that somebody put there by hand, the announced time.
    """
    noted = bytes_of(blobs, _key(knowledge_base, version))
    return max(int(json.loads(noted)["at"]) if noted else 0, announced_at)


def _key(knowledge_base: str, version: str) -> str:
    return f"knowledge/{knowledge_base}/uploads/{version}"
