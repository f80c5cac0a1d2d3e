"""Files that a tool keeps under open addresses are read here, for every tool that does so."""

from pathlib import PurePosixPath
from urllib.parse import unquote

from surgeline.adapters.channels.readings import MAX_NAME, media_of, text_of
from surgeline.application.desks.acts import Act, Attached, Unsent
from surgeline.application.media.kept import MOST_BYTES


def linked_file(url: object, size: object) -> Act:
    """Return a file as an act. Whoever knows its address may fetch it, so no credential goes."""
    found = media_of("file", url)
    if not found:
        return Unsent("file", "", "gone")
    ref = found[0]["ref"]
    name = text_of(unquote(PurePosixPath(ref.partition("?")[0]).name), MAX_NAME).strip()
    if isinstance(size, int) and size > MOST_BYTES:
        return Unsent("file", name, "too large")
    return Attached(ref, name)
