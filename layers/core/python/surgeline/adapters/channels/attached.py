"""The pictures, videos, files and links that go with a text are told here, for every channel.

A channel shows what it can in its own form. The rest stands in words below the text.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from surgeline.adapters.signing.field_sets import HOOK_URL, Fields

PICTURES = ("image/jpeg", "image/png")
"""The types of pictures that every channel with pictures shows."""
_ENDINGS: Mapping[str, str] = {
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".mp4": "video/mp4",
    ".pdf": "application/pdf",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """One of them, with the address from which anybody may fetch it, or none.

    `file` is the id of a file that we keep. `media_type` is empty where it is not known.
    """

    kind: str
    url: str
    title: str
    alt: str
    file: str
    media_type: str

    @property
    def words(self) -> str:
        """Return it in words: what it is, and below that its address."""
        name = self.title or self.alt
        return "\n".join(filter(None, (name if self.url else f"[{name or self.kind}]", self.url)))

    @property
    def caption(self) -> str:
        """Return the words that stand below a picture."""
        return self.title or self.alt


def attached_to(message: Mapping[str, object], fields: Fields) -> list[Shown]:
    """Return what goes with a message. The hook's URL tells the address of this system."""
    listed = message.get("attached")
    base = fields.get(HOOK_URL, "").partition("/v1/hooks/")[0]
    found = listed if isinstance(listed, list | tuple) else ()
    return [_shown(each, base) for each in found if isinstance(each, Mapping)]


def native(attached: Sequence[Shown], kinds: Collection[str]) -> list[Shown]:
    """Return those of these kinds that a provider can fetch."""
    return [each for each in attached if each.kind in kinds and each.url]


def in_words(attached: Sequence[Shown], but: Sequence[Shown] = ()) -> list[str]:
    """Return the others in words."""
    return [each.words for each in attached if each not in but]


def is_picture(shown: Shown) -> bool:
    """Return whether it is a picture of a type that every channel with pictures shows."""
    return shown.kind == "image" and shown.media_type in PICTURES


def _shown(told: Mapping[str, object], base: str) -> Shown:
    path, url = str(told.get("path") or ""), str(told.get("url") or "")
    whole = url or (f"{base}{path}" if base and path else "")
    return Shown(
        kind=str(told.get("kind")),
        url=whole,
        title=str(told.get("title") or ""),
        alt=str(told.get("alt") or ""),
        file=str(told.get("file") or ""),
        media_type=str(told.get("type") or _type_of(url)),
    )


def _type_of(url: str) -> str:
    """Return the type that the ending of an address tells, or nothing."""
    path = url.partition("?")[0].partition("#")[0].lower()
    return next((kind for ending, kind in _ENDINGS.items() if path.endswith(ending)), "")
