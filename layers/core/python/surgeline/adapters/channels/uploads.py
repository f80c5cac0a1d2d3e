"""A file goes to a provider here in a form of several parts, by its bytes and not by an address."""

import hashlib
from collections.abc import Mapping

MOST_NAME = 80


def file_name(words: str) -> str:
    """Return a file's name of the words for it, without what a file system would mind."""
    kept = "".join(each if each.isalnum() or each in " -_" else " " for each in words)
    return " ".join(kept.split())[:MOST_NAME] or "file"


def form_with_file(
    fields: Mapping[str, str], name: str, media_type: str, body: bytes
) -> tuple[str, bytes]:
    """Return the content type and the body of a form with these fields and one file.

    The same file gives the same form. The boundary is a digest of the file, so it stands in none.
    """
    boundary = f"surgeline-{hashlib.sha256(body).hexdigest()[:40]}"
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{each}"\r\n\r\n{value}\r\n'
        for each, value in {**fields, "type": media_type}.items()
    ]
    head = (
        f"--{boundary}\r\n"
        f'Content-Disposition: form-data; name="file"; filename="{name}"\r\n'
        f"Content-Type: {media_type}\r\n\r\n"
    )
    whole = "".join([*parts, head]).encode() + body + f"\r\n--{boundary}--\r\n".encode()
    return f"multipart/form-data; boundary={boundary}", whole
