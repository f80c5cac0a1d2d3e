"""Pictures, videos, files and links go to customers with a text. Each is described here.

Channels show them in their own form. Where a channel can't, the words and the address stand in
the text.
"""

from dataclasses import dataclass
from typing import Literal

AttachedKind = Literal["image", "video", "audio", "file", "link"]
MOST_ATTACHED = 10
"""The most of them with one message."""


@dataclass(frozen=True, slots=True)
class Attached:
    """One of them. `url` is its public address, or `file` the id of a file that we keep.

    `title` is shown with it. `alt` says in words what can be seen or heard. `media_type` is that of
    a kept file by its bytes.
    """

    kind: AttachedKind
    url: str = ""
    file: str = ""
    title: str = ""
    alt: str = ""
    media_type: str = ""
