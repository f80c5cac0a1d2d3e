"""The way in for files is a way out: each is a delivery, with a delivery's retries and log."""

import time
from collections.abc import Mapping
from functools import partial
from threading import BoundedSemaphore

from surgeline.adapters.media.fetching import CannotFetch, Fetch, Fetching, has_stand_in
from surgeline.adapters.signing.field_sets import Fields, Item, field_sets
from surgeline.application.deliveries.media_answers import UNWANTED
from surgeline.application.deliveries.targets import TargetParts
from surgeline.application.media.kept import MOST_BYTES, key_of, type_of
from surgeline.application.ports.deliveries import Delivery
from surgeline.application.ports.targets import Delivered, Fetched, Refused, SendResult
from surgeline.domain.media.files import MOST_FILES, MediaPlace, media_id
from surgeline.errors import Unavailable

AT_ONCE = 3
"""So many files are in a process's memory at once."""


class MediaTarget:
    """Fetches and keeps the files of one kind of channel, or of one kind of pools."""

    def __init__(
        self, parts: TargetParts, kind: str, fetch: Fetch, item: Item = "channels"
    ) -> None:
        self._parts = parts
        self._kind = kind
        self._fetch = fetch
        self._item: Item = item
        self._room = BoundedSemaphore(AT_ONCE)

    def send(self, delivery: Delivery, *, timeout_seconds: float) -> SendResult:
        """See ports.targets.Target. Raises Unavailable while too many files are on their way."""
        if delivery.event == UNWANTED:
            return self._forget(delivery)
        shelf, owner_id = self._parts.configuration, delivery.target_id
        owner = shelf.channel(owner_id) if self._item == "channels" else shelf.pool(owner_id)
        if owner is None:
            named = self._item.removesuffix("s")
            return Refused(outcome=f"unknown {named}", final=True, attempted=False)
        ref = _ref_of(delivery)
        if not ref:
            return Refused(outcome="taken back", final=True, attempted=False)
        sets = field_sets(self._parts.secrets, owner.id, self._kind, item=self._item)
        if not self._room.acquire(blocking=False):
            raise Unavailable("too many files are on their way", retry_after_seconds=1)
        try:
            fields = sets[0] if sets else {}
            return self._got(delivery, ref, owner.settings, fields, timeout_seconds)
        except CannotFetch as error:
            return error.refused
        finally:
            self._room.release()

    def _forget(self, delivery: Delivery) -> SendResult:
        message = str(delivery.payload["message_id"])
        for number in range(MOST_FILES):
            place = MediaPlace(delivery.thread_id, media_id(message, number))
            self._parts.blobs.delete(key_of(place))
        return Delivered()

    def _got(
        self,
        delivery: Delivery,
        ref: str,
        settings: object,
        fields: Fields,
        timeout_seconds: float,
    ) -> SendResult:
        began = time.monotonic()
        parts = self._parts
        body = self._fetch(
            Fetching(
                ref=ref,
                fields=fields,
                settings=settings,
                posts=parts.posts,
                blobs=parts.blobs,
                left=timeout_seconds,
                public_only=not has_stand_in(settings),
            )
        )
        kind = type_of(body)
        if len(body) > MOST_BYTES or kind is None:
            outcome = "type" if kind is None else "too large"
            return Refused(outcome=outcome, final=True)
        key = key_of(MediaPlace(delivery.thread_id, delivery.id))
        parts.blobs.put(key, body)
        return Fetched(
            milliseconds=round((time.monotonic() - began) * 1000),
            media_type=kind.media_type,
            size=len(body),
            forget=partial(parts.blobs.delete, key),
        )


def _ref_of(delivery: Delivery) -> str:
    """Return the provider's name for the file, which is empty once its message was taken back."""
    media = delivery.payload["media"]
    assert isinstance(media, Mapping)
    return str(media["ref"])
