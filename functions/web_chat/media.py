"""A customer's file is given out here to whoever has its link, so that nothing in it can run."""

from surgeline.application.media.kept import headers_of, key_of, read_media, type_of
from surgeline.application.ports.refusals import Absent
from surgeline.domain.media.files import opened
from surgeline.runtime.bootstrap import Backend
from surgeline.runtime.http import Request, Response
from surgeline.runtime.ids_key import ids_key

MOST_ANSWERED_BYTES = 4_000_000
"""A larger file does not fit into an answer of Lambda, so that the bucket gives it out."""
NOT_HERE = "the file is not here: it is still being fetched, or it could not be, or is deleted"


class MediaRoutes:
    """The route GET /v1/media/{token}."""

    def __init__(self, backend: Backend) -> None:
        self._blobs = backend.blobs()
        self._secrets = backend.secrets()
        self._clock = backend.clock

    def show(self, request: Request) -> Response:
        """Answer the file, or where the bucket gives it out. Raises Absent."""
        token = request.path["token"]
        place = opened(ids_key(self._secrets), token, now=self._clock.now())
        if place is None:
            raise Absent("the link is wrong or too old: open the conversation again for a new one")
        body = read_media(self._blobs, place)
        kind = type_of(body) if body else None
        if body is None or kind is None:
            raise Absent(NOT_HERE)
        headers = headers_of(place, kind)
        if len(body) > MOST_ANSWERED_BYTES:
            elsewhere = self._blobs.link(key_of(place), headers=headers)
            if elsewhere:
                return Response(303, "", {"location": elsewhere})
        return Response(200, body, headers)
