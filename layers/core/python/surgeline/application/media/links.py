"""Files are told of here, with links that open them for a day.

People are told of a customer's files, and customers of what goes to them with a text.
"""

from collections.abc import Callable, Iterable, Mapping

from surgeline.domain.events import CustomerWrote
from surgeline.domain.media.files import MOST_FILES, MediaPlace, link_of, media_id
from surgeline.domain.redaction import Redaction, redact
from surgeline.domain.sent_files.attached import Attached
from surgeline.domain.sent_files.events import MediaFetched

MediaLink = Callable[[MediaPlace, int], str | None]
"""Returns the path of a file's link from a moment on (UTC epoch ms), or None without a key."""


def no_link(place: MediaPlace, now: int) -> str | None:
    """Return no link, where nobody may open files."""
    del place, now
    return None


def links_with(key: Callable[[], bytes]) -> MediaLink:
    """Return links that are signed with the key of ids, which is read when a file is shown."""

    def link(place: MediaPlace, now: int) -> str | None:
        return link_of(key(), place, now=now)

    return link


def shown_media(
    event: CustomerWrote,
    fates: Mapping[str, MediaFetched],
    link: MediaLink,
    *,
    level: Redaction,
    now: int,
) -> list[dict[str, object]]:
    """Return the files of a message: kind, type, size, a text for them, and where they open.

    A file is `coming` until its provider gave it, and then `kept` or `failed`.
    """
    return [
        _shown(event.thread_id, media_id(event.id, number), fates, link, now)
        | {"kind": each.kind, "alt": redact(each.name, level) or each.kind}
        for number, each in enumerate(event.media[:MOST_FILES])
    ]


def told_media(
    media: Iterable[Attached], thread_id: str, link: MediaLink, *, now: int
) -> list[dict[str, object]]:
    """Return what goes to a customer with a text: kind, title, words for it, and where it opens.

    `url` is a public address. `path` is a link to a file that we keep, on our own address.
    """
    return [
        {
            "kind": each.kind,
            "title": each.title,
            "alt": each.alt,
            "type": each.media_type or None,
            "url": each.url or None,
            "file": each.file or None,
            "path": link(MediaPlace(thread_id, each.file), now) if each.file else None,
        }
        for each in media
    ]


def _shown(
    thread_id: str, file_id: str, fates: Mapping[str, MediaFetched], link: MediaLink, now: int
) -> dict[str, object]:
    fate = fates.get(file_id)
    failure = fate.failure if fate else ""
    state = "coming" if fate is None else "failed" if failure else "kept"
    return {
        "id": file_id,
        "state": state,
        "type": (fate.media_type or None) if fate else None,
        "bytes": (fate.size or None) if fate else None,
        "reason": failure or None,
        "path": None if failure else link(MediaPlace(thread_id, file_id), now),
    }
