"""The times of uploads are kept here, so that an older one never takes the place of a newer.

What announces an upload promises no order, and may announce it twice or hours later. So whoever
uploads notes the time first (`knowledge/{base}/uploads/{version}`), and whoever builds compares it.
"""

import json

from surgeline.application.ports.blobs import Blobs
from surgeline.application.ports.refusals import Absent


def note_upload(blobs: Blobs, knowledge_base: str, version: str, *, at: int) -> None:
    """Note that a version is uploaded at a time (ms); again, if it was uploaded before."""
    blobs.put(_key(knowledge_base, version), json.dumps({"at": at}).encode())


def uploaded_at(blobs: Blobs, knowledge_base: str, version: str, *, announced_at: int) -> int:
    """Return when a version was uploaded last (ms).

    That is the time noted or, where somebody put it there by hand, the time that was announced.
    """
    try:
        noted = int(json.loads(blobs.get(_key(knowledge_base, version)))["at"])
    except Absent:
        noted = 0
    return max(noted, announced_at)


def _key(knowledge_base: str, version: str) -> str:
    return f"knowledge/{knowledge_base}/uploads/{version}"
