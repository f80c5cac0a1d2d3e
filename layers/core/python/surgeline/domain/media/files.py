"""Files of customers are asked for here, and named. Their bytes never come into the core.

The link to a file is made here too. It opens one file until its time is over, and nothing else.
"""

import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from surgeline.domain.effects import FetchMedia
from surgeline.domain.events import CustomerWrote
from surgeline.domain.ids import derived_id, keyed_id
from surgeline.domain.sent_files.events import MediaFetched
from surgeline.domain.turn import Explanation, Rule, Turn

MOST_FILES = 10
"""The most files of one message that are fetched."""
LINK_SECONDS = 86_400
PATH = "/v1/media/"
_PARTS = 4


def media_id(message_id: str, number: int) -> str:
    """Return the id of a message's file, the same at every replay."""
    return derived_id("f", message_id, f"media/{number}")


def fetch_media(turn: Turn, event: CustomerWrote) -> None:
    """Have the files of a message fetched, if the message is part of a conversation."""
    conversation = turn.current
    if not event.media or conversation is None:
        return
    turn.records += [
        FetchMedia(media_id(event.id, number), conversation.id, event.id, each)
        for number, each in enumerate(event.media[:MOST_FILES])
    ]


def media_fetched(turn: Turn, event: MediaFetched) -> Explanation:
    """Keep on record what became of a file. Nobody is told, because transcripts say it."""
    del turn
    if event.failure:
        return Explanation("note", f"a file could not be fetched: {event.failure}")
    return Explanation("note", "a file was fetched")


@dataclass(frozen=True, slots=True)
class MediaPlace:
    """The thread and the id of a file."""

    thread_id: str
    media_id: str


def link_of(key: bytes, place: MediaPlace, *, now: int) -> str:
    """Return the path of a file, which opens it for a day from `now` (UTC epoch ms)."""
    told = f"{place.thread_id}.{place.media_id}.{now // 1000 + LINK_SECONDS}"
    return f"{PATH}{told}.{_proof(key, told)}"


def opened(key: bytes, token: str, *, now: int) -> MediaPlace | None:
    """Return the file that a link's last part opens, or None for a wrong or late one."""
    told, _, proof = token.rpartition(".")
    parts = token.split(".")
    if len(parts) != _PARTS or not hmac.compare_digest(
        _proof(key, told).encode(), proof.encode("utf-8", "replace")
    ):
        return None
    thread_id, media, until = parts[:3]
    return MediaPlace(thread_id, media) if int(until) * 1000 > now else None


def fates(events: Iterable[object]) -> Mapping[str, MediaFetched]:
    """Return what became of each file, by its id. A file that was fetched late counts as kept."""
    told = [each for each in events if isinstance(each, MediaFetched)]
    return {each.media_id: each for each in sorted(told, key=lambda each: not each.failure)}


def _proof(key: bytes, told: str) -> str:
    return keyed_id("k", key, "media link", told)


RULES: Mapping[type, Rule] = {MediaFetched: media_fetched}
